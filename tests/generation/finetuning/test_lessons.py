"""Each architecture learns labels, whole and through LoRA; what comes out is accepted, loaded and answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.checkpoints.inspection import inspect_adapter, inspect_full
from generation.finetuning.recipe import (
    FinetuneRequest,
    FinetuneResult,
    FinetuningFailed,
    Recipe,
    TrainingPair,
    write_pairs,
)
from generation.inference.protocol import GeneratedText, Prompt, StoredCheckpoint, SystemFiles
from tests.generation.classifiers import CONFIGS, save_base

LABELS = ("bad", "good")
PAIRS = [
    TrainingPair("the film is good", "good"),
    TrainingPair("a dull plot", "bad", "and it is not fine"),
    TrainingPair("very fine", "good", "good"),
]
PROMPTS = [Prompt(number, pair.prompt, pair.second) for number, pair in enumerate(PAIRS)]
Stored = Callable[[Path], StoredCheckpoint]


def _finetune(base: Path, out: Path, stored: Stored, adaptation: Any, pairs: Any = PAIRS) -> FinetuneResult:
    import torch

    from generation.finetuning.training import finetune

    write_pairs(pairs, out.parent / "pairs.jsonl")
    recipe = Recipe(adaptation=adaptation, steps=2, batch_size=2, learning_rate=0.01, max_length=12)
    request = FinetuneRequest(stored(base), str(out.parent / "pairs.jsonl"), recipe, str(out), LABELS)
    return finetune(request, device=torch.device("cpu"), on_progress=lambda _progress: None)


def _answers(cache: Any, files: SystemFiles, *, rows: int = 16) -> dict[int, GeneratedText]:
    from generation.inference.cache import Head
    from generation.inference.classifying import choose_labels
    from generation.inference.limits import BatchLimits, Unanswered

    system = cache.load(files, Head(len(LABELS), 1))
    found: dict[int, GeneratedText] = {}
    for batch in choose_labels(system, PROMPTS, LABELS, limits=BatchLimits(1000, rows)):
        assert not isinstance(batch, Unanswered)
        found |= {answer.id: answer for answer in batch}
    return found


def _close(one: dict[int, GeneratedText], other: dict[int, GeneratedText]) -> bool:
    return all(one[key].scores == pytest.approx(other[key].scores, abs=1e-5) for key in one)


@pytest.mark.parametrize("model_type", sorted(CONFIGS))
def test_labels_are_learnt_whole_and_through_lora(model_type: str, tmp_path: Path, stored: Stored) -> None:
    import torch

    from generation.inference.cache import SystemCache

    base = save_base(model_type, tmp_path / "base")
    full, lora = tmp_path / "full", tmp_path / "lora"
    whole, part = _finetune(base, full, stored, "full"), _finetune(base, lora, stored, "lora")
    assert part.parameters_trainable < whole.parameters_trainable
    facts = inspect_full(full)
    assert facts.rebuilt["config.json"]["id2label"] == {"0": "bad", "1": "good"}
    adapter = inspect_adapter(lora, base=inspect_full(base))
    assert adapter.architecture == facts.architecture
    assert adapter.rebuilt["adapter_config.json"]["task_type"] == "SEQ_CLS"

    cache = SystemCache(torch.device("cpu"), torch.float32)
    files = [SystemFiles(stored(base)), SystemFiles(stored(full)), SystemFiles(stored(base), stored(lora))]
    answers = [_answers(cache, system) for system in files]
    for system, found in zip(files, answers, strict=True):
        assert found.keys() == {0, 1, 2}
        assert all(
            answer.text == max(answer.scores, key=answer.scores.__getitem__) for answer in found.values()
        )
        assert _close(found, _answers(cache, system, rows=1)), "a label depends on its batch"
    assert not _close(answers[0], answers[1])
    assert not _close(answers[0], answers[2])


def test_a_text_too_long_and_a_strange_label_are_refused(tmp_path: Path, stored: Stored) -> None:
    base = save_base("bert", tmp_path / "base")
    long = [TrainingPair("good " * 20, "good")]
    with pytest.raises(FinetuningFailed, match="text 1 has 22 tokens, over the limit of 12"):
        _finetune(base, tmp_path / "long", stored, "full", long)
    strange = [TrainingPair("good", "fair")]
    with pytest.raises(FinetuningFailed, match="label 'fair', not one of bad, good"):
        _finetune(base, tmp_path / "strange", stored, "full", strange)


def test_labels_of_the_checkpoint_in_another_order_are_followed(tmp_path: Path) -> None:
    import torch

    from generation.inference.classifying import head_labels
    from generation.inference.loading import load_classifier

    base = save_base("bert", tmp_path / "base")
    network = load_classifier(base, labels=2, head_seed=1, device=torch.device("cpu"), dtype=torch.float32)
    assert head_labels(network, ["bad", "good"]) == ["bad", "good"]
    network.config.id2label = {0: "GOOD", 1: "Bad"}
    assert head_labels(network, ["bad", "good"]) == ["good", "bad"]
