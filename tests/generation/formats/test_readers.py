"""The right reader is found by how a file begins, and no bytes bring a reader down."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generation.formats.corpus import CorpusError
from generation.formats.readers import TASKS, read_corpus


@pytest.mark.parametrize(
    ("task", "content", "source"),
    [
        ("e2e", "mr,ref\nname[A],one\n", "name[A]"),
        ("e2e", "name : A||one\n", "name[A]"),
        ("e2e", '{"context": "name : A", "completion": "one"}\n', "name[A]"),
        ("sst2", "sentence\tlabel\nfine\t1\n", "fine"),
        ("sst2", '\n{"text": "fine", "label": "positive"}\n', "fine"),
        ("generation", '{"source": "Why?", "references": ["So."]}\n', "Why?"),
        ("classification", '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n', "a"),
    ],
)
def test_each_task_reads_each_of_its_forms(tmp_path: Path, task: str, content: str, source: str) -> None:
    file = tmp_path / "corpus"
    file.write_text(content)
    assert read_corpus(task, file).examples[0].source == source


def test_json_lines_of_a_glue_task_hold_its_labels(tmp_path: Path) -> None:
    file = tmp_path / "sst2.jsonl"
    file.write_text('{"text": "fine", "label": "1"}\n')
    with pytest.raises(CorpusError, match="the label is '1'; write negative or positive"):
        read_corpus("sst2", file)


def test_an_unknown_task_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no task 'cola'; the tasks are e2e, sst2, mrpc, rte, mnli"):
        read_corpus("cola", tmp_path / "any")


beginnings = st.sampled_from(
    [
        b"",
        b"mr,ref\n",
        b"name : A||",
        b'{"text": "a", ',
        b'{"source": ',
        b"sentence\tlabel\n",
        b"\xef\xbb\xbf",
    ]
)


@given(task=st.sampled_from(TASKS), beginning=beginnings, rest=st.binary(max_size=60))
@example(task="e2e", beginning=b"", rest=b"\x1f\x8b")
def test_arbitrary_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, task: str, beginning: bytes, rest: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes"
    file.write_bytes(beginning + rest)
    with contextlib.suppress(CorpusError):
        corpus = read_corpus(task, file)
        assert corpus.examples
        assert all(one.label in corpus.labels for one in corpus.examples if corpus.labels)
