"""CIDEr-D (Vedantam, Zitnick & Parikh 2015, section 7) as the COCO caption scripts compute it."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from generation.metrics.caption_tokens import SIGNATURE as TOKENS
from generation.metrics.caption_tokens import caption_tokens
from generation.metrics.example_statistics import ExampleStatistics, mean_statistics, require_references
from generation.metrics.ngrams import Ngram, ngrams

ORDER = 4
SIGMA = 6.0
SIGNATURE = f"cider-d|order:{ORDER}|sigma:{SIGMA:g}|df:references|{TOKENS}"
Weigh = Callable[[Ngram, int], float]


@dataclass(frozen=True)
class _Vector:
    """A text's n-gram weights and their Euclidean length for each order, and its number of bigrams."""

    weights: tuple[dict[Ngram, float], ...]
    lengths: tuple[float, ...]
    bigrams: int


def cider_statistics(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> ExampleStatistics:
    """Statistics of the mean CIDEr-D over outputs, from 0 to 10.

    An n-gram's weight comes from the share of examples whose references hold it, so the score of one output
    depends on the corpus, and a corpus of one example scores 0. Raises ValueError where an output has no
    reference.
    """
    require_references(outputs, references)
    told = [[_all_ngrams(text) for text in texts] for texts in references]
    weigh = _weights(told)
    scores = []
    for output, texts in zip(outputs, told, strict=True):
        said = _vector(_all_ngrams(output), weigh)
        similarities = [_similarity(said, _vector(text, weigh)) for text in texts]
        scores.append(10 * sum(similarities) / len(similarities))
    return mean_statistics("CIDEr", SIGNATURE, scores)


def _all_ngrams(text: str) -> tuple[Counter[Ngram], ...]:
    tokens = caption_tokens(text)
    return tuple(ngrams(tokens, order) for order in range(1, ORDER + 1))


def _weights(references: Sequence[Sequence[tuple[Counter[Ngram], ...]]]) -> Weigh:
    """Term frequency × log(examples / examples whose references hold the n-gram)."""
    holding: Counter[Ngram] = Counter()
    for texts in references:
        holding.update({ngram for text in texts for counts in text for ngram in counts})
    examples = len(references)
    return lambda ngram, count: count * math.log(examples / max(1, holding[ngram]))


def _vector(counts: tuple[Counter[Ngram], ...], weigh: Weigh) -> _Vector:
    weights = tuple({ngram: weigh(ngram, count) for ngram, count in each.items()} for each in counts)
    return _Vector(
        weights=weights,
        lengths=tuple(math.hypot(*each.values()) for each in weights),
        bigrams=counts[1].total(),
    )


def _similarity(output: _Vector, reference: _Vector) -> float:
    """Mean over orders of the cosine, clipped to the reference's weights, × the penalty for another length.

    The scripts measure length in bigrams.
    """
    total = 0.0
    for said, told, one, other in zip(
        output.weights, reference.weights, output.lengths, reference.lengths, strict=True
    ):
        if one and other:
            shared = sum(
                min(weight, told[ngram]) * told[ngram] for ngram, weight in said.items() if ngram in told
            )
            total += shared / (one * other)
    apart = output.bigrams - reference.bigrams
    return total / ORDER * math.exp(-(apart**2) / (2 * SIGMA**2))
