"""The GLUE benchmark's TSV files (Wang et al. 2019) of SST-2, MRPC, RTE and MNLI, with their labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generation.formats.corpus import Corpus, CorpusError, CorpusExample
from generation.formats.text_files import read_lines, read_text


@dataclass(frozen=True)
class GlueTask:
    """How a task's files name their columns and labels.

    `written` maps what stands in the file to the class name, in the order of the class numbers that GLUE's
    fine-tuned checkpoints use; `positive` is the class that a two-class F1 is about, where GLUE reports one.
    """

    name: str
    text_columns: tuple[str, ...]
    label_column: str
    written: dict[str, str]
    positive: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The class names, in the order of the class numbers."""
        return tuple(self.written.values())


def _same(*labels: str) -> dict[str, str]:
    return dict(zip(labels, labels, strict=True))


GLUE_TASKS = {
    task.name: task
    for task in (
        GlueTask("sst2", ("sentence",), "label", {"0": "negative", "1": "positive"}, "positive"),
        GlueTask(
            "mrpc",
            ("#1 String", "#2 String"),
            "Quality",
            {"0": "not_equivalent", "1": "equivalent"},
            "equivalent",
        ),
        GlueTask("rte", ("sentence1", "sentence2"), "label", _same("entailment", "not_entailment")),
        GlueTask(
            "mnli", ("sentence1", "sentence2"), "gold_label", _same("entailment", "neutral", "contradiction")
        ),
    )
}


def read_glue(task: str, path: Path) -> Corpus:
    """Read a GLUE file with labels; for MNLI the matched and the mismatched one alike.

    Columns are found by the names in the header; quotes are characters like any other. SST-2 may lack the
    header (`sentence<TAB>label`). Raises CorpusError with file, line and reason for the first thing wrong,
    and for a test file, whose labels GLUE keeps to itself; KeyError for a task that is not in GLUE_TASKS.
    """
    layout = GLUE_TASKS[task]
    lines = [(number, line.split("\t")) for number, line in read_lines(read_text(path))]
    header = [column.strip() for column in lines[0][1]]
    if task == "sst2" and len(header) == 2 and header[1] in layout.written:
        header = [*layout.text_columns, layout.label_column]
    else:
        lines = lines[1:]
    columns = _columns(path, header, layout)
    if not lines:
        raise CorpusError.at(path, None, "there is a header but no row", "add at least one row")
    return Corpus(tuple(_examples(path, lines, len(header), columns, layout)), layout.labels)


def _columns(path: Path, header: Sequence[str], layout: GlueTask) -> list[int]:
    """The places of the texts, and behind them the place of the label."""
    wanted = [*layout.text_columns, layout.label_column]
    missing = [column for column in wanted if column not in header]
    if missing == [layout.label_column]:
        reason = (
            f"no column is called {layout.label_column!r}: GLUE keeps the labels of its test files secret"
        )
        raise CorpusError.at(path, 1, reason, "choose the dev or the train file")
    if missing:
        found = ", ".join(header)[:80]
        raise CorpusError.at(
            path,
            1,
            f"the header is {found!r}, without {', '.join(map(repr, missing))}",
            f"choose a {layout.name.upper()} file of GLUE; its header names {', '.join(wanted)}",
        )
    return [header.index(column) for column in wanted]


def _examples(
    path: Path,
    lines: Sequence[tuple[int, list[str]]],
    width: int,
    columns: Sequence[int],
    layout: GlueTask,
) -> Iterator[CorpusExample]:
    for line, row in lines:
        if len(row) != width:
            raise CorpusError.at(
                path,
                line,
                f"the row has {len(row)} columns, the header {width}",
                "part the columns by one tab each",
            )
        *texts, label = (row[column].strip() for column in columns)
        for column, text in zip(layout.text_columns, texts, strict=True):
            if not text:
                raise CorpusError.at(path, line, f"{column!r} is empty", "write it or remove the row")
        if label not in layout.written:
            raise CorpusError.at(
                path,
                line,
                f"the label is {label[:40]!r}",
                f"write {' or '.join(layout.written)}, or remove the row",
            )
        pair = texts[1] if len(texts) > 1 else None
        yield CorpusExample(texts[0], pair=pair, label=layout.written[label])
