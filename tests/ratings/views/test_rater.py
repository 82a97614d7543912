import re

import pytest
from django.urls import reverse

from ratings.models import Item, Judgement, Rater, Rating, ShownText, Study
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations


@pytest.fixture
def at(invited):
    """The address of one of the invited rater's pages."""
    return lambda page, *tokens: reverse(f"ratings:rater_{page}", args=[invited.link, *tokens])


def first(rater, kind="stars"):
    return rater.assignments.filter(part__kind=kind).order_by("position").first()


def stars_form(assignment, stars=4, leave_open=0):
    names = [
        f"stars-{shown.token}-{criterion.position}"
        for shown in assignment.shown_texts.all()
        for criterion in assignment.part.criteria.all()
    ]
    return dict.fromkeys(names[leave_open:], str(stars)) | {"client_ms": "5000"}


def test_asking_for_the_link_agrees_to_nothing(client, invited, at):
    page = client.get(at("landing"))
    assert page.status_code == 200
    assert b"Texts about restaurants" in page.content
    invited.rater.refresh_from_db()
    assert invited.rater.consented_at is None


def test_consent_leads_to_instructions_and_records_the_version(client, invited, at):
    response = client.post(at("landing"), {"consent": invited.rater.study.consent_sha256})
    assert response["Location"] == at("instructions")
    invited.rater.refresh_from_db()
    assert invited.rater.consent_sha256 == invited.rater.study.consent_sha256
    assert b"<strong>facts</strong>" in client.get(at("instructions")).content
    assert client.get(at("landing"))["Location"] == at("next")


def test_consent_to_another_text_asks_again(client, invited, at):
    assert client.post(at("landing"), {"consent": "0" * 64})["Location"] == at("landing")


def test_nothing_is_shown_or_saved_before_consent(client, invited, at):
    assignment = first(invited.rater)
    assert client.get(at("next"))["Location"] == at("landing")
    assert client.get(at("item", assignment.token))["Location"] == at("landing")
    assert client.post(at("item", assignment.token), stars_form(assignment))["Location"] == at("landing")
    shown = assignment.shown_texts.first().token
    answer = {"place": f"stars-{shown}-1", "stars": "3"}
    assert client.post(at("answer", assignment.token), answer).status_code == 302
    assert not Rating.objects.exists()


def test_practice_comes_before_each_part_and_tells_the_target(client, consented, at):
    Rater.objects.update(practised=0)
    assert client.get(at("next"))["Location"] == at("practice")
    page = client.get(at("practice")).content.decode()
    done = re.search(r'name="(stars-[^"]+)"', page).group(1)
    feedback = client.post(at("practice"), {done: "3"}).content.decode()
    assert "a person wrote" in feedback
    go_on(client, at, feedback)
    assert client.get(at("next"))["Location"] == at("item", first(consented.rater).token)
    consented.rater.assignments.filter(part__kind="stars").update(completed_at="2026-01-01T00:00Z")
    assert client.get(at("next"))["Location"] == at("practice")
    assert_practice_reveals_the_target(client, consented, at)


def assert_practice_reveals_the_target(client, consented, at):
    item = Item.objects.filter(part__kind="two_afc", is_practice=True).order_by("position").first()
    target = item.texts.get(systems=item.part.target).text
    page = client.get(at("practice")).content.decode()
    choices = re.findall(r'name="choice" value="([^"]+)"', page)
    texts = re.findall(r'<p class="judged-text"[^>]*>([^<]+)</p>', page)
    right = choices[texts.index(target)]
    wrong = next(choice for choice in choices if choice != right)
    assert "Right: it is text" in client.post(at("practice"), {"choice": right}).content.decode()
    assert "You chose text" in client.post(at("practice"), {"choice": wrong}).content.decode()
    assert not Judgement.objects.exists()


def go_on(client, at, feedback):
    token = re.search(r'name="done" value="([^"]+)"', feedback).group(1)
    for _ in range(2):  # pressed twice is once
        client.post(at("practice"), {"done": token})


def test_practice_is_over_once_done(client, consented, at):
    assert client.get(at("practice"))["Location"] == at("next")


