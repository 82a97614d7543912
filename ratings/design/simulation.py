"""Plausible simulated answers, so that a report can be seen before people come.

What decides an answer is the text (slot errors, length, repetition), the rater and the item; never a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CUTS = np.array(
    [-2.4, -1.0, 0.2, 1.5]
)  # a flawless text lands on 4 or 5 most of the time: stars have a ceiling
FLAWLESS = 1.8
PREFERENCE_CUTS = np.array([0.4, 2.0])  # of a difference in merit: below the first it is a tie
LABEL_SLIPS = 0.2
USUAL_WORDS = 22.0
EVEN_WEIGHTS = (0.5, 0.5)
WEIGHTS = {"informativeness": (0.9, 0.1), "naturalness": (0.2, 0.8), "quality": EVEN_WEIGHTS}


@dataclass(frozen=True, kw_only=True)
class TextTraits:
    """What a simulated rater notices: slots missing or made up, words, and the share of repeated words."""

    slot_errors: int
    words: int
    repetition: float


def traits_of_text(text: str, *, slot_errors: int) -> TextTraits:
    """The traits of one text; repetition is 1 − distinct trigrams / trigrams, 0 below three words."""
    words = text.casefold().split()
    trigrams = list(zip(words, words[1:], words[2:], strict=False))
    repetition = 1 - len(set(trigrams)) / len(trigrams) if trigrams else 0.0
    return TextTraits(slot_errors=slot_errors, words=len(words), repetition=repetition)


def merit(traits: Sequence[TextTraits], criterion: str) -> Floats:
    """How good each text is on a latent logistic scale, for one criterion (by its name, in any case)."""
    accuracy_weight, fluency_weight = WEIGHTS.get(criterion.casefold(), EVEN_WEIGHTS)
    errors = np.array([t.slot_errors for t in traits], dtype=np.float64)
    words = np.array([t.words for t in traits], dtype=np.float64)
    repetition = np.array([t.repetition for t in traits], dtype=np.float64)
    accuracy = -1.3 * errors
    fluency = -0.06 * np.abs(words - USUAL_WORDS) - 4.0 * repetition
    return FLAWLESS + accuracy_weight * accuracy + fluency_weight * fluency


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Which rater, item and text each simulated answer belongs to, as indices from 0; equal lengths."""

    rater: Ints
    item: Ints
    text: Ints


def simulate_stars(crossing: Crossing, merits: Floats, rng: np.random.Generator) -> Ints:
    """Stars 1 to 5, one row a rating and one column a criterion, from `merits` (texts × criteria).

    An ordinal model: merit − the rater's severity − the item's difficulty + the rater's taste for this text
    + logistic noise, cut into five.
    """
    rows, criteria = len(crossing.rater), merits.shape[1]
    severity = rng.normal(0, 0.6, _size(crossing.rater))[crossing.rater]
    difficulty = rng.normal(0, 0.4, _size(crossing.item))[crossing.item]
    taste = rng.normal(0, 0.5, rows)
    noise = rng.logistic(0, 0.7, (rows, criteria))
    latent = merits[crossing.text] + (taste - severity - difficulty)[:, None] + noise
    return 1 + np.searchsorted(CUTS, latent).astype(np.int64)


def simulate_choices(merits: Sequence[Floats], rng: np.random.Generator) -> Ints:
    """The option chosen in each trial: the rater takes the text that seems best for the target's."""
    return np.array(
        [int(np.argmax(options + rng.gumbel(0, 1.0, len(options)))) for options in merits], dtype=np.int64
    )


def simulate_matches(merits: Sequence[Floats], rng: np.random.Generator) -> Ints:
    """A (0) or B (1) in each ABX trial: the one that seems nearer to X, the third text."""
    seen = [options + rng.normal(0, 1.0, 3) for options in merits]
    return np.array([int(np.argmin(np.abs(each[:2] - each[2]))) for each in seen], dtype=np.int64)


def simulate_odd_ones(merits: Sequence[Floats], rng: np.random.Generator) -> Ints:
    """The text of each triangle that seems farthest from the other two."""
    seen = [options + rng.normal(0, 1.0, 3) for options in merits]
    return np.array([int(np.argmax(np.abs(each - np.median(each)))) for each in seen], dtype=np.int64)


def simulate_preferences(merits: Sequence[Floats], rng: np.random.Generator) -> Ints:
    """How much better the first of two texts seems: 2 much, 1 better, 0 a tie, -1 and -2 the second."""
    seen = np.array([first - second + rng.logistic(0, 0.7) for first, second in merits])
    steps = np.digitize(np.abs(seen), PREFERENCE_CUTS)
    return np.asarray(np.sign(seen) * steps, dtype=np.int64)


def simulate_labels(gold: Sequence[str], labels: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Each rater's own label: the gold one most of the time, else any."""
    return [str(rng.choice(labels)) if rng.random() < LABEL_SLIPS else right for right in gold]


def _size(index: Ints) -> int:
    return int(index.max(initial=-1)) + 1
