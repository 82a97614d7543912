"""Every refusal of the statistics can be said in Vietnamese."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from ratings.reports.reason_table import REASONS
from ratings.reports.reason_words import reason_in

ROOT = settings.BASE_DIR
PROGRAM_OF_THE_BUNDLE = "recompute.py"
SOURCES = sorted(
    path
    for folder in ("statistics", "reports")
    for path in (ROOT / "ratings" / folder).glob("*.py")
    if path.name != PROGRAM_OF_THE_BUNDLE
)
REFUSALS = {"NotEstimable", "refused"}


def test_every_refusal_in_the_sources_has_its_vietnamese() -> None:
    written = {said: path.name for path in SOURCES for said in _refusals(path)}
    assert len(written) > 70
    assert {said: file for said, file in written.items() if reason_in("vi", said) == said} == {}


def test_no_vietnamese_is_left_of_a_refusal_that_is_gone() -> None:
    fixed = {said for path in SOURCES for said in _refusals(path, filled="{}")}
    elsewhere = ("METEOR", "The dataset", "not computed", "The outputs' mean", "The runs")
    known = {_emptied(said) for said in REASONS if not said.startswith(elsewhere)}
    assert known <= fixed


@pytest.mark.parametrize(
    ("reason", "vietnamese"),
    [
        ("System 'a' has no ratings left to analyse.", "Hệ thống 'a' không còn lượt chấm nào để phân tích"),
        (
            "1 raters show nothing about new raters: at least 3 are needed",
            "1 người đánh giá không cho biết gì về người mới: cần ít nhất 3",
        ),
        (
            "All ratings are 4.5: there is no variance to divide",
            "Mọi lượt chấm đều là 4,5: không có phương sai để phân chia",
        ),
        (
            "One of the two scores is the same for every output, so no correlation is defined",
            "Một trong hai điểm giống nhau ở mọi đầu ra, nên tương quan không xác định",
        ),
        ("Something that nobody wrote", "Something that nobody wrote"),
    ],
)
def test_what_is_filled_in_is_kept(reason, vietnamese) -> None:
    assert reason_in("vi", reason) == vietnamese
    assert reason_in("en", reason) == reason.rstrip(".")


def _refusals(path: Path, *, filled: str = "7") -> list[str]:
    """The sentences that a file refuses with, with `filled` for all that is filled in."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    refusing = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in REFUSALS]
    said = (_said(call.args[0], filled) for call in refusing if call.args)
    return [sentence for sentence in said if sentence]


def _said(argument: ast.expr, filled: str) -> str:
    """A literal sentence; empty for one that is built elsewhere."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else filled for part in argument.values
        )
    return ""


def _emptied(said: str) -> str:
    return said.format_map(_Empty())


class _Empty(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return "{}"
