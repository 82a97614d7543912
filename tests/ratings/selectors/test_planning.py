import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ratings.errors import StudyPlanInvalid
from ratings.models import Assignment, Item, Rater, ShownText
from ratings.selectors.planning import draft_balance, planned_parts, study_pool
from ratings.services.drafting import create_study
from ratings.services.opening import open_study


@pytest.fixture
def draft(researcher, plan):
    return create_study(owner=researcher, plan=plan)


def test_what_is_shown_before_opening_is_what_opening_stores(draft):
    parts = list(draft.parts.all())
    pool = study_pool(draft)
    planned = planned_parts(draft, parts, pool)
    open_study(study=draft)
    for part, plan in zip(parts, planned, strict=True):
        stored = [
            (item.example_id, item.is_practice, item.cannot_be_told)
            for item in Item.objects.filter(part=part).order_by("is_practice", "position")
        ]
        assert stored == [
            *((pool.examples[item.example], False, item.cannot_be_told) for item in plan.items),
            *((pool.examples[item.example], True, False) for item in plan.practice),
        ]
        shown = list(plan.items_shown)
        seen = {
            (
                row.rater + 1,
                pool.examples[shown[row.item].example],
                tuple(
                    pool.texts[shown[row.item].example][shown[row.item].writers[text][0]]
                    for text in row.order
                ),
            )
            for row in plan.assignments
        }
        assert seen == {
            (
                assignment.rater.place,
                assignment.item.example_id,
                tuple(text.presented.text for text in assignment.shown_texts.order_by("position")),
            )
            for assignment in Assignment.objects.filter(part=part)
        }


def test_the_balance_counts_what_opening_stores(draft):
    pool, balance = draft_balance(draft)
    open_study(study=draft)
    assert balance.assignments == Assignment.objects.count()
    for part, row in zip(draft.parts.all(), balance.parts, strict=True):
        assert row.cannot_be_told == Item.objects.filter(part=part, cannot_be_told=True).count()
        for column, counts in zip(row.systems, row.positions, strict=True):
            for position, count in enumerate(counts, start=1):
                assert count == (
                    ShownText.objects.filter(
                        assignment__part=part,
                        position=position,
                        presented__systems=pool.systems[column],
                    ).count()
                )


def test_looking_stores_nothing_and_costs_four_queries(draft):
    with CaptureQueriesContext(connection) as queries:
        draft_balance(draft)
    assert not Rater.objects.exists()
    assert not Item.objects.exists()
    assert len(queries) == 4
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_what_cannot_be_opened_cannot_be_shown(draft):
    draft.parts.update(n_items=1000)
    with pytest.raises(StudyPlanInvalid, match="asks for 1000 items"):
        draft_balance(draft)
