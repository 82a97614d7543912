"""Items that a rater cannot judge: handed in without an answer, with the reason."""

import secrets

from ratings.models import Assignment, Judgement, Rater, Rating
from ratings.services.access import answering
from ratings.services.answers import Sent
from ratings.services.completion import mark_complete
from ratings.services.judgements import revise
from ratings.services.reasons import required_reason

LONGEST_REASON = 300


def flag_item(*, rater: Rater, assignment: str, reason: str, client_ms: int | None = None) -> None:
    """Hand the item in as one that cannot be judged; its answers are kept as revisions and count no more.

    Another reason replaces the first. Raises ReasonMissing beside what `record_ratings` raises.
    """
    wording = required_reason(reason)[:LONGEST_REASON]
    with answering(rater, assignment) as target:
        for model in (Rating, Judgement):
            model.objects.filter(assignment=target, live=True).update(live=False)
        mark_complete(target, client_ms)
        target.cannot_judge = wording
        target.save(update_fields=["cannot_judge"])


def unflag_item(*, rater: Rater, assignment: str) -> None:
    """Take a flag back: the item is open again, to be answered anew; without a flag nothing changes.

    In a label check the rater's own label stands again, since they have seen the other one by now. Raises as
    `record_ratings` does.
    """
    with answering(rater, assignment) as target:
        if not target.cannot_judge:
            return
        target.cannot_judge, target.completed_at, target.client_ms = "", None, None
        target.save(update_fields=["cannot_judge", "completed_at", "client_ms"])
        Rater.objects.filter(pk=target.rater_id).update(finished_at=None)
        _own_label_again(target)


def _own_label_again(target: Assignment) -> None:
    last = Judgement.objects.filter(assignment=target).exclude(own_label="").order_by("-revision").first()
    if last is not None:
        kept = {"kind": last.kind, "own_label": last.own_label, "correct": last.correct}
        revise(Judgement, target, Sent(key=secrets.token_urlsafe(16)), **kept)
