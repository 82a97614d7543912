"""JSON lines for generation and classification."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.formats.corpus import Corpus, CorpusError, CorpusExample
from generation.formats.jsonl import read_jsonl_classification, read_jsonl_generation


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "corpus.jsonl"


def test_generation(file: Path) -> None:
    file.write_text('{"source": "one", "references": ["a", " b "]}\n\n{"source": "two", "references": "c"}\n')
    assert read_jsonl_generation(file) == Corpus(
        (CorpusExample("one", references=("a", "b")), CorpusExample("two", references=("c",)))
    )


def test_classification_takes_the_labels_in_alphabetical_order_or_as_given(file: Path) -> None:
    file.write_text(
        '{"text": "x", "text_pair": "y", "label": "no"}\n{"text": "x", "text_pair": "z", "label": "in"}'
    )
    corpus = read_jsonl_classification(file)
    assert corpus.labels == ("in", "no")
    assert corpus.examples[0] == CorpusExample("x", pair="y", label="no")
    assert read_jsonl_classification(file, ("no", "in", "maybe")).labels == ("no", "in", "maybe")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1]", "corpus.jsonl, line 1: '[1]' is not a JSON object"),
        ('{"source": "a", "references": ["b"]}\n{', "corpus.jsonl, line 2: '{' is not JSON"),
        ('{"references": ["b"]}', "corpus.jsonl, line 1: the object has no 'source'; add the key"),
        ('{"source": 3, "references": ["b"]}', "corpus.jsonl, line 1: 'source' is 3, not a text"),
        ('{"source": " ", "references": ["b"]}', "corpus.jsonl, line 1: 'source' is empty"),
        ('{"source": "a"}', "corpus.jsonl, line 1: 'references' is no list of texts"),
        ('{"source": "a", "references": []}', "corpus.jsonl, line 1: 'references' is no list of texts"),
        ('{"source": "a", "references": [null]}', "corpus.jsonl, line 1: 'references' is None, not a text"),
        (
            '{"source": "\\ud800", "references": ["b"]}',
            "corpus.jsonl, line 1: 'source' holds half a surrogate",
        ),
        ('{"source": "a\\u0000", "references": ["b"]}', "corpus.jsonl, line 1: 'source' holds half"),
        (f'{{"source": {"[" * 100_000}', "corpus.jsonl, line 1: "),
    ],
)
def test_one_thing_wrong_refuses_a_generation_file(file: Path, content: str, message: str) -> None:
    file.write_text(content)
    with pytest.raises(CorpusError) as caught:
        read_jsonl_generation(file)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("lines", "labels", "message"),
    [
        ([{"text": "a", "label": "x"}], None, "corpus.jsonl: every line has the label 'x'; give lines of"),
        ([{"text": "a", "label": "x"}], ("y", "z"), "corpus.jsonl, line 1: the label is 'x'; write y or z"),
        ([{"text": "a", "label": 1}], None, "corpus.jsonl, line 1: 'label' is 1, not a text"),
        (
            [{"text": "a", "label": "x"}, {"text": "a", "text_pair": "b", "label": "x"}],
            None,
            "corpus.jsonl, line 2: some lines have a text_pair",
        ),
    ],
)
def test_one_thing_wrong_refuses_a_classification_file(
    file: Path, lines: list[dict[str, object]], labels: tuple[str, ...] | None, message: str
) -> None:
    file.write_text("\n".join(json.dumps(line) for line in lines))
    with pytest.raises(CorpusError) as caught:
        read_jsonl_classification(file, labels)
    assert str(caught.value).startswith(message)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda text: text == text.strip()
)


@given(rows=st.lists(st.tuples(texts, st.lists(texts, min_size=1, max_size=3)), min_size=1, max_size=4))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, list[str]]]
) -> None:
    file = tmp_path_factory.getbasetemp() / "written.jsonl"
    lines = [json.dumps({"source": source, "references": said}, ensure_ascii=False) for source, said in rows]
    file.write_text("\n".join(lines), encoding="utf-8", newline="")
    examples = read_jsonl_generation(file).examples
    assert [(example.source, list(example.references)) for example in examples] == rows
