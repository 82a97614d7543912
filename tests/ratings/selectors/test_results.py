import numpy as np
import pytest

from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.errors import ResultsLocked
from ratings.models import Item, Judgement, Rating
from ratings.selectors import identical_items, stars_table, trial_table
from ratings.services.completion import close_study
from ratings.services.leaving import withdraw_rater
from ratings.services.simulation import simulate

STARS = (PartPlan(kind="stars", items=20, ratings_per_item=3, criteria=DEFAULT_CRITERIA),)
PAIRS = (
    PartPlan(
        kind="two_afc",
        items=20,
        ratings_per_item=3,
        practice=2,
        target="CANARY-label-full",
        foil="CANARY-label-lora",
    ),
)


@pytest.fixture
def answered(make_study):
    def make(parts):
        return simulate(study=make_study(parts=parts), seed=3)

    return make


@pytest.mark.parametrize(("parts", "table"), [(STARS, stars_table), (PAIRS, trial_table)])
def test_results_are_locked_until_closing(answered, parts, table):
    study = answered(parts)
    with pytest.raises(ResultsLocked, match="locked until it is closed; it is open"):
        table(study.parts.get())
    table(close_study(study=study).parts.get())


def test_a_text_of_two_systems_has_a_row_for_each(answered):
    study = close_study(study=answered(STARS))
    part = study.parts.get()
    table = stars_table(part)
    assert len(table.stars) == 20 * 3 * 3 * 3  # items × raters × systems × criteria
    assert Rating.objects.count() < len(table.stars)
    assert identical_items(part) > 0
    full, lora = (table.systems.index(f"CANARY-label-{label}") for label in ("full", "lora"))
    shared = Item.objects.filter(part=part, example__position__in=[3, 7, 11]).values_list(
        "example__position", flat=True
    )
    for position in shared:
        here = table.item == table.items.index(position)
        assert np.array_equal(
            table.stars[here & (table.system == full)], table.stars[here & (table.system == lora)]
        )


def test_rows_are_what_was_rated(answered):
    study = close_study(study=answered(STARS))
    table = stars_table(study.parts.get())
    row = len(table.stars) // 2
    rating = Rating.objects.get(
        assignment__rater__pseudonym=table.raters[table.rater[row]],
        assignment__item__example__position=table.items[table.item[row]],
        shown__presented__systems__label=table.systems[table.system[row]],
        criterion__name=table.criteria[table.criterion[row]],
    )
    assert rating.stars == table.stars[row]


def test_only_live_answers_of_raters_who_stayed_count(answered):
    study = answered(STARS)
    whole = Rating.objects.count()
    first = Rating.objects.filter(assignment__rater__place=2).first()
    Rating.objects.filter(pk=first.pk).update(live=False)
    withdraw_rater(rater=study.raters.get(place=1))
    study = close_study(study=study)
    table = stars_table(study.parts.get())
    assert 0 not in table.rater
    assert len(table.stars) < whole


def test_trials_carry_options_positions_and_what_was_not_shown(answered):
    study = close_study(study=answered(PAIRS))
    part = study.parts.get()
    table = trial_table(part)
    untold = Item.objects.filter(part=part, cannot_be_told=True).count()
    assert table.items_cannot_be_told == untold > 0
    assert len(table.correct) == (20 - untold) * 3 == Judgement.objects.count()
    assert set(table.options) == {2}
    assert set(table.chosen_position) == {1, 2}
    assert table.correct.sum() == Judgement.objects.filter(correct=True).count()


def test_nothing_answered_gives_empty_tables(make_study):
    study = close_study(study=make_study())
    stars, pairs = study.parts.order_by("position")
    assert stars_table(stars).stars.shape == (0,)
    assert trial_table(pairs).correct.shape == (0,)
