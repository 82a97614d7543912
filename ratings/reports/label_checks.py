"""The label checks of a report: are raters right, do they agree, and whose labels do they accept?"""

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np

from ratings.models import Part
from ratings.reports.document_judgements import LabelCheck, SystemLabels
from ratings.reports.document_statistic import Statistic
from ratings.reports.preferences import codes
from ratings.reports.statistic import estimated
from ratings.selectors.judged import LabelRow, label_rows
from ratings.statistics.agreement import krippendorff_alpha
from ratings.statistics.agreement_chance import gwet_ac
from ratings.statistics.clustered_shares import clustered_share
from ratings.statistics.ratings_table import RatingsTable


def label_checks_section(
    parts: Sequence[Part], *, seed: int, without: Collection[int] = ()
) -> tuple[LabelCheck, ...]:
    """Every part of label checks, `without` some raters (keys)."""
    return tuple(
        _label_check(part, label_rows(part, without=without), seed)
        for part in parts
        if part.kind == Part.Kind.LABEL_CHECK
    )


def _label_check(part: Part, rows: Sequence[LabelRow], seed: int) -> LabelCheck:
    once = list({(row.rater, row.item): row for row in rows}.values())
    labels = tuple(part.study.dataset.labels)
    table = RatingsTable.from_long(
        rater=[row.rater for row in once],
        item=[row.item for row in once],
        system=["own"] * len(once),
        score=[float(labels.index(row.own)) for row in once],
    )
    scale = [float(code) for code in range(len(labels))]
    gold = [row for row in once if row.gold]
    return LabelCheck(
        part=part.position,
        labels=labels,
        answers=len(once),
        right=_share(gold, [row.own == row.gold for row in gold]),
        alpha_nominal=estimated(partial(krippendorff_alpha, table, metric="nominal", seed=seed)),
        gwet_ac1=estimated(partial(gwet_ac, table, scale=scale)),
        systems=tuple(
            _system(system.label, [row for row in rows if row.system == system.label])
            for system in part.study.systems.order_by("position")
        ),
    )


def _system(label: str, rows: Sequence[LabelRow]) -> SystemLabels:
    judged = [row for row in rows if row.accepts is not None]
    return SystemLabels(
        system=label,
        accepted=_share(judged, [bool(row.accepts) for row in judged]),
        same_as_own=_share(rows, [row.own == row.shown for row in rows]),
    )


def _share(rows: Sequence[LabelRow], holds: Sequence[bool]) -> Statistic:
    return estimated(
        partial(
            clustered_share,
            np.array(holds, dtype=np.bool_),
            rater=codes([row.rater for row in rows]),
            item=codes([row.item for row in rows]),
        )
    )
