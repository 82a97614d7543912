"""What the report holds of the systems: metrics, outputs, style, uses and costs."""

from dataclasses import dataclass

from ratings.reports.document_statistic import Sentence, Statistic


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
    """Does ``first`` follow the stars better than ``second``? The difference of their correlations.

    Its ``pvalue_adjusted`` is Holm's over all pairs of metrics on the criterion.
    """

    criterion: str
    first: str
    second: str
    difference: Statistic


@dataclass(frozen=True, kw_only=True)
class OutputMetric:
    """An automatic metric of a single output."""

    metric: str
    value: float


@dataclass(frozen=True, kw_only=True)
class RatedOutput:
    """One output: mean stars over all criteria, their standard deviation between raters, and its metrics."""

    item: int
    system: str
    ratings: int
    mean: float
    spread: float | None
    metrics: tuple[OutputMetric, ...]


@dataclass(frozen=True, kw_only=True)
class ShownOutput:
    """An output to read, and why it was picked: ``best``, ``worst`` or ``disagreed``.

    ``system`` names every system that wrote this text with these stars, separated by commas.
    """

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


STATED = ("training_seconds", "trainable_parameters", "training_memory", "training_steps")


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """What one system cost; None where it was not recorded. The ratios are to ``Costs.reference``.

    ``stated_by`` is who typed in the ``STATED`` costs, which were not measured here; empty where they were.
    """

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
    stated_by: str


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Costs, measured or stated, not sampled; ``reference`` is the fully fine-tuned system or empty."""

    reference: str
    systems: tuple[CostRow, ...]
