"""Rules, frozen before the data, by which a rater's answers are left out of the primary analysis."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from ratings.errors import StudyPlanInvalid

LEAST_ANSWERS = 10  # of fewer, no share and no correlation says anything about a rater


@dataclass(frozen=True, kw_only=True)
class ExclusionRules:
    """Limits on what one rater does, each None where it is not asked for.

    `seconds_at_least` is for the median an item; `alike_at_most` for the share of ratings that are the
    rater's commonest score; `checks_failed_at_most` counts check items; `apart_at_most` is the mean absolute
    difference in stars between an item and its repeat; `agreement_at_least` is Pearson's correlation with
    the mean of the other raters on the same texts; `handed_in_at_least` is a share of the rater's items.
    """

    seconds_at_least: float | None = None
    alike_at_most: float | None = None
    checks_failed_at_most: int | None = None
    apart_at_most: float | None = None
    agreement_at_least: float | None = None
    handed_in_at_least: float | None = None

    @property
    def any(self) -> bool:
        """Whether there is a rule at all."""
        return any(limit is not None for limit in asdict(self).values())

    def to_json(self) -> dict[str, float]:
        """The rules that are asked for, as the protocol freezes them."""
        return {name: limit for name, limit in asdict(self).items() if limit is not None}


@dataclass(frozen=True, kw_only=True)
class RaterConduct:
    """What a rater did, in the units of the rules; None where there is nothing to go by.

    `ratings` counts the stars behind `alike`, `compared` the texts behind `agreement`.
    """

    assigned: int
    handed_in: int
    seconds: float | None = None
    ratings: int = 0
    alike: float | None = None
    checks: int = 0
    checks_failed: int = 0
    repeats: int = 0
    apart: float | None = None
    compared: int = 0
    agreement: float | None = None


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A broken rule by its name, what was found and the limit that was frozen."""

    rule: str
    found: float
    limit: float


def rules_from_json(stored: dict[str, Any]) -> ExclusionRules:
    """The rules that `to_json` stored. Raises StudyPlanInvalid for a rule that there is not."""
    known = {field.name for field in fields(ExclusionRules)}
    for name in stored:
        if name not in known:
            raise StudyPlanInvalid(
                f"'exclusions.{name}' is no rule: choose of {', '.join(sorted(known))}, or delete it."
            )
    return ExclusionRules(**stored)


def check_rules(rules: ExclusionRules) -> None:
    """Raise StudyPlanInvalid, naming the field, its value and the remedy, for a limit that makes no sense."""
    ranges = {
        "seconds_at_least": (0, 3600, "seconds from 0 to 3600"),
        "alike_at_most": (0, 1, "a share from 0 to 1"),
        "checks_failed_at_most": (0, 100, "0 to 100 check items"),
        "apart_at_most": (0, 10, "stars from 0 to 10"),
        "agreement_at_least": (-1, 1, "a correlation from -1 to 1"),
        "handed_in_at_least": (0, 1, "a share from 0 to 1"),
    }
    for name, (low, high, wanted) in ranges.items():
        limit = getattr(rules, name)
        if limit is not None and not low <= limit <= high:
            raise StudyPlanInvalid(f"'exclusions.{name}' is {limit:g}: give {wanted}.")


def breaches(rules: ExclusionRules, conduct: RaterConduct) -> tuple[Breach, ...]:
    """The rules that the rater broke; one that too few answers speak to is not broken."""
    return tuple(_breaches(rules, conduct))


def _breaches(rules: ExclusionRules, conduct: RaterConduct) -> Iterator[Breach]:
    share = conduct.handed_in / conduct.assigned if conduct.assigned else None
    at_least = {
        "seconds_at_least": conduct.seconds,
        "agreement_at_least": conduct.agreement if conduct.compared >= LEAST_ANSWERS else None,
        "handed_in_at_least": share,
    }
    at_most = {
        "alike_at_most": conduct.alike if conduct.ratings >= LEAST_ANSWERS else None,
        "checks_failed_at_most": conduct.checks_failed if conduct.checks else None,
        "apart_at_most": conduct.apart if conduct.repeats else None,
    }
    for name, found in at_least.items():
        limit = getattr(rules, name)
        if limit is not None and found is not None and found < limit:
            yield Breach(rule=name, found=found, limit=limit)
    for name, found in at_most.items():
        limit = getattr(rules, name)
        if limit is not None and found is not None and found > limit:
            yield Breach(rule=name, found=found, limit=limit)
