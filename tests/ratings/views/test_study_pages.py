import dataclasses
import hashlib
import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from ratings.design.payment import Payment
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.forms.study import StudyForm
from ratings.models import Assignment, Judgement, Rater, Rating, Study
from ratings.selectors.comparable_runs import finished_runs, starting_plan
from ratings.selectors.plans import plan_of
from ratings.services.answers import Sent, record_ratings
from ratings.services.completion import close_study, complete_assignment
from ratings.services.drafting import create_study
from tests.ratings.sending import sent

LIST_QUERIES = 8
DRAFT_QUERIES = 17
OPEN_QUERIES = 18
LIVE_QUERIES = 9


@pytest.fixture
def browser(client, researcher):
    """A client of the researcher who owns the studies."""
    researcher.groups.add(Group.objects.get(name="researcher"))
    client.force_login(researcher)
    return client


@pytest.fixture
def draft(researcher, plan):
    return create_study(owner=researcher, plan=plan)


@pytest.fixture
def fields(comparison):
    """What the form of a new study sends once it is named."""
    form = StudyForm(runs=finished_runs(), plan=starting_plan(finished_runs(), seed=7))
    return sent(form) | {"name": "LoRA against full", "public_title": "Texts about restaurants"}


def at(page, study, **query):
    return reverse(f"ratings:{page}", args=[study.slug], query=query)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_an_empty_list_says_what_to_do(browser):
    page = browser.get(reverse("ratings:studies")).content.decode()
    assert "plan a study" in page
    assert "<table" not in page


def test_the_list_shows_states_and_progress_but_not_the_studies_of_others(browser, study, draft_of_other):
    page = browser.get(reverse("ratings:studies")).content.decode()
    assert study.name in page
    assert draft_of_other.name not in page
    assert f"0 / {Assignment.objects.count()}" in page


