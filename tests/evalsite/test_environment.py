"""What the environment says, and the secret key that is made once however many processes ask."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evalsite.environment import flag, listed, secret_key


@pytest.mark.parametrize(
    ("said", "meant"), [("1", True), (" Yes ", True), ("on", True), ("0", False), ("no", False), ("", False)]
)
def test_a_flag_is_read_in_any_spelling(said: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALSITE_TRIAL", said)
    assert flag("EVALSITE_TRIAL", default=not meant) is meant


def test_an_unset_flag_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVALSITE_TRIAL", raising=False)
    assert flag("EVALSITE_TRIAL", default=True)
    assert not flag("EVALSITE_TRIAL")


def test_a_list_has_no_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALSITE_TRIAL", " a.example, ,b.example,")
    assert listed("EVALSITE_TRIAL") == ["a.example", "b.example"]


def test_the_key_is_made_once_for_all_who_ask_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVALSITE_SECRET_KEY")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(tmp_path / "var"), range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_a_given_key_is_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALSITE_SECRET_KEY", "given")
    assert secret_key(tmp_path) == "given"
    assert not list(tmp_path.iterdir())
