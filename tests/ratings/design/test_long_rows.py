"""Rows of tables in every form, and what is wrong with them said with the line."""

import pytest

from generation.formats.corpus import CorpusError
from ratings.design.long_rows import read_long_rows


def rows_of(tmp_path, text, name="ratings.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    header, rows = read_long_rows(path)
    return header, [(line, dict(row)) for line, row in rows]


def test_commas_tabs_and_json_say_the_same(tmp_path):
    wanted = [(2, {"item": "1", "text": "a, b"}), (3, {"item": "2", "text": ""})]
    assert rows_of(tmp_path, 'item,text\n1,"a, b"\n2,\n') == (["item", "text"], wanted)
    assert rows_of(tmp_path, "item\ttext\n1\ta, b\n2\t\n")[1] == wanted
    header, rows = rows_of(tmp_path, '{"item": 1, "text": "a, b"}\n\n{"item": 2, "text": null}\n')
    assert header == ["item", "text"]
    assert [row for _, row in rows] == [row for _, row in wanted]
    assert [line for line, _ in rows] == [1, 3]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,item\n1,2\n", "line 1: two columns are called 'item'; rename one"),
        (
            '{"item": "\\ud800", "rating": 1}\n',
            "half a surrogate pair, which is no text; leave it out",
        ),
        ('{"item": 1, "a\\u0000": 1}\n', "line 1: .*names a NUL"),
        ("item,text\n1\n", "line 2: the row has 1 columns, the header 2; put texts in quotes"),
        ('{"item": 1}\n{"item": \n', "line 2: '{\"item\": ' is not JSON"),
        ('{"item": [1]}\n', "line 1: .* is not an object of plain values"),
        ('{"item": 1}\n[1]\n', "line 2: .* is not an object"),
        ("", "the file is empty"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, text, message):
    with pytest.raises(CorpusError, match=message):
        rows_of(tmp_path, text)
