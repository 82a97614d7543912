import csv
import json

import pytest
from django.core.management import CommandError, call_command

from ratings.services.completion import close_study
from ratings.services.simulation import simulate


@pytest.fixture
def closed(make_study):
    return close_study(study=simulate(study=make_study(), seed=3))


def test_json_and_html(closed, tmp_path, capsys):
    call_command("report", closed.slug, "--format", "json", "--out", tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["study"]["slug"] == closed.slug
    call_command("report", closed.name, "--out", tmp_path / "r.html", "--language", "vi")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert '<html lang="vi">' in page
    assert "a program gave these answers" in page or "mô phỏng" in page
    assert "Wrote" in capsys.readouterr().out


def test_csv_stands_in_files_of_its_own(closed, tmp_path):
    call_command("report", closed.slug, "--format", "csv", "--out", tmp_path / "r.csv")
    names = {path.name for path in tmp_path.iterdir()}
    others = ("ratings", "trials", "preferences", "label_checks", "remarks", "cannot_judge", "codebook")
    assert names == {"r.csv", *(f"r-{table}.csv" for table in others)}
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert {row["section"] for row in csv.DictReader(stream)} >= {"claims", "ratings"}


def test_refusals_are_one_sentence(study, tmp_path):
    with pytest.raises(CommandError, match="locked until it is closed; it is open"):
        call_command("report", study.slug, "--out", tmp_path / "r.html")
    with pytest.raises(CommandError, match="There is no study 'x': choose of"):
        call_command("report", "x", "--out", tmp_path / "r.html")
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("report", study.slug, "--out", tmp_path / "none" / "r.html")
    assert not list(tmp_path.iterdir())
