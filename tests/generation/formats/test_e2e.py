"""The official E2E files: their counts, and the refusal of a file that has one thing wrong."""

import gzip
from pathlib import Path

import pytest

from generation.formats.corpus import CorpusError
from generation.formats.e2e import completion_for, prompt_for, read_e2e


@pytest.mark.parametrize(
    ("file_name", "examples", "references"),
    [
        ("test_with_references.csv", 630, 4693),
        ("dev.csv", 547, 4672),
        ("train.csv.gz", 4862, 42061),
    ],
)
def test_the_official_files_have_their_published_counts(
    real_data: Path, file_name: str, examples: int, references: int
) -> None:
    corpus = read_e2e(real_data / "e2e" / file_name)
    assert len(corpus.examples) == examples
    assert sum(len(example.references) for example in corpus.examples) == references
    assert len({example.source for example in corpus.examples}) == examples
    assert all(len(example.slots) >= 2 for example in corpus.examples)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "restaurants.csv"


def test_references_are_grouped_in_first_seen_order(file: Path) -> None:
    file.write_text(
        'mr,ref\n"name[A], food[Thai]",one\nname[B],two\n"name[A],  food[Thai]"," three "\n', encoding="utf-8"
    )
    first, second = read_e2e(file).examples
    assert (first.source, first.slots) == ("name[A], food[Thai]", (("name", "A"), ("food", "Thai")))
    assert first.references == ("one", "three")
    assert second.references == ("two",)


def test_gzip_is_known_by_its_bytes_not_by_its_name(file: Path) -> None:
    file.write_bytes(gzip.compress(b"mr,ref\nname[A],one\n"))
    assert len(read_e2e(file).examples) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "restaurants.csv: the file is empty"),
        (b"name[A],one\n", "restaurants.csv, line 1: the header is 'name[A],one', not 'mr,ref'; start"),
        (b"mr,ref,x\nname[A],one,y\n", "restaurants.csv, line 1: the header is 'mr,ref,x'"),
        (b"mr,ref\n", "restaurants.csv: there is a header but no row"),
        (b"mr,ref\nname[A],one\nname[B]\n", "restaurants.csv, line 3: the row has 1 columns, not 2"),
        (b"mr,ref\nname[A],one, two\n", "restaurants.csv, line 2: the row has 3 columns, not 2"),
        (b"mr,ref\n\nname[A],one\n", "restaurants.csv, line 2: the row has 0 columns"),
        (b'mr,ref\nname[A],"one\nmore"\nname[B],\n', "restaurants.csv, line 4: the reference of 'name[B]'"),
        (b"mr,ref\nname[A],one\nname[B,two\n", "restaurants.csv, line 3: 'name[B' is not a meaning"),
        ("mr,ref\nname[A],one\nname[B],Café\n".encode("cp1252"), "restaurants.csv, line 3: byte 0xe9"),
    ],
)
def test_one_thing_wrong_refuses_the_whole_file(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        read_e2e(file)
    assert str(caught.value).startswith(message)


def test_prompt_and_completion() -> None:
    assert prompt_for("name[A]") == "Describe the restaurant.\nFacts: name[A]\nDescription:"
    assert completion_for("A is a pub.") == " A is a pub."
