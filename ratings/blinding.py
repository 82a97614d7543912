"""All that a rater's page may ever receive: what is built here holds no system, run, checkpoint or key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString

from ratings.design.sequence import Progress, RaterSequence
from ratings.errors import UnknownToken
from ratings.markdown import safe_html
from ratings.models import (
    Assignment,
    Criterion,
    Item,
    Judgement,
    Part,
    PresentedText,
    Rater,
    Rating,
    ShownText,
)

SCALE = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class BlindedQuestion:
    """A criterion asked about one text; `field` names it in a form, `stars` is the live answer."""

    field: str
    name: str
    question: str
    low_anchor: str
    high_anchor: str
    stars: int | None
    scale: tuple[int, ...] = SCALE


@dataclass(frozen=True, kw_only=True)
class BlindedText:
    """One text in its place, counted from 1; `chosen` says whether it is the live choice of a trial."""

    token: str
    position: int
    text: str
    questions: tuple[BlindedQuestion, ...]
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class BlindedItem:
    """An item as one rater sees it. `number` counts from 1 in the rater's own sequence."""

    token: str
    kind: str
    question: str
    language: str
    slots: tuple[tuple[str, str], ...]
    texts: tuple[BlindedText, ...]
    number: int
    completed: bool
    progress: Progress | None = None
    previous: str | None = None


@dataclass(frozen=True, kw_only=True)
class PracticeFeedback:
    """What practice tells after an answer: the target's text, or for stars what a person wrote."""

    item: BlindedItem
    target: int | None
    chosen: int | None
    reference: str

    @property
    def right(self) -> bool:
        return self.target is not None and self.target == self.chosen


@dataclass(frozen=True, kw_only=True)
class BlindedStudy:
    """The words that a study says to raters."""

    title: str
    language: str
    consent_text: str
    consent_sha256: str
    instructions: SafeString
    completion_note: str


def blinded_study(rater: Rater) -> BlindedStudy:
    """The rater-facing words of the rater's study."""
    study = rater.study
    return BlindedStudy(
        title=study.public_title,
        language=study.language,
        consent_text=study.consent_text,
        consent_sha256=study.consent_sha256,
        instructions=safe_html(study.instructions),
        completion_note=study.completion_note,
    )


def blinded_item(rater: Rater, token: str, sequence: RaterSequence) -> BlindedItem:
    """The rater's item of that token, with what the rater answered so far.

    The number of queries does not depend on how many items or answers there are. Raises UnknownToken, also
    for another rater's token.
    """
    assignment = (
        Assignment.objects.select_related("part", "item__example").filter(rater=rater, token=token).first()
    )
    if assignment is None:
        raise UnknownToken("There is no such page.")
    part = assignment.part
    stars, chosen = _answers(assignment)
    criteria = _criteria(part)
    shown = ShownText.objects.filter(assignment=assignment).select_related("presented").order_by("position")
    return BlindedItem(
        token=assignment.token,
        kind=part.kind,
        question=part.question,
        language=rater.study.language,
        slots=_slots(assignment.item),
        texts=tuple(
            BlindedText(
                token=row.token,
                position=row.position,
                text=row.presented.text,
                questions=_questions(row.token, criteria, stars.get(row.pk, {})),
                chosen=row.pk == chosen,
            )
            for row in shown
        ),
        number=assignment.position,
        completed=assignment.completed_at is not None,
        progress=sequence.progress,
        previous=sequence.previous(token),
    )


def practice_item(rater: Rater) -> BlindedItem | None:
    """The practice item that the rater is at; None after the last one."""
    item = _current_practice(rater)
    return _blinded_practice(rater, item) if item else None


def practice_feedback(rater: Rater, chosen: str) -> PracticeFeedback:
    """What to tell about the practice item that the rater is at, once text `chosen` (a token) was chosen.

    Raises UnknownToken where no practice is left.
    """
    item = _current_practice(rater)
    if item is None:
        raise UnknownToken("There is no such page.")
    blinded = _blinded_practice(rater, item)
    target: int | None = None
    if item.part.target_id is not None:
        written = PresentedText.objects.get(item=item, origins__system=item.part.target_id)
        token = _practice_token(rater, written)
        target = next(text.position for text in blinded.texts if text.token == token)
    reference = item.example.references.first()
    return PracticeFeedback(
        item=blinded,
        target=target,
        chosen=next((text.position for text in blinded.texts if text.token == chosen), None),
        reference=reference.text if reference else "",
    )


def _current_practice(rater: Rater) -> Item | None:
    items = Item.objects.practice(rater.study_id).select_related("part", "example")
    return items[rater.practised : rater.practised + 1].first()


def _blinded_practice(rater: Rater, item: Item) -> BlindedItem:
    # Sorting by a keyed hash gives each rater another order, the same one each time the page is asked for.
    ordered = sorted((_practice_token(rater, text), text.text) for text in item.texts.all())
    criteria = _criteria(item.part)
    return BlindedItem(
        token=salted_hmac("ratings.practice.item", f"{rater.pk}:{item.pk}", algorithm="sha256").hexdigest()[
            :22
        ],
        kind=item.part.kind,
        question=item.part.question,
        language=rater.study.language,
        slots=_slots(item),
        texts=tuple(
            BlindedText(token=token, position=position, text=text, questions=_questions(token, criteria, {}))
            for position, (token, text) in enumerate(ordered, start=1)
        ),
        number=item.position,
        completed=False,
    )


def _practice_token(rater: Rater, text: PresentedText) -> str:
    return salted_hmac("ratings.practice.text", f"{rater.pk}:{text.pk}", algorithm="sha256").hexdigest()[:22]


def _answers(assignment: Assignment) -> tuple[dict[int, dict[int, int]], int | None]:
    """Live stars by shown text and criterion position, and the key of the chosen shown text."""
    if assignment.part.kind != Part.Kind.STARS:
        judgement = Judgement.objects.filter(assignment=assignment, live=True).first()
        return {}, judgement.chosen_id if judgement else None
    stars: dict[int, dict[int, int]] = {}
    live = Rating.objects.filter(assignment=assignment, live=True)
    for shown, criterion, value in live.values_list("shown", "criterion__position", "stars"):
        stars.setdefault(shown, {})[criterion] = value
    return stars, None


def _criteria(part: Part) -> list[Criterion]:
    return list(part.criteria.order_by("position")) if part.kind == Part.Kind.STARS else []


def _questions(
    token: str, criteria: Iterable[Criterion], stars: Mapping[int, int]
) -> tuple[BlindedQuestion, ...]:
    return tuple(
        BlindedQuestion(
            field=f"stars-{token}-{criterion.position}",
            name=criterion.name,
            question=criterion.question,
            low_anchor=criterion.low_anchor,
            high_anchor=criterion.high_anchor,
            stars=stars.get(criterion.position),
        )
        for criterion in criteria
    )


def _slots(item: Item) -> tuple[tuple[str, str], ...]:
    pairs: Iterable[Iterable[str]] = item.example.slots
    return tuple((str(slot), str(value)) for slot, value in pairs)
