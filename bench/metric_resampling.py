"""Resampling of every measure from example statistics against sacrebleu's paired bootstrap, in one run.

`python bench/metric_resampling.py [resamples]`; reads the E2E outputs under EVALSITE_DATA. METEOR needs Java.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.significance import PairedTest

from generation.formats.e2e import read_e2e
from generation.formats.outputs import read_outputs
from generation.metrics.example_statistics import ExampleStatistics, NotComputed
from generation.metrics.labels import accuracy_statistics, f1_statistics, matthews_statistics
from generation.metrics.measures import (
    BLEU_LOWERCASED,
    SLOT_ERROR_RATE,
    Measured,
    slot_measure,
    text_measures,
)
from generation.metrics.resampling import bootstrap_scores
from ratings.statistics.metric_resampling import compare_metric

FOLDER = Path(os.environ.get("EVALSITE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
# Seconds that 10,000 resamples of the 630 test MRs may take, and sacrebleu's time over ours for BLEU.
LIMIT_SECONDS, LIMIT_RATIO = 1.0, 50
RESAMPLES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
Result = TypeVar("Result")


def timed(function: Callable[[], Result], rounds: int = 1) -> tuple[list[float], Result]:
    """Seconds of each round, and the last result."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return seconds, result


def read() -> tuple[list[str], list[str], list[list[str]], list[tuple[tuple[str, str], ...]]]:
    """Outputs of tgen and slug, all references and all slots, in the order of the test set."""
    corpus = read_e2e(FOLDER / "e2e" / "test_with_references.csv").examples
    mrs = [example.source for example in corpus]
    tgen, slug = (
        read_outputs(FOLDER / "e2e_challenge" / "outputs" / f"{name}.tsv", mrs) for name in ("tgen", "slug")
    )
    return tgen, slug, [list(example.references) for example in corpus], [example.slots for example in corpus]


def sacrebleu_bootstrap(
    tgen: list[str], slug: list[str], references: list[list[str]], resamples: int
) -> float:
    """The p-value of sacrebleu's paired bootstrap of lower-cased BLEU."""
    most = max(map(len, references))
    streams = [[texts[i] if i < len(texts) else None for texts in references] for i in range(most)]
    systems, metrics = [("tgen", tgen), ("slug", slug)], {"bleu": BLEU(lowercase=True)}
    test = PairedTest(systems, metrics, streams, test_type="bs", n_samples=resamples)
    return float(test()[1]["BLEU"][1].p_value)


def made_labels(examples: int) -> Measured:
    """Label measures of 630 made-up answers to three classes: only their cost matters here."""
    rng, labels = np.random.default_rng(1), ("entailment", "neutral", "contradiction")
    gold = [labels[i] for i in rng.integers(3, size=examples)]
    given = [label if rng.random() < 0.8 else labels[rng.integers(3)] for label in gold]
    return {
        "accuracy": accuracy_statistics(gold, given, labels),
        "f1": f1_statistics(gold, given, labels),
        "matthews": matthews_statistics(gold, given, labels),
    }


def measured() -> tuple[dict[str, tuple[ExampleStatistics, ExampleStatistics]], list[float], float]:
    """The pair of statistics of each measure, sacrebleu's seconds, and its p-value."""
    tgen, slug, references, slots = read()
    counting, first = timed(lambda: text_measures(tgen, references))
    second = text_measures(slug, references)
    print(f"example statistics of one system's texts, once, with METEOR's Java: {counting[0]:.1f} s")
    first[SLOT_ERROR_RATE], second[SLOT_ERROR_RATE] = slot_measure(slots, tgen), slot_measure(slots, slug)
    made = made_labels(len(tgen))
    pairs = {}
    for key, statistics in (first | made).items():
        other = (second | made)[key]
        if isinstance(statistics, NotComputed) or isinstance(other, NotComputed):
            print(f"{key}: not computed")
        else:
            pairs[key] = (statistics, other)
    theirs, pvalue = timed(lambda: sacrebleu_bootstrap(tgen, slug, references, RESAMPLES), rounds=3)
    return pairs, theirs, pvalue


def main() -> None:
    """Time each measure and sacrebleu on the same texts and print the ratios."""
    pairs, theirs, pvalue = measured()
    print(f"{RESAMPLES} resamples of 630 examples, best of some rounds, seconds")
    print(f"sacrebleu's paired bootstrap of BLEU: {min(theirs):.2f}")
    print(f"{'measure':16} {'bootstrap':>9} {'and all':>9} {'sacrebleu / bootstrap':>22}")
    missed = []
    for key, pair in pairs.items():
        ours, _ = timed(
            lambda pair=pair: bootstrap_scores(*pair, rng=np.random.default_rng(1), resamples=RESAMPLES),
            rounds=5,
        )
        whole, compared = timed(
            lambda pair=pair: compare_metric(*pair, seed=1, resamples=RESAMPLES), rounds=5
        )
        ratio = min(theirs) / min(ours)
        print(f"{key:16} {min(ours):9.3f} {min(whole):9.3f} {ratio:20.0f} x")
        if min(whole) > LIMIT_SECONDS or ratio < LIMIT_RATIO:
            missed.append(key)
        if key == BLEU_LOWERCASED:
            print(
                f"  its p-value as sacrebleu has it: {pvalue:.4f} there, {compared.pvalue_sacrebleu:.4f} here"
            )
    verdict = f"all but {', '.join(missed)}" if missed else "all"
    print(f"within {LIMIT_SECONDS:g} s and {LIMIT_RATIO} x faster: {verdict}")


if __name__ == "__main__":
    main()
