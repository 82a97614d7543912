"""A study as it is asked for, by the form or by a file, before anything is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ratings.design import wording
from ratings.design.claim_plan import ClaimPlan, check_claim, check_families
from ratings.design.exclusions import ExclusionRules, check_rules
from ratings.design.gold import GoldPlan, check_gold
from ratings.design.kinds import CONFIDENCE_STEPS, KINDS, PART_KINDS, PartKind
from ratings.design.looks import LooksPlan, check_looks
from ratings.design.payment import Payment, check_payment
from ratings.design.quiz import Quiz, check_quiz
from ratings.errors import StudyPlanInvalid

MOST_SYSTEMS = 8
MOST_PARTS = 12
MOST_TRAINING = 10
MOST_HOURS = 8784  # a leap year


@dataclass(frozen=True, kw_only=True)
class CriterionPlan:
    """A question scored 1 to 5, with anchors for the ends."""

    name: str
    question: str
    low_anchor: str
    high_anchor: str


DEFAULT_CRITERIA = tuple(
    CriterionPlan(name=name, question=question, low_anchor=low, high_anchor=high)
    for name, question, low, high in wording.CRITERIA
)


@dataclass(frozen=True, kw_only=True)
class SystemPlan:
    """A system by name and the label that researchers see; `run` picks one of its runs by key.

    Without `run` the latest finished run over the study's dataset is taken.
    """

    system: str
    label: str
    run: int | None = None


@dataclass(frozen=True, kw_only=True)
class PartPlan:
    """One part; `target` and `foil` are labels of systems. An empty question means the kind's own.

    Each rater of a stars part meets `checks` items whose answer is known and the texts of `gold`, which the
    researcher wrote, and `repeats` of their own again; with `one_at_a_time` an item's texts come one after
    another.
    `training` is the number of labelled examples before practice. `confidence_steps` (0, 3 or 5) is on how
    many steps raters say how sure they are, 0 for not at all.
    """

    kind: PartKind
    items: int
    ratings_per_item: int
    practice: int = 1
    checks: int = 0
    repeats: int = 0
    gold: tuple[GoldPlan, ...] = ()
    one_at_a_time: bool = False
    question: str = ""
    criteria: tuple[CriterionPlan, ...] = ()
    target: str | None = None
    foil: str | None = None
    training: int = 0
    confidence_steps: int = 0
    asks_comment: bool = False


@dataclass(frozen=True, kw_only=True)
class UsePlan:
    """A use of the systems and the loss in mean stars that it can bear."""

    name: str
    loss: float


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """Everything that creating a study needs. `name` is for researchers, `public_title` for raters.

    An invited rater keeps the place for `lease_hours` without an answer, one from an open link for
    `open_lease_hours`; after that somebody else may have it.
    `consent_text` is in the study's own `language`; `consent_translations` are the texts in others.
    """

    name: str
    public_title: str
    dataset: str
    systems: tuple[SystemPlan, ...]
    parts: tuple[PartPlan, ...]
    raters: int
    seed: int
    claims: tuple[ClaimPlan, ...] = ()
    uses: tuple[UsePlan, ...] = ()
    hypotheses: str = ""
    stopping_rule: str = ""
    payment: Payment | None = None
    exclusions: ExclusionRules = field(default_factory=ExclusionRules)
    looks: LooksPlan = field(default_factory=LooksPlan)
    language: str = "en"
    consent_text: str = wording.CONSENT
    consent_translations: Mapping[str, str] = field(default_factory=dict)
    instructions: str = wording.INSTRUCTIONS
    completion_note: str = ""
    quiz: Quiz | None = None
    retention_days: int = 90
    link_days: int = 60
    lease_hours: int = 168
    open_lease_hours: int = 24


def check_plan(plan: StudyPlan) -> None:
    """Raise StudyPlanInvalid, naming the field, its value and the remedy, unless the plan hangs together."""
    for name in ("name", "public_title", "dataset", "consent_text", "instructions", "language"):
        _require(bool(getattr(plan, name).strip()), f"'{name}' is empty: write something.")
    for language, text in plan.consent_translations.items():
        where = f"'consent_translations.{language}'"
        _require(language != plan.language, f"{where} is in the study's own language: write 'consent_text'.")
        _require(bool(text.strip()), f"{where} is empty: write the consent text, or leave it out.")
    _require(1 <= plan.raters <= 10_000, f"'raters' is {plan.raters}: plan 1 to 10,000.")
    _require(plan.seed >= 0, f"'seed' is {plan.seed}: give a whole number of at least 0.")
    _require(1 <= plan.link_days <= 366, f"'link_days' is {plan.link_days}: give 1 to 366.")
    for name in ("lease_hours", "open_lease_hours"):
        hours = getattr(plan, name)
        _require(1 <= hours <= MOST_HOURS, f"'{name}' is {hours}: give 1 to {MOST_HOURS} hours.")
    _require(
        0 <= plan.retention_days <= 3660, f"'retention_days' is {plan.retention_days}: give 0 to 3660 days."
    )
    if plan.quiz is not None:
        check_quiz(plan.quiz, plan.language)
    labels = [system.label for system in plan.systems]
    _require(
        2 <= len(labels) <= MOST_SYSTEMS, f"'systems' has {len(labels)}: compare 2 to {MOST_SYSTEMS} systems."
    )
    _check_distinct("systems", labels)
    _require(len(plan.parts) > 0, "'parts' is empty: give the study at least one part.")
    _require(
        len(plan.parts) <= MOST_PARTS, f"'parts' has {len(plan.parts)}: give a study 1 to {MOST_PARTS} parts."
    )
    for number, part in enumerate(plan.parts, start=1):
        _check_part(part, f"parts[{number}]", labels, plan.raters)
    names = [criterion.name for part in plan.parts for criterion in part.criteria]
    _check_distinct("criteria", names)
    for number, claim in enumerate(plan.claims, start=1):
        check_claim(claim, f"claims[{number}]", labels, names)
    check_families(plan.claims)
    check_rules(plan.exclusions)
    planned = sum(part.items * part.ratings_per_item for part in plan.parts)
    check_looks(plan.looks, planned=planned, claims=plan.claims)
    if plan.payment is not None:
        check_payment(plan.payment)
    _check_distinct("uses", [use.name for use in plan.uses])
    for number, use in enumerate(plan.uses, start=1):
        _require(0 < use.loss < 100, f"'uses[{number}].loss' is {use.loss}: give stars above 0, such as 0.2.")


def _check_part(part: PartPlan, where: str, labels: list[str], raters: int) -> None:
    _require(
        part.kind in PART_KINDS, f"'{where}.kind' is '{part.kind}': choose one of {', '.join(PART_KINDS)}."
    )
    _require(part.items >= 1, f"'{where}.items' is {part.items}: draw at least 1.")
    _require(
        1 <= part.ratings_per_item <= raters,
        f"'{where}.ratings_per_item' is {part.ratings_per_item}, with {raters} raters: nobody rates an item "
        f"twice, so give 1 to {raters}.",
    )
    _require(0 <= part.practice <= 5, f"'{where}.practice' is {part.practice}: give 0 to 5.")
    _require(0 <= part.checks <= 20, f"'{where}.checks' is {part.checks}: give 0 to 20 check items.")
    _require(0 <= part.repeats <= 20, f"'{where}.repeats' is {part.repeats}: give 0 to 20 repeats.")
    if part.kind != "stars":
        for name in ("checks", "repeats", "gold"):
            found = len(part.gold) if name == "gold" else getattr(part, name)
            _require(found == 0, f"'{where}.{name}' is {found}: only stars parts have them, leave it out.")
        _require(
            not part.one_at_a_time,
            f"'{where}.one_at_a_time' is true: only stars parts have it, leave it out.",
        )
    check_gold(part.gold, where, [criterion.name for criterion in part.criteria])
    _check_options(part, where)
    if part.kind == "stars":
        _require(bool(part.criteria), f"'{where}.criteria' is empty: a stars part needs at least one.")
    else:
        _require(not part.criteria, f"'{where}.criteria' belong to a stars part, not to {part.kind}.")
    for name in ("target", "foil"):
        label = getattr(part, name)
        if name in KINDS[part.kind].roles:
            _check_label(label, f"{where}.{name}", labels)
        else:
            _require(
                label is None, f"'{where}.{name}' is '{label}': {part.kind} parts have none, leave it out."
            )
    _require(
        part.target is None or part.target != part.foil,
        f"'{where}.foil' is '{part.foil}', the target itself: name another system.",
    )


def _check_options(part: PartPlan, where: str) -> None:
    most = MOST_TRAINING if KINDS[part.kind].learns else 0
    _require(
        0 <= part.training <= most,
        f"'{where}.training' is {part.training}: give 0 to {most} for a part of {part.kind}.",
    )
    _require(
        part.confidence_steps in CONFIDENCE_STEPS,
        f"'{where}.confidence_steps' is {part.confidence_steps}: give 3 or 5, or 0 not to ask.",
    )


def _check_label(label: str | None, where: str, labels: list[str]) -> None:
    _require(label in labels, f"'{where}' is '{label or ''}': name one of {', '.join(labels)}.")


def _check_distinct(field: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        _require(bool(name.strip()), f"'{field}' has one without a name: name it.")
        _require(name not in seen, f"'{field}' has '{name}' twice: names have to differ.")
        seen.add(name)


def _require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not holds:
        raise StudyPlanInvalid(sentence)
