"""Reminders are for those who have a link and have not finished, in both languages."""

from django.utils import timezone

from ratings.models import Rater
from ratings.selectors.dashboard import study_dashboard
from ratings.selectors.reminders import reminders
from ratings.services.invitations import create_invitations


def test_nobody_is_reminded_without_a_link_or_once_done(study, consented):
    create_invitations(study=study, n=1)
    Rater.objects.filter(place=1).update(finished_at=timezone.now())
    english, vietnamese = reminders(study, study_dashboard(study))
    assert english.raters == vietnamese.raters == ("R02",)
    assert (english.language, vietnamese.language) == ("en", "vi")
    Rater.objects.filter(place=2).update(finished_at=timezone.now())
    assert reminders(study, study_dashboard(study)) == ()


def test_a_reminder_says_what_is_left_and_names_no_system(study):
    create_invitations(study=study, n=4)
    english, vietnamese = reminders(study, study_dashboard(study))
    assert "“Texts about restaurants”" in english.text
    assert "items are left" in english.text
    assert "168 hours" in english.text
    assert "168 giờ" in vietnamese.text
    assert "mục" in vietnamese.text
    for reminder in (english, vietnamese):
        assert "CANARY" not in reminder.text


def test_who_works_now_is_left_in_peace(study, consented):
    assert reminders(study, study_dashboard(study)) == ()
