"""Bad uploads, one for each way in which a checkpoint may try more than being read: refused, nothing kept."""

import json
import pickle
import re
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User

from evalsite.models import AuditEntry
from generation.errors import GenerationError
from generation.models import Checkpoint, Upload
from generation.services.upload_checking import check_upload, claim_upload
from generation.services.upload_writing import append
from generation.services.uploads import announce_file, start_upload, submit_upload

pytestmark = pytest.mark.django_db
Spoil = Callable[[Path], None]


class Bomb:
    """What a pickle would run when it is read."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("code of a stranger",))


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path: Path, checkpoint_store: Path) -> Path:
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.UPLOAD_LIMITS = {**settings.UPLOAD_LIMITS, "disk_share_kept_free": 0.0}
    return settings.UPLOAD_DIR


@pytest.fixture
def admin() -> User:
    return User.objects.create_superuser("grace")


@pytest.fixture
def full(tiny_llama: Path, tmp_path: Path) -> Path:
    """A good checkpoint, to be spoilt."""
    return Path(shutil.copytree(tiny_llama, tmp_path / "full"))


@pytest.fixture
def adapter(tiny_llama: Path, make_adapter: Callable[..., Path], tmp_path: Path) -> Path:
    """A good adapter of the tiny Llama, to be spoilt."""
    return Path(shutil.copytree(make_adapter(tiny_llama, seed=3), tmp_path / "adapter"))


def bring_in(owner: User, folder: Path, **about: Any) -> Upload:
    """Upload every file of `folder`, hand it in and let it be checked."""
    upload = start_upload(owner=owner, **{"name": "incoming", "adaptation": "pretrained", **about})
    for path in sorted(folder.iterdir()):
        file = announce_file(upload=upload, name=path.name, length=path.stat().st_size)
        with path.open("rb") as stream:
            append(file=file, offset=0, read=stream.read)
    submit_upload(upload=upload)
    claimed = claim_upload()
    assert claimed is not None
    check_upload(upload=claimed)
    upload.refresh_from_db()
    return upload


def edit_json(name: str, **changes: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return spoil


def write(name: str, content: bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(content) and None


def header_of(path: Path) -> tuple[dict[str, Any], bytes]:
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def with_header(change: Callable[[dict[str, Any]], Any], name: str = "model.safetensors") -> Spoil:
    """Rewrite a safetensors file with a changed header; `change` may give the header's bytes itself."""

    def spoil(folder: Path) -> None:
        header, tensors = header_of(folder / name)
        changed = change(header)
        text = changed if isinstance(changed, bytes) else json.dumps(changed or header).encode()
        (folder / name).write_bytes(len(text).to_bytes(8, "little") + text + tensors)

    return spoil


def raw(build: Callable[[bytes], bytes], name: str = "model.safetensors") -> Spoil:
    return lambda folder: (folder / name).write_bytes(build((folder / name).read_bytes())) and None


def poisoned(value: float) -> Spoil:
    """The first weight of the last tensor is `value`."""
    bits = np.array([value], dtype="<f4").tobytes()
    return raw(lambda content: content[:-4] + bits)


def zipped_pickle(folder: Path) -> None:
    with zipfile.ZipFile(folder / "model.safetensors", "w") as archive:
        archive.writestr("data.pkl", pickle.dumps(Bomb()))


def first_tensor(header: dict[str, Any]) -> str:
    return min(
        (name for name in header if name != "__metadata__"), key=lambda name: header[name]["data_offsets"]
    )


def renamed(to: str) -> Callable[[dict[str, Any]], None]:
    def change(header: dict[str, Any]) -> None:
        header[to] = header.pop(first_tensor(header))

    return change


def shifted(by: int) -> Callable[[dict[str, Any]], None]:
    def change(header: dict[str, Any]) -> None:
        _start, end = header[first_tensor(header)]["data_offsets"]
        later = next(
            entry
            for name, entry in header.items()
            if name != "__metadata__" and entry["data_offsets"][0] == end
        )
        later["data_offsets"] = [later["data_offsets"][0] + by, later["data_offsets"][1] + by]

    return change


def as_integers(header: dict[str, Any]) -> None:
    for name, entry in header.items():
        if name != "__metadata__":
            entry["dtype"] = "I32"


def with_metadata(header: dict[str, Any]) -> None:
    header["__metadata__"] = {"a": "<script>" * 655_360}


def twice(header: dict[str, Any]) -> bytes:
    entry = json.dumps({"a": header[first_tensor(header)]})[1:-1]
    return ("{" + entry + "," + entry + "}").encode()


def with_tokenizer(change: Callable[[dict[str, Any]], None]) -> Spoil:
    def spoil(folder: Path) -> None:
        tokenizer = json.loads((folder / "tokenizer.json").read_text())
        change(tokenizer)
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer))

    return spoil


def another_id(number: int) -> Callable[[dict[str, Any]], None]:
    def change(tokenizer: dict[str, Any]) -> None:
        vocabulary = tokenizer["model"]["vocab"]
        vocabulary[next(iter(vocabulary))] = number

    return change


