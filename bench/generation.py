"""Speed and memory of generation on the demo's base: ratios against peers and the machine's limit in one run.

Usage: python bench/generation.py [--base FOLDER] [--corpus E2E.csv] [--prompts N] [--new-tokens N]

Without --base it takes the demo's, fetched once; without --corpus the E2E test set in EVALSITE_DATA, or the
sample. The slow peers get a share of the prompts, taken evenly; what is printed says how many.
"""

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# As in the inference process: threads that wait by spinning would slow down whatever runs beside them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig, StoppingCriteriaList

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generation.formats.e2e import prompt_for, read_e2e
from generation.inference.cache import SystemCache
from generation.inference.decoding import encode_prompt, write_texts
from generation.inference.limits import BatchLimits, Unanswered
from generation.inference.loading import LoadedSystem, end_token_ids, load_network, load_tokenizer
from generation.inference.packing import PackedLinear, pack_linears
from generation.inference.protocol import Decoding, Prompt, StoredCheckpoint, SystemFiles
from generation.inference.stopping import LINE_ENDS, FirstLineEnds, classify_tokens, find_ending

# peft 0.21 asks transformers 5.23 for a renamed property.
warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
CPU = torch.device("cpu")
ROOT = Path(__file__).resolve().parent.parent
LIMITS = BatchLimits.for_device(CPU)


def demo_base() -> Path:
    """The folder of the demo's base, fetched and converted where it is not there yet."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")
    django.setup()
    from generation.services.demo_base import demo_base_folder

    return demo_base_folder(tell=print)


def corpus() -> Path:
    """The real E2E test set where it is at hand, else the sample."""
    data = Path(os.environ.get("EVALSITE_DATA", ROOT.parent / "shared" / "data"))
    real = data / "e2e" / "test_with_references.csv"
    return real if real.is_file() else ROOT / "generation" / "samples" / "restaurants_test.csv"


@torch.inference_mode()
def product_rate(layer: torch.nn.Linear, rows: int) -> float:
    """Floating-point operations a second of float32 products of `rows` tokens with a layer's weight."""
    tokens = torch.randn(rows, layer.in_features)
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(5):
            layer(tokens)
        best = min(best, (time.perf_counter() - start) / 5)
    return 2 * rows * layer.in_features * layer.out_features / best


@torch.inference_mode()
def plain(
    system: LoadedSystem, prompts: Sequence[Prompt], decoding: Decoding, rows: int
) -> tuple[dict[int, str], float]:
    """The texts and tokens a second of transformers' generate, `rows` prompts at a time in file order."""
    network: Any = system.network
    ends = end_token_ids(system)
    classes = classify_tokens(system.tokenizer, vocabulary_size=network.config.vocab_size, end_ids=ends)
    configuration = GenerationConfig(
        do_sample=False,
        num_beams=decoding.num_beams,
        length_penalty=decoding.length_penalty if decoding.num_beams > 1 else None,
        max_new_tokens=decoding.max_new_tokens,
        eos_token_id=ends,
        pad_token_id=system.tokenizer.pad_token_id,
    )
    texts: dict[int, str] = {}
    tokens = 0
    start = time.perf_counter()
    for first in range(0, len(prompts), rows):
        part = prompts[first : first + rows]
        encoded = [encode_prompt(system.tokenizer, prompt.text) for prompt in part]
        padded = system.tokenizer.pad({"input_ids": encoded}, return_tensors="pt")
        width = padded["input_ids"].shape[1]
        stop = FirstLineEnds(classes, prompt_width=width, on_token=lambda: None)
        said = network.generate(
            **padded, generation_config=configuration, stopping_criteria=StoppingCriteriaList([stop])
        )
        for prompt, row in zip(part, said[:, width:], strict=True):
            length, _finished = find_ending(row, classes)
            tokens += length
            text = system.tokenizer.decode(row[:length], skip_special_tokens=True)
            texts[prompt.id] = text.strip().split("\n")[0].strip()
    return texts, tokens / (time.perf_counter() - start)


def ours(
    system: LoadedSystem, prompts: Sequence[Prompt], decoding: Decoding, rows: int = LIMITS.rows
) -> tuple[dict[int, str], float, int]:
    """The texts, seconds and new tokens of the inference process's own decoding."""
    texts: dict[int, str] = {}
    tokens = 0
    start = time.perf_counter()
    for batch in write_texts(system, prompts, decoding, limits=BatchLimits(LIMITS.tokens, rows)):
        if isinstance(batch, Unanswered):
            sys.exit(f"prompt {batch.id} was not answered: {batch.reason}")
        texts |= {text.id: text.text for text in batch}
        tokens += sum(text.tokens for text in batch)
    return texts, time.perf_counter() - start, tokens


