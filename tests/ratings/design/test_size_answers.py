"""Every claim gets a curve for each number of raters; what is asked twice is simulated once."""

from dataclasses import replace

import pytest

from ratings.design.size_answers import answer_question, steps_of
from ratings.design.size_plan import Assumptions, ClaimToPlan, SizeQuestion
from ratings.errors import StudyPlanInvalid

TOLD = ClaimToPlan(measure="p_d", relation="indistinguishable", margin=0.3, expected=0.02)
RIGHT = ClaimToPlan(measure="accuracy", relation="equivalent", margin=0.05)
FEW = Assumptions(raters=(6, 12), replicates=50, most_items=120)


def test_claims_that_differ_in_words_alone_are_simulated_once_and_progress_is_told() -> None:
    question = SizeQuestion(
        claims=(TOLD, replace(TOLD, label="another name"), RIGHT, replace(TOLD, expected=0.3)),
        assumptions=FEW,
    )
    told: list[int] = []
    first, again, right, impossible = answer_question(question, progress=told.append)
    assert first is again
    assert [curve.raters for curve in first.curves] == [6, 12]
    assert first.needed[12].items < first.needed[6].items
    assert [curve.raters for curve in right.curves] == [0]
    assert "No size supports" in impossible.refused
    assert steps_of(question) == 5
    assert told == sorted(told)
    assert told[-1] == 5


def test_a_claim_that_cannot_be_asked_is_refused() -> None:
    wrong = replace(RIGHT, expected=0.4)
    with pytest.raises(StudyPlanInvalid, match="disagree"):
        answer_question(SizeQuestion(claims=(wrong,), assumptions=FEW))
