"""What simulated raters answer in items of every kind but stars, decided by the texts and never by a name."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import numpy as np

from ratings.design.kinds import PartKind
from ratings.design.simulation import (
    Floats,
    Ints,
    simulate_choices,
    simulate_labels,
    simulate_matches,
    simulate_odd_ones,
    simulate_preferences,
)
from ratings.models import Judgement, Part, Remark, ShownText
from ratings.models.items import right_place

KEY = "simulated"
CHOOSES: Mapping[PartKind, Callable[[Sequence[Floats], np.random.Generator], Ints]] = {
    "identify": simulate_choices,
    "two_afc": simulate_choices,
    "abx": simulate_matches,
    "triangle": simulate_odd_ones,
}


def simulated_judgements(
    part: Part, shown: Sequence[ShownText], merits: Mapping[int, float], rng: np.random.Generator
) -> list[Judgement]:
    """A judgement of each assignment in `shown`, whose texts stand together in order; merits by their key."""
    trials = [list(rows) for _, rows in groupby(shown, key=lambda row: row.assignment_id)]
    options = [np.array([merits[row.pk] for row in trial]) for trial in trials]
    if part.design.answer == "labels":
        return _label_checks(part, trials, rng)
    if part.design.answer == "preference":
        return _preferences(part, trials, options, rng)
    picked = CHOOSES[part.design.name](options, rng)
    return [
        _judgement(
            part,
            trial,
            chosen=trial[choice],
            correct=int(choice) == right_place(part, [row.presented for row in trial]),
        )
        for trial, choice in zip(trials, picked, strict=True)
    ]


def simulated_remarks(part: Part, shown: Sequence[ShownText], rng: np.random.Generator) -> list[Remark]:
    """How sure each simulated rater says to be, where the part asks."""
    if not part.confidence_steps:
        return []
    assignments = dict.fromkeys(row.assignment for row in shown)
    return [
        Remark(assignment=each, confidence=int(step), revision=1, key=KEY)
        for each, step in zip(
            assignments, rng.integers(1, part.confidence_steps + 1, len(assignments)), strict=True
        )
    ]


def _preferences(
    part: Part, trials: Sequence[list[ShownText]], options: Sequence[Floats], rng: np.random.Generator
) -> list[Judgement]:
    answers = simulate_preferences(options, rng)
    return [
        _judgement(
            part,
            trial,
            chosen=None if answer == 0 else trial[0 if answer > 0 else 1],
            strength=abs(int(answer)),
        )
        for trial, answer in zip(trials, answers, strict=True)
    ]


def _label_checks(part: Part, trials: Sequence[list[ShownText]], rng: np.random.Generator) -> list[Judgement]:
    gold = [trial[0].assignment.item.example.label for trial in trials]
    known = [label or trial[0].presented.text for label, trial in zip(gold, trials, strict=True)]
    own = simulate_labels(known, part.study.dataset.labels, rng)
    return [
        _judgement(
            part,
            trial,
            own_label=label,
            correct=label == right if right else None,
            accepts=label == trial[0].presented.text,
        )
        for trial, label, right in zip(trials, own, gold, strict=True)
    ]


def _judgement(part: Part, trial: Sequence[ShownText], **answer: object) -> Judgement:
    return Judgement(assignment=trial[0].assignment, kind=part.kind, revision=1, key=KEY, **answer)
