"""An open study is extended by raters or items; what was planned before stays as it was."""

import dataclasses
import hashlib
from collections import Counter

import pytest

from ratings.design.protocol_format import protocol_bytes
from ratings.errors import PlacesChanged, ReasonMissing, StudyClosed, StudyPlanInvalid
from ratings.models import Assignment, Item, Rater, ShownText, StudyEvent
from ratings.reports.conduct import deviations_section
from ratings.selectors.attrition import attrition
from ratings.selectors.participation import participation
from ratings.services.completion import close_study
from ratings.services.extending import extend_study
from ratings.services.protocol import frozen_protocol
from ratings.services.running import record_event
from ratings.services.simulation import simulate


@pytest.fixture
def extend(study, researcher):
    def by(raters, items=0, **changes):
        asked = {"study": study, "reason": "the pilot's spread was larger", "actor": researcher} | changes
        return extend_study(raters=raters, items=items, **asked)

    return by


def plan(study, *, after=0, upto=99):
    rows = ShownText.objects.filter(
        assignment__rater__study=study, assignment__rater__place__gt=after, assignment__rater__place__lte=upto
    )
    return list(
        rows.order_by("assignment__rater__place", "assignment__position", "position").values_list(
            "assignment__token", "token", "assignment__item", "assignment__position", "presented", "position"
        )
    )


def loads(study, kind, places):
    """How many items of the part each new rater has, and how many further ratings each item gets."""
    rows = Assignment.objects.filter(part__study=study, part__kind=kind, rater__place__in=places)
    return (
        sorted(Counter(rows.values_list("rater", flat=True)).values()),
        sorted(Counter(rows.values_list("item", flat=True)).values()),
    )


def test_more_raters_rate_the_items_there_are_and_no_plan_changes(study, extend):
    before, protocol = plan(study), frozen_protocol(study)
    event = extend(4)
    study.refresh_from_db()
    assert plan(study, upto=4) == before
    assert protocol[1] == study.protocol_sha256
    assert [rater.pseudonym for rater in Rater.objects.filter(place__gt=4)] == ["R05", "R06", "R07", "R08"]
    assert Item.objects.filter(part__study=study).count() == 6 + 6 + 1 + 2
    for kind in ("stars", "two_afc"):
        per_rater, per_item = loads(study, kind, [5, 6, 7, 8])
        assert per_rater[-1] - per_rater[0] <= 1
        assert set(per_item) == {2}
    assert event.protocol["extends"] == study.protocol_sha256
    assert event.protocol_sha256 == hashlib.sha256(protocol_bytes(event.protocol)).hexdigest()
    added = Assignment.objects.filter(rater__place__gt=4).count()
    assert sum(len(part["plan"]) for part in event.protocol["parts"]) == added


def test_places_of_systems_stay_balanced(study, extend):
    extend(4)
    rows = ShownText.objects.filter(assignment__rater__place__gt=4, assignment__part__kind="two_afc")
    seen = Counter(rows.values_list("presented__systems__label", "position"))
    assert max(seen.values()) - min(seen.values()) <= 1


def test_new_items_are_unused_examples_that_only_new_raters_see(study, extend):
    used = set(Item.objects.filter(part__study=study).values_list("example", flat=True))
    before = plan(study)
    event = extend(2, items=3)
    assert plan(study, upto=4) == before
    fresh = Item.objects.filter(part__study=study).exclude(example__in=used)
    assert Counter(fresh.values_list("part__kind", flat=True)) == {"stars": 3, "two_afc": 3}
    assert not Assignment.objects.filter(item__in=fresh, rater__place__lte=4).exists()
    assert not Assignment.objects.filter(rater__place__gt=4).exclude(item__in=fresh).exists()
    assert [len(part["items"]) for part in event.protocol["parts"]] == [3, 3]
    assert all(
        rater.assignments.count() == 6 - cannot_be_told(fresh) for rater in study.raters.filter(place__gt=4)
    )


def cannot_be_told(items):
    return items.filter(cannot_be_told=True).count()


def test_the_same_seed_gives_the_same_extension_and_the_second_another(make_study, researcher):
    def extended(name):
        study = make_study(name=name)
        events = [
            extend_study(study=study, raters=3, items=0, reason="r", actor=researcher) for _ in range(2)
        ]
        return [[part["plan"] for part in event.protocol["parts"]] for event in events]

    first, again = extended("one"), extended("two")
    assert first == again
    orders = [[[row[3] for row in part] for part in plans] for plans in first]
    assert orders[0] != orders[1]


def test_checks_and_repeats_come_to_new_raters_too(make_study, researcher, plan):
    stars = dataclasses.replace(plan.parts[0], checks=2, repeats=1)
    study = make_study(parts=(stars,))
    extend_study(study=study, raters=4, items=0, reason="r", actor=researcher)
    for rater in study.raters.filter(place__gt=4):
        assert Counter(rater.assignments.values_list("purpose", flat=True)) == {
            "data": 3,
            "check": 2,
            "repeat": 1,
        }


@pytest.mark.parametrize(
    ("raters", "items", "said"),
    [
        (0, 0, "'raters' is 0: add 1 to 9996"),
        (9997, 0, "add 1 to 9996"),
        (1, 1, "each new item is rated 2 times and only by new raters: add at least 2"),
        (2, 500, "A part asks for 500 items"),
        (2, -1, "'items' is -1"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_nothing_stored(study, extend, raters, items, said):
    with pytest.raises(StudyPlanInvalid, match=said):
        extend(raters, items)
    assert study.raters.count() == 4
    assert not StudyEvent.objects.exists()


def test_a_reason_is_needed_the_same_form_extends_once_and_a_closed_study_not_at_all(study, extend):
    with pytest.raises(ReasonMissing):
        extend(1, reason=" ")
    extend(2, seen_places=4)
    with pytest.raises(PlacesChanged, match="has 6 places by now"):
        extend(2, seen_places=4)
    assert study.raters.count() == 6
    close_study(study=study)
    with pytest.raises(StudyClosed):
        extend(2)


def test_the_report_tells_of_the_extension_and_of_a_changed_protocol(study, extend):
    event = extend(2)
    closed = close_study(study=simulate(study=study, seed=1))
    said = deviations_section(closed, attrition(closed), participation(closed))
    assert [row.kind for row in said] == ["extended"]
    assert said[0].sentence.en == (
        f"Extended by 2 raters and 0 items a part (protocol SHA-256 {event.protocol_sha256}): "
        "the pilot's spread was larger"
    )
    StudyEvent.objects.filter(pk=event.pk).update(protocol={"changed": True})
    said = deviations_section(closed, attrition(closed), participation(closed))
    assert [row.kind for row in said] == ["protocol_changed", "extended"]


def test_an_extension_after_a_look_at_the_results_says_so(study, extend, researcher):
    record_event(study=study, kind=StudyEvent.Kind.UNBLINDED, reason="curious", actor=researcher)
    extend(2)
    closed = close_study(study=study)
    said = deviations_section(closed, attrition(closed), participation(closed))
    extended = next(row for row in said if row.kind == "extended")
    assert extended.sentence.en.startswith("Extended, after results had been seen, by 2 raters")
