"""The words and numbers on figures, in the language that is active when they are drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext, pgettext

from ratings.reports.document import ClaimResult
from ratings.reports.numbers import percent, short
from ratings.reports.wording import SUBJECTS

if TYPE_CHECKING:  # pages that draw nothing need its words, and are spared matplotlib
    from matplotlib.ticker import FuncFormatter


@dataclass(frozen=True, kw_only=True)
class FigureWords:
    """Labels in one language."""

    language: str

    @classmethod
    def active(cls) -> "FigureWords":
        """For the language in which this thread speaks."""
        return cls(language=language_in_use())

    @property
    def difference_in_stars(self) -> str:
        """The axis of differences."""
        return gettext("Difference in mean stars, first minus second, with interval (95 %)")

    @property
    def proportion_correct(self) -> str:
        """The axis of right answers."""
        return gettext("Right answers")

    @property
    def sensitivity(self) -> str:
        """The axis of d′."""
        return gettext("Sensitivity d′ that would give it")

    @property
    def chance(self) -> str:
        """The line at chance."""
        return gettext("chance")

    @property
    def margin(self) -> str:
        """The line at a claimed margin."""
        return gettext("margin")

    @property
    def mean_stars(self) -> str:
        """The axis of an output's stars."""
        return gettext("Mean stars over all criteria")

    def metric(self, metric: str) -> str:
        """A metric's name."""
        return subject_word(metric, self.language)

    @property
    def axis_number(self) -> "FuncFormatter":
        """Plain ticks."""
        from matplotlib.ticker import FuncFormatter  # noqa: PLC0415 - not every page draws

        return FuncFormatter(lambda value, _place: short(round(value, 10) + 0.0, self.language))

    @property
    def axis_percent(self) -> "FuncFormatter":
        """Ticks of shares, in per cent."""
        from matplotlib.ticker import FuncFormatter  # noqa: PLC0415 - not every page draws

        return FuncFormatter(lambda value, _place: percent(value, self.language, places=2))

    def percent(self, value: float, *, places: int = 1) -> str:
        """A share in per cent."""
        return percent(value, self.language, places=places)

    def verdict(self, verdict: str) -> str:
        """A verdict in a word."""
        return verdict_word(verdict)

    def claim(self, claim: ClaimResult) -> str:
        """What a claim says, in a line."""
        return claim_line(claim, self.language)


def language_in_use() -> str:
    """The active language, if the report speaks it, else English."""
    return "vi" if (get_language() or "").startswith("vi") else "en"


def verdict_word(verdict: str) -> str:
    """A verdict in a word."""
    return {
        "supported": pgettext("verdict", "supported"),
        "refuted": pgettext("verdict", "refuted"),
        "undecided": pgettext("verdict", "undecided"),
    }[verdict]


def subject_word(subject: str, language: str) -> str:
    """What a claim is about, in words; a criterion's name stays as it is."""
    known = SUBJECTS.get(subject)
    return (known.vi if language == "vi" else known.en) if known else subject


def claim_line(claim: ClaimResult, language: str) -> str:
    """A claim as short as it can be said: systems, relation, margin and subject."""
    a, b = claim.system_a, claim.system_b
    subject = subject_word(claim.subject, language)
    share = claim.unit in ("share", "ratio")
    margin = percent(claim.margin, language, places=2) if share else short(claim.margin, language)
    names = {"a": a, "b": b, "subject": subject, "margin": margin}
    lines = {
        "non_inferior": gettext("%(subject)s: %(a)s − %(b)s above −%(margin)s"),
        "equivalent": gettext("%(subject)s: %(a)s − %(b)s within ±%(margin)s"),
        "superior": gettext("%(subject)s: %(a)s − %(b)s above %(margin)s"),
        "ratio_at_least": gettext("%(subject)s: %(a)s at least %(margin)s of %(b)s"),
        "at_most": gettext("%(subject)s: %(a)s at most %(margin)s of %(b)s"),
        "indistinguishable": gettext("%(a)s against %(b)s: at most %(margin)s can tell"),
    }
    return lines[claim.relation] % names
