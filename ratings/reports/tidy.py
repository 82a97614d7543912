"""The report and its data as tidy tables with a codebook: one row a statistic, a rating, a trial."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ratings.design.kinds import DISCRIMINATIONS
from ratings.models import Part, Study
from ratings.reports.document import Report
from ratings.reports.document_statistic import Statistic
from ratings.selectors import stars_table, trial_table
from ratings.selectors.flags import flagged_items
from ratings.selectors.judged import label_rows, preference_rows
from ratings.selectors.remarks import remark_rows

Cell = str | int | float | bool | None
IDENTIFIERS = ("criterion", "system", "a", "b", "part", "kind", "options", "metric", "scope", "number")


@dataclass(frozen=True, kw_only=True)
class TidyTable:
    """Columns with what they mean, and rows in their order."""

    name: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Cell]]


STATISTICS = {
    "simulated": "true where a program answered in place of raters",
    "section": "the report's section: claims, ratings, comparisons, discrimination, agreement, metrics, ...",
    "criterion": "criterion of the stars, where it is about one",
    "system": "system, where it is about one",
    "a": "first system of a comparison",
    "b": "second system of a comparison",
    "part": "part of the study",
    "kind": "kind of part, or of correlation",
    "options": "number of texts to choose from",
    "metric": "automatic metric",
    "scope": "run: all outputs; study: those that raters saw",
    "number": "number of the claim",
    "statistic": "which quantity of the section",
    "estimate": "the number, in the quantity's unit; empty where 'reason' says why",
    "ci_low": "lower end of the interval; empty where none is stated or it is open",
    "ci_high": "upper end of the interval; empty where none is stated or it is open",
    "confidence": "confidence of the interval, 0 to 1",
    "pvalue": "p-value by the method",
    "pvalue_adjusted": "p-value corrected for its family",
    "ratings": "ratings, trials or outputs it rests on",
    "items": "items or examples it rests on",
    "raters": "raters it rests on; 0 where none are involved",
    "method": "method in words",
    "signature": "settings, seed and versions that reproduce it",
    "generalises_over": "what was sampled, so that the interval speaks for new ones",
    "reason": "why there is no number",
}
RATINGS = {
    "simulated": "true where a program answered in place of raters",
    "part": "part of the study",
    "rater": "pseudonym",
    "excluded": "true where the primary results leave the rater out",
    "item": "position of the example in the dataset",
    "system": "system, by its label in the study",
    "criterion": "criterion",
    "stars": "the live rating; a text that several systems wrote has a row for each",
}
TRIALS = {
    "simulated": "true where a program answered in place of raters",
    "part": "part of the study",
    "kind": "two_afc, identify, abx or triangle",
    "rater": "pseudonym",
    "excluded": "true where the primary results leave the rater out",
    "item": "position of the example in the dataset",
    "correct": "whether the rater chose the right text",
    "options": "number of texts to choose from",
    "chosen_position": "place of the chosen text, from 1",
    "order": "place of the trial in the rater's sequence, from 1",
}
PREFERENCES = {
    "simulated": "true where a program answered in place of raters",
    "part": "part of the study",
    "a": "first system",
    "b": "second system",
    "rater": "pseudonym",
    "excluded": "true where the primary results leave the rater out",
    "item": "position of the example in the dataset",
    "strength": "1 or 2 where a's text is better or much better, -1 or -2 where b's is, 0 for a tie",
}
LABEL_CHECKS = {
    "simulated": "true where a program answered in place of raters",
    "part": "part of the study",
    "rater": "pseudonym",
    "excluded": "true where the primary results leave the rater out",
    "item": "position of the example in the dataset",
    "own": "the rater's label, given before the system's was shown",
    "gold": "the dataset's label, empty where it has none",
    "system": "system, by its label in the study; a label that several gave has a row for each",
    "shown": "the system's label",
    "accepts": "whether the rater says that it is right; empty where the rater stopped before",
}
REMARKS = {
    "simulated": "true where a program answered in place of raters",
    "part": "part of the study",
    "kind": "kind of part",
    "rater": "pseudonym",
    "excluded": "true where the primary results leave the rater out",
    "item": "position of the example in the dataset",
    "confidence": "how sure the rater was, from 1; empty where not asked",
    "comment": "what the rater wrote",
    "shown": "the systems that wrote each text on the rater's page, by the text's place",
}

CANNOT_JUDGE = {
    "simulated": "true where a program answered in place of raters",
    "part": "part of the study",
    "kind": "kind of part",
    "rater": "pseudonym",
    "excluded": "true where the primary results leave the rater out",
    "item": "position of the example in the dataset",
    "reason": "why the rater could not judge it; the item has no answer",
}


def tidy_tables(report: Report, study: Study) -> tuple[TidyTable, ...]:
    """Statistics, answers of every kind and the codebook; raises ResultsLocked before closing."""
    excluded = {row.rater for row in report.exclusions}
    tables = (
        TidyTable(name="statistics", columns=STATISTICS, rows=list(_statistics(report))),
        TidyTable(name="ratings", columns=RATINGS, rows=list(_ratings(study, excluded))),
        TidyTable(name="trials", columns=TRIALS, rows=list(_trials(study, excluded))),
        TidyTable(name="preferences", columns=PREFERENCES, rows=list(_preferences(study, excluded))),
        TidyTable(name="label_checks", columns=LABEL_CHECKS, rows=list(_label_checks(study, excluded))),
        TidyTable(name="remarks", columns=REMARKS, rows=list(_remarks(study, excluded))),
        TidyTable(name="cannot_judge", columns=CANNOT_JUDGE, rows=list(_flags(study, excluded))),
    )
    return (*tables, codebook(tables))


def codebook(tables: Sequence[TidyTable]) -> TidyTable:
    """What every column of `tables` means."""
    columns = {"table": "name of the table", "column": "name of the column", "meaning": "what it holds"}
    rows = [(table.name, column, meaning) for table in tables for column, meaning in table.columns.items()]
    return TidyTable(name="codebook", columns=columns, rows=rows)


def _statistics(report: Report) -> Iterator[Sequence[Cell]]:
    for section in dataclasses.fields(report):
        for names, statistic in _found(getattr(report, section.name), {}):
            known = {"simulated": report.study.simulated, "section": section.name, **names}
            n = {"ratings": statistic.n.ratings, "items": statistic.n.items, "raters": statistic.n.raters}
            values = {**known, **vars(statistic), **n}
            yield [values.get(column) for column in STATISTICS]


def _found(value: Any, names: dict[str, Cell]) -> Iterator[tuple[dict[str, Cell], Statistic]]:
    """Every statistic inside `value`, with what identifies it."""
    if isinstance(value, tuple):
        for each in value:
            yield from _found(each, names)
    elif dataclasses.is_dataclass(value):
        own = names | {name: getattr(value, name) for name in IDENTIFIERS if hasattr(value, name)}
        for each in dataclasses.fields(value):
            inner = getattr(value, each.name)
            if isinstance(inner, Statistic):
                yield own | {"statistic": each.name}, inner
            else:
                yield from _found(inner, own)


def _ratings(study: Study, excluded: Collection[str]) -> Iterator[Sequence[Cell]]:
    for part in study.parts.filter(kind=Part.Kind.STARS).select_related("study").order_by("position"):
        table = stars_table(part)
        columns = (table.rater, table.item, table.system, table.criterion, table.stars)
        for rater, item, system, criterion, stars in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            yield (
                study.is_simulated,
                part.position,
                table.raters[rater],
                table.raters[rater] in excluded,
                table.items[item],
                table.systems[system],
                table.criteria[criterion],
                stars,
            )


def _trials(study: Study, excluded: Collection[str]) -> Iterator[Sequence[Cell]]:
    parts = study.parts.filter(kind__in=DISCRIMINATIONS).select_related("study").order_by("position")
    for part in parts:
        table = trial_table(part)
        columns = (table.rater, table.item, table.correct, table.options, table.chosen_position, table.order)
        for rater, item, *answer in zip(*(column.tolist() for column in columns), strict=True):
            known = (study.is_simulated, part.position, part.kind)
            name = table.raters[rater]
            yield (*known, name, name in excluded, table.items[item], *answer)


def _preferences(study: Study, excluded: Collection[str]) -> Iterator[Sequence[Cell]]:
    parts = study.parts.filter(kind=Part.Kind.PREFERENCE).select_related("study", "target", "foil")
    for part in parts.order_by("position"):
        target, foil = (system.label if system else "" for system in (part.target, part.foil))
        for row in preference_rows(part):
            known = (study.is_simulated, part.position, target, foil)
            yield (*known, row.rater, row.rater in excluded, row.item, row.strength)


def _label_checks(study: Study, excluded: Collection[str]) -> Iterator[Sequence[Cell]]:
    parts = study.parts.filter(kind=Part.Kind.LABEL_CHECK).select_related("study").order_by("position")
    for part in parts:
        for row in label_rows(part):
            known = (study.is_simulated, part.position, row.rater, row.rater in excluded, row.item)
            yield (*known, row.own, row.gold, row.system, row.shown, row.accepts)


def _remarks(study: Study, excluded: Collection[str]) -> Iterator[Sequence[Cell]]:
    for row in remark_rows(study):
        known = (study.is_simulated, row.part, row.kind, row.rater, row.rater in excluded)
        yield (*known, row.item, row.confidence, row.comment, row.shown)


def _flags(study: Study, excluded: Collection[str]) -> Iterator[Sequence[Cell]]:
    for row in flagged_items(study):
        yield (
            study.is_simulated,
            row.part,
            row.kind,
            row.rater,
            row.rater in excluded,
            row.item,
            row.reason,
        )
