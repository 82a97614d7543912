"""Outputs that came with something else: their inputs with slots where they have any, and finished runs."""

import pytest

from generation.errors import NameTaken, OutputsRefused
from generation.models import Checkpoint, DecodingConfig, System
from generation.services.given_outputs import store_given_dataset, store_given_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset():
    sources = ["name[The Mill], food[Thai]", "Say something."]
    return store_given_dataset(name="given", sources=sources, file_name="r.csv", sha256="0" * 64)


def test_inputs_keep_their_order_and_have_slots_where_they_can(dataset):
    rows = list(dataset.examples.order_by("position").values_list("source", "slots"))
    assert rows == [
        ("name[The Mill], food[Thai]", [["name", "The Mill"], ["food", "Thai"]]),
        ("Say something.", []),
    ]
    with pytest.raises(NameTaken, match="dataset named 'given' already"):
        store_given_dataset(name="given", sources=["x"], file_name="r.csv", sha256="0" * 64)


def test_a_run_may_leave_examples_out(dataset):
    example = dataset.examples.get(position=0)
    run = store_given_run(
        system_name="tgen", dataset=dataset, texts={example.pk: " The Mill . "}, file_name="r.csv"
    )
    assert (run.state, run.examples, run.system.checkpoint) == ("done", 1, None)
    assert run.outputs.get().raw == " The Mill . "
    again = store_given_run(system_name="tgen", dataset=dataset, texts={}, file_name="r.csv")
    assert again.system == run.system


def test_a_system_that_generates_takes_no_given_outputs(dataset):
    checkpoint = Checkpoint.objects.create(
        name="c", adaptation="pretrained", architecture="x", parameters=1, bytes=1, digest="0" * 64
    )
    decoding = DecodingConfig.objects.create(name="greedy")
    System.objects.create(name="own", checkpoint=checkpoint, decoding=decoding)
    with pytest.raises(
        OutputsRefused, match=r"'own' generates its outputs from a checkpoint; rename it in r\.csv"
    ):
        store_given_run(system_name="own", dataset=dataset, texts={}, file_name="r.csv")
