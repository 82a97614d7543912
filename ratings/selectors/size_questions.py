"""The size question that a study's claims put, and the plans that were asked for before."""

from collections import Counter

from django.contrib.auth.models import User
from django.db.models import QuerySet

from ratings.design.size_plan import USUAL_RATERS, Assumptions, ClaimToPlan, SizeQuestion
from ratings.models import Claim, Criterion, Part, SizePlan, Study
from ratings.selectors.studies import studies_of

STARS = (Claim.Measure.STARS, Claim.Measure.AGGREGATE)


def question_of(study: Study) -> SizeQuestion:
    """What the study's claims ask: by their margins, at the alpha that the correction may leave them.

    That is alpha over the size of the family, the first step of Holm's, so that a plan holds whatever the
    other claims show. A claim of an aggregate is planned as one of a single criterion, which needs rather
    more. Claims of metrics and costs are not about people or labels and are left out.
    """
    claims = list(study.claims.select_related("criterion", "system_a", "system_b"))
    sizes = Counter(claim.family for claim in claims if claim.measure != Claim.Measure.COST)
    shown = study.systems.count()
    parts = list(study.parts.all())
    return SizeQuestion(
        claims=tuple(
            made
            for claim in claims
            if (made := _claim(claim, round(claim.alpha / max(sizes[claim.family], 1), 6), shown))
        ),
        assumptions=Assumptions(
            raters=tuple(sorted({*USUAL_RATERS, study.raters_planned} - {1})),
            ratings_per_item=_ratings_per_item(study, parts),
        ),
    )


def size_plans_of(user: User) -> QuerySet[SizePlan]:
    """The size plans that `user` asked for, newest first."""
    return SizePlan.objects.filter(owner=user).select_related("study")


def pilots_of(user: User) -> list[tuple[str, str]]:
    """The criteria of the user's closed studies, as `slug:criterion` with the words for them."""
    criteria = Criterion.objects.filter(
        part__study__in=studies_of(user).filter(state=Study.State.CLOSED)
    ).select_related("part__study")
    return [
        (f"{criterion.part.study.slug}:{criterion.name}", f"{criterion.part.study}: {criterion.name}")
        for criterion in criteria.order_by("-part__study__closed_at", "part__position", "position")
    ]


def _claim(claim: Claim, alpha: float, systems: int) -> ClaimToPlan | None:
    label = str(claim)
    if claim.measure in STARS:
        return ClaimToPlan(
            measure="stars", relation=claim.relation, margin=claim.margin, alpha=alpha, label=label
        )
    if claim.measure == Claim.Measure.P_D:
        return ClaimToPlan(
            measure="p_d",
            relation=claim.relation,
            margin=claim.margin,
            alpha=alpha,
            protocol=claim.subject,
            options=systems if claim.subject == Part.Kind.IDENTIFY else 2,
            label=label,
        )
    if claim.measure == Claim.Measure.ACCURACY:
        return ClaimToPlan(
            measure="accuracy", relation=claim.relation, margin=claim.margin, alpha=alpha, label=label
        )
    return None


def _ratings_per_item(study: Study, parts: list[Part]) -> int | None:
    """The fewest ratings an item of any part; None where all raters rate every item."""
    fewest = min((part.ratings_per_item for part in parts), default=study.raters_planned)
    return fewest if fewest < study.raters_planned else None
