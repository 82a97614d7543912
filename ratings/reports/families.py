"""Claims tested together: each family corrected, and each claim decided at the alpha that it is left with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ratings.models import Claim
from ratings.reports.claim_tests import Evidence, Tested, tested
from ratings.statistics.margins import Verdict
from ratings.statistics.multiplicity import Correction, Family, correct_family


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A claim after correction: the test at the alpha of its step, and the verdict that holds there."""

    tested: Tested
    alpha: float
    verdict: Verdict
    pvalue_adjusted: float | None


def decide(claims: Sequence[Claim], evidence: Evidence) -> Mapping[int, Decided]:
    """Test all claims and correct each family, in both directions: for its claims and against them.

    Costs are measured, not sampled, so they are in no family. A verdict holds where the family's correction
    rejects and the test at the alpha of that step agrees. An undecided claim is shown at the stricter of its
    two steps, so that its interval reaches over the margin.
    """
    first = {claim.pk: tested(claim, evidence, claim.alpha) for claim in claims}
    decided = {
        claim.pk: Decided(
            tested=first[claim.pk],
            alpha=claim.alpha,
            verdict=first[claim.pk].verdict,
            pvalue_adjusted=None,
        )
        for claim in claims
    }
    families: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.measure != Claim.Measure.COST:
            families.setdefault(claim.family, []).append(claim)
    for members in families.values():
        decided |= _corrected(members, first, evidence)
    return decided


def _corrected(
    members: Sequence[Claim], first: Mapping[int, Tested], evidence: Evidence
) -> dict[int, Decided]:
    """Correct one family until every test was made at the alpha of its own step.

    The p-values of clustered trials depend on alpha, so a test is made again at its step, and the family
    corrected again; steps only get stricter, so this ends.
    """
    alpha = members[0].alpha
    found = {claim.pk: first[claim.pk] for claim in members}
    steps = dict.fromkeys(found, alpha)
    while True:
        families = _families(members, found)
        stricter = {
            claim.pk: min(steps[claim.pk], _step(families, index)) for index, claim in enumerate(members)
        }
        if stricter == steps:
            break
        steps = stricter
        found = {claim.pk: tested(claim, evidence, steps[claim.pk]) for claim in members}
    return {
        claim.pk: Decided(
            tested=found[claim.pk],
            alpha=steps[claim.pk],
            verdict=_verdict(families, index, found[claim.pk]),
            pvalue_adjusted=families[0].adjusted[index],
        )
        for index, claim in enumerate(members)
    }


def _families(members: Sequence[Claim], found: Mapping[int, Tested]) -> tuple[Family, Family]:
    """The family corrected for its claims, and against them."""
    correction, alpha = cast("Correction", members[0].correction), members[0].alpha
    supporting, refuting = (
        correct_family(pvalues, correction=correction, alpha=alpha)
        for pvalues in (
            [found[claim.pk].pvalue for claim in members],
            [found[claim.pk].pvalue_refuted for claim in members],
        )
    )
    return supporting, refuting


def _step(families: tuple[Family, Family], index: int) -> float:
    """The alpha at which a claim is decided: of the direction that is rejected, else the stricter one."""
    rejected = [family for family in families if family.rejected[index]]
    return min(family.interval_alphas[index] for family in rejected or families)


def _verdict(families: tuple[Family, Family], index: int, found: Tested) -> Verdict:
    if found.pvalue is None:
        return found.verdict
    supported, refuted = (family.rejected[index] for family in families)
    if supported and found.verdict == "supported":
        return "supported"
    return "refuted" if refuted and found.verdict == "refuted" else "undecided"
