"""Answer what is asked of a size: a curve for each claim and number of raters."""

from collections.abc import Callable
from dataclasses import replace

from ratings.design.size_plan import MOST_EXAMPLES, ClaimToPlan, SizeAnswer, SizeQuestion, planned_claim
from ratings.statistics.claim_power import PlannedClaim
from ratings.statistics.results import NotEstimable
from ratings.statistics.size_planning import SizeCurve, size_curve

Progress = Callable[[int], None]


def answer_question(
    question: SizeQuestion, *, progress: Progress = lambda _done: None
) -> tuple[SizeAnswer, ...]:
    """One answer a claim, in their order; claims that differ in words alone are simulated once.

    `progress` is told how many of `steps_of` are done, after each simulated size. Raises StudyPlanInvalid.
    """
    found: dict[ClaimToPlan, SizeAnswer] = {}
    for asked in map(_without_words, question.claims):
        if asked not in found:
            done = sum(_curves_of(claim, question) for claim in found)
            found[asked] = _answer(asked, question, done, progress)
    progress(steps_of(question))
    return tuple(found[_without_words(asked)] for asked in question.claims)


def steps_of(question: SizeQuestion) -> int:
    """How many curves have to be simulated."""
    return sum(_curves_of(claim, question) for claim in set(map(_without_words, question.claims)))


def _answer(asked: ClaimToPlan, question: SizeQuestion, done: int, progress: Progress) -> SizeAnswer:
    claim = planned_claim(asked, question.assumptions)
    numbers = question.assumptions.raters if claim.by_people else (0,)
    try:
        curves = [
            _curve(claim, raters, question, lambda place=place: progress(done + place))  # type: ignore[misc]
            for place, raters in enumerate(numbers)
        ]
    except NotEstimable as refusal:
        return SizeAnswer(refused=str(refusal))
    return SizeAnswer(curves=tuple(curves))


def _curve(
    claim: PlannedClaim, raters: int, question: SizeQuestion, progress: Callable[[], None]
) -> SizeCurve:
    assumptions = question.assumptions
    return size_curve(
        claim,
        raters=raters,
        power=assumptions.power,
        most=assumptions.most_items if claim.by_people else MOST_EXAMPLES,
        seed=assumptions.seed,
        replicates=assumptions.replicates,
        progress=progress,
    )


def _curves_of(claim: ClaimToPlan, question: SizeQuestion) -> int:
    return 1 if claim.measure == "accuracy" else len(question.assumptions.raters)


def _without_words(claim: ClaimToPlan) -> ClaimToPlan:
    return replace(claim, label="")
