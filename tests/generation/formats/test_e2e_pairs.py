"""The LoRA paper's form of the E2E data, as text and as JSON."""

from pathlib import Path

import pytest

from generation.formats.corpus import CorpusError
from generation.formats.e2e_pairs import read_e2e_pairs

LINE = (
    "name : The Vaults | Type : pub | price : more than £ 30 | customer rating : 5 out of 5"
    " | family friendly : no | near : Café Adriatic||The Vaults pub has a 5 star rating . \n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.txt"


def test_slots_get_their_e2e_names_and_equal_ones_make_one_example(file: Path) -> None:
    file.write_text(LINE + LINE.replace("5 star", "top") + "name : A | food : Thai||A . \n", encoding="utf-8")
    first, second = read_e2e_pairs(file).examples
    assert first.source == (
        "name[The Vaults], eatType[pub], priceRange[more than £30], customer rating[5 out of 5], "
        "familyFriendly[no], near[Café Adriatic]"
    )
    assert first.references == (
        "The Vaults pub has a 5 star rating .",
        "The Vaults pub has a top rating .",
    )
    assert second.slots == (("name", "A"), ("food", "Thai"))


def test_json_says_the_same(file: Path) -> None:
    file.write_text('{"context": "name : A | Type : pub", "completion": "A is a pub ."}\n')
    (example,) = read_e2e_pairs(file).examples
    assert (example.source, example.references) == ("name[A], eatType[pub]", ("A is a pub .",))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name : A|A .\n", "test.txt, line 1: 'name : A|A .' has no ||; write slot : value"),
        ("name : A||A .\n\nname : B||B .\n", "test.txt, line 2: '' has no ||"),
        (
            "name : A | colour : red||A .\n",
            "test.txt, line 1: 'colour : red' is not slot : value with a slot of",
        ),
        ("name A||A .\n", "test.txt, line 1: 'name A' is not slot : value"),
        (
            "name : A | name : B||A .\n",
            "test.txt, line 1: 'name : A | name : B' is not a meaning representation",
        ),
        ("name : A||A .\nname : B|| \n", "test.txt, line 2: the reference of 'name[B]' is empty"),
        ('{"context": "name : A"}\n', "test.txt, line 1: the object has no 'completion'"),
    ],
)
def test_one_thing_wrong_refuses_the_whole_file(file: Path, content: str, message: str) -> None:
    file.write_text(content)
    with pytest.raises(CorpusError) as caught:
        read_e2e_pairs(file)
    assert str(caught.value).startswith(message)
