"""The quiz between practice and the first item, and what becomes of those who do not pass."""

import re

import pytest
from django.urls import reverse

from ratings.design.quiz import Quiz
from ratings.models import PlatformIdentity, Rater, ScreenOut
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations
from ratings.services.open_links import create_open_link
from ratings.services.quiz import answer_quiz

ENGLISH = "Is a short text worse?\n- yes\n* no\n\nWhich is best?\n- 1 star\n* 5 stars"
VIETNAMESE = "Văn bản ngắn có tệ hơn không?\n- có\n* không\n\nMấy sao là tốt nhất?\n- 1 sao\n* 5 sao"
RIGHT, WRONG = {"q0": "1", "q1": "1"}, {"q0": "1", "q1": "0"}


@pytest.fixture
def study(make_study):
    return make_study(quiz=Quiz(attempts=2, texts={"en": ENGLISH, "vi": VIETNAMESE}), raters=4)


@pytest.fixture
def at(consented):
    return lambda page, *tokens: reverse(f"ratings:rater_{page}", args=[consented.link, *tokens])


def test_it_comes_between_practice_and_the_first_item(client, consented, at):
    assert client.get(at("next"))["Location"] == at("quiz")
    page = client.get(at("quiz")).content.decode()
    assert "You have 2 attempts." in page
    assert re.findall(r'type="radio" name="(q\d)" value="(\d)"', page) == [
        ("q0", "0"),
        ("q0", "1"),
        ("q1", "0"),
        ("q1", "1"),
    ]
    assert client.post(at("quiz"), RIGHT | {"attempt": "1"})["Location"] == at("next")
    assert "/item/" in client.get(at("next"))["Location"]
    assert client.get(at("quiz"))["Location"] == at("next")
    consented.rater.refresh_from_db()
    assert (consented.rater.quiz_attempts, consented.rater.quiz_passed_at is None) == (1, False)


def test_it_is_asked_in_the_language_of_the_pages(client, consented, at):
    page = client.get(at("quiz"), headers={"Accept-Language": "vi"}).content.decode()
    assert '<legend class="question" lang="vi">Mấy sao là tốt nhất?</legend>' in page


def test_each_attempt_tells_what_was_wrong_and_counts_once(client, consented, at):
    for _ in range(2):  # a double click
        response = client.post(at("quiz"), WRONG | {"attempt": "1"})
    assert response["Location"] == at("next")
    consented.rater.refresh_from_db()
    assert consented.rater.quiz_attempts == 1
    Rater.objects.update(quiz_attempts=0)
    page = client.post(at("quiz"), WRONG | {"attempt": "1"})
    assert page.status_code == 422
    told = page.content.decode()
    assert "1 answer is not right" in told
    assert told.count("Not right: choose again.") == 1
    assert "You have 1 attempt." in told
    assert client.post(at("quiz"), RIGHT | {"attempt": "2"})["Location"] == at("next")
    assert "/item/" in client.get(at("next"))["Location"]


@pytest.mark.parametrize("sent", [{}, {"q0": "1"}, {"q0": "x", "q1": "1"}, {"q0": "9", "q1": "1"}])
def test_what_is_not_answered_is_not_right(client, consented, at, sent):
    assert client.post(at("quiz"), sent | {"attempt": "1"}).status_code == 422


def fail(client, address):
    for attempt in ("1", "2"):
        response = client.post(address, WRONG | {"attempt": attempt})
    return client.get(response["Location"])


def test_who_does_not_pass_makes_room_and_the_old_link_says_so(client, study, consented, at):
    gone = fail(client, at("quiz"))
    assert (gone.status_code, b"This study is not for you" in gone.content) == (410, True)
    assert client.post(at("landing"), {"consent": study.consent_sha256}).status_code == 410
    free = Rater.objects.get(pk=consented.rater.pk)
    assert (free.token_hash, free.consented_at, free.practised, free.quiz_attempts) == (None, None, 0, 0)
    assert ScreenOut.objects.count() == 1
    assert len(create_invitations(study=study, n=4)) == 4
    close_study(study=study)
    assert ScreenOut.objects.get().token_hash == ""
    assert client.get(at("landing")).status_code == 404


def test_a_person_of_a_platform_gets_the_code_and_no_second_place(client, study, researcher):
    token = create_open_link(
        study=study,
        actor=researcher,
        platform="prolific",
        completion_code="DONE",
        screened_out_code="SCREENED",
    )
    join = reverse("ratings:join", args=[token]) + "?PROLIFIC_PID=5f0c"
    address = client.post(join, {"consent": study.consent_sha256})["Location"]
    Rater.objects.update(practised=9)
    gone = fail(client, address.replace("instructions", "quiz"))
    assert b"complete?cc=SCREENED" in gone.content
    assert not PlatformIdentity.objects.exists()
    for again in (client.get(join), client.post(join, {"consent": study.consent_sha256})):
        assert (again.status_code, b"cc=SCREENED" in again.content) == (410, True)
    assert not study.raters.exclude(token_hash=None).exists()


def test_a_study_without_a_quiz_takes_no_attempt(make_study):
    rater = make_study(name="another").raters.select_related("study").first()
    assert answer_quiz(rater=rater, attempt=1, chosen=[]) is None
