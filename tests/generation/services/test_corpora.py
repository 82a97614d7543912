"""A corpus comes in whole, with the counts that its authors published, or not at all."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generation.errors import DatasetRefused, NameTaken
from generation.models import Dataset, Example, Reference
from generation.services.corpora import import_dataset

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("file", "examples", "references"),
    [
        ("test_with_references.csv", 630, 4_693),
        ("dev.csv", 547, 4_672),
        ("train.csv.gz", 4_862, 42_061),
    ],
)
def test_the_official_files_have_the_published_counts(
    file: str, examples: int, references: int, real_data: Path
) -> None:
    started = time.monotonic()
    dataset = import_dataset(task="e2e", path=real_data / "e2e" / file, name=file)
    assert dataset.examples.count() == examples
    assert Reference.objects.filter(example__dataset=dataset).count() == references
    assert time.monotonic() - started < 20, "a corpus of this size is a matter of seconds"


def test_examples_keep_order_slots_and_references(write_corpus: Callable[..., Path]) -> None:
    path = write_corpus(2)
    dataset = import_dataset(task="e2e", path=path, name="places")
    first, second = dataset.examples.order_by("position")
    assert (first.source, first.slots) == (
        "name[Place 0], food[Chinese]",
        [["name", "Place 0"], ["food", "Chinese"]],
    )
    texts = second.references.order_by("position").values_list("text", flat=True)
    assert list(texts) == ["There is Chinese food at Place 1.", "Place 1 serves Chinese food."]
    assert (dataset.file_name, dataset.sha256) == (
        "corpus.csv",
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name[A],text\n", "broken.csv, line 1: the header"),
        (b"mr,ref\nname[A],One.\nname[B]\n", "broken.csv, line 3: the row has 1 columns"),
        (b"mr,ref\nname[A],One.\ncolour[red],Two.\n", "broken.csv, line 3: .*slot 'colour' is unknown"),
        (b"mr,ref\nname[A],Caf\xe9.\n", "broken.csv, line 2: byte 0xe9 is not UTF-8"),
    ],
)
def test_a_broken_file_leaves_nothing(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(DatasetRefused, match=reason):
        import_dataset(task="e2e", path=path, name="broken")
    assert not Dataset.objects.exists()
    assert not Example.objects.exists()


def test_a_file_that_is_not_there_a_task_and_a_name_are_named(
    write_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_corpus()
    with pytest.raises(DatasetRefused, match=r"nowhere.csv cannot be read: No such file"):
        import_dataset(task="e2e", path=tmp_path / "nowhere.csv", name="x")
    with pytest.raises(DatasetRefused, match="no task 'poems'; choose one of e2e"):
        import_dataset(task="poems", path=path, name="x")
    import_dataset(task="e2e", path=path, name="places")
    with pytest.raises(NameTaken, match="a dataset named 'places' already"):
        import_dataset(task="e2e", path=path, name="places")
