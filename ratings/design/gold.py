"""Texts of one's own whose stars are known: check items that a researcher writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ratings.errors import StudyPlanInvalid

MOST_GOLD = 20
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, kw_only=True)
class GoldPlan:
    """A text for the example of this number (from 1, as the corpus's page counts), shown as a check.

    `expected` is the least and the greatest number of stars that pass, by criterion; at least one is named.
    """

    example: int
    text: str
    expected: Mapping[str, tuple[int, int]]

    def to_json(self) -> dict[str, Any]:
        """What is stored with the part."""
        expected = {name: list(stars) for name, stars in self.expected.items()}
        return {"example": self.example, "text": self.text, "expected": expected}


def gold_from_json(stored: Mapping[str, Any]) -> GoldPlan:
    """The text that `to_json` stored."""
    expected = {name: (low, high) for name, (low, high) in stored["expected"].items()}
    return GoldPlan(example=stored["example"], text=stored["text"], expected=expected)


def check_gold(gold: Sequence[GoldPlan], where: str, criteria: Sequence[str]) -> None:
    """Raise StudyPlanInvalid, naming the field, its value and the remedy, unless the texts make sense."""
    if len(gold) > MOST_GOLD:
        raise StudyPlanInvalid(f"'{where}.gold' has {len(gold)}: give at most {MOST_GOLD} known answers.")
    seen: set[int] = set()
    for number, row in enumerate(gold, start=1):
        place = f"{where}.gold[{number}]"
        if row.example < 1:
            raise StudyPlanInvalid(f"'{place}.example' is {row.example}: examples are numbered from 1.")
        if row.example in seen:
            raise StudyPlanInvalid(
                f"'{place}.example' is {row.example} once more: give each known answer an example of its own."
            )
        seen.add(row.example)
        if not row.text.strip():
            raise StudyPlanInvalid(f"'{place}.text' is empty: write the text that raters see.")
        if not row.expected:
            raise StudyPlanInvalid(f"'{place}.expected' is empty: name at least one criterion and its stars.")
        for name, stars in row.expected.items():
            _check_stars(name, stars, place, criteria)


def _check_stars(name: str, stars: tuple[int, int], place: str, criteria: Sequence[str]) -> None:
    if name not in criteria:
        raise StudyPlanInvalid(
            f"'{place}.expected' names '{name}': name one of {', '.join(criteria) or 'no criteria'}."
        )
    low, high = stars
    if not LOWEST <= low <= high <= HIGHEST or (low, high) == (LOWEST, HIGHEST):
        raise StudyPlanInvalid(
            f"'{place}.expected' has {low} to {high} for '{name}': give stars from {LOWEST} to {HIGHEST}, "
            "and not all of them."
        )
