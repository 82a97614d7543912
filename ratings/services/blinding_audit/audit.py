"""The audit as a whole: a throw-away copy of the study, walked as a rater would, and a row for each leak."""

from django.db import transaction

from ratings.models import Study, StudyEvent
from ratings.services.blinding_audit import pages, plan, received
from ratings.services.blinding_audit.canaries import plant
from ratings.services.blinding_audit.rows import AuditRow
from ratings.services.blinding_audit.style import style_rows
from ratings.services.blinding_audit.walk import visitor, walk
from ratings.services.opening import open_study


def audit_blinding(*, study: Study) -> tuple[AuditRow, ...]:
    """A row for each way in which a rater could tell systems by anything but the texts.

    All of it happens in a transaction that is rolled back: a draft is opened, a closed study opened again,
    systems, runs and checkpoints get names and keys that nothing else has, and one rater's place is walked
    anew. Nothing is kept. On SQLite others' answers wait for these seconds. Raises StudyPlanInvalid for a
    draft that cannot be opened, or where nobody is shown anything.
    """
    names = _names(study)
    style = style_rows(study)
    with transaction.atomic():
        rows = _audited(_opened(study), names)
        transaction.set_rollback(True)
    return (*rows, *style)


def _opened(study: Study) -> Study:
    if study.state == Study.State.DRAFT:
        return open_study(study=study)
    Study.objects.filter(pk=study.pk).update(state=Study.State.OPEN, closed_at=None)
    study.events.filter(kind=StudyEvent.Kind.UNBLINDED).delete()  # what was opened on purpose is no leak
    return Study.objects.get(pk=study.pk)


def _audited(study: Study, names: frozenset[str]) -> tuple[AuditRow, ...]:
    by_plan = (plan.tokens(study), plan.positions(study))
    texts = (plan.artefacts(study), plan.identical_texts(study))
    words = received.own_words(study, names)
    owner = study.owner
    plant(study)
    study = Study.objects.get(pk=study.pk)
    visited = visitor(study)
    tokens = walk(visited)
    order = pages.page_order(visited, tokens)
    timing = pages.timing(visited, tokens, seed=study.seed % 2**32)
    markup = pages.markup(visited)
    headers = received.headers(visited)
    refusals = received.refusals(visited)
    return (
        received.names_and_keys(visited, len(tokens)),
        words,
        *by_plan,
        order,
        markup,
        timing,
        headers,
        refusals,
        *texts,
        received.locked_results(study, owner),
    )


def _names(study: Study) -> frozenset[str]:
    """Whatever names a system: labels, systems, checkpoints and their bases."""
    found: set[str] = set()
    for each in study.systems.select_related("run__system__checkpoint__base"):
        found |= {each.label, each.run.system.name}
        checkpoint = each.run.system.checkpoint
        if checkpoint is not None:
            found.add(checkpoint.name)
            found |= {checkpoint.base.name} if checkpoint.base else set()
    return frozenset(found)
