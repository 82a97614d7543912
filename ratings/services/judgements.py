"""Record answers to items of every kind but stars, and remarks: each change is a new revision."""

from typing import Any

from ratings.design.kinds import STRONGEST
from ratings.errors import AnswerInvalid
from ratings.models import Assignment, Judgement, Rater, Rating, Remark, ShownText
from ratings.models.items import right_place
from ratings.services.access import answering, require_not_flagged
from ratings.services.answers import Sent

LONGEST_COMMENT = 4000


def record_choice(*, rater: Rater, assignment: str, chosen: str, sent: Sent) -> None:
    """Record which text the rater chose in a discrimination trial; whether it is right stays on the server.

    As every function here: what was sent before (same key) or says what is live changes nothing. Raises
    UnknownToken, StudyClosed, ConsentMissing, and AnswerInvalid for what the item does not ask.
    """
    with answering(rater, assignment) as target:
        _require_asked(target, "choice")
        shown = _shown(target)
        options = shown[: target.part.design.options]
        place = next((place for place, text in enumerate(options) if text.token == chosen), None)
        if place is None:
            raise AnswerInvalid(f"This item has no choice '{chosen}'.")
        right = right_place(target.part, [text.presented for text in shown])
        revise(Judgement, target, sent, kind=target.part.kind, chosen=shown[place], correct=place == right)


def record_preference(
    *, rater: Rater, assignment: str, preferred: str | None, strength: int, sent: Sent
) -> None:
    """Record the better of two texts and how much (1 or 2), or a tie (None, 0); see `record_choice`."""
    with answering(rater, assignment) as target:
        _require_asked(target, "preference")
        text = next((text for text in _shown(target) if text.token == preferred), None)
        if (text is None) != (preferred is None):
            raise AnswerInvalid(f"This item has no choice '{preferred}'.")
        if not (1 <= strength <= STRONGEST if text else strength == 0):
            raise AnswerInvalid(f"{strength} is no strength: give 1 to {STRONGEST}, or 0 for a tie.")
        revise(Judgement, target, sent, kind=target.part.kind, chosen=text, strength=strength)


def record_own_label(*, rater: Rater, assignment: str, label: str, sent: Sent) -> None:
    """Record what the rater would label the example; only then is a system's label shown.

    It is final, so that no label seen afterwards moves it: another one raises AnswerInvalid. See
    `record_choice`.
    """
    with answering(rater, assignment) as target:
        _require_asked(target, "labels")
        example = target.item.example
        if label not in example.dataset.labels:
            raise AnswerInvalid(f"This item has no label '{label}'.")
        live = Judgement.objects.filter(assignment=target, live=True).first()
        if live is None:
            correct = label == example.label if example.label else None
            revise(Judgement, target, sent, kind=target.part.kind, own_label=label, correct=correct)
        elif live.own_label != label:
            raise AnswerInvalid("Your own label was given before the other one was shown, and stays.")


def record_acceptance(*, rater: Rater, assignment: str, accepts: bool, sent: Sent) -> None:
    """Record whether the label shown is right; AnswerInvalid before the rater's own. See `record_choice`."""
    with answering(rater, assignment) as target:
        _require_asked(target, "labels")
        live = Judgement.objects.filter(assignment=target, live=True).first()
        if live is None:
            raise AnswerInvalid("Give your own label first.")
        kept = {"kind": live.kind, "own_label": live.own_label, "correct": live.correct}
        revise(Judgement, target, sent, **kept, accepts=accepts)


def record_remark(
    *, rater: Rater, assignment: str, sent: Sent, confidence: int | None = None, comment: str | None = None
) -> None:
    """Record how sure the rater is, or a comment; what is None stays as it was. See `record_choice`."""
    with answering(rater, assignment) as target:
        if confidence is not None and not 1 <= confidence <= target.part.confidence_steps:
            raise AnswerInvalid(
                f"{confidence} is no confidence: give 1 to {target.part.confidence_steps}."
                if target.part.confidence_steps
                else "This item does not ask how sure you are."
            )
        if comment is not None and not target.part.asks_comment:
            raise AnswerInvalid("This item asks for no comment.")
        live = Remark.objects.filter(assignment=target, live=True).first() or Remark()
        if live.pk is None and confidence is None and not (comment or "").strip():
            return  # the empty field of a form is no remark
        revise(
            Remark,
            target,
            sent,
            confidence=live.confidence if confidence is None else confidence,
            comment=live.comment if comment is None else comment.strip()[:LONGEST_COMMENT],
        )


def open_questions(assignment: Assignment) -> int:
    """How many questions of the item have no live answer yet; a comment is never asked for."""
    return _open_judgements(assignment) + lacks_confidence(assignment)


def lacks_confidence(assignment: Assignment) -> bool:
    """Whether the item asks how sure the rater is and was not told."""
    live = Remark.objects.filter(assignment=assignment, live=True, confidence__isnull=False)
    return assignment.part.confidence_steps > 0 and not live.exists()


def _open_judgements(assignment: Assignment) -> int:
    answer = assignment.part.design.answer
    live = Judgement.objects.filter(assignment=assignment, live=True)
    if answer == "stars":
        wanted = assignment.shown_texts.count() * assignment.part.criteria.count()
        return wanted - Rating.objects.filter(assignment=assignment, live=True).count()
    if answer == "labels":
        live = live.filter(accepts__isnull=False)
    return 0 if live.exists() else 1


def _require_asked(assignment: Assignment, answer: str) -> None:
    if assignment.part.design.answer != answer:
        raise AnswerInvalid(f"This item asks for no {answer}.")


def _shown(assignment: Assignment) -> list[ShownText]:
    rows = assignment.shown_texts.select_related("presented__item").prefetch_related("presented__origins")
    return list(rows.order_by("position"))


def revise(model: type[Judgement] | type[Remark], assignment: Assignment, sent: Sent, **answer: Any) -> None:
    """Make `answer` the live one, unless it is already or came before by the same key.

    Raises AnswerInvalid where the locked `assignment` was flagged as one that cannot be judged.
    """
    require_not_flagged(assignment)
    earlier = list(model.objects.filter(assignment=assignment).order_by("revision"))
    live = next((each for each in earlier if each.live), None)
    unchanged = live is not None and all(getattr(live, name) == value for name, value in answer.items())
    if unchanged or any(each.key == sent.key for each in earlier):
        return
    model.objects.filter(assignment=assignment, live=True).update(live=False)
    model.objects.create(
        assignment=assignment,
        revision=len(earlier) + 1,
        key=sent.key,
        client_ms=sent.client_ms,
        **answer,
    )
