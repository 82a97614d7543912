"""Which words of a text no other text has, and a text cut where its marks begin and end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

Spans = tuple[tuple[int, int], ...]
# Words with the apostrophes, hyphens and points inside them (don't, family-friendly, 3.5); signs one by one.
_WORD = re.compile(r"\w+(?:['’.\-‑]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Segment:
    """A stretch of a text and the marks that all of it bears, in alphabetical order."""

    text: str
    marks: tuple[str, ...]


def own_words(texts: Sequence[str]) -> tuple[Spans, ...]:
    """For each text the (start, end) of the words that it shares with none of the others.

    Words are shared where they stand in both texts in the same order (matching blocks of Ratcliff & Metzener
    1988, as difflib computes them); case counts. Words with only white space between them make one span. A
    single text has no words of its own.
    """
    words = [list(_WORD.finditer(text)) for text in texts]
    shared: list[set[int]] = [set() for _ in texts]
    for one in range(len(texts)):
        for other in range(one + 1, len(texts)):
            sides = [match[0] for match in words[one]], [match[0] for match in words[other]]
            for block in SequenceMatcher(None, *sides, autojunk=False).get_matching_blocks():
                shared[one].update(range(block.a, block.a + block.size))
                shared[other].update(range(block.b, block.b + block.size))
    if len(texts) < 2:
        return tuple(() for _ in texts)
    return tuple(
        _joined(
            [match.span() for number, match in enumerate(words[place]) if number not in shared[place]], text
        )
        for place, text in enumerate(texts)
    )


def segments(text: str, layers: Mapping[str, Spans]) -> tuple[Segment, ...]:
    """`text` cut at each border of the spans, every piece with the layers that cover it; joined they are it.

    Raises ValueError for a span outside the text.
    """
    borders = {0, len(text)}
    for name, spans in layers.items():
        for start, end in spans:
            if not 0 <= start <= end <= len(text):
                raise ValueError(f"span {start}–{end} of {name!r} lies outside the text of {len(text)}")
            borders |= {start, end}
    cuts = sorted(borders)
    return tuple(
        Segment(
            text[start:end],
            tuple(sorted(name for name, spans in layers.items() if _covers(spans, start, end))),
        )
        for start, end in pairwise(cuts)
    )


def _covers(spans: Spans, start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _joined(spans: Sequence[tuple[int, int]], text: str) -> Spans:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
