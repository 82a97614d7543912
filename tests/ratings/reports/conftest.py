"""Closed studies of several kinds, and their reports."""

import dataclasses

import pytest

from generation.models import Checkpoint, Output
from ratings.design.claim_plan import ClaimPlan, founding_claims
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.models import Rating
from ratings.reports.build import build_report
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.opening import open_study
from ratings.services.simulation import simulate

FULL, LORA = "CANARY-label-full", "CANARY-label-lora"
STARS = PartPlan(kind="stars", items=8, ratings_per_item=3, criteria=DEFAULT_CRITERIA)
PAIRS = PartPlan(kind="two_afc", items=8, ratings_per_item=3, practice=1, target=FULL, foil=LORA)
IDENTIFY = PartPlan(kind="identify", items=6, ratings_per_item=3, practice=1, target=FULL)
CLAIMS = (
    ClaimPlan(criterion="quality", system_a=LORA, system_b=FULL, margin=0.2),
    *founding_claims(LORA, FULL, stars=True, two_afc=True, labels=False, references=True),
)


@pytest.fixture
def costs(comparison):
    """What the checkpoints cost: LoRA stores 2 % of full and trains in 20 % of its time."""
    for label, size, seconds, trainable in (("full", 5000, 100.0, 1000), ("lora", 100, 20.0, 10)):
        Checkpoint.objects.filter(name=f"CANARY-checkpoint-{label}").update(
            bytes=size, training_seconds=seconds, trainable=trainable
        )


@pytest.fixture
def make_closed(researcher, plan, costs):
    """Call with changes to the plan to get a closed study, answered by simulation unless `answered` is False.

    `before_closing` is called with the open study.
    """

    def make(*, answered=True, before_closing=None, **changes):
        wanted = {"parts": (STARS, PAIRS), "claims": CLAIMS, "raters": 6} | changes
        study = open_study(study=create_study(owner=researcher, plan=dataclasses.replace(plan, **wanted)))
        if answered:
            study = simulate(study=study, seed=3)
        if before_closing:
            before_closing(study)
        return close_study(study=study)

    return make


@pytest.fixture
def closed(make_closed):
    return make_closed()


@pytest.fixture(scope="session")
def built():
    """Reports by the kind of study, since the same data give the same report."""
    return {}


@pytest.fixture
def report(closed, built):
    """The report of `closed`, or of one that differs in its times only."""
    if "closed" not in built:
        built["closed"] = build_report(closed)
    return built["closed"]


def all_equal(study):
    """Leave all ratings equal."""
    Rating.objects.filter(assignment__rater__study=study).update(stars=4)


@pytest.fixture(params=["one rater", "one item", "all equal", "identical texts", "nobody"])
def degenerate(request, make_closed):
    """A closed study that can answer little."""
    one = [dataclasses.replace(part, items=1, ratings_per_item=1) for part in (STARS, PAIRS)]
    if request.param == "one rater":
        alone = tuple(dataclasses.replace(part, ratings_per_item=1) for part in (STARS, PAIRS, IDENTIFY))
        return make_closed(raters=1, parts=alone)
    if request.param == "one item":
        return make_closed(raters=2, parts=tuple(one))
    if request.param == "all equal":
        return make_closed(before_closing=all_equal)
    if request.param == "identical texts":
        Output.objects.update(text="The Mill is a pub.")
        return make_closed(parts=(STARS, PAIRS, IDENTIFY))
    return make_closed(answered=False, parts=(STARS, PAIRS, IDENTIFY))


@pytest.fixture
def degenerate_report(degenerate, built, request):
    kind = request.node.callspec.params["degenerate"]
    if kind not in built:
        built[kind] = build_report(degenerate)
    return built[kind]
