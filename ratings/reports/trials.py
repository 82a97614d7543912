"""The discrimination parts of a report: could raters tell, and how many of them at most?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ratings.models import Part
from ratings.reports.document_people import Discrimination, RaterTrials
from ratings.reports.document_statistic import Statistic
from ratings.reports.statistic import estimated, refused, value_or_none
from ratings.selectors import TrialTable, trial_table
from ratings.statistics.bayes_factor import bayes_factor_against_chance
from ratings.statistics.beta_binomial import beta_binomial
from ratings.statistics.discrimination import d_prime, proportion_correct, proportion_of_discriminators
from ratings.statistics.psychometric import Link, Protocol, link
from ratings.statistics.results import Estimate, NotEstimable
from ratings.statistics.trial_breakdowns import by_half, scale_discriminators
from ratings.statistics.trial_clusters import (
    Trials,
    clustered_discriminators,
    clustered_proportion_correct,
)

BOUND_CONFIDENCE = 0.90  # two-sided, so that each end is a one-sided 95 % bound


@dataclass(frozen=True, kw_only=True)
class PartTrials:
    """Trials of one part; `options` is the number of texts shown, or its harmonic mean where that differs.

    In an `identify` part two other systems may have written the same text, which leaves fewer options; such
    trials guess at another chance. The section on discrimination shows them by themselves; a claim rests on
    all of them (`together`).
    """

    part: Part
    options: float
    trials: Trials
    raters: tuple[str, ...]
    items_cannot_be_told: int

    @property
    def psychometric(self) -> Link:
        """The protocol's link between p_d and the proportion correct."""
        return link(self.protocol, options=self.link_options)

    @property
    def protocol(self) -> Protocol:
        """The protocol that the part's kind follows."""
        return Protocol(self.part.kind)

    @property
    def link_options(self) -> float | None:
        """What the statistics want to know of the options: only `identify` has a number to choose."""
        return self.options if self.protocol is Protocol.IDENTIFY else None

    @property
    def correct(self) -> int:
        """Right answers."""
        return int(self.trials.correct.sum())

    @property
    def count(self) -> int:
        """All answers."""
        return len(self.trials.correct)

    @property
    def identical_share(self) -> float:
        """The share of the part's items that nobody could tell; 0 where there are no items."""
        return self.items_cannot_be_told / max(self.items_cannot_be_told + self.trials.n.items, 1)


def trials_of(part: Part, *, without: Collection[int] = ()) -> tuple[PartTrials, ...]:
    """The part's trials by number of options, most frequent first; one empty row where nobody answered.

    Raters whose keys are in `without` are left out. Raises ResultsLocked before closing.
    """
    table = trial_table(part, without=without)
    usual = part.design.options or part.study.systems.count()
    numbers, counts = np.unique(table.options, return_counts=True)
    ordered = [int(number) for number in numbers[np.argsort(-counts, kind="stable")]] or [usual]
    return tuple(
        PartTrials(
            part=part,
            options=number,
            trials=_chosen(table, table.options == number),
            raters=table.raters,
            items_cannot_be_told=table.items_cannot_be_told if place == 0 else 0,
        )
        for place, number in enumerate(ordered)
    )


def together(rows: Sequence[PartTrials]) -> PartTrials:
    """All trials of one part, from its rows by number of options (at least one row)."""
    if len(rows) == 1:
        return rows[0]
    columns = ("correct", "rater", "item", "position")
    joined = {name: np.concatenate([getattr(each.trials, name) for each in rows]) for name in columns}
    return replace(
        rows[0],
        options=sum(each.count for each in rows) / sum(each.count / each.options for each in rows),
        trials=Trials(**joined),
        items_cannot_be_told=sum(each.items_cannot_be_told for each in rows),
    )


def discrimination_row(each: PartTrials) -> Discrimination:
    """All that one row of the section says."""
    part, trials, chance = each.part, each.trials, each.psychometric.chance
    return Discrimination(
        part=part.position,
        kind=part.kind,
        target=part.target.label if part.target else "",
        foil=part.foil.label if part.foil else "",
        options=int(each.options),
        chance=chance,
        correct=each.correct,
        trials=each.count,
        items=trials.n.items,
        items_cannot_be_told=each.items_cannot_be_told,
        proportion=estimated(lambda: proportion_correct(each.correct, each.count, chance=chance, n=trials.n)),
        proportion_clustered=estimated(lambda: clustered_proportion_correct(trials, chance=chance)),
        discriminators=estimated(lambda: _exact_discriminators(each, 0.95)),
        discriminators_clustered=estimated(lambda: _clustered_discriminators(each, 0.95)),
        with_identical=_with_identical(each, 0.95),
        upper_bound=_with_identical(each, BOUND_CONFIDENCE).ci_high,
        d_prime=estimated(
            lambda: d_prime(
                each.correct, each.count, protocol=each.protocol, options=each.link_options, n=trials.n
            )
        ),
        learning=estimated(lambda: by_half(trials, chance=chance).difference),
        overdispersion=_overdispersion(each),
        bayes_factor_for_guessing=value_or_none(
            lambda: bayes_factor_against_chance(each.correct, each.count, chance=chance).bf01
        ),
        by_rater=_by_rater(each),
    )


def discriminators(each: PartTrials, confidence: float) -> Estimate:
    """p_d over all items, those that cannot be told at 0: for new raters and items where these can be seen.

    With one rater or one item the exact interval over trials takes its place. Raises NotEstimable without
    trials.
    """
    try:
        found = _clustered_discriminators(each, confidence)
    except NotEstimable:
        found = _exact_discriminators(each, confidence)
    return scale_discriminators(found, each.identical_share) if each.items_cannot_be_told else found


def _clustered_discriminators(each: PartTrials, confidence: float) -> Estimate:
    return clustered_discriminators(
        each.trials, protocol=each.protocol, options=each.link_options, confidence=confidence
    )


def _exact_discriminators(each: PartTrials, confidence: float) -> Estimate:
    return proportion_of_discriminators(
        each.correct,
        each.count,
        protocol=each.protocol,
        options=each.link_options,
        confidence=confidence,
        n=each.trials.n,
    )


def _with_identical(each: PartTrials, confidence: float) -> Statistic:
    if each.items_cannot_be_told and not each.count:
        return refused(
            "No trial showed texts that differ, so nothing could be told apart: p_d is 0 by construction"
        )
    return estimated(lambda: discriminators(each, confidence))


def _overdispersion(each: PartTrials) -> Statistic:
    rows = _by_rater(each)

    def fitted() -> Estimate:
        model = beta_binomial(
            [row.correct for row in rows],
            [row.trials for row in rows],
            protocol=each.protocol,
            options=each.link_options,
            items=each.trials.n.items,
        )
        return replace(model.overdispersion, pvalue=model.overdispersion_pvalue)

    return estimated(fitted)


def _by_rater(each: PartTrials) -> tuple[RaterTrials, ...]:
    codes = np.unique(each.trials.rater)
    return tuple(
        RaterTrials(
            rater=each.raters[code],
            correct=int(each.trials.correct[each.trials.rater == code].sum()),
            trials=int(np.sum(each.trials.rater == code)),
        )
        for code in codes
    )


def _chosen(table: TrialTable, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Trials:
    return Trials(
        correct=table.correct[chosen],
        rater=table.rater[chosen],
        item=table.item[chosen],
        position=table.order[chosen],
    )
