"""Training facts that an admin states: stored where claims on cost read them, never over measured ones."""

import pytest
from django.contrib.auth.models import User

from evalsite.models import AuditEntry
from generation.errors import FactsRefused
from generation.services.training_facts import StatedTraining, state_training
from tests.generation.comparisons import make_checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> User:
    return User.objects.create_user("grace")


def test_facts_are_recorded_marked_and_noted(grace: User) -> None:
    tuned = make_checkpoint("tuned", "full", trainable=1000)
    stated = StatedTraining(seconds=60.0, memory=2**30, steps=5, trainable=900, device="cpu", price="1 EUR")
    state_training(checkpoint=tuned, stated=stated, actor=grace)
    tuned.refresh_from_db()
    assert (tuned.training_seconds, tuned.training_memory, tuned.training_steps) == (60.0, 2**30, 5)
    assert tuned.trainable == 900
    assert (tuned.training_stated_by, tuned.training_is_measured) == ("grace", False)
    entry = AuditEntry.objects.get()
    assert (entry.actor_name, entry.subject, entry.details["seconds"]) == ("grace", "tuned", 60.0)


def test_facts_can_be_corrected_and_taken_back(grace: User) -> None:
    tuned = make_checkpoint("tuned", "full", trainable=1000)
    state_training(checkpoint=tuned, stated=StatedTraining(seconds=60.0, trainable=900), actor=grace)
    state_training(checkpoint=tuned, stated=StatedTraining(steps=7), actor=grace)
    tuned.refresh_from_db()
    assert (tuned.training_seconds, tuned.training_steps, tuned.trainable) == (None, 7, 900)


def test_what_was_measured_is_not_overwritten(grace: User) -> None:
    tuned = make_checkpoint("tuned", "full", training_seconds=3.0, training_record={"pairs": 2})
    with pytest.raises(FactsRefused, match="was measured"):
        state_training(checkpoint=tuned, stated=StatedTraining(seconds=1.0), actor=grace)
    tuned.refresh_from_db()
    assert (tuned.training_seconds, tuned.training_record) == (3.0, {"pairs": 2})


def test_a_pretrained_network_has_no_training_here(grace: User) -> None:
    with pytest.raises(FactsRefused, match="pretrained network"):
        state_training(checkpoint=make_checkpoint("base"), stated=StatedTraining(), actor=grace)


def test_more_trainable_parameters_than_there_are(grace: User) -> None:
    tuned = make_checkpoint("tuned", "full", trainable=1000)
    with pytest.raises(FactsRefused, match="1,001 trainable parameters are more than the 1,000"):
        state_training(checkpoint=tuned, stated=StatedTraining(trainable=1001), actor=grace)
    assert not AuditEntry.objects.exists()
