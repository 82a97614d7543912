"""Items that cannot be judged: on the raters' pages, and what becomes of them."""

import pytest
from django.urls import reverse

from ratings.models import Judgement, Rater, Rating
from ratings.reports.build import build_report
from ratings.reports.tidy import tidy_tables
from ratings.selectors.flags import flagged_items
from ratings.services.completion import close_study
from tests.ratings.views.test_rater import first, stars_form
from tests.ratings.views.test_rater_kinds import labelled, part

__all__ = ["labelled"]
FLAG = {"flag": "1", "cannot_judge": " The text is <b>missing</b>. "}


@pytest.fixture
def at(consented):
    return lambda page, *tokens: reverse(f"ratings:rater_{page}", args=[consented.link, *tokens])


def test_an_item_is_handed_in_without_an_answer_but_with_a_reason(client, consented, at):
    item = first(consented.rater)
    address = at("item", item.token)
    client.post(address, stars_form(item, leave_open=2))
    assert client.post(address, FLAG | {"client_ms": "700"}).status_code == 302
    item.refresh_from_db()
    assert (item.cannot_judge, item.client_ms) == ("The text is <b>missing</b>.", 700)
    assert item.completed_at is not None
    assert Rating.objects.count() == 7
    assert not Rating.objects.filter(live=True).exists()
    page = client.get(address).content.decode()
    assert "The text is &lt;b&gt;missing&lt;/b&gt;." in page
    assert "stars-" not in page


def test_a_flag_needs_its_reason(client, consented, at):
    address = at("item", first(consented.rater).token)
    refused = client.post(address, {"flag": "1", "cannot_judge": " "}, headers={"X-Rater-Script": "1"})
    assert refused.status_code == 422
    assert b"Say in a few words why" in refused.content
    assert not consented.rater.assignments.exclude(completed_at=None).exists()


def test_what_was_flagged_takes_no_answer_until_that_is_taken_back(client, consented, at):
    item = first(consented.rater)
    address = at("item", item.token)
    client.post(address, FLAG)
    late = {"place": f"stars-{item.shown_texts.first().token}-1", "stars": "3", "key": "k"}
    assert client.post(at("answer", item.token), late).status_code == 422
    page = client.post(address, FLAG | {"unflag": "1"}).content.decode()
    assert "Next" in page
    item.refresh_from_db()
    assert (item.cannot_judge, item.completed_at) == ("", None)
    assert client.post(address, stars_form(item)).status_code == 302
    assert Rating.objects.filter(live=True).count() == 9


def test_a_trial_is_flagged_by_the_script_too_and_the_last_item_ends_the_work(client, consented, at):
    item = first(consented.rater, "two_afc")
    consented.rater.assignments.exclude(pk=item.pk).update(completed_at="2026-01-01T00:00Z")
    client.post(at("answer", item.token), {"choice": item.shown_texts.first().token, "key": "k"})
    done = client.post(at("item", item.token), FLAG, headers={"X-Rater-Script": "1"})
    assert (done.status_code, done["Content-Location"]) == (204, at("thanks"))
    assert not Judgement.objects.filter(live=True).exists()
    client.post(at("item", item.token), {"unflag": "1"})
    assert Rater.objects.get(pk=consented.rater.pk).finished_at is None


def test_an_own_label_stands_after_a_flag_is_taken_back(client, labelled, make_study):
    study = make_study(parts=(part("label_check"),), raters=2)
    rater = study.raters.first()
    Rater.objects.filter(pk=rater.pk).update(
        token_hash="a" * 64,
        link_expires_at="2030-01-01T00:00Z",
        consented_at="2026-01-01T00:00Z",
        consent_sha256=study.consent_sha256,
    )
    from ratings.services.answers import Sent
    from ratings.services.flags import flag_item, unflag_item
    from ratings.services.judgements import record_acceptance, record_own_label

    token = first(rater, "label_check").token
    for _ in range(2):  # taken back twice is once
        unflag_item(rater=rater, assignment=token)
    record_own_label(rater=rater, assignment=token, label="negative", sent=Sent(key="a"))
    record_acceptance(rater=rater, assignment=token, accepts=True, sent=Sent(key="b"))
    flag_item(rater=rater, assignment=token, reason="unclear")
    unflag_item(rater=rater, assignment=token)
    live = Judgement.objects.get(live=True)
    assert (live.own_label, live.accepts) == ("negative", None)


def test_flags_are_missing_answers_with_reasons_in_the_report(client, consented, at):
    item = first(consented.rater)
    client.post(at("item", item.token), FLAG)
    study = close_study(study=consented.rater.study)
    report = build_report(study)
    assert [(row.part, row.rater, row.reason) for row in report.cannot_judge] == [
        (1, "R01", "The text is <b>missing</b>.")
    ]
    table = next(table for table in tidy_tables(report, study) if table.name == "cannot_judge")
    assert [row[-1] for row in table.rows] == ["The text is <b>missing</b>."]
    assert flagged_items(study, without=[consented.rater.pk]) == ()


def test_a_pause_is_offered_after_a_block_of_items(client, consented, at, monkeypatch):
    monkeypatch.setattr("ratings.design.sequence.BLOCK", 2)
    monkeypatch.setattr("ratings.design.sequence.FEW", 1)
    places = []
    for _ in range(2):
        address = client.get(at("next"))["Location"]
        places.append(client.post(address, FLAG)["Location"])
    assert places[1] == at("pause")
    assert at("pause") != places[0]
    assert f'href="{at("next")}"' in client.get(at("pause")).content.decode()
