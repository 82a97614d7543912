"""Where a rater stands: the rater behind a link, what comes next, how much is left."""

from dataclasses import dataclass
from typing import Literal

from django.utils import timezone

from ratings.design.sequence import RaterSequence, SequenceStep
from ratings.errors import RaterUnknown, ScreenedOut, UnknownToken
from ratings.models import Assignment, Item, Rater, ScreenOut, Study
from ratings.models.raters import link_hash

# What no rater's request needs of a study; above all the protocol, which lists every item.
UNSEEN = ("protocol", "uses", "payment", "exclusion_rules", "hypotheses", "stopping_rule")

ACCOUNT_LINK = "account."
LONGEST_KEY = 18  # digits that every database takes


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The page that a rater goes to now; `token` is set for an item."""

    page: Literal["landing", "practice", "quiz", "item", "pause", "thanks"]
    token: str = ""


def account_link(rater: Rater) -> str:
    """What stands for a personal link in the address of a place that its rater's account leads to.

    It is no secret: it opens the place for that account only. No token holds a full stop.
    """
    return f"{ACCOUNT_LINK}{rater.pk}"


def rater_of_account(link: str, account: int | None) -> Rater:
    """The rater of an `account_link` for the account of that key, with the study. Raises UnknownToken."""
    key = link.removeprefix(ACCOUNT_LINK)
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < LONGEST_KEY else 0
    rater = (
        Rater.objects.select_related("study")
        .defer(*(f"study__{field}" for field in UNSEEN))
        .filter(pk=number, account__isnull=False, account=account, withdrawn_at=None)
        .order_by()
        .first()
    )
    if rater is None:
        raise UnknownToken("There is no such page.")
    return rater


def rater_of_link(token: str) -> Rater:
    """The rater of a personal link, with the study. Raises UnknownToken if unknown, expired or ended.

    Raises ScreenedOut for the link of somebody who did not pass the quiz. What raters' pages never need is
    left in the database.
    """
    rater = (
        Rater.objects.select_related("study")
        .defer(*(f"study__{field}" for field in UNSEEN))
        .filter(token_hash=link_hash(token), link_expires_at__gt=timezone.now(), withdrawn_at=None)
        .order_by()
        .first()
    )
    if rater is None:
        out = (
            ScreenOut.objects.select_related("open_link")
            .filter(token_hash=link_hash(token))
            .order_by()
            .first()
        )
        raise ScreenedOut(out) if out else UnknownToken("There is no such page.")
    return rater


def rater_named(study: Study, pseudonym: str) -> Rater:
    """The rater whose pseudonym a form sent. Raises RaterUnknown where there is none."""
    rater = Rater.objects.select_related("study").filter(study=study, pseudonym=pseudonym).first()
    if rater is None:
        raise RaterUnknown(f"'{study}' has no such rater: reload its page, then choose one.")
    return rater


def rater_sequence(rater: Rater) -> RaterSequence:
    """The rater's assignments; one query."""
    rows = (
        Assignment.objects.filter(rater=rater)
        .order_by("position")
        .values_list("token", "part__position", "part__kind", "completed_at", "client_ms")
    )
    return RaterSequence(
        steps=tuple(
            SequenceStep(token=token, part_position=part, kind=kind, completed_at=done, client_ms=spent)
            for token, part, kind, done, spent in rows
        )
    )


def next_step(rater: Rater, sequence: RaterSequence) -> NextStep:
    """Consent first, then for each part its practice and its items, then thanks; at most one query.

    Who has handed in an item of a part has practised for it. The quiz, where there is one, comes between the
    first practice and the first item.
    """
    if rater.consented_at is None:
        return NextStep(page="landing")
    upcoming = sequence.next_open
    if upcoming is None:
        return NextStep(page="thanks")
    if sequence.has_begun(upcoming.part_position):
        return NextStep(page="item", token=upcoming.token)
    due = Item.objects.practice(rater.study_id).filter(part__position__lte=upcoming.part_position)
    if rater.practised < due.count():
        return NextStep(page="practice")
    if rater.study.quiz and rater.quiz_passed_at is None:
        return NextStep(page="quiz")
    return NextStep(page="item", token=upcoming.token)
