"""Slot error rate: which slots of a meaning representation a text leaves out, adds or says wrongly."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import NamedTuple

from generation.formats.e2e import SLOT_NAMES
from generation.metrics.slot_patterns import WORDINGS
from generation.metrics.slot_venues import LANDMARKS, NAMES

_PLAIN = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "−": "-"})
# No word character and no separator of the patterns, so nothing matches in or across a blanked name.
_BLANK = "~"


class Outcome(StrEnum):
    """What a text does with a slot."""

    RIGHT = "right"
    MISSING = "missing"
    ADDED = "added"
    WRONG = "wrong"


@dataclass(frozen=True)
class SlotCheck:
    """One slot of one text.

    `expected` is the value in the meaning representation (None where it has no such slot), `found` the words
    of the text that say something else (None unless added or wrong), `spans` the (start, end) offsets of what
    the outcome rests on, for highlighting.
    """

    slot: str
    outcome: Outcome
    expected: str | None
    found: str | None
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SlotErrors:
    """The checks of one text, one for each slot of its MR and for each slot that it adds."""

    checks: tuple[SlotCheck, ...]
    slots: int

    @property
    def errors(self) -> int:
        """How many slots are missing, added or wrong."""
        return sum(check.outcome is not Outcome.RIGHT for check in self.checks)

    def _of(self, outcome: Outcome) -> tuple[SlotCheck, ...]:
        return tuple(check for check in self.checks if check.outcome is outcome)

    @property
    def missing(self) -> tuple[SlotCheck, ...]:
        """Slots that the text does not say."""
        return self._of(Outcome.MISSING)

    @property
    def added(self) -> tuple[SlotCheck, ...]:
        """Slots or second values that the text says and the meaning representation does not hold."""
        return self._of(Outcome.ADDED)

    @property
    def wrong(self) -> tuple[SlotCheck, ...]:
        """Slots that the text says with another value only."""
        return self._of(Outcome.WRONG)


@dataclass(frozen=True)
class SlotErrorRate:
    """`value` = (missing + added + wrong) / slots, a share; `slots` counts those of the n MRs."""

    value: float
    missing: int
    added: int
    wrong: int
    slots: int
    n: int
    signature: str


class _Mention(NamedTuple):
    values: tuple[str, ...]
    start: int
    end: int


def slot_errors(slots: Sequence[tuple[str, str]], text: str) -> SlotErrors:
    """Compare `text`, as `clean_output` gives it, with the (slot, value) pairs of its meaning representation.

    A slot counts for one error at most: it is missing; wrong, where only other values are said; or added,
    where another value is said beside the right one or the MR lacks the slot. Venues are compared verbatim
    but for case, accents and a leading "The"; other slots by the wordings of `slot_patterns` (after Dušek,
    Howcroft & Rieser 2019). A value that those tables do not know is compared verbatim. Raises ValueError
    for a slot that E2E does not have.
    """
    expected = dict(slots)
    unknown = [slot for slot in expected if slot not in SLOT_NAMES]
    if unknown:
        raise ValueError(f"slot {unknown[0]!r} is unknown; the slots are {', '.join(SLOT_NAMES)}")
    plain = _plain(text)
    mentions, plain = _venue_mentions(expected, plain)
    for slot in WORDINGS:
        mentions[slot] = _wording_mentions(slot, expected.get(slot), plain)
    checks = (_check(slot, expected.get(slot), mentions[slot], text) for slot in SLOT_NAMES)
    return SlotErrors(tuple(check for check in checks if check is not None), len(expected))


def slot_error_rate(errors: Iterable[SlotErrors]) -> SlotErrorRate:
    """The slot error rate over texts; raises ValueError where they have no slot at all."""
    texts = list(errors)
    slots = sum(text.slots for text in texts)
    if not slots:
        raise ValueError("there is no slot to count errors in; give at least one text with its MR")
    missing = sum(len(text.missing) for text in texts)
    added = sum(len(text.added) for text in texts)
    wrong = sum(len(text.wrong) for text in texts)
    value = (missing + added + wrong) / slots
    return SlotErrorRate(value, missing, added, wrong, slots, len(texts), _signature())


@cache
def _signature() -> str:
    """Names the tables by their hash: another wording is another measure."""
    tables = repr((NAMES, LANDMARKS, WORDINGS)).encode()
    return f"slots:e2e|errors:missing+added+wrong|per-slot:1|tables:{hashlib.sha256(tables).hexdigest()[:12]}"


def _plain(text: str) -> str:
    """Lower case without accents, each character where it was."""
    return "".join(unicodedata.normalize("NFD", character)[0].lower()[0] for character in text).translate(
        _PLAIN
    )


@cache
def _venue_pattern(venue: str) -> re.Pattern[str]:
    words = _plain(venue).removeprefix("the ").split()
    return re.compile(r"(?<!\w)(?:the )?" + r"[\s-]+".join(map(re.escape, words)) + r"(?!\w)")


def _venue_mentions(expected: Mapping[str, str], plain: str) -> tuple[dict[str, list[_Mention]], str]:
    """Where known venues and those of the MR stand, and the text with them blanked out.

    A venue belongs to the slot whose value it is; any other one is taken for a landmark if it is one.
    """
    slot_of = dict.fromkeys(NAMES, "name") | dict.fromkeys(LANDMARKS, "near")
    slot_of |= {value: slot for slot, value in expected.items() if slot in ("near", "name")}
    mentions: dict[str, list[_Mention]] = {"name": [], "near": []}
    for venue in sorted(slot_of, key=len, reverse=True):
        for match in _venue_pattern(venue).finditer(plain):
            mentions[slot_of[venue]].append(_Mention((venue,), *match.span()))
            plain = plain[: match.start()] + _BLANK * len(match[0]) + plain[match.end() :]
    return mentions, plain


@cache
def _compiled(slot: str) -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    return tuple(
        (wording.values, re.compile(pattern)) for wording in WORDINGS[slot] for pattern in wording.patterns
    )


def _wording_mentions(slot: str, value: str | None, plain: str) -> list[_Mention]:
    """What the text says of `slot`: of a wording within a longer one ("not family friendly"), the longer."""
    found = [
        _Mention(values, *match.span())
        for values, pattern in _compiled(slot)
        for match in pattern.finditer(plain)
    ]
    known = {known for wording in WORDINGS[slot] for known in wording.values}
    if value is not None and value not in known:
        found += [_Mention((value,), *match.span()) for match in _venue_pattern(value).finditer(plain)]
    return _outermost(found)


def _outermost(mentions: list[_Mention]) -> list[_Mention]:
    """The mentions that lie in no longer one, in the order of the text; equally long ones all stay."""
    outermost: list[_Mention] = []
    reached = -1
    spans = groupby(
        sorted(mentions, key=lambda mention: (mention.start, -mention.end)), key=lambda mention: mention[1:]
    )
    for (_, end), equal in spans:
        if end > reached:
            outermost.extend(equal)
            reached = end
    return outermost


def _overlap(one: _Mention, other: _Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _check(slot: str, value: str | None, mentions: list[_Mention], text: str) -> SlotCheck | None:
    right = [mention for mention in mentions if value in mention.values]
    others = [
        mention
        for mention in mentions
        if value not in mention.values and not any(_overlap(mention, good) for good in right)
    ]
    # "The pub … this restaurant": the general word for any place contradicts no kind of place.
    if right and slot == "eatType":
        others = [mention for mention in others if mention.values != ("restaurant",)]
    if others:
        outcome = Outcome.WRONG if value is not None and not right else Outcome.ADDED
    elif value is None:
        return None
    else:
        outcome = Outcome.RIGHT if right else Outcome.MISSING
    rests_on = sorted({mention[1:] for mention in others or right})
    found = text[slice(*rests_on[0])] if others else None
    return SlotCheck(slot, outcome, value, found, tuple(rests_on))
