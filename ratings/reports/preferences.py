"""The preference parts of a report: whose texts did raters like better, and by how much?"""

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np

from ratings.design.kinds import STRONGEST
from ratings.models import Part
from ratings.reports.document_judgements import Preference
from ratings.reports.statistic import estimated
from ratings.selectors.judged import preference_rows
from ratings.statistics.preferences import (
    Preferences,
    preference_share,
    sign_test,
    sign_test_with_ties,
    strength_counts,
)


def preferences_section(parts: Sequence[Part], *, without: Collection[int] = ()) -> tuple[Preference, ...]:
    """Every preference part, `without` some raters (keys)."""
    return tuple(_preference(part, without) for part in parts if part.kind == Part.Kind.PREFERENCE)


def _preference(part: Part, without: Collection[int]) -> Preference:
    rows = preference_rows(part, without=without)
    answers = Preferences(
        strength=np.array([row.strength for row in rows], dtype=np.int64),
        rater=codes([row.rater for row in rows]),
        item=codes([row.item for row in rows]),
    )
    return Preference(
        part=part.position,
        a=part.target.label if part.target else "",
        b=part.foil.label if part.foil else "",
        answers=len(rows),
        items_identical=part.items.filter(is_practice=False, cannot_be_told=True).count(),
        strengths=strength_counts(answers, strongest=STRONGEST),
        prefers_a=estimated(partial(preference_share, answers, 1)),
        prefers_b=estimated(partial(preference_share, answers, -1)),
        ties=estimated(partial(preference_share, answers, 0)),
        sign_test=estimated(partial(sign_test, answers)),
        ties_split=estimated(partial(sign_test_with_ties, answers)),
    )


def codes(names: Sequence[str | int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Integer codes of names."""
    return np.unique(np.array(names, dtype=np.str_), return_inverse=True)[1].astype(np.int64)
