"""Ratings that were collected elsewhere, read from a table in long form: one rating a row."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import TypeVar

from generation.formats.corpus import CorpusError
from ratings.design.long_rows import read_long_rows

Key = TypeVar("Key", str, tuple[str, str])

# The names by which each column is known when none is given, the first that the file has being taken.
USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "item": ("item", "item_id", "example", "example_id", "mr_id", "id"),
    "system": ("system", "system_id", "system_name", "model"),
    "rater": ("rater", "rater_id", "annotator", "annotator_id", "worker", "worker_id", "participant"),
    "criterion": ("criterion", "dimension", "aspect", "quality_criterion"),
    "rating": ("rating", "score", "stars", "value"),
    "text": ("text", "output", "hypothesis"),
    "source": ("mr", "source", "input"),
}
NEEDED = ("item", "system", "rater", "rating")
ONE_CRITERION = "rating"
USUAL_TOPS = (5, 6, 7, 10, 100)
HIGHEST = 1000
LONGEST = {"system": 100, "criterion": 60}


@dataclass(frozen=True, kw_only=True)
class LongRating:
    """One rating; `item` is the name that the file has for the example."""

    line: int
    item: str
    system: str
    rater: str
    criterion: str
    rating: int


@dataclass(frozen=True, kw_only=True)
class LongRatings:
    """A file's ratings in its order, and what was rated.

    `texts` by (item, system) and `sources` by item hold what the file says; an item or output that it says
    nothing of is absent. `scale` is (lowest, highest). `columns` and `where` say how the file was read.
    """

    file_name: str
    sha256: str
    columns: Mapping[str, str]
    where: Mapping[str, str]
    scale: tuple[int, int]
    is_scale_stated: bool
    ratings: tuple[LongRating, ...]
    texts: Mapping[tuple[str, str], str]
    sources: Mapping[str, str]

    @property
    def items(self) -> tuple[str, ...]:
        """The items in the order of the file."""
        return tuple(dict.fromkeys(row.item for row in self.ratings))

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems in the order of the file."""
        return tuple(dict.fromkeys(row.system for row in self.ratings))

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria in the order of the file."""
        return tuple(dict.fromkeys(row.criterion for row in self.ratings))


def read_long_ratings(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
    scale: tuple[int, int] | None = None,
) -> LongRatings:
    """The ratings in `path`: CSV, tabs or JSON lines (by its first line), one rating a row.

    `columns` maps item, system, rater, criterion, rating, text or source to a column; the rest is guessed
    from USUAL_NAMES. Only rows that hold each value of `where` (by column) are read. Ratings are whole
    numbers on `scale`; where it is None, it reaches from 1 (from 0 if that was given) to the next of
    USUAL_TOPS. Raises CorpusError with file, line, reason and remedy, OSError where no file can be opened.
    """
    header, rows = read_long_rows(path)
    known = _columns(path, header, columns or {})
    wanted = where or {}
    for column in wanted:
        _require_column(path, header, column, "--where")
    chosen = [row for row in rows if all(row[1].get(name, "") == value for name, value in wanted.items())]
    if not chosen:
        stated = ", ".join(f"{name}={value}" for name, value in wanted.items()) or "nothing asked for"
        raise CorpusError.at(path, None, f"no row is left ({stated})", "state a value that the column holds")
    reading = _Reading(path=path, columns=known, scale=scale)
    for line, row in chosen:
        reading.add(line, row)
    return LongRatings(
        file_name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        columns=known,
        where=dict(wanted),
        scale=scale or _inferred_scale(path, reading.ratings),
        is_scale_stated=scale is not None,
        ratings=tuple(reading.ratings),
        texts=reading.texts,
        sources=reading.sources,
    )


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What was read so far, and the line that said it first."""

    path: Path
    columns: Mapping[str, str]
    scale: tuple[int, int] | None
    ratings: list[LongRating] = field(default_factory=list)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, line: int, row: Mapping[str, str]) -> None:
        found = {name: row.get(column, "").strip() for name, column in self.columns.items()}
        for name in (name for name in (*NEEDED, "criterion") if name in found):
            self._check(line, name, found[name])
        rating = LongRating(
            line=line,
            item=found["item"],
            system=found["system"],
            rater=found["rater"],
            criterion=found.get("criterion", ONE_CRITERION),
            rating=self._whole(line, found["rating"]),
        )
        self._once(line, rating)
        self.ratings.append(rating)
        if "text" in found:
            self._same(line, self.texts, (rating.item, rating.system), found["text"], "text")
        if "source" in found:
            self._same(line, self.sources, rating.item, found["source"], "source")

    def _check(self, line: int, name: str, value: str) -> None:
        column = self.columns[name]
        if not value:
            remedy = "fill it in, or leave out the rows of ratings that are missing"
            raise CorpusError.at(self.path, line, f"column '{column}' is empty", remedy)
        longest = LONGEST.get(name, len(value))
        if len(value) > longest:
            reason = f"column '{column}' holds {value[:40]!r}…, which is longer than {longest} characters"
            raise CorpusError.at(self.path, line, reason, "shorten the name")

    def _whole(self, line: int, value: str) -> int:
        column = self.columns["rating"]
        low, high = self.scale or (0, HIGHEST)
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not number.is_integer():
            remedy = "write whole numbers, or leave out what is no rating with --where"
            raise CorpusError.at(
                self.path, line, f"column '{column}' is {value[:40]!r}, no whole number", remedy
            )
        if not low <= number <= high:
            reason = f"column '{column}' is {int(number)}, which is not from {low} to {high}"
            raise CorpusError.at(self.path, line, reason, "correct it, or state the scale with --scale")
        return int(number)

    def _once(self, line: int, row: LongRating) -> None:
        before = self.lines.setdefault((row.rater, row.item, row.system, row.criterion), line)
        if before != line:
            reason = (
                f"rater {row.rater!r} rated item {row.item!r} of system {row.system!r} on {row.criterion!r} "
                f"in line {before} already"
            )
            raise CorpusError.at(
                self.path, line, reason, "keep one of the two, or tell them apart by --where"
            )

    def _same(self, line: int, held: dict[Key, str], key: Key, value: str, what: str) -> None:
        before = held.setdefault(key, value)
        if before != value:
            reason = f"the {what} of {key} is {value[:60]!r}, but an earlier line has {before[:60]!r}"
            raise CorpusError.at(self.path, line, reason, f"give each the same {what} throughout")


