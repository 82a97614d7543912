"""Commands over checkpoints: what is registered is described, a fine-tuning tells how far it is and stops."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core.management import CommandError, call_command

from generation.models import Checkpoint, FinetuneJob
from generation.models.leases import WorkState
from generation.services.checkpoints import register_checkpoint
from generation.services.corpora import import_dataset

ROOT = Path(__file__).resolve().parents[3]


def said(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def on_the_cpu(settings: Any) -> None:
    settings.INFERENCE_DEVICE = "cpu"
    settings.INFERENCE_THREADS = 1


@pytest.mark.django_db
def test_a_checkpoint_is_registered_and_described(
    checkpoint_store: Path, tiny_llama: Path, make_adapter: Callable[..., Path]
) -> None:
    line = said("register_checkpoint", tiny_llama, name="tiny", adaptation="pretrained")
    base = Checkpoint.objects.get(name="tiny")
    assert line == (
        f"Registered 'tiny': LlamaForCausalLM, {base.parameters:,} parameters, {base.bytes:,} bytes, "
        f"SHA-256 {base.digest}.\n"
    )
    adapter = make_adapter(tiny_llama, seed=5)
    line = said("register_checkpoint", adapter, name="lora", adaptation="lora", base="tiny")
    assert "896 of them trainable" in line
    with pytest.raises(CommandError, match=r"adapter_config\.json is there, so this is an adapter"):
        said("register_checkpoint", adapter, name="full", adaptation="full")


@pytest.mark.django_db
def test_a_finetuning_tells_its_progress_and_its_cost(
    checkpoint_store: Path, tiny_llama: Path, write_corpus: Callable[..., Path]
) -> None:
    register_checkpoint(folder=tiny_llama, name="tiny", adaptation="pretrained")
    import_dataset(task="e2e", path=write_corpus(), name="places")
    lines = said(
        "finetune", base="tiny", dataset="places", adaptation="lora", name="lora", steps=3, seed=7
    ).splitlines()
    assert lines[0] == "Loading 'tiny'."
    assert re.fullmatch(r"step 1 of 3, loss \d\.\d{3} nats a token, \d+ s so far, about \d+ s left", lines[1])
    assert lines[-2].startswith("step 3 of 3,")
    assert lines[-2].endswith("about 0 s left")
    assert lines[-1].startswith("Registered 'lora': ")
    assert "7,168 of " in lines[-1]
    job = FinetuneJob.objects.get()
    assert (job.state, job.seed, job.checkpoint) == (WorkState.DONE, 7, Checkpoint.objects.get(name="lora"))


@pytest.mark.django_db
def test_a_finetuning_that_fails_says_why(
    checkpoint_store: Path, tiny_llama: Path, write_corpus: Callable[..., Path]
) -> None:
    asked = {"base": "tiny", "dataset": "places", "adaptation": "lora", "name": "lora", "steps": 1}
    with pytest.raises(CommandError, match="no checkpoint named 'tiny'"):
        said("finetune", **asked)
    register_checkpoint(folder=tiny_llama, name="tiny", adaptation="pretrained")
    path = write_corpus()
    path.write_text(path.read_text() + f'"name[B], food[French]",{"long " * 400}\n')
    import_dataset(task="e2e", path=path, name="places")
    with pytest.raises(CommandError, match="over the limit of 160"):
        said("finetune", **asked)
    assert FinetuneJob.objects.get().state == WorkState.FAILED
    assert not Checkpoint.objects.filter(name="lora").exists()


@pytest.fixture
def state_folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def manage(state_folder: Path) -> Callable[..., list[str]]:
    """A function that gives the command line of manage.py."""

    def command(*arguments: str | Path) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]

    return command


@pytest.fixture
def environment(state_folder: Path) -> dict[str, str]:
    """An installation of its own: another var folder, the default database in it."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "EVALSITE_VAR": str(state_folder),
        "EVALSITE_DEVICE": "cpu",
        "EVALSITE_THREADS": "1",
        "DJANGO_SETTINGS_MODULE": "evalsite.settings",
    }


def test_ctrl_c_stops_the_training_process_and_registers_nothing(
    manage: Callable[..., list[str]],
    environment: dict[str, str],
    state_folder: Path,
    tiny_llama: Path,
    write_corpus: Callable[..., Path],
) -> None:
    for arguments in (
        ("migrate", "-v0"),
        ("register_checkpoint", tiny_llama, "--name", "tiny", "--adaptation", "pretrained"),
        ("import_dataset", "e2e", write_corpus(), "--name", "places"),
    ):
        subprocess.run(manage(*arguments), env=environment, check=True, capture_output=True)
    asked = (
        "--base",
        "tiny",
        "--dataset",
        "places",
        "--adaptation",
        "lora",
        "--name",
        "l",
        "--steps",
        "100000",
    )
    running = subprocess.Popen(
        manage("finetune", *asked),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout is not None
    try:
        for line in running.stdout:
            if line.startswith("step 1 "):
                break
        children = psutil.Process(running.pid).children(recursive=True)
        assert children
        os.killpg(running.pid, signal.SIGINT)
        _out, err = running.communicate(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == 1
    assert err.strip() == "CommandError: Stopped; nothing was registered as 'l'."
    _gone, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    assert list((state_folder / "finetuning").iterdir()) == []
    again = subprocess.run(
        manage("finetune", *asked[:-1], "1"), env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stderr
    assert "Registered 'l'" in again.stdout
