"""JSON from a stranger: what the standard reader would let through."""

from pathlib import Path

import pytest

from generation.checkpoints.allowlist import CheckpointRefused, Limits
from generation.checkpoints.strict_json import parse_json_object, read_json_object


def test_an_object_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"a": [1, {"b": "é"}]}', encoding="utf-8")
    assert read_json_object(path) == {"a": [1, {"b": "é"}]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not plain JSON"),
        (b"[1]", "holds a list, not a JSON object"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' stands twice"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not plain JSON"),
        (b'{"a": 1} {}', "Extra data"),
        (b'\xef\xbb\xbf{"a": 1}', "is not plain JSON"),
        ('{"a": 1}'.encode("utf-16"), "is not plain JSON"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "nested deeper than 32 levels"),
        (b'{"a": ' + b"[" * 200_000, "nested deeper than 32 levels"),
    ],
)
def test_what_is_not_plain_is_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(CheckpointRefused, match=f"^config.json .*{reason}"):
        parse_json_object(content, source="config.json")


def test_depth_is_counted_to_the_level() -> None:
    limits = Limits(json_depth=3)
    assert parse_json_object(b'{"a": [[1]], "b": {}}', source="x", limits=limits)
    with pytest.raises(CheckpointRefused, match="nested deeper than 3 levels"):
        parse_json_object(b'{"a": [[[]]]}', source="x", limits=limits)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(b'{"a": "' + b"x" * 100 + b'"}')
    with pytest.raises(CheckpointRefused, match=r"config\.json is larger than 100 bytes"):
        read_json_object(path, limits=Limits(json_bytes=100))