def splitting_by(pattern: str) -> Callable[[dict[str, Any]], None]:
    def change(tokenizer: dict[str, Any]) -> None:
        split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
        tokenizer["pre_tokenizer"] = split

    return change


def index(**weight_map: str) -> Spoil:
    return write("model.safetensors.index.json", json.dumps({"weight_map": weight_map}).encode())


EMPTY = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
# Numbers as in the design's list of what is refused; names and transport (32-34) are in the tests of tus.
FULL: list[tuple[str, str, Spoil]] = [
    ("2 a pickle by another name", r"model\.safetensors", write("model.safetensors", pickle.dumps(Bomb()))),
    ("4 a zipped pickle", r"model\.safetensors", zipped_pickle),
    ("9 auto_map", r"config\.json sets auto_map", edit_json("config.json", auto_map={"AutoModel": "x.Y"})),
    ("10 trust", r"config\.json sets trust_remote_code", edit_json("config.json", trust_remote_code=True)),
    (
        "10 trust, nested",
        "sets trust_remote_code",
        edit_json("config.json", x={"y": [{"trust_remote_code": 1}]}),
    ),
    ("11 a kernel", "kernels are not fetched", edit_json("config.json", attn_implementation="evil/kernel")),
    ("11 a kernel within", "kernels are not", edit_json("config.json", _attn_implementation_internal="a/b")),
    ("12 unlisted", "model_type 'evil' is not accepted", edit_json("config.json", model_type="evil")),
    ("12 quantised", "sets quantization_config", edit_json("config.json", quantization_config={"bits": 4})),
    ("13 a huge vocabulary", r"config\.json, vocab_size", edit_json("config.json", vocab_size=2**31)),
    ("13 many layers", r"config\.json, num_hidden_layers", edit_json("config.json", num_hidden_layers=2**31)),
    ("19 an id past the end", "has the id 999999", with_tokenizer(another_id(999999))),
    ("19 an id twice", "gives the id", with_tokenizer(another_id(7))),
    ("19 a pattern", "may take for ever", with_tokenizer(splitting_by("(a+)+$"))),
    ("20 a header of 2^64-1", "header is said to have", raw(lambda b: b"\xff" * 8 + b[8:])),
    ("20 past the end", "past the end of the file", raw(lambda b: struct.pack("<Q", len(b)) + b[8:])),
    ("20 over 10 MB", "more than 10,000,000", raw(lambda b: struct.pack("<Q", 10_000_001) + b[8:])),
    ("21 a key twice", "the key 'a' stands twice", with_header(twice)),
    ("22 starts with a space", "starts with b' '", with_header(lambda h: b" " + json.dumps(h).encode())),
    ("23 5 MB of metadata", "__metadata__ has", with_header(with_metadata)),
    ("24 a path as a name", "holds '..' or a slash", with_header(renamed("../../x"))),
    ("24 NUL in a name", "invisible characters", with_header(renamed("a\0b"))),
    ("24 turned text in a name", "invisible characters", with_header(renamed("a\u202eb"))),
    ("25 many tensors", "tensors", with_header(lambda h: {f"t{n}": EMPTY for n in range(400_000)})),
    ("26 no tensors", "there are no tensors", with_header(lambda h: b"{}")),
    ("27 NaN", r"model\.safetensors: tensor .* holds an infinite value or NaN", poisoned(float("nan"))),
    ("27 Inf", r"model\.safetensors: tensor .* holds an infinite value or NaN", poisoned(float("inf"))),
    ("28 overlap", "overlaps the one before it", with_header(shifted(-4))),
    ("28 gap", "there is a gap before", with_header(shifted(4))),
    ("28 a polyglot", "bytes stand behind the last tensor", raw(lambda b: b + b"PK\x03\x04 something else")),
    ("29 a path in the index", r"\.\./x", index(a="../x")),
    (
        "29 a missing shard",
        r"model-00001-of-00002\.safetensors is listed",
        index(a="model-00001-of-00002.safetensors"),
    ),
    ("30 another name", "does not know|calls for", with_header(renamed("model.other.weight"))),
    ("30 another shape", "has the shape", edit_json("config.json", vocab_size=417)),
    ("30 integers", "has the type|I32", with_header(as_integers)),
]

ADAPTER: list[tuple[str, str, Spoil]] = [
    (
        "14 auto_mapping",
        r"adapter_config\.json",
        edit_json("adapter_config.json", auto_mapping={"parent_library": "os"}),
    ),
    ("15 megatron", r"adapter_config\.json", edit_json("adapter_config.json", megatron_config={"x": 1})),
    ("15 megatron core", r"adapter_config\.json", edit_json("adapter_config.json", megatron_core="evil")),
    (
        "16 a path as base",
        "base_model_name_or_path",
        edit_json("adapter_config.json", base_model_name_or_path="../../x"),
    ),
    (
        "16 /etc as base",
        "base_model_name_or_path",
        edit_json("adapter_config.json", base_model_name_or_path="/etc"),
    ),
    (
        "16 an address as base",
        "base_model_name_or_path",
        edit_json("adapter_config.json", base_model_name_or_path="http://x/y"),
    ),
    ("17 a rank of 10^9", r"adapter_config\.json, r ", edit_json("adapter_config.json", r=10**9)),
    ("17 a pattern", "target_modules", edit_json("adapter_config.json", target_modules="(a+)+$")),
    ("31 another rank", "has the shape", edit_json("adapter_config.json", r=5)),
]

