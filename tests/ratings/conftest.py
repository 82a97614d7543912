"""A small comparison to build studies on: three systems, a dataset, and what they said about it."""

import dataclasses
from dataclasses import dataclass

import pytest
from django.utils import timezone

from generation.models import Checkpoint, Dataset, DecodingConfig, Example, Output, Reference, Run, System
from ratings.design.study_plan import DEFAULT_CRITERIA, ClaimPlan, PartPlan, StudyPlan, SystemPlan
from ratings.models import Rater
from ratings.services.drafting import create_study
from ratings.services.invitations import create_invitations, give_consent
from ratings.services.opening import open_study

# Keys far from any other number on a page, so that a leaked one can be told from a coincidence.
FIRST_KEY = 73_400_000
IDENTICAL = {3, 7, 11}  # examples of which full and LoRA say the same


@dataclass
class Comparison:
    dataset: Dataset
    runs: dict[str, Run]


def say(label, position):
    writer = "full" if label == "lora" and position in IDENTICAL else label
    return {"pre": "The Mill", "full": "The Mill is a pub", "lora": "At The Mill there is a pub"}[
        writer
    ] + f" number {position}."


@pytest.fixture
def researcher(django_user_model):
    return django_user_model.objects.create_user("ada")


@pytest.fixture
def comparison(db):
    dataset = Dataset.objects.create(name="CANARY-corpus", task="e2e", file_name="c.csv", sha256="0" * 64)
    examples = Example.objects.bulk_create(
        Example(
            dataset=dataset,
            position=position,
            source=f"name[The Mill], eatType[pub], near[number {position}]",
            slots=[["name", "The Mill"], ["eatType", "pub"], ["near", f"number {position}"]],
        )
        for position in range(24)
    )
    Reference.objects.bulk_create(
        Reference(example=example, position=0, text="The Mill is a nice pub.") for example in examples
    )
    decoding = DecodingConfig.objects.create(name="CANARY-decoding")
    runs = {}
    for number, label in enumerate(["pre", "full", "lora"]):
        checkpoint = Checkpoint.objects.create(
            pk=FIRST_KEY + 100 + number,
            name=f"CANARY-checkpoint-{label}",
            adaptation="pretrained" if label == "pre" else label,
            base_id=None if label == "pre" else FIRST_KEY + 100,
            architecture="CANARY-architecture",
            parameters=1,
            bytes=1,
            digest="d" * 64,
        )
        system = System.objects.create(
            pk=FIRST_KEY + 200 + number,
            name=f"CANARY-system-{label}",
            checkpoint=checkpoint,
            decoding=decoding,
        )
        decoding = DecodingConfig.objects.create(name=f"CANARY-decoding-{number}")
        runs[label] = Run.objects.create(
            pk=FIRST_KEY + 300 + number,
            system=system,
            dataset=dataset,
            state="done",
            examples=len(examples),
            finished_at=timezone.now(),
        )
        Output.objects.bulk_create(
            Output(run=runs[label], example=example, raw="", text=say(label, example.position))
            for example in examples
        )
    return Comparison(dataset=dataset, runs=runs)


@pytest.fixture
def plan(comparison):
    """Stars on six items and a two-way trial on six others, two raters each, four raters."""
    return StudyPlan(
        name="CANARY-study",
        public_title="Texts about restaurants",
        dataset=comparison.dataset.name,
        systems=tuple(
            SystemPlan(system=run.system.name, label=f"CANARY-label-{label}")
            for label, run in comparison.runs.items()
        ),
        parts=(
            PartPlan(kind="stars", items=6, ratings_per_item=2, criteria=DEFAULT_CRITERIA),
            PartPlan(
                kind="two_afc",
                items=6,
                ratings_per_item=2,
                practice=2,
                target="CANARY-label-full",
                foil="CANARY-label-lora",
            ),
        ),
        raters=4,
        seed=20,
        claims=(
            ClaimPlan(
                criterion="quality", system_a="CANARY-label-lora", system_b="CANARY-label-full", margin=0.2
            ),
        ),
        completion_note="Your code is 1234.",
    )


@pytest.fixture
def make_study(researcher, plan):
    """Call with changes to `plan` to get an open study."""

    def make(**changes):
        if "parts" in changes:
            changes.setdefault("claims", ())
        return open_study(study=create_study(owner=researcher, plan=dataclasses.replace(plan, **changes)))

    return make


@pytest.fixture
def study(make_study):
    return make_study()


@dataclass
class Invited:
    rater: Rater
    link: str


@pytest.fixture
def invited(study):
    """The study's first rater, who has a link but has not consented."""
    invitation = create_invitations(study=study, n=1)[0]
    return Invited(
        rater=Rater.objects.select_related("study").get(study=study, place=1), link=invitation.token
    )


@pytest.fixture
def consented(invited):
    """The same rater after consent and practice."""
    give_consent(rater=invited.rater, consent_sha256=invited.rater.study.consent_sha256, language="en")
    Rater.objects.filter(pk=invited.rater.pk).update(practised=3)
    invited.rater.refresh_from_db()
    return invited
