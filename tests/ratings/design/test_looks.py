import dataclasses

import pytest

from ratings.design.claim_plan import ClaimPlan
from ratings.design.looks import LookedClaim, LooksPlan, check_looks, due_at, looks_from_json
from ratings.errors import StudyPlanInvalid

CLAIM = ClaimPlan(criterion="quality", system_a="lora", system_b="full", margin=0.2)


def test_looks_come_due_by_shares_or_by_numbers_of_item_ratings():
    assert due_at(LooksPlan(at=(0.5, 0.75)), 60) == (30, 45)
    assert due_at(LooksPlan(at=(20, 40)), 60) == (20, 40)
    assert due_at(LooksPlan(at=(0.001,)), 60) == (1,)


@pytest.mark.parametrize(
    "looks", [LooksPlan(), LooksPlan(at=(0.5,), spending="pocock"), LooksPlan(at=(9, 12))]
)
def test_what_is_frozen_comes_back(looks):
    assert looks_from_json(looks.to_json()) == looks


def test_looks_that_make_sense_pass():
    check_looks(LooksPlan(), planned=0, claims=())
    check_looks(LooksPlan(at=(0.2, 0.4, 0.9)), planned=60, claims=(CLAIM,))
    check_looks(LooksPlan(at=(1, 59)), planned=60, claims=(CLAIM,))


@pytest.mark.parametrize(
    ("looks", "claims", "sentence"),
    [
        ({"at": (0.5,), "spending": "all"}, (CLAIM,), "'looks.spending' is 'all': choose one of obrien"),
        ({"at": tuple(n / 10 for n in range(1, 8))}, (CLAIM,), "has 7 looks: plan at most 5"),
        ({"at": (0.5, 40)}, (CLAIM,), "'looks.at' is 0.5, 40: give shares between 0 and 1, or whole"),
        ({"at": (10.5,)}, (CLAIM,), "'looks.at' is 10.5: give shares"),
        ({"at": (-0.5,)}, (CLAIM,), "'looks.at' is -0.5: give shares"),
        ({"at": (0.5, 0.4)}, (CLAIM,), "0.5, 0.4: let each look come after more"),
        ({"at": (0.5, 0.501)}, (CLAIM,), "let each look come after more"),
        ({"at": (60,)}, (CLAIM,), "plans 60 item ratings: look before the end"),
        ({"at": (0.5,)}, (), "no claim rests on what raters answer"),
        ({"at": (0.5,)}, (dataclasses.replace(CLAIM, measure="metric"),), "no claim rests on what raters"),
    ],
)
def test_looks_that_make_no_sense_are_named(looks, claims, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        check_looks(LooksPlan(**looks), planned=60, claims=claims)


def test_only_a_decided_claim_stops():
    said = LookedClaim(number=1, handed_in=3, planned=6, alpha=0.001, verdict="undecided")
    assert not said.stops
    assert dataclasses.replace(said, verdict="refuted").stops
