"""Read a study's plan from a TOML file; what is wrong is said with the file, the field and the remedy.

What a file holds (parts may also say `question`, `practice` and [[parts.criteria]]; the study `language`,
`consent_text`, `instructions`, `completion_note`, `link_days`, `retention_days`, `hypotheses` and
`stopping_rule`, and how many hours a rater may stay away before somebody else may have the place:
`lease_hours` of those who were invited, `open_lease_hours` of those who came by an open link):

    name = "LoRA against full fine-tuning"      # for researchers
    public_title = "Texts about restaurants"    # for raters
    dataset = "sample-test"
    raters = 6
    seed = 1

    [[systems]]
    system = "demo-full"    # the system's name; its latest finished run is taken
    label = "full"          # how this file and the report call it

    [[systems]]
    system = "demo-lora"
    label = "lora"

    [[parts]]
    kind = "stars"
    items = 20
    ratings_per_item = 3
    checks = 2              # items with a planted error or an instruction, for every rater
    repeats = 1             # items that each rater is shown once more
    one_at_a_time = true    # an item's texts one after another; together unless said

    [[parts.gold]]          # a text of one's own whose stars are known: for every rater, as a check
    example = 1             # the example whose facts stand with it, by its number on the corpus's page
    text = "A pub."
    expected = { informativeness = [1, 2] }     # the stars that pass; other criteria are free

    [[parts]]
    kind = "two_afc"        # or "abx", "triangle", "preference"; "identify" has no foil,
    items = 20              # "label_check" (of a classification) neither
    ratings_per_item = 3
    target = "full"
    foil = "lora"
    training = 3            # labelled examples first ("two_afc" and "identify"); 0 unless said
    confidence_steps = 5    # or 3: how sure raters are; 0, not asked, unless said
    asks_comment = true     # a comment on each item; false unless said

    [[claims]]              # system_a is non-inferior to system_b within margin stars
    criterion = "naturalness"
    system_a = "lora"
    system_b = "full"
    margin = 0.2
    alpha = 0.025

    [[claims]]              # BLEU of the two within 2 points; see `claim_plan` for what else can be claimed
    measure = "metric"
    subject = "bleu"
    relation = "equivalent"
    system_a = "lora"
    system_b = "full"
    margin = 2

    [[founding_claims]]     # the ready-made set about these two; `labels = true` for a classification
    system_a = "lora"
    system_b = "full"

    [exclusions]            # raters beyond a limit count only in the results "with all raters"
    checks_failed_at_most = 0
    seconds_at_least = 3    # median an item; see `exclusions` for the other rules

    [looks]                 # results may be looked at before the end, once each, when so much is handed in
    at = [0.5, 0.75]        # shares of the planned item ratings, or numbers of them such as [60, 90]
    spending = "obrien-fleming"     # or "pocock": how the looks spend each claim's alpha

    [payment]               # what raters get, for the price of the study and what an hour of it pays
    amount = 2.5
    per = "rater"           # or "item", "hour"
    currency = "EUR"

    [consent_translations]  # beside `consent_text`, for raters who read the pages in another language
    vi = "Bạn được mời đánh giá các văn bản ngắn."

    [quiz]                  # before the first item; `quiz` says how questions are written
    attempts = 2            # who does not pass makes room for somebody else; 3 unless said
    en = "Is a short text worse?\\n- yes\\n* no"

    [[uses]]                # what the report decides for: a use and the stars that it can bear to lose
    name = "chatbot"
    loss = 0.5
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

from generation.formats.text_files import storable
from ratings.design import wording
from ratings.design.claim_plan import ClaimPlan, Correction, founding_claims
from ratings.design.exclusions import ExclusionRules, rules_from_json
from ratings.design.gold import GoldPlan
from ratings.design.kinds import KINDS, PartKind
from ratings.design.looks import LooksPlan, Spending
from ratings.design.payment import Payment, Per
from ratings.design.quiz import Quiz
from ratings.design.study_plan import (
    DEFAULT_CRITERIA,
    CriterionPlan,
    PartPlan,
    StudyPlan,
    SystemPlan,
    UsePlan,
    check_plan,
)
from ratings.errors import StudyPlanInvalid

LONGEST_SHOWN = 120
LONGEST_SENTENCE = 1000


def read_study_toml(path: Path) -> StudyPlan:
    """The plan in `path`. Raises StudyPlanInvalid with one sentence that starts with the file's name."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StudyPlanInvalid(f"{path.name}: cannot be read as UTF-8 text ({error}).") from error
    except (ValueError, RecursionError) as error:  # beside its own, for endless numbers and deep brackets
        raise StudyPlanInvalid(f"{path.name}: is not valid TOML: {error}.") from error
    try:
        return study_plan_of(content)
    except StudyPlanInvalid as error:
        sentence = str(error)
        shown = sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}…"
        raise StudyPlanInvalid(f"{path.name}: {shown}") from error


