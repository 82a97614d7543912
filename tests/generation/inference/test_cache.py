"""One warm base serves the pretrained system and its adapters, and each says what it says alone."""

import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel

from generation.inference.cache import SystemCache
from generation.inference.errors import CheckpointChanged, UnsupportedCheckpoint
from generation.inference.loading import LoadedSystem, load_network
from generation.inference.packing import PackedLinear
from generation.inference.protocol import StoredCheckpoint, SystemFiles

CPU = torch.device("cpu")
Stored = Callable[[Path], StoredCheckpoint]
MakeAdapter = Callable[..., Path]


@pytest.fixture
def cache() -> SystemCache:
    return SystemCache(CPU, torch.float32)


@pytest.fixture(scope="module")
def adapters(tiny_llama: Path, make_adapter: MakeAdapter) -> tuple[Path, Path]:
    return make_adapter(tiny_llama, seed=11), make_adapter(tiny_llama, seed=12)


@torch.inference_mode()
def logits(system: LoadedSystem) -> torch.Tensor:
    return system.network(torch.tensor([[5, 6, 7, 8]])).logits


def test_one_base_serves_the_pretrained_system_and_every_adapter(
    cache: SystemCache, tiny_llama: Path, adapters: tuple[Path, Path], stored: Stored
) -> None:
    base = stored(tiny_llama)
    pretrained = cache.load(SystemFiles(base))
    alone = logits(pretrained)
    seen = [alone]
    for folder in adapters:
        system = cache.load(SystemFiles(base, stored(folder)))
        assert system.network is pretrained.network
        fresh = load_network(tiny_llama, device=CPU, dtype=torch.float32)
        expected = PeftModel.from_pretrained(fresh, folder).eval()
        with torch.inference_mode():
            torch.testing.assert_close(logits(system), expected(torch.tensor([[5, 6, 7, 8]])).logits)
        assert all(not torch.allclose(logits(system), other, atol=1e-3) for other in seen)
        seen.append(logits(system))
    torch.testing.assert_close(logits(cache.load(SystemFiles(base))), alone, rtol=0, atol=0)
    again = cache.load(SystemFiles(base, stored(adapters[0])))
    torch.testing.assert_close(logits(again), seen[1], rtol=0, atol=0)


def test_a_base_stays_warm_for_its_systems_and_goes_before_a_full_checkpoint_is_read(
    cache: SystemCache, tiny_llama: Path, tiny_gpt2: Path, adapters: tuple[Path, Path], stored: Stored
) -> None:
    base = stored(tiny_llama)
    warm = cache.load(SystemFiles(base)).network
    for folder in adapters:
        assert cache.load(SystemFiles(base, stored(folder))).network is warm
    weights = weakref.ref(warm.get_input_embeddings().weight)
    del warm
    alive_at_reading: list[bool] = []
    read = cache._read

    def note_and_read(*arguments: Any) -> Any:
        alive_at_reading.append(weights() is not None)
        return read(*arguments)

    cache._read = note_and_read  # type: ignore[method-assign]
    full = cache.load(SystemFiles(stored(tiny_gpt2))).network
    assert alive_at_reading == [False]
    assert cache.load(SystemFiles(stored(tiny_gpt2))).network is full


def test_what_is_loaded_is_packed_and_says_what_the_plain_network_says(
    cache: SystemCache, tiny_llama: Path, stored: Stored
) -> None:
    packed = cache.load(SystemFiles(stored(tiny_llama)))
    plain = load_network(tiny_llama, device=CPU, dtype=torch.float32)
    kinds = {type(layer) for layer in packed.network.modules() if isinstance(layer, torch.nn.Linear)}
    assert kinds == {PackedLinear}
    with torch.inference_mode():
        torch.testing.assert_close(logits(packed), plain(torch.tensor([[5, 6, 7, 8]])).logits)


def test_a_warm_checkpoint_that_changed_on_disk_is_found(
    cache: SystemCache, tiny_llama: Path, adapters: tuple[Path, Path], stored: Stored, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(adapters[0], tmp_path / "adapter"))
    files = SystemFiles(stored(tiny_llama), stored(folder))
    cache.load(files)
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(CheckpointChanged, match=r"adapter_config\.json"):
        cache.load(files)


@pytest.mark.parametrize("warm", [False, True])
def test_an_adapter_that_does_not_fit_is_refused_and_leaves_the_base_as_it_was(
    cache: SystemCache,
    tiny_llama: Path,
    adapters: tuple[Path, Path],
    stored: Stored,
    tmp_path: Path,
    *,
    warm: bool,
) -> None:
    base = stored(tiny_llama)
    if warm:
        cache.load(SystemFiles(base, stored(adapters[0])))
    alone = logits(cache.load(SystemFiles(base)))
    wrong = Path(shutil.copytree(adapters[1], tmp_path / "wrong"))
    config = (wrong / "adapter_config.json").read_text()
    (wrong / "adapter_config.json").write_text(config.replace('"r": 4', '"r": 8'))
    with pytest.raises(UnsupportedCheckpoint, match="does not fit its base"):
        cache.load(SystemFiles(base, stored(wrong)))
    torch.testing.assert_close(logits(cache.load(SystemFiles(base))), alone, rtol=0, atol=0)
    assert not torch.allclose(logits(cache.load(SystemFiles(base, stored(adapters[1])))), alone, atol=1e-3)


def test_an_adapter_with_weights_missing_is_refused(
    cache: SystemCache, tiny_llama: Path, adapters: tuple[Path, Path], stored: Stored, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    partial = Path(shutil.copytree(adapters[0], tmp_path / "partial"))
    weights = load_file(partial / "adapter_model.safetensors")
    weights.pop(sorted(weights)[0])
    save_file(weights, partial / "adapter_model.safetensors")
    with pytest.raises(UnsupportedCheckpoint, match="does not fit its base"):
        cache.load(SystemFiles(stored(tiny_llama), stored(partial)))


def test_pickled_adapter_weights_are_not_read(
    cache: SystemCache, tiny_llama: Path, adapters: tuple[Path, Path], stored: Stored, tmp_path: Path
) -> None:
    pickled = Path(shutil.copytree(adapters[0], tmp_path / "pickled"))
    (pickled / "adapter_model.safetensors").unlink()
    torch.save({}, pickled / "adapter_model.bin")
    with pytest.raises(UnsupportedCheckpoint, match=r"adapter_model\.safetensors"):
        cache.load(SystemFiles(stored(tiny_llama), stored(pickled)))