def test_a_whole_study_without_scripts(client, consented, at):
    for _ in range(consented.rater.assignments.count()):
        address = client.get(at("next"))["Location"]
        assignment = consented.rater.assignments.get(token=address.split("/")[-2])
        if assignment.part.kind == "stars":
            form = stars_form(assignment)
        else:
            form = {"choice": assignment.shown_texts.last().token}
        response = client.post(address, form)
        assert response.status_code == 302
    assert client.get(at("next"))["Location"] == at("thanks")
    assert b"Your code is 1234." in client.get(at("thanks")).content
    assert Rating.objects.filter(live=True, client_ms=5000).count() == Rating.objects.count()


def test_thanks_wait_for_the_last_item(client, consented, at):
    assert client.get(at("thanks"))["Location"] == at("next")


def test_open_questions_are_said_and_what_was_given_is_kept(client, consented, at):
    assignment = first(consented.rater)
    response = client.post(at("item", assignment.token), stars_form(assignment, leave_open=2))
    assert response.status_code == 422
    assert b"Some questions are still open" in response.content
    assert response.content.count(b"required checked") == Rating.objects.count() == 7


def test_back_shows_the_saved_answer_and_the_last_one_wins(client, consented, at):
    assignment = first(consented.rater)
    client.post(at("item", assignment.token), stars_form(assignment, stars=2))
    page = client.get(at("item", assignment.token)).content.decode()
    assert len(re.findall(r'value="2" required checked', page)) == 9
    client.post(at("item", assignment.token), stars_form(assignment, stars=5))
    assert set(Rating.objects.filter(live=True).values_list("stars", "revision")) == {(5, 2)}


def test_one_answer_is_saved_as_it_is_given_and_taken_back(client, consented, at):
    assignment = first(consented.rater)
    place = f"stars-{assignment.shown_texts.first().token}-2"
    for _ in range(2):
        response = client.post(
            at("answer", assignment.token), {"place": place, "stars": "3", "key": "k1", "client_ms": "812"}
        )
        assert response.json() == {"saved": True}
    assert list(Rating.objects.values_list("stars", "key", "client_ms")) == [(3, "k1", 812)]
    client.post(at("answer", assignment.token), {"place": place, "stars": "", "key": "k2"})
    assert not Rating.objects.filter(live=True).exists()


def test_a_choice_is_saved_without_saying_whether_it_is_right(client, consented, at):
    assignment = first(consented.rater, "two_afc")
    answers = set()
    for number, shown in enumerate(assignment.shown_texts.all()):
        sent = {"choice": shown.token, "key": f"k{number}"}
        response = client.post(at("answer", assignment.token), sent)
        answers.add((response.status_code, response.content))
    assert len(answers) == 1
    assert set(Judgement.objects.values_list("correct", flat=True)) == {True, False}


@pytest.mark.parametrize(
    "sent",
    [
        {"place": "stars-x", "stars": "3"},
        {"place": "nonsense", "stars": "3"},
        {"place": "stars-x-1", "stars": "three"},
        {"place": "stars-x-1", "stars": "9" * 5000},
        {"choice": "x"},
        {},
    ],
)
def test_an_answer_no_page_makes_is_refused(client, consented, at, sent):
    response = client.post(at("answer", first(consented.rater).token), sent)
    assert response.status_code == 422
    assert b"This answer was not taken" in response.content


def test_a_clock_that_is_no_number_is_left_out(client, consented, at):
    assignment = first(consented.rater)
    form = stars_form(assignment)
    client.post(at("item", assignment.token), form | {"client_ms": "soon"})
    assignment.refresh_from_db()
    assert assignment.client_ms is None
    assert assignment.completed_at is not None


def test_the_script_gets_the_next_item_with_one_post(client, consented, at):
    items = list(consented.rater.assignments.order_by("position"))
    script = {"headers": {"X-Rater-Script": "1"}}
    response = client.post(at("item", items[0].token), stars_form(items[0]), **script)
    assert response.status_code == 200
    assert response["Content-Location"] == at("item", items[1].token)
    assert b"<html" not in response.content
    assert b"Item 2 of" in response.content
    missing = client.post(at("item", items[1].token), {}, **script)
    assert (missing.status_code, missing["Content-Location"]) == (422, at("item", items[1].token))
    consented.rater.assignments.exclude(pk=items[1].pk).update(completed_at="2026-01-01T00:00Z")
    last = client.post(at("item", items[1].token), stars_form(items[1]), **script)
    assert (last.status_code, last["Content-Location"], last.content) == (204, at("thanks"), b"")


