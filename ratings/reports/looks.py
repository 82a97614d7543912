"""What looks leave of each claim's alpha, and what a planned look says of each claim."""

from collections.abc import Mapping, Sequence

from ratings.design.looks import SEEN_BY_LOOKS, LookedClaim, Spending, looks_from_json
from ratings.models import Claim, Part, Study
from ratings.reports.claim_tests import Evidence
from ratings.reports.families import decide
from ratings.selectors.looks import ItemRatings, LookTaken
from ratings.statistics.sequential import SpendingPath

LATEST = 0.95  # as which share of its sample a look counts at most, so that it leaves some alpha for the end
APART = 1e-6


def information_of(
    claims: Sequence[Claim], parts: Sequence[Part], answered: Mapping[int, ItemRatings]
) -> dict[int, ItemRatings]:
    """The item ratings that each claim on raters' answers rests on, by the claim's key."""
    return {
        claim.pk: ItemRatings(
            handed_in=sum(answered[part.pk].handed_in for part in rests_on),
            planned=sum(answered[part.pk].planned for part in rests_on),
        )
        for claim in claims
        if claim.measure in SEEN_BY_LOOKS
        for rests_on in [[part for part in parts if _rests_on(claim, part)]]
    }


def spending_paths(
    claims: Sequence[Claim],
    now: Mapping[int, ItemRatings],
    taken: Sequence[LookTaken],
    spending: Spending,
    *,
    at_end: bool,
) -> dict[int, SpendingPath]:
    """How each claim's alpha is spent by the looks `taken` and by the one in hand; `at_end` spends the rest.

    Claims that rest on no answers, and those of which there are none, are left out.
    """
    earlier: dict[int, list[ItemRatings]] = {}
    for look in taken:
        for row in look.claims:
            if row.alpha is not None:
                counts = ItemRatings(handed_in=row.handed_in, planned=row.planned)
                earlier.setdefault(row.number, []).append(counts)
    return {
        claim.pk: _path(earlier.get(number, ()), now[claim.pk], spending, at_end=at_end)
        for number, claim in enumerate(claims, start=1)
        if claim.pk in now and now[claim.pk].handed_in
    }


def final_paths(
    study: Study, claims: Sequence[Claim], now: Mapping[int, ItemRatings], taken: Sequence[LookTaken]
) -> dict[int, SpendingPath]:
    """What the looks that were taken leave for the report; nothing to say where none was."""
    if not taken:
        return {}
    return spending_paths(claims, now, taken, looks_from_json(study.looks).spending, at_end=True)


def look_at(
    claims: Sequence[Claim],
    evidence: Evidence,
    now: Mapping[int, ItemRatings],
    taken: Sequence[LookTaken],
    spending: Spending,
) -> tuple[LookedClaim, ...]:
    """What the look in hand says of each claim on raters' answers; what was decided before stays so."""
    paths = spending_paths(claims, now, taken, spending, at_end=False)
    decided = decide(claims, evidence, paths)
    before = {row.number: row.verdict for look in taken for row in look.claims if row.stops}
    return tuple(
        LookedClaim(
            number=number,
            handed_in=now[claim.pk].handed_in,
            planned=now[claim.pk].planned,
            alpha=decided[claim.pk].alpha if claim.pk in paths else None,
            verdict=before.get(number) or (decided[claim.pk].verdict if claim.pk in paths else "undecided"),
        )
        for number, claim in enumerate(claims, start=1)
        if claim.pk in now
    )


def _rests_on(claim: Claim, part: Part) -> bool:
    if claim.measure == Claim.Measure.STARS:
        return claim.criterion is not None and claim.criterion.part_id == part.pk
    if claim.measure == Claim.Measure.AGGREGATE:
        return part.kind == Part.Kind.STARS
    shown = {part.target_id, part.foil_id} - {None}
    return part.kind == claim.subject and shown <= {claim.system_a_id, claim.system_b_id}


def _path(
    earlier: Sequence[ItemRatings], now: ItemRatings, spending: Spending, *, at_end: bool
) -> SpendingPath:
    """Looks that saw the same item ratings as a later one were no looks of their own.

    Withdrawals may leave fewer than an earlier look had; what both saw hangs together as much as if the later
    look had come first.
    """
    looks = [*earlier, now]
    kept = [
        look
        for place, look in enumerate(looks)
        if all(later.handed_in != look.handed_in for later in looks[place + 1 :])
    ]
    information = [float(kept[-1].handed_in)]
    for look in reversed(kept[:-1]):
        later = information[0]
        information.insert(0, min(float(look.handed_in), later * later / look.handed_in))
    shares: list[float] = []
    for look in kept:
        least = shares[-1] + APART if shares else APART
        shares.append(max(least, min(LATEST, look.handed_in / look.planned)))
    if at_end:
        shares[-1] = 1.0
    return SpendingPath(shares=tuple(shares), information=tuple(information), spending=spending)
