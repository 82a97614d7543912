"""Speed of greedy generation on the demo's base: ratios against peers and the machine's limit in one run.

Usage: python bench/generation.py [--base FOLDER] [--corpus E2E.csv] [--prompts N] [--new-tokens N]

Without --base it takes the demo's, fetched once; without --corpus the E2E test set in EVALSITE_DATA, or the
sample.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

# As in the inference process: threads that wait by spinning would slow down whatever runs beside them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from transformers import GenerationConfig, StoppingCriteriaList

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generation.formats.e2e import prompt_for, read_e2e
from generation.inference.decoding import BatchLimits, Unanswered, encode_prompt, write_texts
from generation.inference.loading import LoadedSystem, end_token_ids, load_network, load_tokenizer
from generation.inference.protocol import Decoding, Prompt
from generation.inference.stopping import FirstLineEnds, classify_tokens, find_ending

CPU = torch.device("cpu")


ROOT = Path(__file__).resolve().parent.parent


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


def product_rate(hidden: int, inner: int, rows: int) -> float:
    """Floating-point operations a second of float32 products of `rows` tokens with a weight."""
    tokens, weight = torch.randn(rows, hidden), torch.randn(inner, hidden)
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(20):
            torch.nn.functional.linear(tokens, weight)
        best = min(best, (time.perf_counter() - start) / 20)
    return 2 * rows * hidden * inner / best


@torch.inference_mode()
def plain(
    system: LoadedSystem, prompts: list[Prompt], new_tokens: int, rows: int
) -> tuple[dict[int, str], float]:
    """The texts and tokens a second of transformers' generate, `rows` prompts at a time in file order."""
    network: Any = system.network
    ends = end_token_ids(system)
    classes = classify_tokens(system.tokenizer, vocabulary_size=network.config.vocab_size, end_ids=ends)
    configuration = GenerationConfig(
        do_sample=False,
        max_new_tokens=new_tokens,
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
    system: LoadedSystem, prompts: list[Prompt], new_tokens: int, limits: BatchLimits
) -> tuple[dict[int, str], float, int]:
    """The texts, tokens a second and tokens of the inference process's own decoding."""
    texts: dict[int, str] = {}
    tokens = 0
    start = time.perf_counter()
    for batch in write_texts(system, prompts, Decoding(max_new_tokens=new_tokens), limits=limits):
        if isinstance(batch, Unanswered):
            sys.exit(f"prompt {batch.id} was not answered: {batch.reason}")
        texts |= {text.id: text.text for text in batch}
        tokens += sum(text.tokens for text in batch)
    return texts, tokens / (time.perf_counter() - start), tokens


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path)
    parser.add_argument("--corpus", type=Path, default=corpus())
    parser.add_argument("--prompts", type=int, default=64, help="taken evenly from the corpus")
    parser.add_argument("--new-tokens", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--alone", type=int, default=8, help="prompts decoded one at a time")
    wish = parser.parse_args()
    torch.set_num_threads(wish.threads)
    base = wish.base or demo_base()
    system = LoadedSystem(load_network(base, device=CPU, dtype=torch.float32), load_tokenizer(base))
    every = read_e2e(wish.corpus).examples
    examples = every[:: max(1, len(every) // wish.prompts)][: wish.prompts]
    prompts = [Prompt(number, prompt_for(example.source)) for number, example in enumerate(examples)]
    config = system.network.config
    parameters = sum(weight.numel() for weight in system.network.parameters())
    limits = BatchLimits.for_device(CPU)

    peak = product_rate(config.hidden_size, config.intermediate_size, 2048)
    alone_every = max(1, len(prompts) // wish.alone)
    sampled = prompts[::alone_every]
    alone_texts, alone = plain(system, sampled, wish.new_tokens, rows=1)
    in_order_texts, in_order = plain(system, prompts, wish.new_tokens, rows=limits.rows)
    texts, rate, tokens = ours(system, prompts, wish.new_tokens, limits)
    read = sum(len(encode_prompt(system.tokenizer, prompt.text)) for prompt in prompts)
    limit = peak / (2 * parameters) * tokens / (tokens + read)

    print(
        f"{len(prompts)} prompts, {read:,} tokens read, {tokens:,} written, {wish.threads} threads, float32"
    )
    print(f"machine's product rate: {peak / 1e9:.0f} GFLOP/s")
    print(f"ours: {rate:.0f} new tokens/s (prompts' reading included)")
    print(f"against one at a time ({len(sampled)} of the prompts): {rate / alone:.1f} ×")
    print(f"against batches of {limits.rows} in file order: {rate / in_order:.2f} ×")
    print(
        f"share of the limit, 2 × {parameters / 1e6:.0f} M FLOPs a token read or written: {rate / limit:.0%}"
    )
    same = sum(texts[number] == text for number, text in alone_texts.items())
    print(f"same texts as one at a time: {same} of {len(alone_texts)}")
    same = sum(texts[number] == text for number, text in in_order_texts.items())
    print(f"same texts as in file order: {same} of {len(texts)}")


if __name__ == "__main__":
    main()