def ctranslate2_rate(base: Path, system: LoadedSystem, prompts: Sequence[Prompt], wish: Any) -> float | None:
    """Tokens a second of CTranslate2 in float32 with the same weights; None where it is not installed."""
    try:
        import ctranslate2
        from ctranslate2.converters import TransformersConverter
    except ImportError:
        return None
    vocabulary = system.tokenizer.get_vocab()
    ends = {system.tokenizer.convert_ids_to_tokens(number) for number in end_token_ids(system)}
    ends |= {token for token in vocabulary if any(mark in token for mark in LINE_ENDS)}
    with tempfile.TemporaryDirectory() as folder:
        TransformersConverter(str(base)).convert(folder, force=True)
        generator = ctranslate2.Generator(folder, compute_type="float32", intra_threads=wish.threads)
        encoded = [encode_prompt(system.tokenizer, prompt.text) for prompt in prompts]
        start = time.perf_counter()
        said = generator.generate_batch(
            [system.tokenizer.convert_ids_to_tokens(tokens) for tokens in encoded],
            max_batch_size=LIMITS.rows,
            max_length=wish.new_tokens,
            sampling_topk=1,
            end_token=sorted(ends),
            include_prompt_in_result=False,
        )
        tokens = sum(min(len(row.sequences_ids[0]) + 1, wish.new_tokens) for row in said)
        return tokens / (time.perf_counter() - start)


