"""Of a hub's repository the listed files are taken, and nothing else is kept."""

from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints.allowlist import check_file_names
from generation.finetuning import hub_base


def test_the_wanted_files_are_ones_that_a_checkpoint_may_have() -> None:
    check_file_names(name.replace("*", "00001") for name in hub_base.WANTED_FILES)


def test_only_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hub(repository: str, *, local_dir: str, allow_patterns: list[str]) -> None:
        """What the hub's client does: files, and a folder of its own records."""
        assert repository == "gpt2"
        (Path(local_dir) / ".cache").mkdir()
        (Path(local_dir) / "config.json").write_text("{}")

    monkeypatch.setattr(hub_base, "snapshot_download", hub)
    monkeypatch.setattr("sys.argv", ["hub_base", "gpt2", str(tmp_path / "new")])
    hub_base.main()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["config.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_failure_passes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_arguments: Any, **_options: Any) -> None:
        raise OSError("no network")

    monkeypatch.setattr(hub_base, "snapshot_download", unreachable)
    with pytest.raises(OSError, match="no network"):
        hub_base.download("gpt2", tmp_path / "new")
