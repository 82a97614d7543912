"""What is asked when a study's size is planned, and what it costs: claims, assumptions and the payment."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, cast

from ratings.design.kinds import DISCRIMINATIONS
from ratings.errors import StudyPlanInvalid
from ratings.statistics.claim_power import AccuracyClaim, PlannedClaim, StarsClaim, StarsRelation, TrialsClaim
from ratings.statistics.psychometric import Protocol
from ratings.statistics.simulated_stars import StarsStudy, latent_difference
from ratings.statistics.simulated_trials import TrialsStudy
from ratings.statistics.size_planning import PowerAt, SizeCurve
from ratings.statistics.stars_population import RANKME_SPREAD, StarsSpread, stars_population

PlannedMeasure = Literal["stars", "p_d", "accuracy"]
PLANNED: Mapping[str, tuple[str, ...]] = {
    "stars": ("non_inferior", "equivalent", "superior", "ratio_at_least"),
    "p_d": ("indistinguishable",),
    "accuracy": ("non_inferior", "equivalent"),
}
MOST_RATERS, MOST_ITEMS, MOST_EXAMPLES = 200, 2000, 50_000
USUAL_RATERS = (6, 9, 12, 20)


@dataclass(frozen=True, kw_only=True)
class ClaimToPlan:
    """A claim and what is expected: `expected` is A − B in stars or accuracy, or the share that can tell.

    `alpha` is one-sided and after correction in the family. `protocol` is the kind of trial that p_d is
    about, and `options` how many texts `identify` shows.
    """

    measure: PlannedMeasure
    relation: str
    margin: float
    alpha: float = 0.025
    expected: float = 0.0
    protocol: str = Protocol.TWO_AFC.value
    options: int = 2
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Payment:
    """What one judged item costs: `amount` for each, or for each hour of `seconds` an item."""

    amount: float = 0.0
    per: Literal["item", "hour"] = "hour"
    seconds: float = 45.0
    currency: str = "€"

    def hours(self, judged: int) -> float:
        """Working time of so many judged items."""
        return judged * self.seconds / 3600

    def price(self, judged: int) -> float:
        """What so many judged items cost."""
        return self.amount * (judged if self.per == "item" else self.hours(judged))


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What is expected of raters, items and examples, and the sizes that come into question.

    `spread` is that of stars; the other two spreads are those of who can tell, on the logit scale (see
    `TrialsStudy`). `disagreement` is the share of examples on which only one system is right.
    """

    power: float = 0.8
    raters: tuple[int, ...] = USUAL_RATERS
    ratings_per_item: int | None = None
    most_items: int = 300
    spread: StarsSpread = RANKME_SPREAD
    rater_spread: float = 0.8
    item_spread: float = 0.8
    disagreement: float = 0.1
    seed: int = 1
    replicates: int = 300

    @cached_property
    def population(self) -> StarsStudy:
        """The latent population of stars; StudyPlanInvalid where the spreads fit no whole stars."""
        try:
            return stars_population(self.spread)
        except ValueError as error:
            raise StudyPlanInvalid(f"'spread': {error}.") from error


@dataclass(frozen=True, kw_only=True)
class SizeQuestion:
    """All that is asked at once."""

    claims: tuple[ClaimToPlan, ...]
    assumptions: Assumptions = Assumptions()
    payment: Payment = Payment()

    def to_json(self) -> dict[str, Any]:
        """Plain values, which `question_from_json` reads."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class SizeAnswer:
    """The curves of one claim, one for each number of raters; or why there are none."""

    curves: tuple[SizeCurve, ...] = ()
    refused: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values, which `answer_from_json` reads."""
        return asdict(self)

    @property
    def needed(self) -> Mapping[int, PowerAt]:
        """The least size found by number of raters, where one was."""
        return {curve.raters: curve.needed for curve in self.curves if curve.needed}


def question_from_json(stored: Mapping[str, Any]) -> SizeQuestion:
    """The question that `to_json` stored."""
    assumptions = dict(stored["assumptions"])
    assumptions["spread"] = StarsSpread(**assumptions["spread"])
    assumptions["raters"] = tuple(assumptions["raters"])
    return SizeQuestion(
        claims=tuple(ClaimToPlan(**claim) for claim in stored["claims"]),
        assumptions=Assumptions(**assumptions),
        payment=Payment(**stored["payment"]),
    )


def answer_from_json(stored: Mapping[str, Any]) -> SizeAnswer:
    """The answer that `to_json` stored."""
    curves = tuple(
        SizeCurve(
            raters=curve["raters"],
            points=tuple(PowerAt(**point) for point in curve["points"]),
            needed=PowerAt(**curve["needed"]) if curve["needed"] else None,
            most=curve["most"],
        )
        for curve in stored["curves"]
    )
    return SizeAnswer(curves=curves, refused=stored["refused"])


