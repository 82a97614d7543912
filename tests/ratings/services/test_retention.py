from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from evalsite.models import AuditEntry
from ratings.models import Rater
from ratings.services.completion import close_study
from ratings.services.retention import retain
from ratings.tasks import retain_links


def test_links_go_once_their_days_are_over_and_answers_stay(consented, capsys):
    study = close_study(study=consented.rater.study)
    later = timezone.now() + timedelta(days=91)
    assert retain() == []
    assert [(row.study, row.raters) for row in retain(now=later, dry_run=True)] == [(study.name, 1)]
    assert Rater.objects.exclude(token_hash=None).count() == 1
    study.closed_at = timezone.now() - timedelta(days=91)
    study.save()
    call_command("retain")
    assert "1 raters" in capsys.readouterr().out
    rater = Rater.objects.get(pk=consented.rater.pk)
    assert (rater.token_hash, rater.link_expires_at, rater.language) == (None, None, "")
    assert rater.consented_at is not None
    assert AuditEntry.objects.filter(action="deleted rater links").count() == 1
    retain_links()
    call_command("retain")
    assert "Nothing is kept" in capsys.readouterr().out
    assert AuditEntry.objects.filter(action="deleted rater links").count() == 1
