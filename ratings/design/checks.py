"""Items whose right answer is known: texts with a planted error, and instructed answers; where they stand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

INSTRUCTED = {
    "en": "This is no text to judge but a check that texts are read. Please give it {stars} on everything.",
    "vi": "Đây không phải văn bản cần chấm mà là mục kiểm tra sự chú ý. Hãy cho {stars} ở mọi câu hỏi.",
}
NUMBERED = {
    "en": ("1 star", "2 stars", "3 stars", "4 stars", "5 stars"),
    "vi": ("1 sao", "2 sao", "3 sao", "4 sao", "5 sao"),
}


@dataclass(frozen=True, kw_only=True)
class PlantedError:
    """A text in which the value of `slot` was changed from `true` to `false`."""

    text: str
    slot: str
    true: str
    false: str


def plant_error(
    *,
    text: str,
    slots: Sequence[tuple[str, str]],
    values: Mapping[str, Sequence[str]],
    rng: np.random.Generator,
) -> PlantedError | None:
    """`text` with one slot's value replaced by another of `values[slot]`; None where no slot allows it.

    A slot allows it where the text says its value exactly once, word for word, and the values hold another
    one that the text does not say.
    """
    order = rng.permutation(len(slots))
    for slot, true in (slots[index] for index in order):
        found = list(re.finditer(rf"(?<!\w){re.escape(true)}(?!\w)", text, re.IGNORECASE))
        others = [value for value in values.get(slot, ()) if value.lower() not in text.lower()]
        if len(found) == 1 and others:
            false = others[int(rng.integers(len(others)))]
            start, end = found[0].span()
            return PlantedError(text=text[:start] + false + text[end:], slot=slot, true=true, false=false)
    return None


def instructed_text(language: str, stars: int) -> str:
    """A text that asks for `stars` (1 to 5), in the texts' own language or else in English."""
    primary = language.split("-", maxsplit=1)[0]
    spoken = primary if primary in INSTRUCTED else "en"
    return INSTRUCTED[spoken].format(stars=NUMBERED[spoken][stars - 1])


def spread_places(*, items: int, extras: int, rng: np.random.Generator) -> tuple[int, ...]:
    """After how many of a rater's `items` each of `extras` check items comes, in rising order.

    Each lies at random in its own stretch of the sequence, never before the first item; between two of them
    stands at least one item. ValueError where there are more extras than items.
    """
    if extras > items:
        raise ValueError(f"{extras} check items cannot be spread among {items} items: ask for fewer")
    edges = [round(step * items / extras) for step in range(extras + 1)] if extras else []
    return tuple(int(rng.integers(low + 1, max(high, low + 2))) for low, high in pairwise(edges))


def repeat_places(*, items: int, repeats: int, rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """Which items (by position from 0) are shown again, and after how many of the sequence's items.

    The repeated ones come from the first half and come again in the second, at least half the sequence
    later. ValueError where there are more repeats than half of the items.
    """
    half = items // 2
    if repeats > half:
        raise ValueError(f"{repeats} repeats do not fit into {items} items: ask for at most {half}")
    chosen = sorted(int(place) for place in rng.choice(half, size=repeats, replace=False)) if repeats else []
    return tuple((place, place + items - half + 1) for place in chosen)
