import dataclasses

import pytest
from django.db import IntegrityError, transaction

from evalsite.models import AuditEntry
from ratings.errors import ReasonMissing, StudyNotClosed, StudyNotOpen
from ratings.models import Study
from ratings.services.completion import close_study
from ratings.services.drafting import create_study, delete_draft
from ratings.services.opening import open_study
from ratings.services.running import amend_study, archive_study, unarchive_study


def test_an_amendment_is_kept_with_its_reason_and_its_author(study, researcher):
    amend_study(study=study, reason=" two raters sat together\n", actor=researcher)
    (event,) = study.events.all()
    assert (event.kind, event.reason, event.actor_name) == ("amended", "two raters sat together", "ada")
    entry = AuditEntry.objects.get(action="amended a study")
    assert (entry.subject, entry.details) == (study.name, {"reason": "two raters sat together"})


def test_an_amendment_needs_a_reason_and_an_opened_study(study, researcher, plan):
    with pytest.raises(ReasonMissing, match="write why"):
        amend_study(study=study, reason=" ", actor=researcher)
    draft = create_study(owner=researcher, plan=plan.__class__(**{**vars(plan), "name": "draft"}))
    with pytest.raises(StudyNotOpen, match="change it"):
        amend_study(study=draft, reason="why", actor=researcher)
    assert not AuditEntry.objects.filter(action="amended a study").exists()


def test_only_a_closed_study_is_archived_and_it_comes_back(study, researcher):
    with pytest.raises(StudyNotClosed, match="is open"):
        archive_study(study=study, actor=researcher)
    close_study(study=study)
    archive_study(study=study, actor=researcher)
    study.refresh_from_db()
    first = study.archived_at
    archive_study(study=study, actor=researcher)
    study.refresh_from_db()
    assert study.archived_at == first
    unarchive_study(study=study, actor=researcher)
    study.refresh_from_db()
    assert study.archived_at is None


def test_the_database_too_archives_closed_studies_only(study):
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.filter(pk=study.pk).update(archived_at=study.opened_at)


def test_what_a_researcher_does_with_a_study_is_in_the_audit_log_once(make_study, researcher, plan):
    draft = create_study(owner=researcher, plan=dataclasses.replace(plan, name="mistaken"))
    delete_draft(study=draft, actor=researcher)
    study = create_study(owner=researcher, plan=plan)
    for _ in range(2):
        open_study(study=study, actor=researcher)
    for _ in range(2):
        close_study(study=study, actor=researcher)
    for _ in range(2):
        archive_study(study=study, actor=researcher)
    for _ in range(2):
        unarchive_study(study=study, actor=researcher)
    found = AuditEntry.objects.filter(actor=researcher).order_by("pk")
    assert list(found.values_list("action", "subject")) == [
        ("deleted a draft", "mistaken"),
        ("opened a study", study.name),
        ("closed a study", study.name),
        ("archived a study", study.name),
        ("put a study back on the list", study.name),
    ]