def study_plan_of(content: dict[str, Any]) -> StudyPlan:
    """The plan in the parsed `content` of such a file. Raises StudyPlanInvalid naming the field."""
    plan = _study(_Table(content, ""))
    check_plan(plan)
    return plan


def _shown(value: object) -> str:
    """What a file says, as a sentence can repeat it; Python spells no number of more than 4,300 digits."""
    try:
        text = repr(value)
    except ValueError:
        return "a number too long to read"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


class _Table:
    """A TOML table that is read field by field; what nobody read is a spelling mistake."""

    def __init__(self, content: dict[str, Any], where: str) -> None:
        self.left = dict(content)
        self.where = where

    def name(self, key: str) -> str:
        name = f"{self.where}.{key}" if self.where else key
        return name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"

    def value(self, key: str, kind: type | tuple[type, ...], wanted: str, default: Any = None) -> Any:
        if key not in self.left:
            if default is None:
                raise StudyPlanInvalid(f"'{self.name(key)}' is missing: write {wanted}.")
            return default
        found = self.left.pop(key)
        if not isinstance(found, kind) or isinstance(found, bool):
            raise StudyPlanInvalid(f"'{self.name(key)}' is {_shown(found)}: write {wanted}.")
        if isinstance(found, int) and not -(2**63) <= found < 2**63:
            raise StudyPlanInvalid(f"'{self.name(key)}' is a number of more than 64 bits: write {wanted}.")
        return found

    def text(self, key: str, default: str | None = None) -> str:
        found = str(self.value(key, str, "a text in quotes", default))
        if not storable(found):
            raise StudyPlanInvalid(f"'{self.name(key)}' holds a NUL, which is no text: leave it out.")
        return found

    def label(self, key: str) -> str | None:
        return self.text(key) if key in self.left else None

    def whole(self, key: str, default: int | None = None) -> int:
        return int(self.value(key, int, "a whole number", default))

    def number(self, key: str, default: float | None = None) -> float:
        return float(self.value(key, (int, float), "a number", default))

    def numbers(self, key: str) -> tuple[float, ...]:
        """The numbers of a list; none where it is not there."""
        found = self.value(key, list, "a list of numbers", [])
        if any(not isinstance(each, (int, float)) or isinstance(each, bool) for each in found):
            raise StudyPlanInvalid(f"'{self.name(key)}' is {found!r}: write a list of numbers.")
        return tuple(float(each) for each in found)

    def stars(self, key: str) -> tuple[int, int]:
        """A least and a greatest number of stars."""
        found = self.value(key, list, "the stars that pass, such as [1, 2]")
        whole = [each for each in found if isinstance(each, int) and not isinstance(each, bool)]
        if len(found) != 2 or len(whole) != 2:
            wanted = "write the stars that pass, such as [1, 2]"
            raise StudyPlanInvalid(f"'{self.name(key)}' is {found!r}: {wanted}.")
        return whole[0], whole[1]

    def flag(self, key: str) -> bool:
        """Whether `key = true` stands there."""
        found = self.left.pop(key, False)
        if not isinstance(found, bool):
            raise StudyPlanInvalid(f"'{self.name(key)}' is {_shown(found)}: write true or false.")
        return found

    def tables(self, key: str) -> Iterator["_Table"]:
        found = self.value(key, list, f"a list of tables, each headed [[{self.name(key)}]]", [])
        for number, row in enumerate(found, start=1):
            where = f"{self.name(key)}[{number}]"
            if not isinstance(row, dict):
                raise StudyPlanInvalid(f"'{where}' is {_shown(row)}: head a table with [[{self.name(key)}]].")
            table = _Table(row, where)
            yield table
            table.done()

    def table(self, key: str) -> "_Table":
        found = self.value(key, dict, f"a table headed [{self.name(key)}]", {})
        return _Table(found, self.name(key))

    def done(self) -> None:
        """Raise unless each field was read."""
        for key in self.left:
            raise StudyPlanInvalid(
                f"'{self.name(key)}' is no field that a study knows: correct or delete it."
            )


