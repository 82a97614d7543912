"""What the report holds of people: their ratings, trials and agreement, and how they took part."""

from dataclasses import dataclass

from ratings.reports.document_statistic import Sentence, Statistic


@dataclass(frozen=True, kw_only=True)
class SystemRatings:
    """One system on one criterion; ``counts[i]`` ratings had ``scores[i]``."""

    system: str
    mean: Statistic
    median: Statistic
    scores: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CriterionRatings:
    """Stars on one criterion, from ``scale_low`` to ``scale_high``."""

    criterion: str
    question: str
    low_anchor: str
    high_anchor: str
    scale_low: int
    scale_high: int
    systems: tuple[SystemRatings, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """System ``a`` against ``b`` on one criterion.

    ``difference`` (a − b, in stars) is the primary analysis, the others stand beside it; ``ratio`` is the
    mean of a over that of b. ``margin_supported`` is the least non-inferiority margin that the data support
    at one-sided alpha 0.025.
    """

    criterion: str
    a: str
    b: str
    pairs: int
    tied_pairs: int
    difference: Statistic
    margin_supported: float | None
    ratio: Statistic
    superiority: Statistic
    cliffs_delta: Statistic
    sign_flips: Statistic
    signed_ranks: Statistic
    ordinal_log_odds: Statistic


@dataclass(frozen=True, kw_only=True)
class RaterTrials:
    """How many trials one rater judged, and how many of them rightly."""

    rater: str
    correct: int
    trials: int


@dataclass(frozen=True, kw_only=True)
class Discrimination:
    """Trials of one part with the same number of options.

    ``proportion`` and ``discriminators`` (p_d) have exact intervals over trials; those named ``clustered``
    hold for new raters and items. ``with_identical`` counts items that cannot be told at p_d = 0, and
    ``upper_bound`` is its one-sided 95 % bound.
    """

    part: int
    kind: str
    target: str
    foil: str
    options: int
    chance: float
    correct: int
    trials: int
    items: int
    items_cannot_be_told: int
    proportion: Statistic
    proportion_clustered: Statistic
    discriminators: Statistic
    discriminators_clustered: Statistic
    with_identical: Statistic
    upper_bound: float | None
    d_prime: Statistic
    learning: Statistic
    overdispersion: Statistic
    bayes_factor_for_guessing: float | None
    by_rater: tuple[RaterTrials, ...]


@dataclass(frozen=True, kw_only=True)
class WithoutOneRater:
    """Ordinal alpha when one rater is left out; None where the rest cannot be compared."""

    rater: str
    alpha: float | None


@dataclass(frozen=True, kw_only=True)
class WithinSystem:
    """Agreement on the outputs of one system alone, to which differences between systems add nothing."""

    system: str
    alpha_ordinal: Statistic
    gwet_ac2: Statistic
    percent_agreement: float | None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Agreement between raters on one criterion; it is no measure of being right.

    All but ``within_systems`` take the outputs of all systems together.
    """

    criterion: str
    alpha_ordinal: Statistic
    alpha_ordinal_over_raters: Statistic
    alpha_interval: Statistic
    gwet_ac2: Statistic
    icc_single: Statistic
    icc_average: Statistic
    percent_agreement: float | None
    without_one_rater: tuple[WithoutOneRater, ...]
    within_systems: tuple[WithinSystem, ...]


@dataclass(frozen=True, kw_only=True)
class RaterRow:
    """One place of the study, and what its rater did."""

    rater: str
    assigned: int
    completed: int
    finished: bool
    withdrawn: bool
    handed_on: bool
    seconds_per_item: float | None


@dataclass(frozen=True, kw_only=True)
class CannotJudge:
    """An item that a rater handed in as one that cannot be judged; it counts as missing."""

    part: int
    kind: str
    rater: str
    item: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Flow:
    """How many raters came how far, in the manner of CONSORT.

    Of the ``invited`` some ``took_part``, that is consented; of these some ``withdrew``, some answered
    nothing (``silent``). Of the others some ``finished``, some stayed away until their place was
    ``handed_on``, and some had ``stopped`` at closing; ``left_out`` of them do not count in the primary
    results, ``analysed`` do.
    """

    places: int
    invited: int
    took_part: int
    withdrew: int
    silent: int
    finished: int
    handed_on: int
    stopped: int
    left_out: int
    analysed: int


@dataclass(frozen=True, kw_only=True)
class PartAttrition:
    """How far raters came in one part; who withdrew is left out of all but ``planned``.

    ``began`` and ``finished`` count raters. ``planned`` ratings of items by places, of which ``covered`` were
    handed in by whoever had the place. The least and most ratings an item got are given from raters who
    finished the study, and from all.
    """

    part: int
    began: int
    finished: int
    planned: int
    covered: int
    fewest_from_finished: int
    most_from_finished: int
    fewest: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Raters:
    """Who took part, in how many ``planned`` places; one that was handed on had several raters in turn.

    ``screened_out`` came, did not pass the quiz and made room for others.
    """

    planned: int
    took_part: int
    finished: int
    screened_out: int
    rows: tuple[RaterRow, ...]
    flow: Flow
    attrition: tuple[PartAttrition, ...]


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Answers that no number in this report rests on, and why."""

    rater: str
    answers: int
    sentence: Sentence


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """Where what happened differs from what was planned."""

    kind: str
    sentence: Sentence
