"""What is asked of a size: kept as JSON, refused by field, value and remedy, and priced."""

import json
from dataclasses import replace

import pytest

from ratings.design.size_plan import (
    Assumptions,
    ClaimToPlan,
    Payment,
    SizeQuestion,
    check_question,
    judged_items,
    planned_claim,
    question_from_json,
)
from ratings.errors import StudyPlanInvalid
from ratings.statistics.claim_power import AccuracyClaim, StarsClaim, TrialsClaim
from ratings.statistics.psychometric import Protocol
from ratings.statistics.stars_population import RANKME_SPREAD

STARS = ClaimToPlan(measure="stars", relation="non_inferior", margin=0.2)
TOLD = ClaimToPlan(measure="p_d", relation="indistinguishable", margin=0.2, expected=0.05)
RIGHT = ClaimToPlan(measure="accuracy", relation="equivalent", margin=0.015)
QUESTION = SizeQuestion(claims=(STARS, TOLD, RIGHT))


def test_a_question_survives_json() -> None:
    asked = replace(QUESTION, payment=Payment(amount=12.5, per="item", currency="£"))
    assert question_from_json(json.loads(json.dumps(asked.to_json()))) == asked


def test_each_measure_gets_its_own_analysis() -> None:
    stars, told, right = (planned_claim(claim, Assumptions(ratings_per_item=3)) for claim in QUESTION.claims)
    assert isinstance(stars, StarsClaim)
    assert stars.ratings_per_item == 3
    assert isinstance(told, TrialsClaim)
    assert told.population.protocol is Protocol.TWO_AFC
    assert isinstance(right, AccuracyClaim)
    assert right.relation == "equivalent"
    three = planned_claim(replace(TOLD, protocol="identify", options=3), Assumptions())
    assert isinstance(three, TrialsClaim)
    assert (three.population.protocol, three.population.options) == (Protocol.IDENTIFY, 3)
    odd = planned_claim(replace(TOLD, protocol="triangle"), Assumptions())
    assert isinstance(odd, TrialsClaim)
    assert (odd.population.protocol, odd.population.options) == (Protocol.TRIANGLE, None)
    inferior = planned_claim(replace(RIGHT, relation="non_inferior"), Assumptions())
    assert isinstance(inferior, AccuracyClaim)
    assert inferior.relation == "non-inferior"


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            replace(STARS, relation="indistinguishable"),
            r"'claims\[1\]\.relation' is 'indistinguishable': name",
        ),
        (replace(STARS, measure="metric"), r"name one of none"),
        (replace(STARS, margin=0), r"'claims\[1\]\.margin' is 0: give a number above 0"),
        (replace(TOLD, margin=1), r"'claims\[1\]\.margin' is 1: give a number above 0, below 1"),
        (replace(STARS, alpha=0.5), r"'claims\[1\]\.alpha' is 0.5"),
        (replace(TOLD, expected=-0.1), r"'claims\[1\]\.expected' is -0.1: give a share"),
        (
            replace(TOLD, protocol="preference"),
            r"'claims\[1\]\.protocol' is 'preference': name one of",
        ),
        (replace(TOLD, options=1), r"'claims\[1\]\.options' is 1"),
        (replace(STARS, expected=9), r"'expected' is 9: No latent difference"),
        (replace(RIGHT, expected=0.5), r"'expected' is 0.5: .*disagree"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(claim: ClaimToPlan, sentence: str) -> None:
    with pytest.raises(StudyPlanInvalid, match=sentence):
        check_question(replace(QUESTION, claims=(claim,)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"raters": ()}, "'raters' is empty"),
        ({"raters": (6, 1)}, "'raters' is 1: give a number from 2 to 200"),
        ({"power": 0.2}, "'power' is 0.2"),
        ({"most_items": 5}, "'most_items' is 5"),
        ({"ratings_per_item": 0}, "'ratings_per_item' is 0"),
        ({"rater_spread": float("nan")}, "'rater_spread' is nan"),
        ({"spread": replace(RANKME_SPREAD, mean=5.0)}, "'spread': The mean is 5"),
    ],
)
def test_an_assumption_out_of_range_is_refused(changes: dict, sentence: str) -> None:
    with pytest.raises(StudyPlanInvalid, match=sentence):
        check_question(replace(QUESTION, assumptions=replace(Assumptions(), **changes)))


def test_no_claim_and_no_time_are_refused_and_a_superiority_of_nothing_is_not() -> None:
    with pytest.raises(StudyPlanInvalid, match="'claims' is empty"):
        check_question(replace(QUESTION, claims=()))
    with pytest.raises(StudyPlanInvalid, match="'seconds' is 0"):
        check_question(replace(QUESTION, payment=Payment(seconds=0)))
    check_question(replace(QUESTION, claims=(replace(STARS, relation="superior", margin=0, expected=0.1),)))


def test_the_price_is_by_item_or_by_hour() -> None:
    assert judged_items(40, 9, None) == 360
    assert judged_items(40, 9, 3) == 120
    assert judged_items(40, 9, 20) == 360
    assert Payment(amount=12, per="hour", seconds=60).price(120) == pytest.approx(24)
    assert Payment(amount=0.2, per="item").price(120) == pytest.approx(24)
    assert Payment(seconds=90).hours(40) == pytest.approx(1)
