"""ROUGE-L (Lin 2004) as the COCO caption scripts compute it: the longest common subsequence of words."""

from collections.abc import Sequence

from generation.metrics.caption_tokens import SIGNATURE as TOKENS
from generation.metrics.caption_tokens import caption_tokens
from generation.metrics.example_statistics import ExampleStatistics, mean_statistics, require_references

BETA = 1.2
SIGNATURE = f"rouge-l|beta:{BETA}|refs:best-precision,best-recall|{TOKENS}"


def rouge_l_statistics(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> ExampleStatistics:
    """Statistics of the mean ROUGE-L over outputs, from 0 to 100.

    Of an output's references the best precision and the best recall enter, which need not be of the same one;
    Lin's own tool takes the best F. Raises ValueError where an output has no reference.
    """
    require_references(outputs, references)
    scores = [
        100 * rouge_l(caption_tokens(output), [caption_tokens(text) for text in texts])
        for output, texts in zip(outputs, references, strict=True)
    ]
    return mean_statistics("ROUGE-L", SIGNATURE, scores)


def rouge_l(output: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """F of one output, from 0 to 1: (1 + β²)PR / (R + β²P) with β = 1.2."""
    shared = [common_subsequence(output, tokens) for tokens in references]
    precision = max(shared) / max(len(output), 1)
    recall = max(length / max(len(tokens), 1) for length, tokens in zip(shared, references, strict=True))
    if not precision:
        return 0.0
    return (1 + BETA**2) * precision * recall / (recall + BETA**2 * precision)


def common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, bit by bit (Hyyrö 2004, as in Crochemore et al. 2001)."""
    places: dict[str, int] = {}
    for position, token in enumerate(one):
        places[token] = places.get(token, 0) | 1 << position
    whole = (1 << len(one)) - 1
    row = whole
    for token in other:
        hits = row & places.get(token, 0)
        row = (row + hits) | (row - hits)
        row &= whole
    return len(one) - row.bit_count()
