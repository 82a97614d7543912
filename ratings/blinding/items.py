"""Build what a rater's item pages receive: an item in its frozen order with the answers so far."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from generation.models import Example
from ratings.blinding.pages import (
    BlindedAnswer,
    BlindedConsent,
    BlindedItem,
    BlindedQuestion,
    BlindedStudy,
    BlindedText,
    Slots,
)
from ratings.design.sequence import RaterSequence
from ratings.errors import UnknownToken
from ratings.markdown import safe_html
from ratings.models import (
    Assignment,
    ConsentText,
    Criterion,
    Item,
    Judgement,
    Part,
    Rater,
    Rating,
    Remark,
    ShownText,
    Study,
)


def blinded_study(study: Study) -> BlindedStudy:
    """The rater-facing words of the study."""
    return BlindedStudy(
        title=study.public_title,
        language=study.language,
        instructions=safe_html(study.instructions),
        completion_note=study.completion_note,
    )


def blinded_consent(text: ConsentText) -> BlindedConsent:
    """What the consent page shows."""
    return BlindedConsent(language=text.language, version=text.version, text=text.text, sha256=text.sha256)


def blinded_item(
    rater: Rater, token: str, sequence: RaterSequence, *, place: int | None = None
) -> BlindedItem:
    """The rater's item of that token, with what the rater answered so far.

    Where texts come one at a time, it is the one at `place` if the rater was there, else the first that is
    open. The number of queries does not depend on how many items or answers there are. Raises UnknownToken,
    also for another rater's token.
    """
    assignment = (
        Assignment.objects.select_related("part", "item__example")
        .filter(rater=rater, token=token)
        .order_by()
        .first()
    )
    if assignment is None:
        raise UnknownToken("There is no such page.")
    part, item = assignment.part, assignment.item
    judgement = _judgement(assignment)
    answer = _answer(assignment, judgement)
    blinded = BlindedItem(
        token=assignment.token,
        kind=part.kind,
        question=part.question,
        language=rater.study.language,
        slots=() if part.design.has_facts_of_each_text else facts_of(item.example),
        # A system's label would move the rater's own, so it comes only after that.
        texts=()
        if part.design.answer == "labels" and not answer.own_label
        else _texts(assignment, judgement),
        number=assignment.position,
        completed=assignment.completed_at is not None,
        labels=labels_of(part, item),
        answer=answer,
        confidence_steps=tuple(range(1, part.confidence_steps + 1)),
        asks_comment=part.asks_comment,
        cannot_judge=assignment.cannot_judge,
        progress=sequence.progress,
        previous=sequence.previous(token),
    )
    return one_text(blinded, place) if part.one_at_a_time else blinded


def one_text(item: BlindedItem, place: int | None) -> BlindedItem:
    """The item with one of its texts: that at `place` (from 1) if it was answered, else the first open one.

    Of an item that was handed in it is the first, and of one that lacks only what is asked at its end the
    last.
    """
    is_open = [any(question.stars is None for question in text.questions) for text in item.texts]
    first = is_open.index(True) if any(is_open) else 0 if item.completed else len(is_open) - 1
    reached = [index for index, open_ in enumerate(is_open) if not open_ or index == first]
    shown = place - 1 if place is not None and place - 1 in reached else first
    return replace(
        item,
        texts=(item.texts[shown],),
        of_texts=len(item.texts),
        others=tuple(index + 1 for index in reached if index != shown),
        ends=not any(open_ for index, open_ in enumerate(is_open) if index != shown),
    )


def text_name(part: Part, position: int) -> str:
    """What the page calls the text at `position` (from 1)."""
    return "ABX"[position - 1] if part.design.names_its_texts else str(position)


def text_facts(part: Part, item: Item, example: Example) -> Slots:
    """The facts that stand with a text itself, because they are not the item's."""
    apart = part.design.has_facts_of_each_text or example.pk != item.example_id
    return facts_of(example) if apart else ()


def facts_of(example: Example) -> Slots:
    """An example's facts by name; of a classification the text or two to be labelled."""
    pairs: Iterable[Iterable[str]] = example.slots
    if not example.slots:
        texts = ((_("Text"), example.source), (_("Second text"), example.text_pair))
        return tuple((name, text) for name, text in texts if text)
    return tuple((str(slot), str(value)) for slot, value in pairs)


def labels_of(part: Part, item: Item) -> tuple[str, ...]:
    """The labels to choose from, none in other kinds than a label check."""
    return tuple(item.example.dataset.labels) if part.design.answer == "labels" else ()


def criteria_of(part: Part) -> list[Criterion]:
    """The criteria of a stars part; none, without a query, of any other."""
    return list(part.criteria.order_by("position")) if part.design.answer == "stars" else []


def questions(
    token: str, criteria: Iterable[Criterion], stars: Mapping[int, int]
) -> tuple[BlindedQuestion, ...]:
    """The criteria asked about the text of that token; `stars` are live ones by criterion position."""
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


def _texts(assignment: Assignment, judgement: Judgement | None) -> tuple[BlindedText, ...]:
    part, item = assignment.part, assignment.item
    criteria, stars = criteria_of(part), _stars(assignment)
    rows = ShownText.objects.filter(assignment=assignment).order_by("position")
    chosen = judgement.chosen_id if judgement else None
    return tuple(
        BlindedText(
            token=row.token,
            position=row.position,
            name=text_name(part, row.position),
            text=row.presented.text,
            questions=questions(row.token, criteria, stars.get(row.pk, {})),
            slots=text_facts(part, item, row.presented.example),
            chosen=row.pk == chosen,
        )
        for row in rows.select_related("presented__example")
    )


def _stars(assignment: Assignment) -> dict[int, dict[int, int]]:
    """Live stars by shown text and criterion position."""
    stars: dict[int, dict[int, int]] = {}
    if assignment.part.design.answer == "stars":
        live = Rating.objects.filter(assignment=assignment, live=True).order_by()
        for shown, criterion, value in live.values_list("shown", "criterion__position", "stars"):
            stars.setdefault(shown, {})[criterion] = value
    return stars


def _judgement(assignment: Assignment) -> Judgement | None:
    if assignment.part.design.answer == "stars":
        return None
    live = Judgement.objects.filter(assignment=assignment, live=True).order_by()
    return live.select_related("chosen").first()


def _answer(assignment: Assignment, judgement: Judgement | None) -> BlindedAnswer:
    part = assignment.part
    preference = ""
    if judgement and part.design.answer == "preference":
        preference = f"{judgement.chosen.token}:{judgement.strength}" if judgement.chosen else "tie"
    asks = part.confidence_steps or part.asks_comment
    live = Remark.objects.filter(assignment=assignment, live=True).order_by()
    remark = (live.first() if asks else None) or Remark()
    return BlindedAnswer(
        preference=preference,
        own_label=judgement.own_label if judgement else "",
        accepts=judgement.accepts if judgement else None,
        confidence=remark.confidence,
        comment=remark.comment,
    )
