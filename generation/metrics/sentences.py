"""How near one text comes to its references: for looking at examples, not for comparing systems."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF


@dataclass(frozen=True)
class SentenceScores:
    """BLEU and chrF2 of one text, each from 0 to 100."""

    bleu: float
    chrf: float


def sentence_scores(text: str, references: Sequence[str]) -> SentenceScores:
    """Sacrebleu's sentence scores (Post 2018): BLEU over the orders that the text has n-grams of, smoothed.

    Raises ValueError without a reference.
    """
    if not references:
        raise ValueError("a text is scored against its references, and there is none")
    return _scored(text, tuple(references))


@lru_cache(maxsize=8192)
def _scored(text: str, references: tuple[str, ...]) -> SentenceScores:
    """The scores, kept: pages are turned back and forth."""
    bleu = BLEU(effective_order=True).sentence_score(text, references)
    return SentenceScores(bleu.score, CHRF().sentence_score(text, references).score)
