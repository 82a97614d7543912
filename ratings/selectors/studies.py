"""Which studies there are, and how far the answering is; nothing about what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from evalsite.roles import ADMIN, roles_of
from ratings.models import Assignment, Rater, Study


@dataclass(frozen=True, kw_only=True)
class StudyProgress:
    """How far the answering is; holds nothing about what was answered."""

    places: int = 0
    invited: int = 0
    consented: int = 0
    finished: int = 0
    assignments: int = 0
    completed: int = 0

    @property
    def share(self) -> float:
        """Completed assignments as a share of all, 0 to 1."""
        return self.completed / self.assignments if self.assignments else 0.0

    @property
    def free(self) -> int:
        """Places without a link."""
        return self.places - self.invited

    @property
    def left(self) -> int:
        """Assignments that are still open."""
        return self.assignments - self.completed


def studies_of(user: User) -> QuerySet[Study]:
    """The studies that `user` may open: a researcher's own, all of them for an admin."""
    studies = Study.objects.select_related("dataset", "owner")
    return studies if ADMIN in roles_of(user) else studies.filter(owner=user)


def progress_of(studies: Sequence[Study]) -> Mapping[int, StudyProgress]:
    """The progress of each study by its key; two queries.

    Raters who withdrew or whose place was handed on are left out.
    """
    keys = [study.pk for study in studies]
    raters = {
        study: {"places": places, "invited": invited, "consented": consented, "finished": finished}
        for study, places, invited, consented, finished in Rater.objects.filter(
            study__in=keys, withdrawn_at=None, handed_on_at=None
        )
        .order_by()
        .values_list("study")
        .annotate(
            places=Count("pk"),
            invited=Count("pk", filter=Q(token_hash__isnull=False)),
            consented=Count("pk", filter=Q(consented_at__isnull=False)),
            finished=Count("pk", filter=Q(finished_at__isnull=False)),
        )
    }
    assignments = {
        study: {"assignments": planned, "completed": completed}
        for study, planned, completed in Assignment.objects.filter(
            rater__study__in=keys, rater__withdrawn_at=None, rater__handed_on_at=None
        )
        .order_by()
        .values_list("rater__study")
        .annotate(planned=Count("pk"), completed=Count("pk", filter=Q(completed_at__isnull=False)))
    }
    return {key: StudyProgress(**raters.get(key, {}), **assignments.get(key, {})) for key in keys}


def study_progress(study: Study) -> StudyProgress:
    """Counts of raters and assignments; two queries."""
    return progress_of([study])[study.pk]
