"""Planned looks and unblinding: what opens when, what is recorded, and what it costs the verdicts."""

import dataclasses

import pytest
from django.db import IntegrityError, transaction

from evalsite.models import AuditEntry
from ratings.design.looks import LooksPlan
from ratings.errors import (
    LookNotDue,
    ReasonMissing,
    ResultsLocked,
    ResultsUnlocked,
    StudyClosed,
    StudyNotOpen,
)
from ratings.models import StudyEvent
from ratings.reports.build import build_report, claims_of, conditions_of, evidence_of
from ratings.reports.presentation import presented
from ratings.reports.verdicts import claims_section
from ratings.selectors.looks import looks_taken, planned_looks
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.looks import take_look, unblind_study
from ratings.services.simulation import simulate
from tests.ratings.reports.conftest import CLAIMS, PAIRS, STARS
from tests.ratings.reports.test_verdicts import with_stars

HALF = LooksPlan(at=(0.5, 0.8))


@pytest.fixture
def looked_at(make_study):
    """A study that plans two looks, of which the first is due."""
    study = make_study(parts=(STARS, PAIRS), claims=CLAIMS, raters=8, looks=HALF)
    return simulate(study=study, seed=3, raters=5)


def test_a_look_is_due_once_enough_is_handed_in(make_study, researcher):
    study = make_study(looks=HALF)
    with pytest.raises(LookNotDue, match=r"Look 1 is due at \d+ item ratings, and 0 are handed in"):
        take_look(study=study, number=1, actor=researcher)
    simulate(study=study, seed=1, raters=2)
    first, second = planned_looks(study)
    assert (first.is_due, second.is_due) == (True, False)
    assert first.due_at == round(0.5 * (6 + 6 - 1) * 2)  # one pair says the same twice and is not shown


def test_a_look_says_of_each_claim_of_people_whether_to_stop(looked_at, researcher):
    look = take_look(study=looked_at, number=1, actor=researcher)
    assert [claim.number for claim in look.claims] == [1, 2, 3, 4]  # not BLEU and costs, known beforehand
    assert all(0 < claim.alpha < 0.025 for claim in look.claims)
    event = StudyEvent.objects.get(study=looked_at)
    assert (event.kind, event.look, event.actor_name) == ("looked", 1, researcher.username)
    assert set(event.details["claims"][0]) == {"number", "handed_in", "planned", "alpha", "verdict"}
    assert AuditEntry.objects.filter(action="looked a study").count() == 1


def test_results_stay_locked_after_a_look(looked_at, researcher):
    take_look(study=looked_at, number=1, actor=researcher)
    with pytest.raises(ResultsLocked):
        build_report(looked_at)


