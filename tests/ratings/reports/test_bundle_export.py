import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest

from ratings.reports.bundle_export import report_to_bundle
from tests.conftest import ROOT


def unpacked(report, study, folder):
    with zipfile.ZipFile(io.BytesIO(report_to_bundle(report, study))) as archive:
        archive.extractall(folder)
    return folder


def recompute(folder):
    """Run the bundle's script as a reader would, with nothing of Django about."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "recompute.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_number_is_recomputed_from_the_data(closed, report, tmp_path):
    done = recompute(unpacked(report, closed, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 numbers differ" in done.stdout
    assert int(done.stdout.split()[0]) > 100


def test_a_changed_rating_is_found_out(closed, report, tmp_path):
    folder = unpacked(report, closed, tmp_path)
    ratings = folder / "data" / "ratings.csv"
    lines = ratings.read_text(encoding="utf-8-sig").splitlines()
    first = lines[1].rsplit(",", 1)
    lines[1] = f"{first[0]},{6 - int(first[1]) if first[1] != '3' else 1}"
    ratings.write_text("\n".join(lines), encoding="utf-8-sig")
    done = recompute(folder)
    assert done.returncode == 1
    assert "DIFFERS" in done.stdout


def test_degenerate_bundles_agree_too(degenerate, degenerate_report, tmp_path):
    done = recompute(unpacked(degenerate_report, degenerate, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_protocol_has_its_hash(closed, report, tmp_path):
    folder = unpacked(report, closed, tmp_path)
    digest = hashlib.sha256((folder / "protocol.json").read_bytes()).hexdigest()
    assert (folder / "protocol.sha256").read_text().split()[0] == digest == closed.protocol_sha256
    assert "SIMULATED RATERS" in (folder / "README.txt").read_text(encoding="utf-8")
    assert json.loads((folder / "results.json").read_text(encoding="utf-8"))["study"]["simulated"] is True


@pytest.mark.parametrize("word", ["token", "127.0.0.1", "consented_at"])
def test_raters_stay_under_their_pseudonyms(closed, report, tmp_path, word):
    folder = unpacked(report, closed, tmp_path)
    for path in (folder / "data").iterdir():
        assert word not in path.read_text(encoding="utf-8-sig").replace("tokenis", "")
