"""The places that somebody who is signed in keeps with their account; only that person sees them."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q

from ratings.models import Rater, Study
from ratings.selectors.raters import account_link


@dataclass(frozen=True, kw_only=True)
class OwnPlace:
    """A place of one's own: the study by its public title, how far it is, and the `link` that leads on.

    `state` is one of "open", "paused", "finished", "closed" and "handed on".
    """

    title: str
    done: int
    total: int
    state: str
    link: str


def own_places(account: User) -> tuple[OwnPlace, ...]:
    """The account's places, the newest first; one query."""
    rows = (
        Rater.objects.filter(account=account, withdrawn_at=None)
        .select_related("study")
        .annotate(
            total=Count("assignments"),
            done=Count("assignments", filter=Q(assignments__completed_at__isnull=False)),
        )
        .order_by("-pk")
    )
    return tuple(
        OwnPlace(
            title=row.study.public_title,
            done=row.done,
            total=row.total,
            state=_state(row),
            link=account_link(row),
        )
        for row in rows
    )


def _state(rater: Rater) -> str:
    if rater.study.state == Study.State.CLOSED:
        return "closed"
    if rater.handed_on_at is not None:
        return "handed on"
    if rater.finished_at is not None:
        return "finished"
    return "paused" if rater.study.paused_at is not None else "open"