def test_a_look_taken_again_is_the_same_one(looked_at, researcher):
    first = take_look(study=looked_at, number=1, actor=researcher)
    with_stars(lora=1)(looked_at)
    assert take_look(study=looked_at, number=1, actor=researcher) == first
    assert StudyEvent.objects.count() == AuditEntry.objects.filter(action="looked a study").count() == 1
    again = StudyEvent(study=looked_at, kind="looked", look=1, reason="again", actor_name="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_a_look_that_was_passed_over_is_gone(looked_at, researcher):
    simulate(study=looked_at, seed=4, raters=7)
    take_look(study=looked_at, number=2, actor=researcher)
    with pytest.raises(LookNotDue, match="Look 1 was passed over: look 2 has been taken"):
        take_look(study=looked_at, number=1, actor=researcher)
    with pytest.raises(LookNotDue, match="plans no look number 3"):
        take_look(study=looked_at, number=3, actor=researcher)


def test_a_claim_that_is_decided_stays_so(make_study, researcher):
    bold = dataclasses.replace(CLAIMS[0], alpha=0.2)
    looks = LooksPlan(at=(0.5, 0.8), spending="pocock")
    study = make_study(parts=(STARS,), claims=(bold,), raters=8, looks=looks)
    with_stars(full=5, lora=1)(simulate(study=study, seed=3, raters=5))
    first = take_look(study=study, number=1, actor=researcher).claims[0]
    assert (first.verdict, first.stops) == ("refuted", True)
    with_stars(full=4, lora=5)(simulate(study=study, seed=4, raters=7))
    assert take_look(study=study, number=2, actor=researcher).claims[0].verdict == "refuted"


def test_looks_cost_the_report_part_of_its_alpha(looked_at, researcher, make_study):
    take_look(study=looked_at, number=1, actor=researcher)
    simulate(study=looked_at, seed=4)
    looked = verdicts_of(close_study(study=looked_at))
    without = make_study(name="no looks", parts=(STARS, PAIRS), claims=CLAIMS, raters=8)
    simulate(study=without, seed=3, raters=5)
    simulate(study=without, seed=4)
    plain = verdicts_of(close_study(study=without))
    for one, other in zip(looked, plain, strict=True):
        if one.number in (1, 2, 3, 4):
            assert one.alpha_tested < other.alpha_tested
            assert one.statistic.pvalue_adjusted > one.statistic.pvalue
            assert "Looks before the end spent part of its alpha" in one.sentence.en
        else:
            assert "alpha" not in one.sentence.en


def verdicts_of(study):
    claims = claims_of(study)
    return claims_section(claims, evidence_of(study), conditions_of(study, claims))


def test_a_look_after_which_nothing_came_spends_nothing_more(looked_at, researcher, make_study):
    take_look(study=looked_at, number=1, actor=researcher)
    closed = close_study(study=looked_at)
    assert all("spent part" not in claim.sentence.en for claim in verdicts_of(closed))


def test_unblinding_opens_the_results_for_a_reason(looked_at, researcher):
    take_look(study=looked_at, number=1, actor=researcher)
    with pytest.raises(ReasonMissing):
        unblind_study(study=looked_at, reason=" ", actor=researcher)
    unblind_study(study=looked_at, reason="A rater fell ill.", actor=researcher)
    with pytest.raises(ResultsUnlocked, match="are open already"):
        unblind_study(study=looked_at, reason="Again.", actor=researcher)
    simulate(study=looked_at, seed=4, raters=7)
    with pytest.raises(ResultsUnlocked):
        take_look(study=looked_at, number=2, actor=researcher)


def test_the_report_tells_looks_and_unblinding_apart(looked_at, researcher):
    take_look(study=looked_at, number=1, actor=researcher)
    unblind_study(study=looked_at, reason="A rater fell ill.", actor=researcher)
    report = build_report(looked_at)
    assert report.looks.unblinded == ("A rater fell ill.",)
    kinds = [deviation.kind for deviation in report.deviations]
    assert ("unblinded" in kinds, "looked" in kinds) == (True, False)
    assert report.claims[0].sentence.en.startswith("Simulated raters: Exploratory: ")
    assert any("exploratory" in sentence.en for sentence in report.limitations)
    assert "1 of 2 planned interim looks were taken" in report.methods.en
    shown = presented(report, {})
    assert "A rater fell ill." in shown.unblinded
    looks = next(section for section in shown.sections if section.key == "looks")
    assert [item.split(",")[0] for item in looks.items] == ["Look 1", "Look 2"]
    assert [row[2] for row in looks.tables[0].rows] == ["go on"] * 4


def test_a_draft_and_a_closed_study_are_neither_looked_at_nor_unblinded(plan, researcher, looked_at):
    draft = create_study(owner=researcher, plan=dataclasses.replace(plan, name="draft", looks=HALF))
    closed = close_study(study=looked_at)
    for study, refusal in ((draft, StudyNotOpen), (closed, StudyClosed)):
        with pytest.raises(refusal):
            take_look(study=study, number=1, actor=researcher)
        with pytest.raises(refusal):
            unblind_study(study=study, reason="Why not.", actor=researcher)
    assert looks_taken(closed) == ()