NAMES = [
    ("1", "pytorch_model.bin"),
    ("3", "old.pt"),
    ("4", "weights.7z"),
    ("5", "training_args.bin"),
    ("5", "optimizer.pt"),
    ("5", "rng_state.pth"),
    ("6", "model.gguf"),
    ("7", "tf_model.h5"),
    ("7", "model.onnx"),
    ("7", "weights.npy"),
    ("7", "weights.joblib"),
    ("8", "modeling_x.py"),
    ("8", "kernel.so"),
    ("32", "../config.json"),
    ("32", "a/b.safetensors"),
    ("32", "a\\b.json"),
    ("32", "config.json\0"),
]


def assert_nothing_kept(upload: Upload, upload_folder: Path) -> None:
    assert upload.state == "failed"
    assert not Checkpoint.objects.filter(name="incoming").exists()
    assert not (upload_folder / str(upload.pk)).exists()
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.actor_name, entry.details["reason"]) == (
        "upload refused",
        "grace",
        upload.error,
    )


@pytest.mark.parametrize(("reason", "spoil"), [row[1:] for row in FULL], ids=[row[0] for row in FULL])
def test_a_bad_checkpoint_is_refused(
    admin: User, full: Path, upload_folder: Path, checkpoint_store: Path, reason: str, spoil: Spoil
) -> None:
    spoil(full)
    upload = bring_in(admin, full)
    assert re.search(reason, upload.error)
    assert_nothing_kept(upload, upload_folder)
    assert not [path for path in checkpoint_store.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("reason", "spoil"), [row[1:] for row in ADAPTER], ids=[row[0] for row in ADAPTER])
def test_a_bad_adapter_is_refused(
    admin: User, base: Checkpoint, adapter: Path, upload_folder: Path, reason: str, spoil: Spoil
) -> None:  # fmt: skip
    spoil(adapter)
    upload = bring_in(admin, adapter, adaptation="lora", base_name=base.name)
    assert re.search(reason, upload.error)
    assert_nothing_kept(upload, upload_folder)


@pytest.mark.parametrize("name", [name for _, name in NAMES], ids=[f"{row[0]} {row[1]!a}" for row in NAMES])
def test_a_file_that_no_checkpoint_has_is_refused_before_it_is_sent(admin: User, name: str) -> None:
    upload = start_upload(owner=admin, name="incoming", adaptation="pretrained")
    with pytest.raises(GenerationError):
        announce_file(upload=upload, name=name, length=5)
    assert not upload.files.exists()
    assert AuditEntry.objects.filter(action="upload refused", subject="incoming").count() == 1


def test_a_chat_template_is_dropped_whole(admin: User, full: Path, checkpoint_store: Path) -> None:
    """18: whatever it reaches for, a template is not kept."""
    evil = "{{ ''.__class__.__mro__[1].__subclasses__() }}" + "{% for i in range(10**9) %}{% endfor %}"
    edit_json("tokenizer_config.json", chat_template=evil)(full)
    upload = bring_in(admin, full)
    assert (upload.state, upload.error) == ("done", "")
    for path in (checkpoint_store / "files").rglob("*"):
        assert path.is_dir() or b"__subclasses__" not in path.read_bytes()


def test_a_good_upload_becomes_a_checkpoint(admin: User, full: Path, upload_folder: Path) -> None:
    upload = bring_in(admin, full)
    assert (upload.state, upload.error, upload.slot) == ("done", "", None)
    assert upload.checkpoint is not None
    assert upload.checkpoint.architecture == "LlamaForCausalLM"
    assert upload.findings[0] == "4 files belong together as LlamaForCausalLM."
    assert any("every weight is a finite number" in finding for finding in upload.findings)
    assert not (upload_folder / str(upload.pk)).exists()
    assert AuditEntry.objects.first().action == "checkpoint uploaded"


def test_a_good_adapter_is_bound_to_its_base(admin: User, base: Checkpoint, adapter: Path) -> None:
    upload = bring_in(admin, adapter, adaptation="lora", base_name=base.name)
    assert upload.error == ""
    assert upload.checkpoint is not None
    assert upload.checkpoint.base == base
    assert upload.checkpoint.trainable == upload.checkpoint.parameters - base.parameters


def test_a_check_that_needs_too_much_memory_is_a_refusal(admin: User, full: Path, settings) -> None:
    settings.VALIDATION_MEMORY = 64 << 20
    upload = bring_in(admin, full)
    assert upload.state == "failed"
    assert "more memory or time" in upload.error or "within the limits" in upload.error
