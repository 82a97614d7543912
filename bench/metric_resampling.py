"""Paired resampling of BLEU against sacrebleu's own on the 630 MRs of the E2E test set, in one run.

Prints the first and the best of some rounds, the ratios and both p-values. Segment statistics are
kept once computed, so the ratio to the whole of sacrebleu's test is that of a second look at stored outputs.
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


def timed(work: Callable[[], T], rounds: int = 1) -> tuple[list[float], T]:
    """Wall-clock seconds of each round, and the last result."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return seconds, result


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
    systems = [("tgen", tgen), ("slug", slug)]

    def sacrebleu(draws: int) -> float:
        metrics = {"bleu": BLEU(lowercase=True)}
        return PairedTest(systems, metrics, streams, test_type="bs", n_samples=draws)()[1]["BLEU"][1].p_value

    theirs, pvalue = timed(lambda: sacrebleu(resamples), rounds=3)
    one_draw, _ = timed(lambda: sacrebleu(1), rounds=3)
    reading, (first, second) = timed(
        lambda: tuple(bleu_statistics(texts, references, lowercase=True) for texts in (tgen, slug))
    )
    ours, _ = timed(
        lambda: bootstrap_scores(first, second, rng=np.random.default_rng(1), resamples=resamples), rounds=5
    )
    whole, compared = timed(lambda: compare_metric(first, second, seed=1, resamples=resamples), rounds=3)
    fresh, warm = theirs[0] - min(one_draw), min(theirs) - min(one_draw)
    print(f"{len(tgen)} segments, {resamples} resamples, seconds")
    print(f"ours, bootstrap from statistics: first {ours[0]:.3f}, best {min(ours):.3f}")
    print(f"ours, bootstrap and randomization with intervals: best {min(whole):.3f}")
    print(f"ours, statistics from texts, once a system: {reading[0]:.3f}")
    print(f"sacrebleu, whole paired bootstrap: first {theirs[0]:.3f}, best {min(theirs):.3f}")
    print(f"sacrebleu, of which resampling: first {fresh:.3f}, best {warm:.3f}")
    print(
        f"ratio of whole sacrebleu to our resampling: first {theirs[0] / ours[0]:.0f} x, "
        f"best {min(theirs) / min(ours):.0f} x"
    )
    print(f"ratio of resampling alone: first {fresh / ours[0]:.0f} x, best {warm / min(ours):.0f} x")
    print(f"bootstrap p-value: sacrebleu {pvalue:.4f}, ours {compared.pvalue_sacrebleu:.4f}")


if __name__ == "__main__":
    main()
