"""One row of the audit, and how a test's p-value becomes one."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from ratings.reports.figure_words import language_in_use
from ratings.reports.numbers import decimal, p_value
from ratings.statistics.leaks import Leak

State = Literal["pass", "fail", "measured"]
# Seldom enough that a dozen rows of a sound study hardly ever raise a false alarm.
ALARM = 0.001


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """What was looked at, whether it leaks, and the figure; `measured` rows cannot pass or fail."""

    key: str
    title: str
    state: State
    figure: str


def row(key: str, title: str, figure: str, *, passed: bool) -> AuditRow:
    """A row that passed or failed."""
    return AuditRow(key=key, title=title, state="pass" if passed else "fail", figure=figure)


def measured(key: str, title: str, figure: str) -> AuditRow:
    """A row that only tells a figure."""
    return AuditRow(key=key, title=title, state="measured", figure=figure)


def counted(key: str, title: str, wrong: list[str], looked_at: str) -> AuditRow:
    """A row that passes where nothing is wrong, else names the first few things that are."""
    if not wrong:
        return row(key, title, looked_at, passed=True)
    shown = "; ".join(sorted(set(wrong))[:5])
    figure = _("%(number)s found: %(shown)s") % {"number": len(wrong), "shown": shown}
    return row(key, title, figure, passed=False)


def leak_figure(name: str, leak: Leak) -> str:
    """A test's effect, p-value and number of observations."""
    language = language_in_use()
    return _("%(name)s %(effect)s, p %(p)s, %(n)s observations") % {
        "name": name,
        "effect": decimal(leak.effect, language, places=3),
        "p": p_value(leak.pvalue, language),
        "n": leak.n,
    }