def _inferred_scale(path: Path, ratings: Sequence[LongRating]) -> tuple[int, int]:
    highest = max(row.rating for row in ratings)
    top = next((top for top in USUAL_TOPS if highest <= top), None)
    if top is None:
        reason = f"the highest rating is {highest}, which ends no usual scale"
        raise CorpusError.at(path, None, reason, "state the scale with --scale LOW-HIGH")
    return min(1, *(row.rating for row in ratings)), top


def _columns(path: Path, header: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    for name, column in given.items():
        _require_column(path, header, column, f"--{name}")
    folded = {column.casefold(): column for column in reversed(header)}
    found = dict(given)
    for name, usual in USUAL_NAMES.items():
        free = [folded[each] for each in usual if each in folded and folded[each] not in found.values()]
        if free:
            found.setdefault(name, free[0])
    missing = [name for name in NEEDED if name not in found]
    if missing:
        reason = f"no column looks like the {missing[0]} (there are {_shown(header)})"
        raise CorpusError.at(path, 1, reason, f"name it with --{missing[0]} COLUMN")
    return found


def _shown(header: Sequence[str]) -> str:
    return shorten(", ".join(header), 300, placeholder=" …")


def _require_column(path: Path, header: Sequence[str], column: str, option: str) -> None:
    if column not in header:
        reason = f"{option} names the column '{column}', which is not there (there are {_shown(header)})"
        raise CorpusError.at(path, 1, reason, "name one of these")