def test_unknown_expired_and_foreign_tokens_answer_alike(client, study, consented, at):
    other = create_invitations(study=study, n=1)[0]
    foreign = Rater.objects.get(study=study, place=2).assignments.first().token
    answers = [
        client.get(reverse("ratings:rater_landing", args=["unknown"])),
        client.get(reverse("ratings:rater_item", args=["unknown", foreign])),
        client.get(at("item", foreign)),
        client.get(at("item", "unknown")),
        client.post(at("item", foreign), {"choice": "x"}),
        client.post(at("answer", foreign), {"choice": "x"}),
    ]
    Rater.objects.filter(place=2).update(link_expires_at="2026-01-01T00:00Z")
    answers.append(client.get(reverse("ratings:rater_landing", args=[other.token])))
    bodies = {without_secrets(answer.content.decode()) for answer in answers}
    assert {answer.status_code for answer in answers} == {404}
    assert len(bodies) == 1


def without_secrets(html):
    """The page without the form token, which differs each time, and without the address asked for."""
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", html)


def test_a_closed_study_takes_nothing_and_says_so(client, study, consented, at):
    assignment = first(consented.rater)
    close_study(study=study)
    for response in (
        client.get(at("next")),
        client.get(at("thanks")),
        client.get(at("item", assignment.token)),
        client.post(at("item", assignment.token), stars_form(assignment)),
    ):
        assert response.status_code == 410
        assert b"The study is over" in response.content
    assert not Rating.objects.exists()


def test_who_has_finished_is_thanked_after_closing_too(client, study, consented, at):
    Rater.objects.filter(pk=consented.rater.pk).update(finished_at="2026-01-01T00:00Z")
    consented.rater.assignments.update(completed_at="2026-01-01T00:00Z")
    close_study(study=study)
    assert client.get(at("next"))["Location"] == at("thanks")
    assert client.get(at("thanks")).status_code == 200
    assignment = first(consented.rater)
    assert client.post(at("item", assignment.token), stars_form(assignment)).status_code == 410


def test_texts_are_shown_harmlessly(client, consented, at):
    shown = ShownText.objects.filter(assignment=first(consented.rater)).first()
    hostile = "<img src=x onerror=alert(1)>  two  spaces\n\u202e right to left " + "long " * 20_000
    shown.presented.text = hostile
    shown.presented.save()
    page = client.get(at("item", shown.assignment.token)).content.decode()
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;  two  spaces" in page
    assert page.count("long ") == 20_000
    assert re.search(r'<p class="judged-text" lang="en" dir="auto">&lt;img', page)


def test_a_text_of_nothing_is_said_to_be_nothing(client, consented, at):
    shown = ShownText.objects.filter(assignment=first(consented.rater)).first()
    shown.presented.text = ""
    shown.presented.save()
    assert b"(no text)" in client.get(at("item", shown.assignment.token)).content


def test_progress_counts_down_and_times_by_the_raters_own_median(client, consented, at):
    items = list(consented.rater.assignments.order_by("position"))
    page = client.get(at("item", items[0].token)).content.decode()
    assert f"{len(items)} items left" in page
    assert "minute" not in page
    form = stars_form(items[0]) | {"client_ms": "120000"}
    page = client.post(at("item", items[0].token), form, follow=True).content.decode()
    assert f"{len(items) - 1} items left" in page
    assert f"about {2 * (len(items) - 1)} minutes" in page


def test_raw_html_in_instructions_is_text(client, consented, at):
    Study.objects.update(instructions="# Read\n<script>x</script> [a](javascript:alert(1))")
    page = client.get(at("instructions")).content.decode()
    assert "<h1>Read</h1>" in page
    assert "<script>" not in page
    assert 'href="javascript' not in page
