"""Outputs written elsewhere: three kinds of file, put in the dataset's order or refused."""

from pathlib import Path

import pytest

from generation.formats.corpus import CorpusError
from generation.formats.e2e import read_e2e
from generation.formats.outputs import read_outputs

MRS = ["name[A], food[Thai]", "name[B]"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outputs.txt"


@pytest.mark.parametrize("system", ["tgen", "slug", "tr2"])
def test_the_challenge_outputs_fit_the_test_set(real_data: Path, system: str) -> None:
    corpus = read_e2e(real_data / "e2e" / "test_with_references.csv")
    mrs = [example.source for example in corpus.examples]
    outputs = read_outputs(real_data / "e2e_challenge" / "outputs" / f"{system}.tsv", mrs)
    assert len(outputs) == 630
    assert all(outputs)
    # Where the MR holds a name, an output that was put beside the wrong MR would not say it.
    named = [
        dict(example.slots)["name"] in output
        for example, output in zip(corpus.examples, outputs, strict=True)
    ]
    assert sum(named) / len(named) > 0.98


@pytest.mark.parametrize(
    "content",
    [
        "MR\toutput\nname[B]\tB.\nname[A],  food[Thai]\tA, Thai.\n",
        'mr,text\nname[B],B.\n"name[A], food[Thai]","A, Thai."\n',
        '"MR"\t"output"\r\n"name[B]"\t"B."\r\n"name[A], food[Thai]"\t"A, Thai."\r\n',
        '\n{"mr": "name[B]", "output": "B."}\n\n{"input": "name[A], food[Thai]", "text": "A, Thai."}\n',
        "A, Thai.\nB.\n",
        "A, Thai.\r\nB.",
    ],
)
def test_every_kind_of_file_gives_the_datasets_order(file: Path, content: str) -> None:
    file.write_bytes(content.encode())
    assert read_outputs(file, MRS) == ["A, Thai.", "B."]


def test_a_system_may_say_nothing(file: Path) -> None:
    file.write_text("A.\n\n", encoding="utf-8")
    assert read_outputs(file, MRS) == ["A.", ""]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("MR\toutput\nname[C]\tC.\n", "outputs.txt, line 2: the dataset has no MR 'name[C]'; remove"),
        (
            "MR\toutput\nname[B]\tB.\nname[B]\tAgain.\n",
            "outputs.txt, line 3: MR 'name[B]' has an output in line 2 already; keep one",
        ),
        (
            "MR\toutput\nname[B]\tB.\n",
            "outputs.txt: 1 of the dataset's 2 MRs have no output, first 'name[A], food[Thai]'; add",
        ),
        ("MR\toutput\nname[B]\n", "outputs.txt, line 2: the row has 1 columns, not 2; put"),
        ("mr,output\nname[A], food[Thai],A.\n", "outputs.txt, line 2: the row has 3 columns, not 2; put"),
        ('{"mr": "name[B]"', 'outputs.txt, line 1: \'{"mr": "name[B]"\' is not JSON'),
        ('{"mr": "name[B]", "output": "B."}\n[]\n', "outputs.txt, line 2: '[]' is not a JSON object"),
        ('{"id": 1, "output": "B."}', "outputs.txt, line 1: the object has none of the keys mr, source"),
        ('{"mr": "name[B]"}', "outputs.txt, line 1: the object has none of the keys output, text"),
        ('{"mr": "name[B]", "output": null}', "outputs.txt, line 1: 'output' is None, not a text"),
        ('{"mr": "name[B]", "output": "\\ud800"}', "outputs.txt, line 1: 'output' names a NUL or half"),
        ("A.\n", "outputs.txt: the file has 1 lines, the dataset 2 examples; write"),
        ("", "outputs.txt: the file is empty"),
    ],
)
def test_refusals_name_line_value_and_remedy(file: Path, content: str, message: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_outputs(file, MRS)
    assert str(caught.value).startswith(message)


def test_json_nested_beyond_reading_is_refused_like_any_other(file: Path) -> None:
    file.write_text('{"mr": ' + "[" * 100_000, encoding="utf-8")
    with pytest.raises(CorpusError, match="is not JSON"):
        read_outputs(file, MRS)
