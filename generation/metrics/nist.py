"""NIST (Doddington 2002), n-gram matches weighted by what each tells, as the E2E NLG Challenge has it."""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from generation.metrics.example_statistics import ExampleStatistics, Floats, require_references
from generation.metrics.ngrams import Ngram, ngrams

ORDER = 5
SIGNATURE = "nist|order:5|case:lc|tok:13a|info:references|reflen:mean-of-all-references"
# Makes the penalty one half where the outputs have two thirds of the references' length.
_BETA = -math.log(0.5) / math.log(1.5) ** 2
_MATCHED, _TOTAL = slice(0, ORDER), slice(ORDER, 2 * ORDER)


def nist_statistics(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> ExampleStatistics:
    """Statistics of NIST-5 on lower-cased tokens of mteval-v13a.

    As in the challenge's copy of mteval-v13a.pl, an n-gram's information comes from the references of the
    whole corpus, and the length expected of an output is the mean over all references, not the mean of each
    output's own. Raises ValueError where an output has no reference.
    """
    require_references(outputs, references)
    tokenize = Tokenizer13a()  # type: ignore[no-untyped-call]

    def tokens(text: str) -> list[str]:
        return str(tokenize(text)).lower().split()

    told = [[tokens(text) for text in texts] for texts in references]
    information = _information(told)
    rows = [_row(tokens(output), texts, information) for output, texts in zip(outputs, told, strict=True)]
    return ExampleStatistics(name="NIST", signature=SIGNATURE, values=np.array(rows), score=nist_from_sums)


def nist_from_sums(sums: Floats) -> Floats:
    """NIST (0 upwards) from summed statistics; 0 where the outputs have no word."""
    words, reference_words, references, examples = sums[..., ORDER], *np.moveaxis(sums[..., -3:], -1, 0)
    gained = (sums[..., _MATCHED] / np.maximum(sums[..., _TOTAL], 1)).sum(axis=-1)
    expected = reference_words * examples / np.maximum(references, 1)
    ratio = np.where(expected > 0, words / np.where(expected > 0, expected, 1), 1.0)
    shortfall = np.log(np.clip(ratio, np.finfo(np.float64).tiny, 1.0))
    return np.asarray(gained * np.exp(-_BETA * shortfall**2))


def _information(references: Sequence[Sequence[Sequence[str]]]) -> Callable[[Ngram], float]:
    """log2 of how many times rarer an n-gram is than the same without its last word."""
    counts: Counter[Ngram] = Counter()
    for texts in references:
        for tokens in texts:
            counts[()] += len(tokens)
            for order in range(1, ORDER + 1):
                counts.update(ngrams(tokens, order))
    return lambda ngram: math.log2(counts[ngram[:-1]] / counts[ngram])


def _row(
    output: Sequence[str], references: Sequence[Sequence[str]], information: Callable[[Ngram], float]
) -> list[float]:
    matched, total = [], []
    for order in range(1, ORDER + 1):
        said = ngrams(output, order)
        allowed: Counter[Ngram] = Counter()
        for tokens in references:
            allowed |= ngrams(tokens, order)
        matched.append(sum(count * information(ngram) for ngram, count in (said & allowed).items()))
        total.append(float(said.total()))
    return [*matched, *total, float(sum(map(len, references))), float(len(references)), 1.0]
