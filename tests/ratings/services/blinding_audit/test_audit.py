"""A sound study passes every row; each leak that is planted is found in its own row."""

import dataclasses

import pytest
from django.core import serializers

from generation.models import Output, System
from ratings import blinding
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.errors import StudyClosed, StudyPlanInvalid
from ratings.models import (
    Assignment,
    Judgement,
    PresentedText,
    Rater,
    Rating,
    Report,
    ShownText,
    Study,
    StudySystem,
)
from ratings.services.blinding_audit import audit_blinding, received
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.simulation import simulate
from ratings.views import rater as rater_views
from ratings.views import rater_access
from ratings.views import report as report_views

FULL, LORA = "CANARY-label-full", "CANARY-label-lora"
KEPT = (Study, StudySystem, Rater, Assignment, PresentedText, ShownText, Rating, Judgement)


def states(study):
    return {row.key: row.state for row in audit_blinding(study=study)}


def failing(study):
    return {key for key, state in states(study).items() if state == "fail"}


def everything():
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in KEPT]


@pytest.fixture
def large(make_study):
    """Enough texts that a bias shows."""
    parts = (
        PartPlan(kind="stars", items=20, ratings_per_item=4, criteria=DEFAULT_CRITERIA),
        PartPlan(kind="two_afc", items=2, ratings_per_item=4, practice=1, target=FULL, foil=LORA),
    )
    return make_study(parts=parts)


@pytest.fixture
def leaking(monkeypatch):
    """Call with what an item page is to show instead; the pages do so from then on."""

    def leak(change):
        real = blinding.blinded_item

        def shown(rater, token, sequence, **place):
            first = ShownText.objects.filter(assignment__token=token).order_by("position").first()
            return change(real(rater, token, sequence, **place), first.presented.systems.first())

        monkeypatch.setattr(rater_views, "blinded_item", shown)

    return leak


def test_a_sound_study_passes_and_nothing_is_written(study):
    before = everything()
    found = states(study)
    assert set(found.values()) == {"pass", "measured"}
    assert [key for key, state in found.items() if state == "measured"] == ["style"]
    assert everything() == before


def test_a_draft_is_audited_as_it_would_be_opened(researcher, plan):
    draft = create_study(owner=researcher, plan=plan)
    assert not failing(draft)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert not draft.raters.exists()


def test_a_closed_study_shows_what_raters_could_tell_beside_the_style(make_study):
    study = close_study(study=simulate(study=make_study(), seed=3))
    rows = audit_blinding(study=study)
    assert not any(row.state == "fail" for row in rows)
    assert [row.figure[:8] for row in rows if row.key == "raters"] == ["right in"]
    study.refresh_from_db()
    assert study.state == "closed"


def test_a_study_that_shows_nothing_cannot_be_audited(study):
    Assignment.objects.all().delete()
    with pytest.raises(StudyPlanInvalid, match="shows nobody anything"):
        audit_blinding(study=study)


def test_a_label_on_the_page_fails(study, leaking):
    leaking(lambda item, system: dataclasses.replace(item, question=f"{item.question} {system.label}"))
    assert "names" in failing(study)


def test_a_key_on_the_page_fails(study, leaking):
    leaking(lambda item, system: dataclasses.replace(item, question=f"{item.question} {system.run_id}"))
    assert "names" in failing(study)


def test_a_mark_that_goes_with_the_first_text_fails(study, leaking):
    leaking(
        lambda item, system: dataclasses.replace(item, question=f"{item.question}{'!' * system.position}")
    )
    assert failing(study) == {"markup"}


def test_markup_that_grows_with_the_text_fails(study, leaking):
    def grown(item, system):
        slots = item.slots + (("long", "yes"),) * (len(item.texts[0].text) > 1000)
        return dataclasses.replace(item, slots=slots)

    leaking(grown)
    assert failing(study) == {"markup"}


def test_another_order_on_the_page_fails(study, leaking):
    leaking(lambda item, system: dataclasses.replace(item, texts=item.texts[::-1]))
    assert "order" in failing(study)


def test_a_page_that_takes_longer_for_a_system_fails(large, leaking):
    def slow(item, system):
        sum(range(1_500_000 if system.label.endswith("1") else 0))
        return item

    leaking(slow)
    assert failing(large) == {"timing"}


