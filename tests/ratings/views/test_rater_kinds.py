"""Each kind of part without scripts: what a rater sees, what is stored, and that nothing leaks."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from generation.models import Dataset, Example, Output
from ratings.design.study_plan import PartPlan
from ratings.models import Judgement, Rater, Remark, TextOrigin
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations
from tests.ratings.views.test_rater_leaks import CANARY, KEY, Crawl, first_choices

PAIR = {"target": "CANARY-label-full", "foil": "CANARY-label-lora"}
LABELS = ["negative", "positive"]


def part(kind, **options):
    named = {} if kind in ("label_check", "stars") else PAIR
    if kind == "identify":
        named = {"target": PAIR["target"]}
    return PartPlan(kind=kind, items=4, ratings_per_item=2, practice=1, **(named | options))


@pytest.fixture
def labelled(comparison):
    """The corpus as a classification, of which each system said labels."""
    Dataset.objects.update(labels=LABELS)
    Example.objects.update(label="positive", slots=[])
    for number, run in enumerate(comparison.runs.values()):
        Output.objects.filter(run=run).update(text=LABELS[number % 2])


@pytest.fixture
def walk(client, make_study):
    """Call with a part to send a rater through a study of it by first choices; what was received."""

    def through(asked):
        study = make_study(parts=(asked,), raters=2)
        rater = Rater.objects.select_related("study").get(study=study, place=1)
        crawl = Crawl(client, create_invitations(study=study, n=1)[0].token)
        consent = {"consent": study.consent_sha256}
        crawl.keep(client.post(crawl.at("landing"), consent))
        for _ in range(60):
            address = client.get(crawl.at("next"))["Location"]
            if address == crawl.at("thanks"):
                break
            page = crawl.keep(client.get(address)).content.decode()
            while page:
                answered = crawl.keep(client.post(address, fields(page)))
                page = answered.content.decode() if answered.status_code == 200 else ""
        rater.refresh_from_db()
        assert rater.finished_at is not None
        return study, crawl

    return through


def fields(page):
    hidden = dict(re.findall(r'type="hidden" name="(done|own_label)" value="([^"]+)"', page))
    return first_choices(page) | hidden


KINDS = ["identify", "two_afc", "abx", "triangle", "preference"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_is_answered_and_no_name_or_key_is_seen(walk, kind):
    study, crawl = walk(part(kind))
    close_study(study=study)
    for text in crawl.received:
        assert not CANARY.search(text)
        assert not KEY.search(text)
    own = Judgement.objects.filter(assignment__rater__place=1)
    assert own.count() == Rater.objects.get(place=1).assignments.count()
    assert set(own.values_list("kind", flat=True)) == {kind}


@pytest.mark.parametrize("kind", ["identify", "two_afc"])
def test_training_shows_code_names_only(walk, kind):
    _, crawl = walk(part(kind, training=2))
    labelled = [text for text in crawl.received if "Written by system P" in text]
    assert len(labelled) == 2
    assert all("Written by system Q" in text for text in labelled)
    assert not any(CANARY.search(text) or KEY.search(text) for text in crawl.received)


def test_a_label_check_hides_the_systems_label_until_the_rater_gave_one(walk, labelled):
    _, crawl = walk(part("label_check"))
    asked = [text for text in crawl.received if 'name="own_label"' in text and 'type="radio"' in text]
    assert asked
    for text in asked:
        if 'type="radio" name="own_label"' in text:
            assert "Label given by a system" not in text
    rows = Judgement.objects.filter(live=True).values_list("own_label", "correct", "accepts")
    assert set(rows) == {("negative", False, True)}
    assert not any(CANARY.search(text) or KEY.search(text) for text in crawl.received)


def test_the_own_label_stays_once_another_was_shown(walk, labelled, client):
    _, crawl = walk(part("label_check"))
    assignment = Rater.objects.get(place=1).assignments.first()
    again = client.post(crawl.at("item", assignment.token), {"own_label": "positive"})
    assert again.status_code == 422
    assert Judgement.objects.get(assignment=assignment, live=True).own_label == "negative"


def test_the_right_answer_of_an_abx_trial_is_who_wrote_x(walk):
    walk(part("abx"))
    for judgement in Judgement.objects.filter(kind="abx"):
        shown = list(judgement.assignment.shown_texts.order_by("position"))
        by = [set(TextOrigin.objects.filter(presented=row.presented).values_list("system")) for row in shown]
        right = shown[0] if by[0] == by[2] else shown[1]
        assert judgement.correct == (judgement.chosen_id == right.pk)


def test_x_cannot_be_chosen(client, make_study):
    study = make_study(parts=(part("abx"),), raters=2)
    link = create_invitations(study=study, n=1)[0].token
    rater = Rater.objects.get(study=study, place=1)
    client.post(reverse("ratings:rater_landing", args=[link]), {"consent": study.consent_sha256})
    assignment = rater.assignments.first()
    x = assignment.shown_texts.get(position=3)
    address = reverse("ratings:rater_answer", args=[link, assignment.token])
    assert client.post(address, {"choice": x.token}).status_code == 422


def test_confidence_is_asked_for_and_a_comment_is_not_needed(walk):
    walk(part("two_afc", confidence_steps=3, asks_comment=True))
    assert set(Remark.objects.values_list("confidence", "comment")) == {(1, "")}


def test_the_database_holds_each_kind_to_its_fields(walk):
    walk(part("preference"))
    judgement = Judgement.objects.first()
    for wrong in ({"strength": 3}, {"chosen": None, "strength": 1}, {"correct": True}, {"kind": "stars"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Judgement.objects.filter(pk=judgement.pk).update(**wrong)
