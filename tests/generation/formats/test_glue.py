"""GLUE's files as their makers lay them out, and the refusal of what is not one of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.formats.corpus import CorpusError, CorpusExample
from generation.formats.glue import GLUE_TASKS, read_glue

MNLI_TEXTS = (
    "sentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2"
)
MNLI = f"index\tpromptID\tpairID\tgenre\t{MNLI_TEXTS}\tlabel1\tgold_label"
# Of the files, the header and one row each.
FILES = {
    "sst2": "sentence\tlabel\nit 's a charming journey . \t1\n",
    "mrpc": (
        "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n"
        '1\t702876\t702977\tHe said " no .\tHe said no .\r\n'
    ),
    "rte": "index\tsentence1\tsentence2\tlabel\n0\tIt rains.\tIt is wet.\tnot_entailment\n",
    "mnli": f"{MNLI}\n0\t3\t3n\ttelephone\t( a )\t( b )\t(A)\t(B)\tYes.\tNo.\tneutral\tcontradiction\n",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dev.tsv"


@pytest.mark.parametrize(
    ("task", "example"),
    [
        ("sst2", CorpusExample("it 's a charming journey .", label="positive")),
        ("mrpc", CorpusExample('He said " no .', pair="He said no .", label="equivalent")),
        ("rte", CorpusExample("It rains.", pair="It is wet.", label="not_entailment")),
        ("mnli", CorpusExample("Yes.", pair="No.", label="contradiction")),
    ],
)
def test_each_task_in_its_official_columns(file: Path, task: str, example: CorpusExample) -> None:
    file.write_text(FILES[task], encoding="utf-8", newline="")
    corpus = read_glue(task, file)
    assert corpus.examples == (example,)
    assert corpus.labels == GLUE_TASKS[task].labels


def test_mnli_dev_files_have_more_columns_than_train(file: Path) -> None:
    header = FILES["mnli"].split("\n")[0].replace("label1", "label1\tlabel2\tlabel3")
    row = FILES["mnli"].split("\n")[1].replace("neutral", "neutral\tneutral\tentailment")
    file.write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert read_glue("mnli", file).examples[0].label == "contradiction"


def test_class_numbers_are_those_of_glue() -> None:
    assert GLUE_TASKS["mnli"].labels == ("entailment", "neutral", "contradiction")
    assert GLUE_TASKS["rte"].labels == ("entailment", "not_entailment")
    assert GLUE_TASKS["mrpc"].labels.index("equivalent") == 1


def test_sst2_without_a_header(real_data: Path) -> None:
    for name, examples, positive in (("train", 6920, 3610), ("dev", 872, 444)):
        corpus = read_glue("sst2", real_data / "sst2" / f"{name}.tsv")
        assert len(corpus.examples) == examples
        assert sum(example.label == "positive" for example in corpus.examples) == positive


@pytest.mark.parametrize(
    ("task", "content", "message"),
    [
        (
            "sst2",
            "text\tlabel\na film\t1\n",
            "dev.tsv, line 1: the header is 'text, label', without 'sentence'; c",
        ),
        (
            "rte",
            "index\tsentence1\tsentence2\n0\ta\tb\n",
            "dev.tsv, line 1: no column is called 'label': GLUE",
        ),
        ("mrpc", FILES["rte"], "dev.tsv, line 1: the header is 'index, sentence1"),
        ("sst2", "sentence\tlabel\n", "dev.tsv: there is a header but no row"),
        ("sst2", "good\t1\nbad\tfilm\t0\n", "dev.tsv, line 2: the row has 3 columns, the header 2"),
        ("sst2", "good\t1\n\nbad\t0\n", "dev.tsv, line 2: the row has 1 columns"),
        ("sst2", "good\t1\n \t0\n", "dev.tsv, line 2: 'sentence' is empty"),
        ("sst2", "good\t1\nbad\t-1\n", "dev.tsv, line 2: the label is '-1'; write 0 or 1"),
        ("mnli", FILES["mnli"].replace("contradiction", "-"), "dev.tsv, line 2: the label is '-'; write ent"),
        ("sst2", "", "dev.tsv: the file is empty"),
    ],
)
def test_one_thing_wrong_refuses_the_whole_file(file: Path, task: str, content: str, message: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_glue(task, file)
    assert str(caught.value).startswith(message)


def test_a_test_file_is_refused_for_its_secret_labels(file: Path) -> None:
    for task, layout in GLUE_TASKS.items():
        file.write_text("\t".join(["index", *layout.text_columns]) + "\n0\ta\tb\n", encoding="utf-8")
        with pytest.raises(
            CorpusError, match="GLUE keeps the labels of its test files secret; choose the dev"
        ):
            read_glue(task, file)


sentences = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\t\n\r"), min_size=1, max_size=40
).filter(lambda text: text == text.strip())


@given(rows=st.lists(st.tuples(sentences, sentences, st.sampled_from(["0", "1"])), min_size=1, max_size=5))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    file = tmp_path_factory.getbasetemp() / "mrpc.tsv"
    lines = [f"{label}\t1\t2\t{one}\t{other}\n" for one, other, label in rows]
    text = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n" + "".join(lines)
    file.write_text(text, encoding="utf-8", newline="")
    examples = read_glue("mrpc", file).examples
    assert [(example.source, example.pair) for example in examples] == [
        (one, other) for one, other, _ in rows
    ]
