"""Ratings in long form: columns found, scales inferred, and mistakes named by file and line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.formats.corpus import CorpusError
from ratings.design.long_ratings import read_long_ratings

ROWS = """item_id,model,worker,aspect,score,output,mr
i1,full,ann,fluency,4,The Mill.,name[The Mill]
i1,lora,ann,fluency,5,The Mill!,name[The Mill]
i2,full,bob,fluency,2,A pub.,name[The Inn]
"""


@pytest.fixture
def write(tmp_path):
    def written(text, name="ratings.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_usual_names_are_found_and_everything_is_kept(write):
    found = read_long_ratings(write(ROWS))
    assert found.columns == {
        "item": "item_id",
        "system": "model",
        "rater": "worker",
        "criterion": "aspect",
        "rating": "score",
        "text": "output",
        "source": "mr",
    }
    assert (found.items, found.systems, found.criteria) == (("i1", "i2"), ("full", "lora"), ("fluency",))
    assert [(row.line, row.rater, row.rating) for row in found.ratings] == [
        (2, "ann", 4),
        (3, "ann", 5),
        (4, "bob", 2),
    ]
    assert found.texts["i1", "lora"] == "The Mill!"
    assert found.sources == {"i1": "name[The Mill]", "i2": "name[The Inn]"}
    assert (found.scale, found.is_scale_stated) == ((1, 5), False)


def test_a_column_may_be_named_and_is_not_taken_twice(write):
    text = "rating,who,sys,item,value\n3,ann,full,1,5\n"
    found = read_long_ratings(write(text), columns={"rating": "value", "rater": "who", "system": "sys"})
    assert found.columns == {"rating": "value", "rater": "who", "system": "sys", "item": "item"}
    assert found.ratings[0].rating == 5
    assert found.criteria == ("rating",)


def test_only_the_rows_asked_for_are_read(write):
    text = "item,system,rater,rating,method\n1,a,r,3,likert\n1,a,r,77.5,magnitude\n1,b,r,2,likert\n"
    found = read_long_ratings(write(text), where={"method": "likert"})
    assert [row.line for row in found.ratings] == [2, 4]
    with pytest.raises(CorpusError, match=r"line 3: column 'rating' is '77.5', no whole number"):
        read_long_ratings(write(text), where={"system": "a"})
    with pytest.raises(CorpusError, match=r"no row is left \(method=rank\); state a value"):
        read_long_ratings(write(text), where={"method": "rank"})
    with pytest.raises(CorpusError, match="--where names the column 'metod', which is not there"):
        read_long_ratings(write(text), where={"metod": "likert"})


@pytest.mark.parametrize(
    ("given_ratings", "scale"),
    [([1, 4], (1, 5)), ([0, 4], (0, 5)), ([2, 6], (1, 6)), ([7], (1, 7)), ([8], (1, 10)), ([11], (1, 100))],
)
def test_the_scale_is_inferred(write, given_ratings, scale):
    rows = "".join(f"{item},a,r,{rating}.0\n" for item, rating in enumerate(given_ratings))
    assert read_long_ratings(write("item,system,rater,rating\n" + rows)).scale == scale


def test_a_scale_may_be_stated_and_is_kept_to(write):
    assert read_long_ratings(write(ROWS), scale=(1, 7)).scale == (1, 7)
    with pytest.raises(
        CorpusError, match=r"line 3: column 'score' is 5, which is not from 1 to 4; correct it"
    ):
        read_long_ratings(write(ROWS), scale=(1, 4))
    with pytest.raises(CorpusError, match="highest rating is 101, which ends no usual scale"):
        read_long_ratings(write("item,system,rater,rating\n1,a,r,101\n"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("i1,full,ann,fluency,5,The Mill.,name[The Mill]", "line 5: rater 'ann' rated .* in line 2 already"),
        (
            "i1,full,bob,fluency,5,The mill,name[The Mill]",
            r"line 5: the text of \('i1', 'full'\) is 'The mill'",
        ),
        ("i1,full,bob,fluency,5,The Mill.,name[Mill]", "line 5: the source of i1 is 'name.Mill.'"),
        ("i1,full,bob,fluency,,The Mill.,name[The Mill]", "line 5: column 'score' is empty; fill it in"),
        ("i1,full,bob,fluency,good,The Mill.,name[The Mill]", "line 5: column 'score' is 'good', no whole"),
        ("i1,full,bob,fluency,nan,The Mill.,name[The Mill]", "line 5: column 'score' is 'nan', no whole"),
        ("i1,full,bob,fluency,-1,The Mill.,name[The Mill]", "line 5: column 'score' is -1, which is not"),
        ("i1,full, ,fluency,1,The Mill.,name[The Mill]", "line 5: column 'worker' is empty"),
        (f"i1,{'s' * 101},bob,fluency,1,T,name[The Mill]", "line 5: column 'model' holds .* longer than 100"),
        (f"i1,full,bob,{'c' * 61},1,The Mill.,name[The Mill]", "line 5: column 'aspect' .* longer than 60"),
    ],
)
def test_a_wrong_row_is_named_by_file_and_line(write, line, message):
    with pytest.raises(CorpusError, match=f"ratings.csv, {message}"):
        read_long_ratings(write(f"{ROWS}{line}\n"))


def test_columns_that_are_missing_are_named_with_those_there(write):
    with pytest.raises(
        CorpusError, match=r"looks like the rater \(there are item, system, rating\); name it with --rater"
    ):
        read_long_ratings(write("item,system,rating\n1,a,3\n"))
    with pytest.raises(CorpusError, match="--item names the column 'nr', which is not there"):
        read_long_ratings(write(ROWS), columns={"item": "nr"})


NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=8)


@given(st.dictionaries(st.tuples(NAMES, NAMES, NAMES), st.integers(1, 5), min_size=1, max_size=12))
def test_what_was_written_is_read(tmp_path_factory, ratings):
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["item", "system", "rater", "rating"])
    table.writerows([*key, rating] for key, rating in ratings.items())
    path = tmp_path_factory.mktemp("long") / "ratings.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    found = read_long_ratings(path)
    assert {(row.item, row.system, row.rater): row.rating for row in found.ratings} == ratings