def test_no_item_page_is_no_pass(study, leaking):
    def broken(item, system):
        raise RuntimeError

    leaking(broken)
    (row,) = (row for row in audit_blinding(study=study) if row.key == "names")
    assert (row.state, row.figure[:31]) == ("fail", "no item could be reached as a r")


def test_a_page_that_breaks_for_some_items_fails(study, leaking):
    def sometimes(item, system):
        if item.number == 2:
            raise RuntimeError
        return item

    leaking(sometimes)
    assert "names" in failing(study)


def test_systems_whose_outputs_were_written_elsewhere_have_names_as_well(study):
    System.objects.filter(name="CANARY-system-full").update(checkpoint=None, decoding=None)
    assert not failing(study)
    Study.objects.update(completion_note="So much for CANARY-system-full.")
    assert failing(Study.objects.get()) == {"words"}


def test_a_side_that_goes_with_the_system_fails(large):
    for assignment in Assignment.objects.filter(part__kind="stars"):
        shown = list(assignment.shown_texts.order_by("presented__origins__system__position").distinct())
        tokens = [each.token for each in shown]
        texts = [each.presented_id for each in shown]
        assignment.shown_texts.all().delete()
        ShownText.objects.bulk_create(
            ShownText(assignment=assignment, presented_id=text, position=place, token=token)
            for place, (text, token) in enumerate(dict(zip(texts, tokens, strict=True)).items(), start=1)
        )
    assert "positions" in failing(large)


def test_tokens_that_go_with_the_system_fail(large):
    for shown in ShownText.objects.all():
        number = shown.presented.systems.first().position
        ShownText.objects.filter(pk=shown.pk).update(token=f"{'abc'[number - 1]}{shown.token[1:]}")
    assert failing(large) == {"tokens"}


def test_a_token_used_twice_fails(study):
    Assignment.objects.filter(pk=Assignment.objects.first().pk).update(token=ShownText.objects.last().token)
    assert "tokens" in failing(study)


def test_a_header_that_identifies_a_body_fails(study, settings):
    settings.MIDDLEWARE = [
        "tests.ratings.services.blinding_audit.leaks.identify_bodies",
        *settings.MIDDLEWARE,
    ]
    assert failing(study) == {"headers"}


def test_another_answer_to_an_unknown_link_fails(study, monkeypatch):
    real = rater_access.rater_of_link

    def telling(link):
        if link.startswith("000"):
            raise StudyClosed("closed")
        return real(link)

    monkeypatch.setattr(rater_access, "rater_of_link", telling)
    assert failing(study) == {"refusals"}


def test_a_system_named_in_the_instructions_fails(study):
    Study.objects.update(instructions=f"Which text is by {FULL}?")
    assert failing(Study.objects.get()) == {"words"}
    Study.objects.update(instructions=f"Which text is by {FULL}er?")
    assert not failing(Study.objects.get())


def test_what_an_output_left_behind_fails(study):
    text = PresentedText.objects.first()
    PresentedText.objects.filter(pk=text.pk).update(text=f"{text.text}<|endoftext|>")
    assert failing(study) == {"artefacts"}


def test_a_trial_that_cannot_be_told_but_is_shown_fails(study):
    Assignment.objects.first().item.__class__.objects.filter(assignments__isnull=False).update(
        cannot_be_told=True
    )
    assert failing(study) == {"identical"}


def test_results_that_are_open_before_closing_fail(study, monkeypatch):
    Report.objects.create(study=study, document="{}")
    monkeypatch.setattr(report_views, "_unlocked_study", report_views.own_study)
    monkeypatch.setattr(received, "require_unlocked", lambda study: None)
    assert failing(study) == {"results"}


def test_a_small_study_tells_no_more_than_it_can(make_study):
    Output.objects.update(text="The Mill is a pub.")
    parts = (PartPlan(kind="stars", items=1, ratings_per_item=1, practice=0, criteria=DEFAULT_CRITERIA),)
    found = states(make_study(parts=parts, raters=1))
    assert {key for key, state in found.items() if state == "measured"} == {
        "tokens",
        "positions",
        "timing",
        "style",
    }
