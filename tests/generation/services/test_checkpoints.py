"""A checkpoint is stored by content, with what it holds counted; what is refused leaves nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generation.checkpoints.store import manifest_digest
from generation.errors import CheckpointNotRegistered, NameTaken, NotFound
from generation.models import Checkpoint, CheckpointFile
from generation.services.checkpoints import TrainingCost, register_checkpoint, system_files

pytestmark = pytest.mark.django_db
MakeAdapter = Callable[..., Path]


def stored_files(store: Path) -> set[str]:
    return {path.name for path in (store / "files").rglob("*") if path.is_file()}


def test_a_base_is_stored_and_counted(base: Checkpoint, checkpoint_store: Path, tiny_llama: Path) -> None:
    assert (base.adaptation, base.base, base.architecture) == ("pretrained", None, "LlamaForCausalLM")
    assert base.parameters == 416 * 32 + 32 + 2 * (2 * 32 + 2 * 32 * 32 + 2 * 32 * 16 + 3 * 32 * 64)
    assert base.trainable is None
    files = dict(base.files.values_list("name", "sha256"))
    assert set(files) == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert base.digest == manifest_digest(files)
    assert stored_files(checkpoint_store) == set(files.values())
    weights = base.files.get(name="model.safetensors")
    assert weights.size == (tiny_llama / "model.safetensors").stat().st_size
    assert base.bytes == sum(base.files.values_list("size", flat=True))


def test_what_json_says_beyond_the_listed_keys_is_not_stored(
    checkpoint_store: Path, tiny_llama: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_llama, tmp_path / "llama"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"_name_or_path": "/home/somebody"}))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"eos_token": "<|end|>", "chat_template": "{{x}}"})
    )
    tree = Path(
        system_files(register_checkpoint(folder=folder, name="x", adaptation="pretrained")).checkpoint.folder
    )
    assert "somebody" not in (tree / "config.json").read_text()
    assert "chat_template" not in (tree / "tokenizer_config.json").read_text()


def test_a_stored_checkpoint_loads_and_writes_as_the_folder_does(base: Checkpoint, tiny_llama: Path) -> None:
    import torch

    from generation.inference.loading import load_network, load_tokenizer, verify

    tree = verify(system_files(base).checkpoint)
    tokens = load_tokenizer(tree)("Facts: name[A]", return_tensors="pt")["input_ids"]
    assert torch.equal(tokens, load_tokenizer(tiny_llama)("Facts: name[A]", return_tensors="pt")["input_ids"])
    networks = [
        load_network(folder, device=torch.device("cpu"), dtype=torch.float32) for folder in (tree, tiny_llama)
    ]
    stored, original = (network(tokens).logits for network in networks)
    assert torch.equal(stored, original)


def test_an_adapter_is_bound_to_its_base(
    base: Checkpoint, tiny_llama: Path, make_adapter: MakeAdapter
) -> None:
    folder = make_adapter(tiny_llama, seed=4)
    cost = TrainingCost(seconds=2.5, memory=10**9, steps=7, record={"pairs": 9})
    adapter = register_checkpoint(folder=folder, name="lora", adaptation="lora", base_name="tiny", cost=cost)
    assert adapter.base == base
    assert adapter.trainable == adapter.parameters - base.parameters == 896
    assert adapter.bytes < base.bytes
    assert (adapter.training_seconds, adapter.training_steps, adapter.training_memory) == (2.5, 7, 10**9)
    assert adapter.training_record == {"pairs": 9}
    files = system_files(adapter)
    assert files.adapter is not None
    assert files.checkpoint == system_files(base).checkpoint
    assert set(files.adapter.files) == {"adapter_config.json", "adapter_model.safetensors"}


def test_a_full_finetune_trains_every_parameter(base: Checkpoint, tiny_llama: Path) -> None:
    full = register_checkpoint(folder=tiny_llama, name="full", adaptation="full", base_name="tiny")
    assert (full.base, full.trainable) == (base, base.parameters)
    assert register_checkpoint(folder=tiny_llama, name="from elsewhere", adaptation="full").base is None


def test_an_adapter_that_does_not_fit_its_base_leaves_nothing(
    base: Checkpoint, tiny_gpt2: Path, tiny_llama: Path, make_adapter: MakeAdapter, checkpoint_store: Path
) -> None:
    register_checkpoint(folder=tiny_gpt2, name="other", adaptation="pretrained")
    before = stored_files(checkpoint_store)
    folder = make_adapter(tiny_llama, seed=4)
    with pytest.raises(CheckpointNotRegistered, match="for which the base has no such tensor"):
        register_checkpoint(folder=folder, name="lora", adaptation="lora", base_name="other")
    assert stored_files(checkpoint_store) == before
    assert not Checkpoint.objects.filter(name="lora").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        (
            {"adaptation": "qlora"},
            CheckpointNotRegistered,
            "'qlora'; it has to be one of pretrained, full, lora",
        ),
        ({"adaptation": "lora"}, CheckpointNotRegistered, "name the base"),
        ({"adaptation": "lora", "base_name": "nobody"}, NotFound, "no checkpoint named 'nobody'.* 'tiny'"),
        ({"base_name": "tiny"}, CheckpointNotRegistered, "is a base itself"),
        ({"name": "tiny"}, NameTaken, "a checkpoint named 'tiny' already"),
        ({"name": " "}, CheckpointNotRegistered, "empty or too long"),
        ({"name": "x" * 101}, CheckpointNotRegistered, "1 to 100 characters"),
        ({"folder": Path("/nowhere")}, CheckpointNotRegistered, "/nowhere is not a folder"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    arguments: dict[str, object], error: type[Exception], reason: str, base: Checkpoint, tiny_llama: Path
) -> None:
    defaults = {"folder": tiny_llama, "name": "new", "adaptation": "pretrained"}
    with pytest.raises(error, match=reason):
        register_checkpoint(**(defaults | arguments))
    assert Checkpoint.objects.count() == 1
    assert CheckpointFile.objects.count() == 4


def test_a_base_is_not_an_adapter_nor_of_another_architecture(
    base: Checkpoint, tiny_llama: Path, tiny_gpt2: Path, make_adapter: MakeAdapter
) -> None:
    folder = make_adapter(tiny_llama, seed=4)
    register_checkpoint(folder=folder, name="lora", adaptation="lora", base_name="tiny")
    with pytest.raises(CheckpointNotRegistered, match="'lora' is a LoRA checkpoint; name its base 'tiny'"):
        register_checkpoint(folder=folder, name="twice", adaptation="lora", base_name="lora")
    with pytest.raises(CheckpointNotRegistered, match="GPT2LMHeadModel, but the base 'tiny' is a Llama"):
        register_checkpoint(folder=tiny_gpt2, name="full", adaptation="full", base_name="tiny")


def test_a_file_that_cannot_be_read_is_named(base: Checkpoint, tiny_llama: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_llama, tmp_path / "llama"))
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.json").symlink_to(folder / "tokenizer.json")
    with pytest.raises(CheckpointNotRegistered, match=r"tokenizer.json is not a file"):
        register_checkpoint(folder=folder, name="new", adaptation="pretrained")