def _study(table: _Table) -> StudyPlan:
    parts = tuple(_part(row) for row in table.tables("parts"))
    plan = StudyPlan(
        name=table.text("name"),
        public_title=table.text("public_title"),
        dataset=table.text("dataset"),
        raters=table.whole("raters"),
        seed=table.whole("seed"),
        language=table.text("language", "en"),
        consent_text=table.text("consent_text", wording.CONSENT),
        consent_translations=_texts(table.table("consent_translations")),
        instructions=table.text("instructions", wording.INSTRUCTIONS),
        completion_note=table.text("completion_note", ""),
        link_days=table.whole("link_days", 60),
        lease_hours=table.whole("lease_hours", 168),
        open_lease_hours=table.whole("open_lease_hours", 24),
        retention_days=table.whole("retention_days", 90),
        quiz=_quiz(table),
        systems=tuple(_system(row) for row in table.tables("systems")),
        parts=parts,
        claims=(
            *(_claim(row) for row in table.tables("claims")),
            *(claim for row in table.tables("founding_claims") for claim in _founding(row, parts)),
        ),
        hypotheses=table.text("hypotheses", ""),
        stopping_rule=table.text("stopping_rule", ""),
        payment=_payment(table),
        exclusions=_exclusions(table),
        looks=_looks(table),
        uses=tuple(UsePlan(name=row.text("name"), loss=row.number("loss")) for row in table.tables("uses")),
    )
    table.done()
    return plan


def _texts(table: _Table) -> dict[str, str]:
    """Texts by language."""
    return {language: table.text(language) for language in tuple(table.left)}


def _exclusions(table: _Table) -> ExclusionRules:
    """The limits under [exclusions]; a rule that is not there is not asked for."""
    stored = table.table("exclusions")
    rules = {
        field.name: stored.whole(field.name)
        if field.name == "checks_failed_at_most"
        else stored.number(field.name)
        for field in fields(ExclusionRules)
        if field.name in stored.left
    }
    stored.done()
    return rules_from_json(rules)


def _looks(table: _Table) -> LooksPlan:
    stored = table.table("looks")
    spending = cast("Spending", stored.text("spending", LooksPlan.spending))  # check_plan refuses any other
    looks = LooksPlan(at=stored.numbers("at"), spending=spending)
    stored.done()
    return looks


def _quiz(table: _Table) -> Quiz | None:
    if "quiz" not in table.left:
        return None
    asked = table.table("quiz")
    return Quiz(attempts=asked.whole("attempts", 3), texts=_texts(asked))


def _payment(table: _Table) -> Payment | None:
    if "payment" not in table.left:
        return None
    paid = table.table("payment")
    per = cast("Per", paid.text("per", "rater"))  # check_plan refuses any other
    payment = Payment(amount=paid.number("amount"), per=per, currency=paid.text("currency", "EUR"))
    paid.done()
    return payment


def _system(table: _Table) -> SystemPlan:
    system = table.text("system")
    return SystemPlan(system=system, label=table.text("label", system))


def _part(table: _Table) -> PartPlan:
    kind = cast("PartKind", table.text("kind"))  # check_plan refuses any other
    criteria = tuple(_criterion(row) for row in table.tables("criteria"))
    return PartPlan(
        kind=kind,
        items=table.whole("items"),
        ratings_per_item=table.whole("ratings_per_item"),
        practice=table.whole("practice", KINDS[kind].practice if kind in KINDS else 0),
        checks=table.whole("checks", 0),
        repeats=table.whole("repeats", 0),
        one_at_a_time=table.flag("one_at_a_time"),
        gold=tuple(_gold(row) for row in table.tables("gold")),
        question=table.text("question", ""),
        criteria=criteria or (DEFAULT_CRITERIA if kind == "stars" else ()),
        target=table.label("target"),
        foil=table.label("foil"),
        training=table.whole("training", 0),
        confidence_steps=table.whole("confidence_steps", 0),
        asks_comment=table.flag("asks_comment"),
    )


def _gold(table: _Table) -> GoldPlan:
    expected = table.table("expected")
    stars = {name: expected.stars(name) for name in list(expected.left)}
    return GoldPlan(example=table.whole("example"), text=table.text("text"), expected=stars)


def _criterion(table: _Table) -> CriterionPlan:
    return CriterionPlan(
        name=table.text("name"),
        question=table.text("question"),
        low_anchor=table.text("low_anchor"),
        high_anchor=table.text("high_anchor"),
    )


def _claim(table: _Table) -> ClaimPlan:
    return ClaimPlan(
        criterion=table.text("criterion", ""),
        measure=table.text("measure", "stars"),
        subject=table.text("subject", ""),
        relation=table.text("relation", "non_inferior"),
        system_a=table.text("system_a"),
        system_b=table.text("system_b"),
        margin=table.number("margin"),
        alpha=table.number("alpha", 0.025),
        family=table.text("family", "claims"),
        correction=cast("Correction", table.text("correction", "holm")),  # check_plan refuses any other
    )


def _founding(table: _Table, parts: Sequence[PartPlan]) -> Iterator[ClaimPlan]:
    pair = table.text("system_a"), table.text("system_b")
    labels = table.flag("labels")
    yield from founding_claims(
        *pair,
        stars=any(part.kind == "stars" for part in parts),
        two_afc=any(part.kind == "two_afc" and {part.target, part.foil} == set(pair) for part in parts),
        labels=labels,
        references=not labels,
    )
