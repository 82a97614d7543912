"""A person's studies at a glance: drafts, open ones and how far they are, closed ones and their report."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from generation.models.leases import WorkState
from ratings.models import Report, Study
from ratings.selectors.studies import progress_of, studies_of

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
    progress = progress_of(studies)
    # The document is large, and this is read again every few seconds.
    reports = {row.study_id: row for row in Report.objects.filter(study__in=progress).defer("document")}
    return [
        StudyRow(
            study=study,
            raters=progress[study.pk].places,
            raters_finished=progress[study.pk].finished,
            assignments=progress[study.pk].assignments,
            completed=progress[study.pk].completed,
            report=reports.get(study.pk),
        )
        for study in studies
    ]
