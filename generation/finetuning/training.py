"""Train a network on pairs, whole or through LoRA, and write the checkpoint that comes out."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch.optim import AdamW
from transformers import get_linear_schedule_with_warmup

from generation.finetuning.batches import batches_forever
from generation.finetuning.lessons import ChoosingLabels, Lesson, WritingTexts
from generation.finetuning.recipe import (
    FinetuneRequest,
    FinetuneResult,
    FinetuningFailed,
    Recipe,
    TrainingPair,
    TrainingProgress,
    read_pairs,
)
from generation.finetuning.saving import copy_tokenizer, save_adapter, save_network, stored_dtype
from generation.inference.loading import verify
from generation.inference.versions import library_versions

ATTENTION_PROJECTIONS = {
    "bert": ["query", "value"],
    "deberta-v2": ["query_proj", "value_proj"],
    "distilbert": ["q_lin", "v_lin"],
    "gpt2": ["c_attn"],
    "gpt_neox": ["query_key_value"],
    "llama": ["q_proj", "k_proj", "v_proj", "o_proj"],
    "opt": ["q_proj", "k_proj", "v_proj", "out_proj"],
    "qwen2": ["q_proj", "k_proj", "v_proj", "o_proj"],
    "roberta": ["query", "value"],
}
GRADIENT_NORM_LIMIT = 1.0


def finetune(
    request: FinetuneRequest, *, device: torch.device, on_progress: Callable[[TrainingProgress], None]
) -> FinetuneResult:
    """Load, train and save as the request says, in float32; the same request on the same machine repeats.

    Raises CheckpointChanged for a base that is not the registered one, FinetuningFailed for unusable pairs or
    a loss that is no number.
    """
    recipe = request.recipe
    output = Path(request.output_folder)
    output.mkdir(parents=True, exist_ok=True)
    if any(output.iterdir()):
        raise FinetuningFailed(f"the output folder {output} is not empty")
    base = verify(request.base)
    pairs = read_pairs(Path(request.pairs))
    torch.manual_seed(recipe.seed)
    lesson = _lesson(base, request, device)
    network = lesson.network
    adapted = _put_adapter_on(lesson, recipe) if recipe.adaptation == "lora" else None
    total = sum(parameter.numel() for parameter in network.parameters())
    trainable = sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
    started = time.monotonic()
    curve = _train(lesson, pairs, recipe, on_progress=on_progress)
    wall_seconds = time.monotonic() - started
    peak_memory = _peak_memory_bytes(device)
    if adapted is not None:
        save_adapter(adapted, output)
    else:
        save_network(network, output, dtype=stored_dtype(base))
        copy_tokenizer(base, output)
    return FinetuneResult(
        wall_seconds=wall_seconds,
        steps=recipe.steps,
        parameters_total=total,
        parameters_trainable=trainable,
        peak_memory_bytes=peak_memory,
        bytes_on_disk=sum(path.stat().st_size for path in output.iterdir()),
        loss_curve=curve,
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        versions=library_versions(),
    )


def _lesson(base: Path, request: FinetuneRequest, device: torch.device) -> Lesson:
    if request.labels:
        return ChoosingLabels(base, request.recipe, device, request.labels)
    return WritingTexts(base, request.recipe, device)


def _put_adapter_on(lesson: Lesson, recipe: Recipe) -> Any:
    model_type = lesson.network.config.model_type
    config = LoraConfig(
        r=recipe.lora_rank,
        lora_alpha=recipe.lora_alpha,
        lora_dropout=recipe.lora_dropout,
        target_modules=ATTENTION_PROJECTIONS[model_type],
        fan_in_fan_out=model_type == "gpt2",
        **lesson.adapter_settings,
    )
    return get_peft_model(lesson.network, config)


def _train(
    lesson: Lesson,
    pairs: list[TrainingPair],
    recipe: Recipe,
    *,
    on_progress: Callable[[TrainingProgress], None],
) -> list[tuple[int, float]]:
    encoded = lesson.encode(pairs)
    lengths = [len(pair.tokens) for pair in encoded]
    order = batches_forever(lengths, batch_size=recipe.batch_size, seed=recipe.seed)
    network = lesson.network
    learnt = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = AdamW(learnt, lr=recipe.peak_learning_rate, weight_decay=0.0, fused=True)
    schedule = get_linear_schedule_with_warmup(
        optimizer, round(recipe.warmup_ratio * recipe.steps), recipe.steps
    )
    network.train()
    curve: list[tuple[int, float]] = []
    started = time.monotonic()
    for step in range(1, recipe.steps + 1):
        loss = lesson.loss([encoded[position] for position in next(order)])
        if not torch.isfinite(loss):
            raise FinetuningFailed(f"the loss of step {step} is {loss.item()}: lower the learning rate")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, GRADIENT_NORM_LIMIT)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        curve.append((step, loss.item()))
        on_progress(TrainingProgress(step, recipe.steps, loss.item(), time.monotonic() - started))
    return curve


def _peak_memory_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