def stored(folder: Path) -> StoredCheckpoint:
    """What the store would say of a folder."""
    import hashlib

    return StoredCheckpoint(
        str(folder), {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    )


def measure_memory(base: Path, prompts: Sequence[Prompt], new_tokens: int) -> None:
    """Print what a base, an adapter on it and a full checkpoint, one after the other, need at most."""
    from peft import LoraConfig, get_peft_model

    from generation.finetuning.saving import save_adapter

    with tempfile.TemporaryDirectory() as made:
        adapter, full = Path(made) / "adapter", Path(made) / "full"
        shutil.copytree(base, full)
        config = json.loads((full / "config.json").read_text())
        (full / "config.json").write_text(json.dumps(config | {"bos_token_id": config.get("eos_token_id")}))
        network = load_network(base, device=CPU, dtype=torch.float32)
        lora = LoraConfig(r=8, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
        adapter.mkdir()
        save_adapter(get_peft_model(network, lora), adapter)
        del network
        command = [sys.executable, __file__, "--base", str(base), "--new-tokens", str(new_tokens)]
        command += ["--prompts", str(len(prompts)), "--three-systems", str(adapter), str(full)]
        subprocess.run(command, check=True)


def peak_bytes() -> int:
    """This process's largest resident memory so far; what getrusage says includes the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def three_systems(base: Path, prompts: Sequence[Prompt], new_tokens: int, others: Sequence[Path]) -> None:
    """In a process of its own: run the three, and print the peak above what the libraries take."""
    libraries = peak_bytes()
    with torch.device("meta"):
        network = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(base, local_files_only=True))
    weights = sum(weight.numel() * 4 for weight in network.parameters())
    cache = SystemCache(CPU, torch.float32)
    whole = stored(base)
    for files in (SystemFiles(whole), SystemFiles(whole, stored(others[0])), SystemFiles(stored(others[1]))):
        system = cache.load(files)
        ours(system, prompts, Decoding(max_new_tokens=new_tokens))
        del system
    peak = peak_bytes() - libraries
    print(
        f"peak memory of three systems of one base, {len(prompts)} prompts each: {peak / 1e6:.0f} MB above "
        f"the libraries, {peak / (2 * weights):.2f} × (base + full checkpoint)"
    )


def evenly(prompts: Sequence[Prompt], count: int) -> Sequence[Prompt]:
    """So many of the prompts, or all."""
    return prompts[:: max(1, len(prompts) // count)][:count]


def shares(system: LoadedSystem, prompts: Sequence[Prompt], wish: Any) -> tuple[dict[int, str], float]:
    """Print how near reading and writing come to the limit; gives greedy texts and tokens a second."""
    config = system.network.config
    layer = torch.nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
    peak = product_rate(layer, 2048)
    print(f"matrix products of 2,048 rows: {peak / 1e9:.0f} GFLOP/s")
    for name, kind in (("plain", layer), ("packed", PackedLinear(layer))):
        rate = product_rate(kind, LIMITS.rows) / 1e9
        print(f"matrix products of {LIMITS.rows} rows, {name}: {rate:.0f} GFLOP/s")
    head = system.network.get_output_embeddings().weight.numel()
    body = wish.weights - head - (0 if wish.tied else system.network.get_input_embeddings().weight.numel())
    encoded = [encode_prompt(system.tokenizer, prompt.text) for prompt in prompts]
    shared = sum(len(set(column)) == 1 for column in zip(*encoded, strict=False))
    read = sum(len(tokens) - shared - 1 for tokens in encoded)
    _texts, reading, first = ours(system, prompts, Decoding(max_new_tokens=1))
    texts, seconds, tokens = ours(system, prompts, Decoding(max_new_tokens=wish.new_tokens))
    done_reading = 2 * (body * read + (body + head) * first)
    done_writing = 2 * (body + head) * (tokens - first)
    print(
        f"{len(prompts)} prompts, {read:,} tokens read, {tokens:,} written, {wish.threads} threads, float32"
    )
    print(f"reading: {done_reading / reading / peak:.0%} of the limit")
    print(f"writing: {done_writing / (seconds - reading) / peak:.0%} of the limit")
    print(f"both: {(done_reading + done_writing) / seconds / peak:.0%}; {tokens / seconds:.0f} new tokens/s")
    return texts, tokens / seconds


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path)
    parser.add_argument("--corpus", type=Path, default=corpus())
    parser.add_argument("--prompts", type=int, default=96, help="taken evenly from the corpus")
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--alone", type=int, default=6, help="prompts decoded one at a time")
    parser.add_argument("--three-systems", type=Path, nargs=2, help=argparse.SUPPRESS)
    wish = parser.parse_args()
    torch.set_num_threads(wish.threads)
    base = wish.base or demo_base()
    examples = read_e2e(wish.corpus).examples
    every = [Prompt(number, prompt_for(example.source)) for number, example in enumerate(examples)]
    prompts = evenly(every, wish.prompts)
    if wish.three_systems:
        three_systems(base, prompts, wish.new_tokens, wish.three_systems)
        return
    bench(base, prompts, wish)


def bench(base: Path, prompts: Sequence[Prompt], wish: Any) -> None:
    """Peers first, on the plain network; then ours on the packed one."""
    system = LoadedSystem(load_network(base, device=CPU, dtype=torch.float32), load_tokenizer(base))
    wish.weights = sum(weight.numel() for weight in system.network.parameters())
    wish.tied = system.network.get_output_embeddings().weight is system.network.get_input_embeddings().weight
    greedy = Decoding(max_new_tokens=wish.new_tokens)
    beams = Decoding(num_beams=4, max_new_tokens=wish.new_tokens)
    few, some, beamed = (evenly(prompts, count) for count in (wish.alone, 16, 12))
    alone_texts, alone = plain(system, few, greedy, rows=1)
    in_order_texts, in_order = plain(system, some, greedy, rows=16)
    beam_texts, beam_alone = plain(system, few[:2], beams, rows=1)
    peer = ctranslate2_rate(base, system, evenly(prompts, 48), wish)
    pack_linears(system.network)
    gc.collect()

    texts, rate = shares(system, prompts, wish)
    fewer, seconds, tokens = ours(system, evenly(prompts, 32), greedy, rows=12)
    print(f"one request of 32 prompts, 12 at once: {tokens / seconds:.0f} new tokens/s")
    print(f"greedy against one at a time ({len(few)} prompts, {alone:.0f} tokens/s): {rate / alone:.1f} ×")
    print(f"greedy against batches of 16 in file order ({len(some)} prompts): {rate / in_order:.2f} ×")
    said = "not installed" if peer is None else f"{rate / peer:.2f} × ({peer:.0f} tokens/s, 48 prompts)"
    print(f"greedy against CTranslate2 in float32: {said}")
    found, seconds, tokens = ours(system, beamed, beams)
    ratio = tokens / seconds / beam_alone
    print(f"4 beams against one at a time (2 of {len(beamed)} prompts): {ratio:.1f} ×")
    for name, others, same in (
        ("one at a time", alone_texts, texts),
        ("in file order", in_order_texts, texts),
        ("12 at once", fewer, texts),
        ("4 beams alone", {key: text for key, text in beam_texts.items() if key in found}, found),
    ):
        equal = sum(same[number] == text for number, text in others.items())
        print(f"same texts as {name}: {equal} of {len(others)}")
    measure_memory(base, evenly(prompts, 64), 24)


if __name__ == "__main__":
    main()
