import dataclasses
import hashlib
from collections import Counter

import pytest

from generation.models import Output
from ratings.design.protocol_format import protocol_bytes
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.errors import StudyClosed, StudyPlanInvalid
from ratings.models import Assignment, Item, PresentedText, Rater, ShownText, Study, TextOrigin
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.opening import open_study

ALL_STARS = (PartPlan(kind="stars", items=20, ratings_per_item=3, criteria=DEFAULT_CRITERIA),)


def pair(**changes):
    whole = PartPlan(
        kind="two_afc",
        items=22,
        ratings_per_item=2,
        practice=2,
        target="CANARY-label-full",
        foil="CANARY-label-lora",
    )
    return (dataclasses.replace(whole, **changes),)


def test_each_item_gets_its_raters_and_each_rater_a_sequence(study):
    per_item = Counter(Assignment.objects.filter(part__kind="stars").values_list("item", flat=True))
    assert set(per_item.values()) == {2}
    for rater in Rater.objects.filter(study=study):
        rows = list(rater.assignments.order_by("position").values_list("position", "part__position"))
        assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
        assert [part for _, part in rows] == sorted(part for _, part in rows), "stars come first"


def test_parts_and_practice_use_different_examples(study):
    examples = [item.example_id for item in Item.objects.filter(part__study=study)]
    assert len(examples) == len(set(examples)) == 6 + 6 + 1 + 2


def test_identical_outputs_are_shown_once_and_counted_for_each_system(make_study):
    study = make_study(parts=ALL_STARS)
    texts = PresentedText.objects.filter(item__part__study=study)
    shared = [text for text in texts if text.systems.count() == 2]
    assert shared
    for text in shared:
        assert {system.label for system in text.systems.all()} == {"CANARY-label-full", "CANARY-label-lora"}
        assert ShownText.objects.filter(assignment__item=text.item).count() == 3 * 2
    origins = Counter(TextOrigin.objects.filter(item__part__study=study).values_list("item", flat=True))
    assert set(origins.values()) == {3}


def test_a_trial_of_identical_texts_is_not_shown(make_study):
    study = make_study(parts=pair())
    untold = Item.objects.filter(part__study=study, cannot_be_told=True)
    assert untold.count() in {1, 2, 3}
    assert not Assignment.objects.filter(item__in=untold).exists()
    assert set(ShownText.objects.values_list("position", flat=True)) == {1, 2}
    practice = Item.objects.filter(part__study=study, is_practice=True)
    assert not practice.filter(cannot_be_told=True).exists()


def test_identify_shows_all_systems_and_skips_where_the_target_is_shared(make_study):
    study = make_study(parts=pair(kind="identify", foil=None, items=20))
    untold = Item.objects.filter(part__study=study, is_practice=False, cannot_be_told=True)
    assert untold.exists()
    sizes = Counter(ShownText.objects.values_list("assignment", flat=True))
    assert set(sizes.values()) == {3}


def test_sides_are_balanced_over_the_plan(make_study):
    study = make_study(parts=pair())
    target = study.parts.get().target
    left = Counter(
        ShownText.objects.filter(presented__origins__system=target).values_list("position", flat=True)
    )
    assert abs(left[1] - left[2]) <= 1


def test_tokens_are_new_everywhere(study):
    tokens = [
        *ShownText.objects.values_list("token", flat=True),
        *Assignment.objects.values_list("token", flat=True),
    ]
    assert len(tokens) == len(set(tokens))
    assert min(map(len, tokens)) >= 22


def test_the_protocol_is_frozen_with_its_hash_and_the_seed_reproduces_it(researcher, plan, make_study):
    study = Study.objects.get(pk=make_study().pk)
    assert study.protocol_sha256 == hashlib.sha256(protocol_bytes(study.protocol)).hexdigest()
    stars = study.protocol["parts"][0]
    assert len(stars["plan"]) == 12
    assert study.protocol["claims"][0]["margin"] == 0.2
    again = make_study(name="CANARY-again").protocol
    assert again["parts"] == study.protocol["parts"]
    assert make_study(name="CANARY-other", seed=21).protocol["parts"] != study.protocol["parts"]


def test_opening_twice_changes_nothing(study):
    before = Assignment.objects.count(), study.protocol_sha256
    again = open_study(study=study)
    assert (Assignment.objects.count(), again.protocol_sha256) == before


def test_a_closed_study_stays_closed(study):
    close_study(study=study)
    with pytest.raises(StudyClosed, match="cannot be opened again"):
        open_study(study=study)


def test_only_examples_that_every_system_answered_are_drawn(researcher, plan, comparison):
    Output.objects.filter(run=comparison.runs["pre"], example__position__gte=10).delete()
    draft = create_study(owner=researcher, plan=dataclasses.replace(plan, parts=plan.parts[:1]))
    study = open_study(study=draft)
    assert all(item.example.position < 10 for item in Item.objects.filter(part__study=study))


def test_too_few_examples_are_refused_and_the_draft_stays(researcher, plan, comparison):
    study = create_study(owner=researcher, plan=dataclasses.replace(plan, parts=pair(items=23), claims=()))
    with pytest.raises(StudyPlanInvalid, match="asks for 23 items, but only 24 examples"):
        open_study(study=study)
    Output.objects.filter(run=comparison.runs["pre"]).delete()
    with pytest.raises(StudyPlanInvalid, match="no example in common"):
        open_study(study=study)
    assert Study.objects.get().state == Study.State.DRAFT
    assert not Rater.objects.exists()
