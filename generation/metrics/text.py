"""How near outputs come to human references: BLEU and chrF of a whole corpus, as sacrebleu computes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from generation.metrics.example_statistics import ExampleStatistics
from generation.metrics.sacrebleu_statistics import bleu_statistics, chrf_statistics


@dataclass(frozen=True)
class TextScore:
    """A corpus score, the signature that reproduces it, and the number of outputs."""

    name: str
    value: float
    signature: str
    n: int


def bleu(outputs: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool) -> TextScore:
    """Corpus BLEU, from 0 to 100; arguments and errors as for `bleu_statistics`."""
    return scored(bleu_statistics(outputs, references, lowercase=lowercase))


def chrf(outputs: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool) -> TextScore:
    """Corpus chrF2 (character 6-grams, no word n-grams), from 0 to 100; arguments and errors as for BLEU."""
    return scored(chrf_statistics(outputs, references, lowercase=lowercase))


def scored(statistics: ExampleStatistics) -> TextScore:
    """The score that the statistics of all examples add up to."""
    return TextScore(statistics.name, statistics.corpus_score, statistics.signature, len(statistics.values))
