"""A person's studies at a glance: drafts, open ones and how far they are, closed ones and their report."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q

from generation.models.leases import WorkState
from ratings.models import Assignment, Rater, Report, Study
from ratings.selectors.studies import studies_of

SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class StudyRow:
    """A study and how far it is: raters who finished of those planned, assignments completed of all.

    `report` is None where nobody asked for it.
    """

    study: Study
    raters: int
    raters_finished: int
    assignments: int
    completed: int
    report: Report | None

    @property
    def report_is_built(self) -> bool:
        """Whether a report can be read; while another is being built, the one before."""
        return self.report is not None and self.report.built_at is not None

    @property
    def report_is_under_way(self) -> bool:
        """Whether the report waits for a worker or is being built."""
        return self.report is not None and self.report.state in (WorkState.QUEUED, WorkState.RUNNING)


@dataclass(frozen=True)
class StudiesOverview:
    """The newest studies of each state."""

    drafts: tuple[StudyRow, ...]
    open: tuple[StudyRow, ...]
    closed: tuple[StudyRow, ...]

    @property
    def reports_under_way(self) -> bool:
        """Whether a report is being built."""
        return any(row.report_is_under_way for row in self.closed)

    @property
    def study_state(self) -> str:
        """`running` while raters may answer, `done` once a study is closed, else `open`."""
        return "running" if self.open else "done" if self.closed else "open"

    @property
    def report_state(self) -> str:
        """`running` while one is built, `done` once one can be read, else `open`."""
        if self.reports_under_way:
            return "running"
        return "done" if any(row.report_is_built for row in self.closed) else "open"


def studies_overview(user: User) -> StudiesOverview:
    """The studies that `user` may open, at most SHOWN of each state, by a fixed number of queries."""
    allowed = studies_of(user)
    studies = [
        study
        for state in Study.State
        for study in allowed.filter(state=state).order_by("-created_at", "-pk")[:SHOWN]
    ]
    rows = _rows(studies)
    of_state = {state: tuple(row for row in rows if row.study.state == state) for state in Study.State}
    return StudiesOverview(
        of_state[Study.State.DRAFT], of_state[Study.State.OPEN], of_state[Study.State.CLOSED]
    )


def _rows(studies: Sequence[Study]) -> list[StudyRow]:
    keys = [study.pk for study in studies]
    raters = {
        study: (places, finished)
        for study, places, finished in Rater.objects.filter(
            study__in=keys, withdrawn_at=None, handed_on_at=None
        )
        .order_by()
        .values_list("study")
        .annotate(places=Count("pk"), finished=Count("pk", filter=Q(finished_at__isnull=False)))
    }
    assignments = {
        study: (planned, done)
        for study, planned, done in Assignment.objects.filter(
            rater__study__in=keys, rater__withdrawn_at=None, rater__handed_on_at=None
        )
        .order_by()
        .values_list("rater__study")
        .annotate(planned=Count("pk"), done=Count("pk", filter=Q(completed_at__isnull=False)))
    }
    # The document is large, and this is read again every few seconds.
    reports = {report.study_id: report for report in Report.objects.filter(study__in=keys).defer("document")}
    rows = []
    for study in studies:
        places, finished = raters.get(study.pk, (0, 0))
        planned, completed = assignments.get(study.pk, (0, 0))
        rows.append(
            StudyRow(
                study=study,
                raters=places,
                raters_finished=finished,
                assignments=planned,
                completed=completed,
                report=reports.get(study.pk),
            )
        )
    return rows
