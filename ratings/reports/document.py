"""The report as frozen dataclasses, field by field what the JSON export holds."""

from dataclasses import dataclass

from ratings.reports.document_judgements import LabelCheck, Preference
from ratings.reports.document_looks import Looks
from ratings.reports.document_people import (
    Agreement,
    CannotJudge,
    Comparison,
    CriterionRatings,
    Deviation,
    Discrimination,
    Exclusion,
    Raters,
)
from ratings.reports.document_remarks import Comments, Confidence
from ratings.reports.document_statistic import Sentence, Statistic
from ratings.reports.document_systems import (
    Correlation,
    Costs,
    MetricContest,
    Metrics,
    RatedOutput,
    ShownOutput,
    Style,
    UseDecision,
)

FORMAT = 1


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

    ``imported_from`` names the file (and rows) of ratings that were collected elsewhere, of which it knows
    neither raters nor plan; it is empty for a study that was rated here. ``scale_inferred``
    says that nobody stated the ends of its scale, so that they are the least and the greatest rating found.
    Hypotheses and stopping rule are quoted as they were frozen; they and ``payment`` may be empty.
    """

    name: str
    slug: str
    public_title: str
    simulated: bool
    imported_from: str
    scale_inferred: bool
    dataset: str
    dataset_sha256: str
    language: str
    seed: int
    opened_at: str
    closed_at: str
    protocol_sha256: str
    hypotheses: str
    stopping_rule: str
    payment: Sentence | None
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
    corrected in its family; ``pvalue_refuted`` is the p-value against the claim. ``alpha_tested`` is what
    correction and looks before the end leave of ``alpha``: the interval and the verdict are at it.
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
    alpha_tested: float
    family: str
    verdict: str
    statistic: Statistic
    pvalue_refuted: float | None
    sentence: Sentence
    further: Further | None


@dataclass(frozen=True, kw_only=True)
class DatasheetEntry:
    """One question of the datasheet and its answer."""

    key: str
    question: Sentence
    answer: Sentence


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
    """Everything that a closed study's data say.

    Every number rests on the raters who neither withdrew nor were excluded; ``claims_with_everyone`` gives
    the claims with the excluded ones, and is empty where there are none.
    """

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
    claims_with_everyone: tuple[ClaimResult, ...]
    preferences: tuple[Preference, ...]
    label_checks: tuple[LabelCheck, ...]
    looks: Looks
    confidence: tuple[Confidence, ...]
    comments: Comments
    cannot_judge: tuple[CannotJudge, ...]
