"""Which studies there are, and how far the answering is; nothing about what was answered."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from evalsite.roles import ADMIN, roles_of
from ratings.models import Assignment, Rater, Study


@dataclass(frozen=True, kw_only=True)
class StudyProgress:
    """How far the answering is; holds nothing about what was answered."""

    places: int
    invited: int
    consented: int
    finished: int
    assignments: int
    completed: int

    @property
    def share(self) -> float:
        """Completed assignments as a share of all, 0 to 1."""
        return self.completed / self.assignments if self.assignments else 0.0


def studies_of(user: User) -> QuerySet[Study]:
    """The studies that `user` may open: a researcher's own, all of them for an admin."""
    studies = Study.objects.select_related("dataset", "owner")
    return studies if ADMIN in roles_of(user) else studies.filter(owner=user)


def study_progress(study: Study) -> StudyProgress:
    """Counts of raters and assignments; two queries."""
    raters = Rater.objects.filter(study=study, withdrawn_at=None).aggregate(
        places=Count("pk"),
        invited=Count("pk", filter=Q(token_hash__isnull=False)),
        consented=Count("pk", filter=Q(consented_at__isnull=False)),
        finished=Count("pk", filter=Q(finished_at__isnull=False)),
    )
    assignments = Assignment.objects.filter(rater__study=study, rater__withdrawn_at=None).aggregate(
        assignments=Count("pk"), completed=Count("pk", filter=Q(completed_at__isnull=False))
    )
    return StudyProgress(**raters, **assignments)


def rater_progress(study: Study) -> QuerySet[Rater, Rater]:
    """The study's raters, each with `assigned` and `completed` counts."""
    return Rater.objects.filter(study=study).annotate(
        assigned=Count("assignments"),
        completed=Count("assignments", filter=Q(assignments__completed_at__isnull=False)),
    )
