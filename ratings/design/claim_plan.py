"""Claims as they are asked for: what may be claimed of which measure, and the ready-made founding set."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from ratings.design.kinds import DISCRIMINATIONS
from ratings.errors import StudyPlanInvalid

Correction = Literal["holm", "bonferroni", "benjamini-hochberg"]
CORRECTIONS: tuple[Correction, ...] = ("holm", "bonferroni", "benjamini-hochberg")

RELATIONS: dict[str, tuple[str, ...]] = {
    "stars": ("non_inferior", "equivalent", "superior", "ratio_at_least"),
    "aggregate": ("non_inferior", "equivalent", "superior", "ratio_at_least"),
    "p_d": ("indistinguishable",),
    "accuracy": ("non_inferior", "equivalent"),
    "metric": ("non_inferior", "equivalent"),
    "cost": ("at_most",),
}
SUBJECTS: dict[str, tuple[str, ...]] = {
    "stars": ("",),
    "aggregate": ("",),
    "p_d": DISCRIMINATIONS,
    "accuracy": ("",),
    "metric": (
        "bleu",
        "bleu_lowercased",
        "nist",
        "meteor",
        "rouge_l",
        "cider",
        "chrf",
        "slot_error_rate",
        "f1",
        "matthews",
    ),
    "cost": ("bytes", "training_seconds", "trainable_parameters"),
}


@dataclass(frozen=True, kw_only=True)
class ClaimPlan:
    """`system_a` stands in `relation` to `system_b` (labels) on a measure, within `margin`.

    `criterion` names what stars are of; `subject` which metric, cost or kind of part. The margin is in stars,
    in the metric's points, or a share from 0 to 1 (p_d, accuracy); for `ratio_at_least` and `at_most` it is
    the ratio A to B. Claims of one `family` are corrected together, by `correction`.
    """

    system_a: str
    system_b: str
    margin: float
    criterion: str = ""
    measure: str = "stars"
    subject: str = ""
    relation: str = "non_inferior"
    alpha: float = 0.025
    family: str = "claims"
    correction: Correction = "holm"


def founding_claims(
    system_a: str, system_b: str, *, stars: bool, two_afc: bool, labels: bool, references: bool
) -> tuple[ClaimPlan, ...]:
    """What the comparison of LoRA (A) with full fine-tuning (B) set out to test, as far as a study can.

    Mean stars within 0.2 and at least 98 % (with a `stars` part), at most 20 % of people-trials can tell
    (with a `two_afc` part of the two), BLEU within 2 points (with references), accuracy within 1.5 points
    (with labels), at most 1 % of the storage and 25 % of the training time.
    """
    claim = partial(ClaimPlan, system_a=system_a, system_b=system_b)
    wanted = (
        (stars, claim(measure="aggregate", relation="equivalent", margin=0.2)),
        (stars, claim(measure="aggregate", relation="ratio_at_least", margin=0.98)),
        (
            two_afc,
            claim(measure="p_d", subject="two_afc", relation="indistinguishable", margin=0.2),
        ),
        (references, claim(measure="metric", subject="bleu", relation="equivalent", margin=2.0)),
        (labels, claim(measure="accuracy", relation="equivalent", margin=0.015)),
        (True, claim(measure="cost", subject="bytes", relation="at_most", margin=0.01)),
        (True, claim(measure="cost", subject="training_seconds", relation="at_most", margin=0.25)),
    )
    return tuple(made for testable, made in wanted if testable)


def check_claim(claim: ClaimPlan, where: str, labels: Sequence[str], criteria: Sequence[str]) -> None:
    """Raise StudyPlanInvalid, naming the field, its value and the remedy, unless the claim makes sense."""
    _choice(claim.measure, f"{where}.measure", tuple(RELATIONS))
    if claim.measure in ("stars", "aggregate") and not criteria:
        raise StudyPlanInvalid(
            f"'{where}.measure' is '{claim.measure}', but the study has no criteria: add a stars part."
        )
    if claim.measure == "stars":
        _choice(claim.criterion, f"{where}.criterion", criteria)
    elif claim.criterion:
        raise StudyPlanInvalid(
            f"'{where}.criterion' is '{claim.criterion}', but a claim of {claim.measure} has none: "
            "leave it out."
        )
    _choice(claim.subject, f"{where}.subject", SUBJECTS[claim.measure])
    _choice(claim.relation, f"{where}.relation", RELATIONS[claim.measure])
    for field in ("system_a", "system_b"):
        _choice(getattr(claim, field), f"{where}.{field}", labels)
    if claim.system_a == claim.system_b:
        raise StudyPlanInvalid(f"'{where}' compares '{claim.system_a}' with itself: name two systems.")
    _check_margin(claim, where)
    if not 0 < claim.alpha < 0.5:
        raise StudyPlanInvalid(f"'{where}.alpha' is {claim.alpha}: give a level such as 0.025.")
    _choice(claim.correction, f"{where}.correction", CORRECTIONS)
    if not claim.family.strip():
        raise StudyPlanInvalid(f"'{where}.family' is empty: name the claims that are corrected together.")


def check_families(claims: Sequence[ClaimPlan]) -> None:
    """Raise StudyPlanInvalid where the claims of one family differ in alpha or in correction."""
    first: dict[str, ClaimPlan] = {}
    for number, claim in enumerate(claims, start=1):
        other = first.setdefault(claim.family, claim)
        for field in ("alpha", "correction"):
            if getattr(other, field) != getattr(claim, field):
                raise StudyPlanInvalid(
                    f"'claims[{number}].{field}' is {getattr(claim, field)}, but another claim of the "
                    f"family '{claim.family}' has {getattr(other, field)}: give both the same, or name "
                    "another family."
                )


def _check_margin(claim: ClaimPlan, where: str) -> None:
    low, high, wanted = _MARGINS.get(claim.relation) or _MARGINS[claim.measure]
    fits = low < claim.margin < high or (claim.relation == "superior" and claim.margin == 0)
    if not fits:
        raise StudyPlanInvalid(f"'{where}.margin' is {claim.margin}: give {wanted}.")


_STARS = (0.0, 100.0, "stars above 0, such as 0.2")
_MARGINS: dict[str, tuple[float, float, str]] = {
    "ratio_at_least": (0.0, 10.0, "the least ratio of A to B, such as 0.98"),
    "at_most": (0.0, 1000.0, "the greatest ratio of A to B, such as 0.01"),
    "stars": _STARS,
    "aggregate": _STARS,
    "p_d": (0.0, 1.0, "a share of people-trials between 0 and 1, such as 0.2"),
    "accuracy": (0.0, 1.0, "a difference in proportions between 0 and 1, such as 0.015"),
    "metric": (0.0, 100.0, "the metric's points above 0, such as 2"),
}


def _choice(value: str, where: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        choices = ", ".join(allowed)
        remedy = f"name one of {choices}" if choices else "leave it out"
        raise StudyPlanInvalid(f"'{where}' is '{value}': {remedy}.")
