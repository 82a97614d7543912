"""Fixtures that every test may use: where the real data and the golden numbers lie."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"


def skip_unless_ci(reason: str) -> None:
    """Skip on a developer's machine that lacks something; fail in CI, where nothing may be skipped."""
    if IN_CI:
        pytest.fail(f"{reason} (required in CI)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real corpora, outputs and human ratings (EVALSITE_DATA)."""
    folder = Path(os.environ.get("EVALSITE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        skip_unless_ci(f"no real data at {folder}: set EVALSITE_DATA")
    return folder


@pytest.fixture(scope="session")
def golden(real_data: Path) -> Path:
    """The folder of numbers that R packages gave, beside the real data."""
    folder = real_data.parent / "golden"
    if not folder.is_dir():
        skip_unless_ci(f"no golden numbers at {folder}")
    return folder
