"""Confidence and comments: do raters know when they are right, and what did they write?"""

from collections.abc import Collection, Sequence

import numpy as np

from ratings.models import Part, Study
from ratings.reports.document_remarks import Comment, Comments, Confidence, ConfidenceStep
from ratings.reports.preferences import codes
from ratings.reports.statistic import estimated
from ratings.reports.trials import PartTrials, together
from ratings.selectors.remarks import SureRow, remark_rows, sure_rows
from ratings.statistics.confidence import SureAnswers, confidence_gap, right_at

MOST_COMMENTS = 40


def confidence_section(
    parts: Sequence[Part], trials: Sequence[PartTrials], *, without: Collection[int] = ()
) -> tuple[Confidence, ...]:
    """Every part that asked how sure raters are of answers that are right or wrong, `without` some raters."""
    asked = [part for part in parts if part.confidence_steps and _can_be_right(part)]
    return tuple(_confidence(part, _chance(part, trials), sure_rows(part, without=without)) for part in asked)


def comments_section(study: Study, *, seed: int, without: Collection[int] = ()) -> Comments:
    """The comments with who wrote what they are about; at most MOST_COMMENTS, drawn by the seed."""
    written = [row for row in remark_rows(study, without=without) if row.comment]
    chosen = written
    if len(written) > MOST_COMMENTS:
        drawn = np.random.default_rng(seed).choice(len(written), MOST_COMMENTS, replace=False)
        chosen = [written[place] for place in sorted(drawn)]
    return Comments(
        total=len(written),
        shown=tuple(
            Comment(
                part=row.part,
                kind=row.kind,
                rater=row.rater,
                item=row.item,
                shown=row.shown,
                comment=row.comment,
            )
            for row in sorted(chosen, key=lambda row: (row.part, row.item, row.rater))
        ),
    )


def _can_be_right(part: Part) -> bool:
    return part.design.is_discrimination or part.kind == Part.Kind.LABEL_CHECK


def _chance(part: Part, trials: Sequence[PartTrials]) -> float | None:
    own = [each for each in trials if each.part.pk == part.pk]
    return together(own).psychometric.chance if own else None


def _confidence(part: Part, chance: float | None, rows: Sequence[SureRow]) -> Confidence:
    answers = SureAnswers(
        confidence=np.array([row.confidence for row in rows], dtype=np.int64),
        right=np.array([row.right for row in rows], dtype=np.bool_),
        rater=codes([row.rater for row in rows]),
        item=codes([row.item for row in rows]),
    )
    return Confidence(
        part=part.position,
        kind=part.kind,
        steps=part.confidence_steps,
        chance=chance,
        by_step=tuple(
            ConfidenceStep(
                step=step,
                answers=int(np.sum(answers.confidence == step)),
                right=estimated(lambda step=step: right_at(answers, step)),  # type: ignore[misc]
            )
            for step in range(1, part.confidence_steps + 1)
        ),
        mean_right=_mean(answers.confidence[answers.right]),
        mean_wrong=_mean(answers.confidence[~answers.right]),
        gap=estimated(lambda: confidence_gap(answers)),
    )


def _mean(steps: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float | None:
    return float(steps.mean()) if len(steps) else None
