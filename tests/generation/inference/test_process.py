"""The inference process from outside: it answers, survives bad requests, and never outlives its parent."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from generation.inference.child import Child, scrubbed_environment
from generation.inference.errors import InferenceDied
from generation.inference.process import InferenceProcess
from generation.inference.protocol import (
    Decoding,
    Failed,
    Generate,
    Outputs,
    Progress,
    Prompt,
    StoredCheckpoint,
    SystemFiles,
)

ROOT = Path(__file__).resolve().parents[3]
Stored = Callable[[Path], StoredCheckpoint]
PROMPTS = tuple(Prompt(number, f"Facts: name[{'x' * number}]\nDescription:") for number in range(1, 20))


def ask(checkpoint: StoredCheckpoint, name: str = "r", new_tokens: int = 8) -> Generate:
    return Generate(name, SystemFiles(checkpoint), Decoding(max_new_tokens=new_tokens), PROMPTS, seed=1)


def written(process: InferenceProcess, request: Generate) -> dict[int, str]:
    replies = list(process.generate(request))
    assert not [reply for reply in replies if isinstance(reply, Failed)]
    return {text.id: text.text for reply in replies if isinstance(reply, Outputs) for text in reply.outputs}


@pytest.fixture(scope="module")
def process() -> Iterator[InferenceProcess]:
    with InferenceProcess(device="cpu", threads=1) as process:
        process.start()
        yield process


def test_a_request_is_answered_some_texts_at_a_time(
    process: InferenceProcess, tiny_gpt2: Path, stored: Stored
) -> None:
    replies = list(process.generate(ask(stored(tiny_gpt2))))
    outputs = [reply for reply in replies if isinstance(reply, Outputs)]
    assert 1 < len(outputs) < len(PROMPTS) / 2
    assert sorted(text.id for reply in outputs for text in reply.outputs) == [prompt.id for prompt in PROMPTS]
    assert all(reply.new_tokens == sum(text.tokens for text in reply.outputs) for reply in outputs)
    last = [reply for reply in replies if isinstance(reply, Progress)][-1]
    assert (last.done, last.total) == (len(PROMPTS), len(PROMPTS))
    assert last.new_tokens == sum(reply.new_tokens for reply in outputs)
    assert last.seconds > 0


def test_a_failed_request_says_why_and_the_next_is_answered(
    process: InferenceProcess, tiny_gpt2: Path, stored: Stored, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_gpt2, tmp_path / "checkpoint"))
    changed = stored(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"n_layer": 1}))
    (failed,) = process.generate(ask(changed))
    assert isinstance(failed, Failed)
    assert "CheckpointChanged" in failed.reason
    assert "config.json" in failed.reason
    assert failed.ids == tuple(prompt.id for prompt in PROMPTS)
    assert len(written(process, ask(stored(tiny_gpt2)))) == len(PROMPTS)


def test_the_same_request_gives_the_same_texts(
    process: InferenceProcess, tiny_llama: Path, stored: Stored
) -> None:
    request = ask(stored(tiny_llama))
    assert written(process, request) == written(process, request)


def test_a_request_without_prompts_ends_at_once(
    process: InferenceProcess, tiny_llama: Path, stored: Stored
) -> None:
    request = Generate("none", SystemFiles(stored(tiny_llama)), Decoding(), (), seed=1)
    assert [reply for reply in process.generate(request) if not isinstance(reply, Progress)] == []
    assert process.alive


def test_a_killed_child_raises_and_can_be_started_again(
    tiny_gpt2: Path, stored: Stored, tmp_path: Path
) -> None:
    log = tmp_path / "inference.log"
    with InferenceProcess(device="cpu", threads=1, log=log) as process:
        with pytest.raises(InferenceDied, match="not started"):
            next(process.generate(ask(stored(tiny_gpt2))))
        ready = process.start()
        assert ready.device == "cpu"
        assert ready.dtype == "float32"
        assert {"torch", "transformers"} <= ready.versions.keys()
        assert process.pid == ready.pid
        replies = process.generate(ask(stored(tiny_gpt2), new_tokens=64))
        os.kill(ready.pid, signal.SIGKILL)
        with pytest.raises(InferenceDied, match=r"exit status -9|is not running"):
            list(replies)
        assert not process.alive
        assert process.start().pid != ready.pid
        assert len(written(process, ask(stored(tiny_gpt2)))) == len(PROMPTS)
        abandoned = process.generate(ask(stored(tiny_gpt2)))
        next(abandoned)
        abandoned.close()
        assert not process.alive, "a cancelled request must not go on"
    assert log.exists()


def test_a_silent_child_is_ended(tiny_gpt2: Path, stored: Stored) -> None:
    with InferenceProcess(device="cpu", threads=1, silence_limit=0.5) as process:
        pid = process.start().pid
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(InferenceDied, match=r"said nothing for 0\.5 s"):
            list(process.generate(ask(stored(tiny_gpt2))))
        assert not psutil.pid_exists(pid)


def test_a_child_that_cannot_start_says_why() -> None:
    with (
        InferenceProcess(device="no-such-device", threads=1) as process,
        pytest.raises(InferenceDied, match="no-such-device"),
    ):
        process.start()
    assert not process.alive


def test_a_child_ends_when_its_parent_is_killed() -> None:
    script = textwrap.dedent(
        """
        import time
        from generation.inference.process import InferenceProcess
        process = InferenceProcess(device="cpu", threads=1)
        print(process.start().pid, flush=True)
        time.sleep(600)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    gone, alive = psutil.wait_procs([child], timeout=20)
    assert gone
    assert not alive


def test_the_end_of_input_alone_ends_the_child() -> None:
    child = Child("generation.inference.worker", ["--device", "cpu"], threads=1, log=None, memory_limit=None)
    assert child.receive() is not None
    child.close(grace_seconds=20)
    assert not child.alive
    with pytest.raises(InferenceDied, match="exit status 0"):
        child.receive()
    with pytest.raises(InferenceDied, match="not running"):
        child.send("{}")


def test_what_a_child_prints_goes_to_its_log_alone(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    log.write_text("an earlier child's words\n")
    child = Child("this", [], threads=1, log=log, memory_limit=None)
    with pytest.raises(InferenceDied, match="Zen of Python") as died:
        child.receive(30)
    assert "earlier" not in str(died.value)
    assert log.read_text().startswith("an earlier child's words\nThe Zen")


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:password@host/db")
    monkeypatch.setenv("EVALSITE_SECRET_KEY", "secret")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    child = Child("generation.inference.worker", ["--device", "cpu"], threads=1, log=None, memory_limit=None)
    try:
        assert child.receive() is not None
        environment = psutil.Process(child.pid).environ()
    finally:
        child.kill()
    assert environment["HF_HUB_OFFLINE"] == environment["TRANSFORMERS_OFFLINE"] == "1"
    assert environment["PATH"] == os.environ["PATH"]
    assert set(environment) <= set(scrubbed_environment(os.environ, threads=1)) | {"LC_CTYPE"}
    assert not {"DATABASE_URL", "EVALSITE_SECRET_KEY", "SECRET_KEY"} & environment.keys()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds private memory")
def test_a_child_over_its_memory_limit_fails_without_taking_the_machine(
    tiny_gpt2: Path, stored: Stored
) -> None:
    with (
        InferenceProcess(device="cpu", threads=1, memory_limit=20 * 1024**2) as process,
        pytest.raises(InferenceDied),
    ):
        process.start()


def test_the_supervisors_side_imports_no_torch() -> None:
    script = (
        "import sys, generation.inference.process, generation.finetuning.process; "
        "sys.exit('torch' in sys.modules or 'django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