@pytest.fixture
def draft_of_other(django_user_model, plan):
    other = django_user_model.objects.create_user("bo")
    other.groups.add(Group.objects.get(name="researcher"))
    return create_study(owner=other, plan=dataclasses.replace(plan, name="CANARY of another"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_researchers_study_is_not_there(browser, draft_of_other, method):
    pages = ["study", "study_edit", "study_live", "study_protocol", "study_open", "study_invite"]
    pages += ["study_renew", "study_withdraw", "study_simulate", "study_close", "study_delete"]
    for page in pages:
        answer = getattr(browser, method)(at(page, draft_of_other), {"sure": "1"})
        assert answer.status_code in {404, 405}, page
    assert Study.objects.get().state == Study.State.DRAFT
    assert browser.get(reverse("ratings:study_new"), {"from": draft_of_other.slug}).status_code == 404


def test_a_form_becomes_a_draft(browser, fields):
    assert browser.get(reverse("ratings:study_new")).status_code == 200
    response = browser.post(reverse("ratings:study_new"), fields, follow=True)
    study = Study.objects.get()
    assert response.redirect_chain == [(at("study", study), 302)]
    assert (study.name, study.seed, study.systems.count(), study.claims.count()) == (
        "LoRA against full",
        7,
        3,
        3,
    )
    assert "Balance of the plan" in response.content.decode()


def test_a_form_that_does_not_fit_keeps_what_was_written(browser, fields):
    wrong = fields | {"public_title": "", "parts-0-items": "0", "instructions": "Mine, <b>kept</b>"}
    response = browser.post(reverse("ratings:study_new"), wrong)
    page = response.content.decode()
    assert response.status_code == 422
    assert not Study.objects.exists()
    assert "Mine, &lt;b&gt;kept&lt;/b&gt;" in page
    assert page.count('class="errorlist"') == 2


def test_a_name_that_is_taken_is_said_beside_the_name(browser, fields, draft):
    response = browser.post(reverse("ratings:study_new"), fields | {"name": draft.name})
    assert response.status_code == 422
    assert "which another study has" in str(response.context["form"].words.errors["name"])


def test_without_runs_the_form_says_what_is_needed(browser):
    page = browser.get(reverse("ratings:study_new")).content.decode()
    assert "at least two systems" in page
    assert '<form method="post" novalidate' not in page


def test_a_study_may_start_from_another(browser, study):
    form = browser.get(reverse("ratings:study_new"), {"from": study.slug}).context["form"]
    assert form.words["public_title"].value() == study.public_title
    assert form.words["name"].value() == ""
    assert form.words["seed"].value() != study.seed


def test_a_draft_is_changed_and_an_opened_study_is_not(browser, draft, fields):
    Study.objects.update(uses=[{"name": "chatbot", "loss": 0.2}])
    browser.post(at("study_edit", draft), fields)
    assert Study.objects.get().name == "LoRA against full"
    assert Study.objects.get().uses == [{"name": "chatbot", "loss": 0.2}]  # the form shows none and keeps all
    browser.post(at("study_open", draft))
    response = browser.post(at("study_edit", draft), fields | {"name": "Other"}, follow=True)
    assert said(response)[-1] == "This study was opened, which froze its design."
    assert Study.objects.get().name == "LoRA against full"


def test_a_draft_that_a_file_made_with_trials_first_is_changed_by_the_form(browser, draft, plan):
    parts = (plan.parts[1], plan.parts[0], dataclasses.replace(plan.parts[1], kind="abx", items=2))
    other = create_study(owner=draft.owner, plan=dataclasses.replace(plan, name="By file", parts=parts))
    form = browser.get(at("study_edit", other)).context["form"]
    response = browser.post(at("study_edit", other), sent(form) | {"name": "By form"}, follow=True)
    assert said(response) == ["The draft is changed."]
    other.refresh_from_db()
    assert other.name == "By form"
    assert [part.kind for part in plan_of(other).parts] == ["two_afc", "stars", "abx"]


def test_what_raters_will_read_is_shown_as_they_will_see_it(browser, fields):
    words = fields | {"instructions": "**Read** <script>x</script>", "completion_note": "Code 1"}
    page = browser.post(reverse("ratings:study_words"), words).content.decode()
    assert "<strong>Read</strong> &lt;script&gt;x&lt;/script&gt;" in page
    assert "Code 1" in page
    assert not Study.objects.exists()


def test_a_draft_that_cannot_be_opened_says_why_and_has_no_button(browser, draft):
    draft.parts.update(n_items=1000)
    page = browser.get(at("study", draft)).content.decode()
    assert "asks for 1000 items" in page
    assert "Freeze and open" not in page
    assert said(browser.post(at("study_open", draft), follow=True))[0].startswith("A part asks for 1000")
    assert Study.objects.get().state == Study.State.DRAFT


def test_links_are_shown_once_and_not_made_twice(browser, study):
    form = {"n": "2", "free": "4"}
    response = browser.post(at("study_invite", study), form)
    links = re.findall(r"R\d\d\t(http://testserver/rate/\S+)", response.content.decode())
    assert len(links) == 2
    assert "no-store" in response["Cache-Control"]
    assert "/rate/" in browser.get(links[0]).content.decode()
    assert "Places were given out" in said(browser.post(at("study_invite", study), form, follow=True))[0]
    assert links[0] not in browser.get(at("study", study)).content.decode()
    assert Rater.objects.exclude(token_hash=None).count() == 2


@pytest.mark.parametrize("n", ["", "0", "-1", "9", "many", "1" * 40])
def test_a_number_of_links_that_cannot_be_is_refused_in_words(browser, study, n):
    response = browser.post(at("study_invite", study), {"n": n, "free": "4"}, follow=True)
    assert "links were asked for" in said(response)[0]
    assert not Rater.objects.exclude(token_hash=None).exists()


def test_a_lost_link_is_renewed(browser, study, invited, client):
    page = browser.post(at("study_renew", study), {"rater": "R01"}).content.decode()
    assert "R01\thttp://testserver/rate/" in page
    assert invited.link not in page
    assert client.get(reverse("ratings:rater_landing", args=[invited.link])).status_code == 404


def test_a_rater_is_withdrawn_after_one_question(browser, study, invited):
    page = browser.post(at("study_withdraw", study), {"rater": "R01"}).content.decode()
    assert "Withdraw R01?" in page
    assert not Rater.objects.exclude(withdrawn_at=None).exists()
    browser.post(at("study_withdraw", study), {"rater": "R01", "sure": "1"})
    assert Rater.objects.exclude(withdrawn_at=None).get().place == 1


def test_a_place_that_is_not_there_is_refused_in_words(browser, study, invited):
    for page in ("study_renew", "study_withdraw"):
        response = browser.post(at(page, study), {"rater": "R77", "sure": "1"}, follow=True)
        assert "no such rater" in said(response)[0]


def test_simulated_raters_are_marked_and_keep_real_ones_out(browser, study):
    page = browser.post(at("study_simulate", study), follow=True).content.decode()
    assert "simulated raters" in page
    assert "Make personal links" not in page
    assert "simulated raters" in browser.get(reverse("ratings:studies")).content.decode()
    refused = browser.post(at("study_invite", study), {"n": "1", "free": "4"}, follow=True)
    assert "real ones cannot join" in said(refused)[0]


def test_real_raters_keep_simulated_ones_out(browser, study, invited):
    assert "Simulate all raters" not in browser.get(at("study", study)).content.decode()
    refused = browser.post(at("study_simulate", study), follow=True)
    assert "has invited real raters" in said(refused)[0]
    assert not Rating.objects.exists()
    assert not Judgement.objects.exists()


def test_closing_asks_once_and_then_leads_to_the_report(browser, study, invited):
    page = browser.post(at("study_close", study)).content.decode()
    assert f"{Assignment.objects.count()} items have not been handed in yet" in page
    assert Study.objects.get().state == Study.State.OPEN
    response = browser.post(at("study_close", study), {"sure": "1"}, follow=True)
    assert response.redirect_chain == [(at("report", study), 302)]
    assert at("report", study) in browser.get(at("study", study)).content.decode()


def test_a_draft_is_deleted_after_one_question_and_an_opened_study_never(browser, draft):
    browser.post(at("study_delete", draft))
    assert Study.objects.exists()
    browser.post(at("study_delete", draft), {"sure": "1"})
    assert not Study.objects.exists()


def test_an_opened_study_is_not_deleted(browser, study):
    response = browser.post(at("study_delete", study), {"sure": "1"}, follow=True)
    assert "kept with its answers" in said(response)[0]


def test_the_protocol_is_the_bytes_of_its_hash(browser, study, draft_of_other):
    response = browser.get(at("study_protocol", study))
    assert hashlib.sha256(response.content).hexdigest() == study.protocol_sha256
    assert study.protocol_sha256 in browser.get(at("study", study)).content.decode()


def test_nothing_of_the_answers_shows_before_closing(browser, make_study):
    """The page is the same, byte for byte, whichever stars a system gets."""
    seen = []
    for name, favourite in (("CANARY-one", "full"), ("CANARY-two", "lora")):
        parts = (PartPlan(kind="stars", items=4, ratings_per_item=1, criteria=DEFAULT_CRITERIA),)
        study = make_study(name=name, parts=parts, raters=1)
        rate(study, favourite)
        page = browser.get(at("study_live", study)).content.decode()
        assert "4 / 4" in page
        assert "CANARY" not in page
        seen.append(page)
    assert seen[0] == seen[1]


def rate(study, favourite):
    rater = study.raters.get()
    rater.consented_at, rater.consent_sha256 = "2026-01-01T00:00Z", study.consent_sha256
    rater.save()
    for assignment in rater.assignments.all():
        stars = {
            (shown.token, criterion.position): 5
            if shown.presented.systems.filter(label__endswith=favourite).exists()
            else 1
            for shown in assignment.shown_texts.all()
            for criterion in assignment.part.criteria.all()
        }
        record_ratings(rater=rater, assignment=assignment.token, stars=stars, sent=Sent(key="k"))
        complete_assignment(rater=rater, assignment=assignment.token, client_ms=5000)


def test_the_part_that_changes_stops_asking_once_the_study_is_closed(browser, study):
    assert "data-live-next" in browser.get(at("study_live", study)).content.decode()
    close_study(study=study)
    assert "data-live-next" not in browser.get(at("study_live", study)).content.decode()


def test_the_list_costs_the_same_for_more_studies(browser, make_study, django_assert_num_queries):
    for number in range(3):
        make_study(name=f"CANARY {number}")
        with django_assert_num_queries(LIST_QUERIES):
            browser.get(reverse("ratings:studies"))


@pytest.mark.parametrize("raters", [4, 8])
def test_a_page_costs_the_same_for_a_larger_study(browser, make_study, raters, django_assert_num_queries):
    study = make_study(raters=raters)
    with django_assert_num_queries(OPEN_QUERIES):
        browser.get(at("study", study))
    with django_assert_num_queries(LIVE_QUERIES):
        browser.get(at("study_live", study))


def test_a_draft_costs_a_fixed_number_of_queries(browser, draft, django_assert_num_queries):
    with django_assert_num_queries(DRAFT_QUERIES):
        browser.get(at("study", draft))


def test_an_amendment_is_shown_with_its_author(browser, study):
    page = browser.post(at("study_amend", study), {"reason": "<i>late</i>"}, follow=True).content.decode()
    assert "&lt;i&gt;late&lt;/i&gt;" in page
    assert "ada" in page
    response = browser.post(at("study_amend", study), {"reason": ""}, follow=True)
    assert any("write why" in message for message in said(response))


def test_an_archived_study_leaves_the_list_and_comes_back(browser, study):
    close_study(study=study)
    browser.post(at("study_archive", study))
    plain, archived = reverse("ratings:studies"), reverse("ratings:studies", query={"archived": ""})
    assert study.name not in browser.get(plain).content.decode()
    assert study.name in browser.get(archived).content.decode()
    browser.post(at("study_archive", study))
    assert study.name in browser.get(plain).content.decode()
    assert "Nothing is archived" in browser.get(archived).content.decode()


def test_conduct_is_asked_for_stored_and_shown(browser, fields):
    asked = fields | {
        "conduct-hypotheses": "LoRA is as natural.\r\nNot as faithful.",
        "conduct-stopping_rule": "When all have finished.",
        "conduct-amount": "2.5",
        "exclusions-checks_failed_at_most": "0",
        "parts-0-checks": "2",
        "parts-0-repeats": "1",
    }
    response = browser.post(reverse("ratings:study_new"), asked)
    assert response.status_code == 302, response.context["form"].conduct.errors
    study = Study.objects.get()
    assert study.hypotheses == "LoRA is as natural.\nNot as faithful."
    assert study.payment == {"amount": 2.5, "per": "rater", "currency": "EUR"}
    assert study.exclusion_rules == {"checks_failed_at_most": 0}
    assert (study.parts.first().n_checks, study.parts.first().n_repeats) == (2, 1)
    page = browser.get(at("study", study)).content.decode()
    assert "Not as faithful." in page
    assert "Check items failed, at most: 0" in page
    assert 'value="2.5"' in browser.get(at("study_edit", study)).content.decode()


def test_what_raters_are_owed_stands_beside_their_progress(browser, make_study):
    study = make_study(payment=Payment(amount=3.0, currency="VND"))
    rater = study.raters.get(place=1)
    Assignment.objects.filter(rater=rater).update(completed_at=study.opened_at, client_ms=30_000)
    Rater.objects.filter(pk=rater.pk).update(finished_at=study.opened_at)
    page = browser.get(at("study_live", study)).content.decode()
    assert "Raters are owed 3.00 VND so far, 12.00 VND once everybody has finished." in page
    assert "an hour pays 65.45 VND" in page
