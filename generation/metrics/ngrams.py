"""n-grams of token lists."""

from collections import Counter
from collections.abc import Sequence

Ngram = tuple[str, ...]


def ngrams(tokens: Sequence[str], order: int) -> Counter[Ngram]:
    """How often each n-gram of `order` tokens stands in `tokens`."""
    return Counter(zip(*(tokens[start:] for start in range(order)), strict=False))
