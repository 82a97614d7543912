"""Raters who stayed away, and those who followed them, are told apart and counted right."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ratings.models import Assignment, Rater
from ratings.reports.conduct import deviations_section, raters_section
from ratings.reports.figures_flow import flow_figure
from ratings.reports.sections_conduct import flow_rows
from ratings.selectors.attrition import attrition
from ratings.selectors.exclusions import excluded_raters
from ratings.selectors.participation import participation
from ratings.services.completion import close_study
from ratings.services.invitations import create_invitations, give_consent
from ratings.services.places import hand_on
from tests.ratings.services.test_places import answer


def take_part(rater, n):
    """Consent and hand in the first `n` items with stars, or all items where None."""
    Rater.objects.filter(pk=rater.pk).update(consented_at=timezone.now(), consent_sha256="0" * 64)
    planned = rater.assignments.order_by("position")
    for number in range(planned.filter(part__kind="stars").count() if n is None else n):
        answer(Rater.objects.get(pk=rater.pk), number=number)
    done = planned if n is None else planned.filter(part__kind="stars")[:n]
    Assignment.objects.filter(pk__in=[row.pk for row in done]).update(completed_at=timezone.now())
    if n is None:
        Rater.objects.filter(pk=rater.pk).update(finished_at=timezone.now())


@pytest.fixture
def closed(study):
    """R01 handed in one item and was followed by R01-2, who finished; R02 stopped, R03 only looked."""
    create_invitations(study=study, n=3)
    first, second, third, _ = study.raters.order_by("place")
    take_part(first, 1)
    take_part(second, 2)
    give_consent(rater=third, consent_sha256=study.consent_sha256, language="en")
    past = timezone.now() - timedelta(days=30)
    Rater.objects.filter(pk=first.pk).update(link_expires_at=past, consented_at=past)
    first.assignments.exclude(completed_at=None).update(completed_at=past)
    for row in first.assignments.all():
        row.ratings.update(created_at=past)
    take_part(hand_on(rater=first), None)
    return close_study(study=study)


@pytest.fixture
def raters(closed):
    return raters_section(closed, participation(closed), excluded_raters(closed), attrition(closed))


def test_the_flow_adds_up(raters):
    flow = raters.flow
    assert (flow.places, flow.invited, flow.took_part) == (4, 4, 4)
    assert (flow.withdrew, flow.silent) == (0, 1)
    assert (flow.finished, flow.handed_on, flow.stopped) == (1, 1, 1)
    assert flow.finished + flow.handed_on + flow.stopped == flow.left_out + flow.analysed
    assert (flow.left_out, flow.analysed) == (0, 3)
    assert [(row.rater, row.handed_on) for row in raters.rows][:2] == [("R01", True), ("R01-2", False)]
    assert raters.planned == 4


def test_an_item_of_a_place_counts_once_however_many_raters_handed_it_in(closed, raters):
    stars, trials = raters.attrition
    own = Assignment.objects.filter(rater__pseudonym="R01", purpose="data", part__kind="stars").count()
    assert (stars.planned, stars.covered) == (12, own + 2)
    assert (stars.began, stars.finished) == (3, 1)
    assert (trials.began, trials.finished) == (1, 1)
    assert stars.most > stars.most_from_finished == 1
    assert stars.fewest == stars.fewest_from_finished == 0


def test_what_was_handed_on_and_what_is_missing_deviates_from_the_protocol(closed):
    said = {
        row.kind: row.sentence for row in deviations_section(closed, attrition(closed), participation(closed))
    }
    assert said["fewer_raters"].en == "3 of 4 planned raters took part."
    assert "R01 (1 / " in said["handed_on"].en
    assert said["handed_on"].en.startswith("1 place was handed on")
    assert "answers_missing" in said


def test_the_flow_is_drawn_with_its_numbers(raters):
    drawing = flow_figure(flow_rows(raters.flow))
    assert drawing == flow_figure(flow_rows(raters.flow))
    assert drawing.count(b'<g id="text_') == 7
