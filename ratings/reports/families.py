"""Claims tested together: each family corrected, and each claim decided at the alpha that it is left with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ratings.models import Claim
from ratings.reports.claim_tests import Evidence, Tested, tested
from ratings.statistics.margins import Verdict
from ratings.statistics.multiplicity import Correction, Family, correct_family
from ratings.statistics.sequential import SpendingPath

Paths = Mapping[int, SpendingPath]
WITHOUT_LOOKS = SpendingPath()


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A claim after correction: the test at the alpha of its step, and the verdict that holds there.

    `alpha` is what looks before the end leave of that step.
    """

    tested: Tested
    alpha: float
    verdict: Verdict
    pvalue_adjusted: float | None


def decide(claims: Sequence[Claim], evidence: Evidence, paths: Paths | None = None) -> Mapping[int, Decided]:
    """Test all claims and correct each family, in both directions: for its claims and against them.

    Costs are measured, not sampled, so they are in no family. A verdict holds where the family's correction
    rejects and the test at the alpha of that step agrees. An undecided claim is shown at the stricter of its
    two steps, so that its interval reaches over the margin.

    `paths` say how looks spend a claim's alpha: its family is corrected over the p-values of all looks
    together (Maurer & Bretz 2013), and the claim tested at what its step leaves for the look in hand.
    """
    tests = _Tests(evidence, paths or {})
    first = {claim.pk: tests.at(claim, claim.alpha) for claim in claims}
    decided = {
        claim.pk: Decided(
            tested=first[claim.pk],
            alpha=tests.path(claim).nominal_alpha(claim.alpha),
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
        decided |= _corrected(members, first, tests)
    return decided


@dataclass(frozen=True)
class _Tests:
    """The claims' tests on some evidence, by looks that spend alpha."""

    evidence: Evidence
    paths: Paths

    def path(self, claim: Claim) -> SpendingPath:
        return self.paths.get(claim.pk, WITHOUT_LOOKS)

    def at(self, claim: Claim, alpha: float) -> Tested:
        """The test at what `alpha` leaves for the look in hand."""
        return tested(claim, self.evidence, self.path(claim).nominal_alpha(alpha))

    def overall(self, claim: Claim, pvalue: float | None) -> float | None:
        """The p-value of all looks together."""
        return None if pvalue is None else self.path(claim).overall_pvalue(pvalue)


def _corrected(members: Sequence[Claim], first: Mapping[int, Tested], tests: _Tests) -> dict[int, Decided]:
    """Correct one family until every test was made at the alpha of its own step.

    The p-values of clustered trials depend on alpha, so a test is made again at its step, and the family
    corrected again; steps only get stricter, so this ends.
    """
    alpha = members[0].alpha
    found = {claim.pk: first[claim.pk] for claim in members}
    steps = dict.fromkeys(found, alpha)
    while True:
        families = _families(members, found, tests)
        stricter = {
            claim.pk: min(steps[claim.pk], _step(families, index)) for index, claim in enumerate(members)
        }
        if stricter == steps:
            break
        steps = stricter
        found = {claim.pk: tests.at(claim, steps[claim.pk]) for claim in members}
    return {
        claim.pk: Decided(
            tested=found[claim.pk],
            alpha=tests.path(claim).nominal_alpha(steps[claim.pk]),
            verdict=_verdict(families, index, found[claim.pk]),
            pvalue_adjusted=families[0].adjusted[index],
        )
        for index, claim in enumerate(members)
    }


def _families(members: Sequence[Claim], found: Mapping[int, Tested], tests: _Tests) -> tuple[Family, Family]:
    """The family corrected for its claims, and against them."""
    correction, alpha = cast("Correction", members[0].correction), members[0].alpha
    supporting, refuting = (
        correct_family(pvalues, correction=correction, alpha=alpha)
        for pvalues in (
            [tests.overall(claim, found[claim.pk].pvalue) for claim in members],
            [tests.overall(claim, found[claim.pk].pvalue_refuted) for claim in members],
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
