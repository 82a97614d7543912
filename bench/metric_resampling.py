"""Paired resampling of BLEU against sacrebleu's own on the 630 MRs of the E2E test set, in one run.

Prints the best seconds of some rounds, the ratio and both p-values.
Usage: python bench/metric_resampling.py [RESAMPLES]
"""

import csv
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest

from ratings.statistics.corpus_metrics import bleu_statistics
from ratings.statistics.metric_resampling import bootstrap_scores, compare_metric

FOLDER = Path(os.environ.get("EVALSITE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
T = TypeVar("T")


def timed(work: Callable[[], T], rounds: int = 1) -> tuple[float, T]:
    """Best wall-clock seconds of some rounds, and the last result."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def read() -> tuple[list[str], list[str], list[list[str]]]:
    """Outputs of tgen and slug and all references, in the order of the test set."""
    references: dict[str, list[str]] = {}
    with (FOLDER / "e2e" / "test_with_references.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            references.setdefault(row["mr"], []).append(row["ref"])
    systems = []
    for name in ("tgen", "slug"):
        with (FOLDER / "e2e_challenge" / "outputs" / f"{name}.tsv").open(newline="") as lines:
            said = {row["MR"]: row["output"] for row in csv.DictReader(lines, delimiter="\t")}
        systems.append([said[mr] for mr in references])
    return systems[0], systems[1], list(references.values())


def main() -> None:
    """Time both on the same texts and print the ratios."""
    resamples = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    tgen, slug, references = read()
    most = max(map(len, references))
    streams = [[texts[i] if i < len(texts) else None for texts in references] for i in range(most)]
    reading, (first, second) = timed(
        lambda: tuple(bleu_statistics(texts, references, lowercase=True) for texts in (tgen, slug))
    )
    ours, _ = timed(
        lambda: bootstrap_scores(first, second, rng=np.random.default_rng(1), resamples=resamples), rounds=5
    )
    whole, compared = timed(lambda: compare_metric(first, second, seed=1, resamples=resamples), rounds=5)

    def sacrebleu(draws: int) -> tuple[float, float]:
        metrics = {"bleu": BLEU(lowercase=True)}
        systems = [("tgen", tgen), ("slug", slug)]
        seconds, scores = timed(
            lambda: PairedTest(systems, metrics, streams, test_type="bs", n_samples=draws)()[1],
            rounds=3,
        )
        return seconds, scores["BLEU"][1].p_value

    one_draw, _ = sacrebleu(1)
    theirs, pvalue = sacrebleu(resamples)
    resampling = theirs - one_draw
    print(f"{len(tgen)} segments, {resamples} resamples")
    print(f"sacrebleu paired bootstrap, texts to p-value   {theirs:8.3f} s, p {pvalue:.4f}")
    print(f"  of which resampling (less a run of 1 draw)   {resampling:8.3f} s")
    print(f"ours: paired bootstrap from statistics         {ours:8.3f} s   {resampling / ours:6.1f} x faster")
    print(
        f"ours: bootstrap and randomization, intervals   {whole:8.3f} s   p {compared.pvalue_sacrebleu:.4f}"
    )
    print(f"ours: statistics from texts, once a system     {reading:8.3f} s")
    print(
        f"ours: texts to p-value                         {reading + whole:8.3f} s   "
        f"{theirs / (reading + whole):6.1f} x faster"
    )


if __name__ == "__main__":
    main()
