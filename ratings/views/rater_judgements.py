"""Record what a rater's form holds beside stars: one field for each question that a kind asks."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest

from ratings.errors import AnswerInvalid
from ratings.models import Rater
from ratings.services.answers import Sent
from ratings.services.judgements import (
    record_acceptance,
    record_choice,
    record_own_label,
    record_preference,
    record_remark,
)
from ratings.views.rater_forms import fresh, whole


def record_judgements(request: HttpRequest, rater: Rater, assignment: str) -> bool:
    """Record every answer of FIELDS that the form holds; whether there was one. Raises as the services do."""
    held = [name for name in FIELDS if name in request.POST]
    for name in held:
        FIELDS[name](rater, assignment, request.POST[name], fresh(request))
    return bool(held)


def _choice(rater: Rater, assignment: str, value: str, sent: Sent) -> None:
    record_choice(rater=rater, assignment=assignment, chosen=value, sent=sent)


def _preference(rater: Rater, assignment: str, value: str, sent: Sent) -> None:
    """`tie`, or the better text's token and by how much it is better, as `TOKEN:2`."""
    token, _, strength = value.rpartition(":")
    preferred = None if value == "tie" else token
    record_preference(
        rater=rater,
        assignment=assignment,
        preferred=preferred,
        strength=0 if preferred is None else _number(strength),
        sent=sent,
    )


def _own_label(rater: Rater, assignment: str, value: str, sent: Sent) -> None:
    record_own_label(rater=rater, assignment=assignment, label=value, sent=sent)


def _accepts(rater: Rater, assignment: str, value: str, sent: Sent) -> None:
    if value not in ("yes", "no"):
        raise AnswerInvalid(f"'{value}' is neither yes nor no.")
    record_acceptance(rater=rater, assignment=assignment, accepts=value == "yes", sent=sent)


def _confidence(rater: Rater, assignment: str, value: str, sent: Sent) -> None:
    record_remark(rater=rater, assignment=assignment, confidence=_number(value), sent=sent)


def _comment(rater: Rater, assignment: str, value: str, sent: Sent) -> None:
    record_remark(rater=rater, assignment=assignment, comment=value, sent=sent)


FIELDS: Mapping[str, Callable[[Rater, str, str, Sent], None]] = {
    "choice": _choice,
    "preference": _preference,
    "own_label": _own_label,
    "accepts": _accepts,
    "confidence": _confidence,
    "comment": _comment,
}


def _number(text: str) -> int:
    number = whole(text)
    if number is None:
        raise AnswerInvalid(f"'{text}' is no number.")
    return number