def planned_claim(claim: ClaimToPlan, assumptions: Assumptions) -> PlannedClaim:
    """The claim with its population. Raises StudyPlanInvalid, naming the field, where they do not fit."""
    try:
        if claim.measure == "p_d":
            return _trials_claim(claim, assumptions)
        if claim.measure == "accuracy":
            return AccuracyClaim(
                relation="equivalent" if claim.relation == "equivalent" else "non-inferior",
                margin=claim.margin,
                alpha=claim.alpha,
                difference=claim.expected,
                disagreement=assumptions.disagreement,
            )
        population = assumptions.population
        latent_difference(population, claim.expected)
        return StarsClaim(
            relation=cast("StarsRelation", claim.relation),
            margin=claim.margin,
            alpha=claim.alpha,
            difference=claim.expected,
            population=population,
            ratings_per_item=assumptions.ratings_per_item,
        )
    except ValueError as error:
        raise StudyPlanInvalid(f"'expected' is {claim.expected:g}: {error}.") from error


def _trials_claim(claim: ClaimToPlan, assumptions: Assumptions) -> TrialsClaim:
    protocol = Protocol(claim.protocol)
    return TrialsClaim(
        margin=claim.margin,
        alpha=claim.alpha,
        ratings_per_item=assumptions.ratings_per_item,
        population=TrialsStudy(
            raters=0,
            items=0,
            discriminators=claim.expected,
            protocol=protocol,
            options=claim.options if protocol is Protocol.IDENTIFY else None,
            rater_spread=assumptions.rater_spread,
            item_spread=assumptions.item_spread,
        ),
    )


def judged_items(items: int, raters: int, ratings_per_item: int | None) -> int:
    """How many times a rater judges an item."""
    return items * min(raters, ratings_per_item or raters)


def check_question(question: SizeQuestion) -> None:
    """Raise StudyPlanInvalid, naming field, value and remedy, unless the question can be answered."""
    if not question.claims:
        raise StudyPlanInvalid("'claims' is empty: state one claim or more.")
    for number, claim in enumerate(question.claims, start=1):
        _check_claim(claim, f"claims[{number}]")
        planned_claim(claim, question.assumptions)
    assumptions, payment = question.assumptions, question.payment
    if not assumptions.raters:
        raise StudyPlanInvalid("'raters' is empty: give numbers of raters such as 6, 9, 12.")
    ranges: tuple[tuple[str, float, float, float], ...] = (
        ("power", assumptions.power, 0.5, 0.99),
        ("most_items", assumptions.most_items, 10, MOST_ITEMS),
        ("replicates", assumptions.replicates, 50, 5000),
        ("rater_spread", assumptions.rater_spread, 0, 10),
        ("item_spread", assumptions.item_spread, 0, 10),
        ("amount", payment.amount, 0, 1e6),
        ("seconds", payment.seconds, 1, 36_000),
        *(("raters", number, 2, MOST_RATERS) for number in assumptions.raters),
        *(
            []
            if (per := assumptions.ratings_per_item) is None
            else [("ratings_per_item", per, 1, MOST_RATERS)]
        ),
    )
    for field, value, low, high in ranges:
        if not low <= value <= high:
            raise StudyPlanInvalid(f"'{field}' is {value:g}: give a number from {low:g} to {high:g}.")


def _check_claim(claim: ClaimToPlan, where: str) -> None:
    allowed = PLANNED.get(claim.measure, ())
    if claim.relation not in allowed:
        raise StudyPlanInvalid(
            f"'{where}.relation' is '{claim.relation}': name one of {', '.join(allowed) or 'none'}."
        )
    highest = {"stars": 100.0, "p_d": 1.0, "accuracy": 1.0}[claim.measure]
    low_fits = claim.margin > 0 or (claim.relation == "superior" and claim.margin == 0)
    if not (low_fits and claim.margin < highest):
        raise StudyPlanInvalid(
            f"'{where}.margin' is {claim.margin:g}: give a number above 0, below {highest:g}."
        )
    if not 0 < claim.alpha < 0.5:
        raise StudyPlanInvalid(f"'{where}.alpha' is {claim.alpha:g}: give a level such as 0.025.")
    if claim.measure == "p_d" and not 0 <= claim.expected < 1:
        raise StudyPlanInvalid(f"'{where}.expected' is {claim.expected:g}: give a share from 0 to 1.")
    if claim.protocol not in DISCRIMINATIONS:
        raise StudyPlanInvalid(
            f"'{where}.protocol' is '{claim.protocol}': name one of {', '.join(DISCRIMINATIONS)}."
        )
    if not 2 <= claim.options <= 20:
        raise StudyPlanInvalid(f"'{where}.options' is {claim.options}: give 2 to 20 texts.")
