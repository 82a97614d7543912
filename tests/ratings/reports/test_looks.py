"""How looks become a path of spending, whatever they saw."""

import pytest

from ratings.models import Claim, Part
from ratings.reports.looks import LATEST, information_of, spending_paths
from ratings.selectors.looks import ItemRatings, LookedClaim, LookTaken
from tests.ratings.reports.conftest import CLAIMS, IDENTIFY, PAIRS, STARS


def path_of(seen, now, *, at_end=True):
    """The path of a claim whose looks saw these (handed in, planned), None for one that saw nothing of it."""
    taken = [
        LookTaken(
            number=number,
            at=None,
            actor_name="",
            handed_in=0,
            claims=(
                LookedClaim(
                    number=1,
                    handed_in=row[0] if row else 0,
                    planned=row[1] if row else 60,
                    alpha=0.001 if row else None,
                    verdict="undecided",
                ),
            ),
        )
        for number, row in enumerate(seen, start=1)
    ]
    ratings = ItemRatings(handed_in=now[0], planned=now[1])
    claim = Claim(pk=7)
    return spending_paths([claim], {7: ratings}, taken, "pocock", at_end=at_end).get(7)


def test_looks_spend_by_their_share_and_the_end_takes_the_rest():
    path = path_of([(15, 60), (30, 60)], (60, 60))
    assert (path.shares, path.information) == ((0.25, 0.5, 1.0), (15, 30, 60))
    assert path_of([(15, 60)], (30, 60), at_end=False).shares == (0.25, 0.5)


def test_a_look_that_saw_nothing_of_a_claim_spends_nothing():
    assert path_of([None], (60, 60)).spends_nothing_before
    assert path_of([(15, 60)], (0, 60)) is None


def test_the_same_ratings_looked_at_twice_are_one_look():
    assert path_of([(30, 60), (30, 60)], (60, 60)).shares == (0.5, 1.0)
    assert path_of([(30, 60)], (30, 60)).spends_nothing_before


def test_a_look_at_a_finished_part_leaves_some_alpha():
    path = path_of([(60, 60)], (66, 66))
    assert path.shares == (LATEST, 1.0)
    assert path.nominal_alpha(0.025) > 0


def test_withdrawals_leave_a_path_that_can_be_walked():
    path = path_of([(40, 60), (30, 60)], (36, 60), at_end=False)
    assert path.information == (pytest.approx(22.5), 30, 36)
    assert list(path.shares) == sorted(set(path.shares))


@pytest.mark.django_db
def test_each_claim_rests_on_the_parts_that_ask_about_it(make_study):
    study = make_study(parts=(STARS, PAIRS, IDENTIFY), claims=CLAIMS)
    parts = list(study.parts.select_related("target", "foil"))
    answered = {part.pk: ItemRatings(handed_in=1, planned=10**number) for number, part in enumerate(parts)}
    claims = list(study.claims.order_by("pk"))
    found = information_of(claims, parts, answered)
    by_measure = {claim.measure: found[claim.pk].planned for claim in claims if claim.pk in found}
    assert by_measure == {"stars": 1, "aggregate": 1, "p_d": 10}
    assert [part.kind for part in parts] == [Part.Kind.STARS, Part.Kind.TWO_AFC, Part.Kind.IDENTIFY]
