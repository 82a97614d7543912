"""The report as frozen dataclasses, field by field what the JSON export holds."""

from dataclasses import dataclass

from ratings.statistics.results import Sample

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One statement in each language of the interface."""

    en: str
    vi: str


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A number with its uncertainty, or the reason why there is none.

    ``estimate`` is None exactly where ``reason`` says why. A bound that is None beside an estimate means that
    none is stated or that the interval is open on that side. ``pvalue_adjusted`` is corrected for the family
    that ``method`` or the section names.
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    confidence: float | None
    pvalue: float | None
    pvalue_adjusted: float | None
    n: Sample
    method: str
    signature: str
    generalises_over: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SystemFacts:
    """A system under comparison; empty texts where its outputs were written elsewhere."""

    label: str
    system: str
    adaptation: str
    checkpoint: str
    checkpoint_digest: str
    decoding: str
    outputs: int


@dataclass(frozen=True, kw_only=True)
class PartFacts:
    """A part as planned and as answered; ``identical_items`` show fewer texts than systems."""

    position: int
    kind: str
    question: str
    items: int
    ratings_per_item: int
    target: str
    foil: str
    identical_items: int
    assignments: int
    completed: int


@dataclass(frozen=True, kw_only=True)
class StudyFacts:
    """What was asked, of what, when; times are ISO 8601 in UTC.

    ``imported_from`` names the file of ratings that were collected elsewhere, of which this program knows
    neither raters nor plan; it is empty for a study that was rated here.
    """

    name: str
    slug: str
    public_title: str
    simulated: bool
    imported_from: str
    dataset: str
    dataset_sha256: str
    language: str
    seed: int
    opened_at: str
    closed_at: str
    protocol_sha256: str
    systems: tuple[SystemFacts, ...]
    parts: tuple[PartFacts, ...]


@dataclass(frozen=True, kw_only=True)
class Further:
    """What would decide an undecided claim with 80 % power if the present estimate held.

    ``ratings`` counts ratings, trials or examples, whichever the claim rests on; None where no feasible
    number would do.
    """

    ratings: int | None
    items: int | None
    raters: int | None
    sentence: Sentence


@dataclass(frozen=True, kw_only=True)
class ClaimResult:
    """A claim as frozen, and its verdict.

    ``statistic`` carries the interval at the corrected level, the p-value for the claim and the same
    corrected in its family; ``pvalue_refuted`` is the p-value against the claim.
    """

    number: int
    measure: str
    subject: str
    system_a: str
    system_b: str
    relation: str
    margin: float
    unit: str
    alpha: float
    family: str
    verdict: str
    statistic: Statistic
    pvalue_refuted: float | None
    sentence: Sentence
    further: Further | None


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
class Agreement:
    """Agreement between raters on one criterion; it is no measure of being right."""

    criterion: str
    alpha_ordinal: Statistic
    alpha_ordinal_over_raters: Statistic
    alpha_interval: Statistic
    gwet_ac2: Statistic
    icc_single: Statistic
    icc_average: Statistic
    percent_agreement: float | None
    without_one_rater: tuple[WithoutOneRater, ...]


@dataclass(frozen=True, kw_only=True)
class MetricRow:
    """An automatic metric of one system over its ``run`` or over the ``study``'s items."""

    system: str
    metric: str
    scope: str
    score: Statistic


@dataclass(frozen=True, kw_only=True)
class MetricDifference:
    """The same metric of ``a`` − ``b`` on the same outputs, segments resampled in pairs."""

    a: str
    b: str
    metric: str
    scope: str
    difference: Statistic


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Automatic metrics beside the ratings."""

    scores: tuple[MetricRow, ...]
    differences: tuple[MetricDifference, ...]


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """An automatic metric against stars on one criterion, over the rated outputs."""

    metric: str
    criterion: str
    kind: str
    level: str
    correlation: Statistic


@dataclass(frozen=True, kw_only=True)
class MetricContest:
    """Does ``first`` follow the stars better than ``second``? The difference of their correlations."""

    criterion: str
    first: str
    second: str
    difference: Statistic


@dataclass(frozen=True, kw_only=True)
class RatedOutput:
    """One output: mean stars over all criteria, their standard deviation between raters, and its metrics."""

    item: int
    system: str
    ratings: int
    mean: float
    spread: float | None
    bleu: float | None
    slot_error_rate: float | None


@dataclass(frozen=True, kw_only=True)
class ShownOutput:
    """An output to read, and why it was picked: ``best``, ``worst`` or ``disagreed``."""

    why: str
    item: int
    system: str
    source: str
    text: str
    mean: float
    spread: float | None
    ratings: int


@dataclass(frozen=True, kw_only=True)
class Style:
    """A classifier's right answers at telling ``a`` from ``b`` by the words alone, beside the raters'."""

    a: str
    b: str
    accuracy: Statistic


@dataclass(frozen=True, kw_only=True)
class UseDecision:
    """What the comparison of ``a`` with ``b`` means for one use that can bear a loss of ``loss`` stars.

    ``decision`` is suffices, does_not_suffice or undecided.
    """

    use: str
    a: str
    b: str
    loss: float
    decision: str
    difference: Statistic
    sentence: Sentence


@dataclass(frozen=True, kw_only=True)
class DatasheetEntry:
    """One question of the datasheet and its answer."""

    key: str
    question: Sentence
    answer: Sentence


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """What one system cost; None where it was not recorded. The ratios are to ``Costs.reference``."""

    system: str
    adaptation: str
    training_seconds: float | None
    trainable_parameters: int | None
    parameters: int | None
    bytes: int | None
    training_memory: int | None
    training_steps: int | None
    training_seconds_ratio: float | None
    trainable_parameters_ratio: float | None
    bytes_ratio: float | None


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Costs, which are measured and not sampled; ``reference`` is the fully fine-tuned system or empty."""

    reference: str
    systems: tuple[CostRow, ...]


@dataclass(frozen=True, kw_only=True)
class RaterRow:
    """One place of the study, and what its rater did."""

    rater: str
    assigned: int
    completed: int
    finished: bool
    withdrawn: bool
    seconds_per_item: float | None


@dataclass(frozen=True, kw_only=True)
class Raters:
    """Who took part."""

    planned: int
    took_part: int
    finished: int
    rows: tuple[RaterRow, ...]


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


@dataclass(frozen=True, kw_only=True)
class Version:
    """A program and its version."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Software:
    """What computed this report, and the seed behind every resampling in it."""

    format: int
    seed: int
    versions: tuple[Version, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a closed study's data say."""

    study: StudyFacts
    claims: tuple[ClaimResult, ...]
    ratings: tuple[CriterionRatings, ...]
    comparisons: tuple[Comparison, ...]
    discrimination: tuple[Discrimination, ...]
    agreement: tuple[Agreement, ...]
    metrics: Metrics
    correlations: tuple[Correlation, ...]
    costs: Costs
    raters: Raters
    exclusions: tuple[Exclusion, ...]
    deviations: tuple[Deviation, ...]
    software: Software
    contests: tuple[MetricContest, ...]
    outputs: tuple[RatedOutput, ...]
    sample: tuple[ShownOutput, ...]
    style: tuple[Style, ...]
    uses: tuple[UseDecision, ...]
    limitations: tuple[Sentence, ...]
    methods: Sentence
    datasheet: tuple[DatasheetEntry, ...]
