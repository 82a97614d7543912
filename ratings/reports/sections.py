"""What sections of a report are made of, and how a statistic is written in a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from django.utils.translation import gettext as _

from generation.models.checkpoints import Adaptation
from ratings.models import Part
from ratings.reports.document_statistic import Statistic
from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import decimal, p_value, percent
from ratings.reports.reason_words import reason_in

NONE = "–"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column's heading; numbers are set to the right."""

    title: str
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: whether it is set as a number, and whether it heads its row."""

    text: str
    number: bool
    heads: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of texts; the first text column names the row, and a figure of the same key belongs to it.

    `notes` stand below it; a narrow table has room beside its figure.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    is_narrow: bool = False

    def without_empty_columns(self) -> Self:
        """Without the columns that hold nothing but dashes."""
        kept = [
            place
            for place in range(len(self.columns))
            if not self.rows or any(row[place] != NONE for row in self.rows)
        ]
        return replace(
            self,
            columns=tuple(self.columns[place] for place in kept),
            rows=tuple(tuple(row[place] for place in kept) for row in self.rows),
        )

    @property
    def marked_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows with each cell's place in the table; the first text cell names its row."""
        head = next((place for place, column in enumerate(self.columns) if not column.number), 0)
        return tuple(
            tuple(
                Cell(text=text, number=column.number, heads=place == head)
                for place, (text, column) in enumerate(zip(row, self.columns, strict=True))
            )
            for row in self.rows
        )


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A drawn figure at `source`; `caption` says what it shows and is its text alternative."""

    name: str
    caption: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A table and the figure that shows the same."""

    table: Table
    figure: Figure | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the report. `figures` names those that belong here, `captions` says what they show.

    `items` are points of a list, after the sentences.
    """

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    captions: Mapping[str, str] = field(default_factory=dict)
    drawn: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The tables, each with its figure where one was drawn."""
        drawn = {figure.name: figure for figure in self.drawn}
        return tuple(Block(table=table, figure=drawn.get(table.key)) for table in self.tables)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing but its introduction."""
        return not self.tables and not self.items

    def with_figures_at(self, sources: Mapping[str, str]) -> Self:
        """Ready to be read: figures that have a source, as the data supported them, and no empty columns."""
        kept = tuple(
            Figure(name=name, caption=self.captions[name], source=sources[name])
            for name in self.figures
            if name in sources
        )
        return replace(self, drawn=kept, tables=tuple(table.without_empty_columns() for table in self.tables))


def kind_word(kind: str) -> str:
    """A kind of part in words."""
    return str(Part.Kind(kind).label)


def adaptation_word(adaptation: str) -> str:
    """How a system came from its base, in words; a dash for outputs from elsewhere."""
    return str(Adaptation(adaptation).label) if adaptation else NONE


def statistic_cells(
    statistic: Statistic, *, share: bool = False, places: int = 2, tested: bool = True, adjusted: bool = False
) -> tuple[str, ...]:
    """Estimate, interval, and p-values where `tested` and `adjusted` ask for them."""
    language = language_in_use()
    tests = [statistic.pvalue] if tested else []
    tests += [statistic.pvalue_adjusted] if adjusted else []
    return (
        number(statistic.estimate, share=share, places=places),
        interval(statistic, share=share, places=places),
        *(NONE if value is None else p_value(value, language) for value in tests),
    )


def number(value: float | None, *, share: bool = False, places: int = 2) -> str:
    """A number, or a share in per cent; a dash for none."""
    language = language_in_use()
    if value is None:
        return NONE
    return percent(value, language, fixed=True) if share else decimal(value, language, places=places)


def interval(statistic: Statistic, *, share: bool = False, places: int = 2) -> str:
    """The interval as 'low to high'; a dash where none is stated."""
    if statistic.ci_low is None and statistic.ci_high is None:
        return NONE
    low = "−∞" if statistic.ci_low is None else number(statistic.ci_low, share=share, places=places)
    high = "∞" if statistic.ci_high is None else number(statistic.ci_high, share=share, places=places)
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def reasons(named: Mapping[str, Statistic]) -> tuple[str, ...]:
    """Why statistics are missing, each reason once, with what it is about."""
    return grouped_reasons((name, "", statistic) for name, statistic in named.items())


def grouped_reasons(about: Iterable[tuple[str, str, Statistic]]) -> tuple[str, ...]:
    """Why statistics are missing, each reason once; every statistic is about a whole and a part of it.

    Where all parts of a whole lack theirs for one reason, the whole is named, else the parts.
    """
    parts: dict[str, set[str]] = {}
    lacking: dict[str, dict[str, dict[str, None]]] = {}
    for whole, part, statistic in about:
        parts.setdefault(whole, set()).add(part)
        if statistic.reason:
            lacking.setdefault(statistic.reason, {}).setdefault(whole, {})[part] = None
    found = {
        reason: [
            name
            for whole, own in wholes.items()
            for name in ([whole] if set(own) == parts[whole] else [f"{whole}, {part}" for part in own])
        ]
        for reason, wholes in lacking.items()
    }
    language = language_in_use()
    return tuple(f"{', '.join(names)}: {reason_in(language, reason)}." for reason, names in found.items())
