"""Build what practice pages receive: labelled examples, items to try, and the feedback on them.

Nothing of practice is stored, so texts get tokens from a keyed hash, another for each rater.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.crypto import salted_hmac

from ratings.blinding.items import (
    criteria_of,
    facts_of,
    labels_of,
    questions,
    text_facts,
    text_name,
)
from ratings.blinding.pages import BlindedAnswer, BlindedItem, BlindedText, PracticeFeedback
from ratings.errors import UnknownToken
from ratings.models import Item, Part, PresentedText, Rater
from ratings.models.items import right_place

CODE_NAMES = "PQRSTUVW"  # the system to find is P


def practice_item(rater: Rater, own_label: str = "", place: int = 1) -> BlindedItem | None:
    """The practice item that the rater is at; None after the last one.

    A label check shows a system's label once `own_label` says the rater's. Where texts come one at a time it
    is the one at `place`, or the last.
    """
    item = _current(rater)
    if item is None:
        return None
    blinded = _blinded(rater, item, own_label)
    if not item.part.one_at_a_time or item.is_training:
        return blinded
    shown = min(max(place, 1), len(blinded.texts))
    ends = shown == len(blinded.texts)
    return replace(blinded, texts=(blinded.texts[shown - 1],), of_texts=len(blinded.texts), ends=ends)


def practice_feedback(rater: Rater, chosen: str, own_label: str = "") -> PracticeFeedback:
    """What to tell about the practice item that the rater is at, once text `chosen` (a token) was chosen.

    Raises UnknownToken where no practice is left.
    """
    item = _current(rater)
    if item is None:
        raise UnknownToken("There is no such page.")
    blinded = _blinded(rater, item, own_label)
    right = right_place(item.part, _in_order(rater, item))
    reference = item.example.references.first()
    return PracticeFeedback(
        item=blinded,
        target="" if right is None else blinded.texts[right].name,
        chosen=next((text.name for text in blinded.texts if text.token == chosen), ""),
        reference=reference.text if reference else "",
        label=item.example.label if blinded.labels else "",
    )


def _current(rater: Rater) -> Item | None:
    items = Item.objects.practice(rater.study_id).select_related("part", "example__dataset")
    return items[rater.practised : rater.practised + 1].first()


def _blinded(rater: Rater, item: Item, own_label: str) -> BlindedItem:
    part = item.part
    labels = labels_of(part, item)
    own = own_label if own_label in labels else ""
    ordered = _in_order(rater, item)
    codes = _codes(part) if item.is_training else {}
    criteria = criteria_of(part)
    return BlindedItem(
        token=_keyed("ratings.practice.item", rater, item.pk)[:22],
        kind=part.kind,
        question=part.question,
        language=rater.study.language,
        slots=() if part.design.has_facts_of_each_text else facts_of(item.example),
        texts=()
        if labels and not own
        else tuple(
            BlindedText(
                token=_token(rater, text),
                position=position,
                name=text_name(part, position),
                text=text.text,
                questions=questions(_token(rater, text), criteria, {}),
                slots=text_facts(part, item, text.example),
                code=", ".join(sorted(codes[origin.system_id] for origin in text.origins.all() if codes)),
            )
            for position, text in enumerate(ordered, start=1)
        ),
        number=item.position,
        completed=False,
        labels=labels,
        answer=BlindedAnswer(own_label=own),
        is_training=item.is_training,
    )


def _in_order(rater: Rater, item: Item) -> Sequence[PresentedText]:
    """The item's texts as this rater sees them: another order for each rater, the same each time."""
    texts = item.texts.select_related("item", "example").prefetch_related("origins").order_by("pk")
    layouts = item.part.design.layouts
    if layouts is None:
        return sorted(texts, key=lambda text: _token(rater, text))
    ways = layouts(len(texts))
    way = int(_keyed("ratings.practice.order", rater, item.pk), 16) % len(ways)
    return [texts[index] for index in ways[way]]


def _codes(part: Part) -> dict[int, str]:
    """The code name of each system: P for the target, the others in an order that nobody can guess."""
    systems = part.study.systems.values_list("pk", flat=True)
    if part.target_id is not None and part.foil_id is not None:
        systems = systems.filter(pk__in=(part.target_id, part.foil_id))

    def place(system: int) -> tuple[bool, str]:
        hashed = salted_hmac("ratings.practice.code", f"{part.pk}:{system}", algorithm="sha256").hexdigest()
        return system != part.target_id, hashed

    return dict(zip(sorted(systems, key=place), CODE_NAMES, strict=False))


def _token(rater: Rater, text: PresentedText) -> str:
    return _keyed("ratings.practice.text", rater, text.pk)[:22]


def _keyed(salt: str, rater: Rater, key: int) -> str:
    return salted_hmac(salt, f"{rater.pk}:{key}", algorithm="sha256").hexdigest()
