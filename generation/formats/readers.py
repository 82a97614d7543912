"""From a task and a file to a corpus: which reader a file of a task wants is seen from how it begins."""

from collections.abc import Callable
from pathlib import Path

from generation.formats.corpus import Corpus
from generation.formats.e2e import read_e2e
from generation.formats.e2e_pairs import BORDER, read_e2e_pairs
from generation.formats.glue import GLUE_TASKS, read_glue
from generation.formats.jsonl import read_jsonl_classification, read_jsonl_generation
from generation.formats.text_files import read_text

E2E = "e2e"
GENERATION = "generation"
CLASSIFICATION = "classification"
TASKS = (E2E, *GLUE_TASKS, GENERATION, CLASSIFICATION)


def read_corpus(task: str, path: Path) -> Corpus:
    """Read `path` as a corpus of `task`, one of TASKS.

    `e2e` takes the official CSV or the LoRA paper's text or JSON form, a GLUE task its TSV files or JSON
    lines with its labels, `generation` and `classification` JSON lines. Raises CorpusError with file, line,
    reason and remedy, OSError where the file cannot be opened, and ValueError for another task.
    """
    if task not in TASKS:
        raise ValueError(f"there is no task {task!r}; the tasks are {', '.join(TASKS)}")
    return _reader(task, path)(path)


def _reader(task: str, path: Path) -> Callable[[Path], Corpus]:
    if task == GENERATION:
        return read_jsonl_generation
    if task == CLASSIFICATION:
        return read_jsonl_classification
    first = read_text(path).lstrip().partition("\n")[0]
    if task == E2E:
        return read_e2e_pairs if first.startswith("{") or BORDER in first else read_e2e
    if first.startswith("{"):
        return lambda file: read_jsonl_classification(file, GLUE_TASKS[task].labels)
    return lambda file: read_glue(task, file)
