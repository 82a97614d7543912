"""What has to hold before a rater's answer is taken."""

from ratings.errors import ConsentMissing, StudyClosed, StudyNotOpen, UnknownToken
from ratings.models import Assignment, Rater, Study


def require_open(study: Study) -> None:
    """Raise StudyNotOpen or StudyClosed unless `study` is open."""
    if study.state == Study.State.DRAFT:
        raise StudyNotOpen("This study has not been opened yet: open it first.")
    if study.state == Study.State.CLOSED:
        raise StudyClosed("This study is closed and takes no more answers.")


def locked_assignment(rater: Rater, token: str) -> Assignment:
    """The rater's assignment of that token, locked until the transaction ends.

    The study's state is read with it, so that no answer slips in after closing. Raises UnknownToken (also for
    another rater's token), ConsentMissing, StudyNotOpen or StudyClosed.
    """
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("rater__study", "part")
        .filter(token=token, rater=rater, rater__withdrawn_at=None)
        .order_by()
        .first()
    )
    if assignment is None:
        raise UnknownToken("There is no such page.")
    require_open(assignment.rater.study)
    if assignment.rater.consented_at is None:
        raise ConsentMissing("Please read and accept the consent text first.")
    return assignment
