"""From claims to verdicts: tested, corrected in their families, and said in one sentence each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ratings.design.looks import SEEN_BY_LOOKS
from ratings.models import Claim
from ratings.reports import wording
from ratings.reports.claim_tests import Evidence, trials_for
from ratings.reports.costs import stated_costs
from ratings.reports.document import ClaimResult, Further
from ratings.reports.document_statistic import Sentence, Statistic
from ratings.reports.families import Decided, decide
from ratings.reports.further import further_needed
from ratings.reports.numbers import decimal, percent, short, small
from ratings.reports.reason_words import reason_in
from ratings.reports.trials import PartTrials
from ratings.statistics.sequential import SpendingPath

LANGUAGES = ("en", "vi")
UNITS = {"stars": "stars", "aggregate": "stars", "p_d": "share", "accuracy": "share", "metric": "points"}


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What verdicts have to say beside the data: whether raters were simulated, whether results were opened
    early, and by claim (key) how looks before the end spent its alpha."""

    simulated: bool = False
    exploratory: bool = False
    paths: Mapping[int, SpendingPath] = field(default_factory=dict)


def claims_section(
    claims: Sequence[Claim], evidence: Evidence, conditions: Conditions
) -> tuple[ClaimResult, ...]:
    """Every claim with its verdict, in the order in which they were frozen."""
    decided = decide(claims, evidence, conditions.paths)
    return tuple(
        _result(number, claim, decided[claim.pk], evidence, conditions)
        for number, claim in enumerate(claims, start=1)
    )


def _result(
    number: int, claim: Claim, decided: Decided, evidence: Evidence, conditions: Conditions
) -> ClaimResult:
    statistic = replace(decided.tested.statistic, pvalue_adjusted=decided.pvalue_adjusted)
    further = None
    if decided.verdict == "undecided":
        further = further_needed(claim, evidence, statistic, decided.alpha)
    return ClaimResult(
        number=number,
        measure=claim.measure,
        subject=claim.criterion.name if claim.criterion else claim.subject or claim.measure,
        system_a=claim.system_a.label,
        system_b=claim.system_b.label,
        relation=claim.relation,
        margin=claim.margin,
        unit="ratio" if _is_ratio(claim) else UNITS[claim.measure],
        alpha=claim.alpha,
        alpha_tested=decided.alpha,
        family=claim.family,
        verdict=decided.verdict,
        statistic=statistic,
        pvalue_refuted=decided.tested.pvalue_refuted,
        sentence=_sentence(claim, decided, statistic, evidence, further, conditions),
        further=further,
    )


def _sentence(
    claim: Claim,
    decided: Decided,
    statistic: Statistic,
    evidence: Evidence,
    further: Further | None,
    conditions: Conditions,
) -> Sentence:
    said: dict[str, str] = {}
    for language in LANGUAGES:
        template = _in(wording.VERDICTS[claim.relation, decided.verdict], language)
        sentence = template.format(
            a=claim.system_a.label,
            b=claim.system_b.label,
            subject=_subject(claim, language),
            margin=_margin(claim, language),
            numbers=_numbers(claim, statistic, evidence, language),
        )
        if further:
            sentence = f"{sentence} {_in(further.sentence, language)}"
        said[language] = _conditioned(sentence, claim, decided, conditions, language)
    return Sentence(en=said["en"], vi=said["vi"])


def _conditioned(sentence: str, claim: Claim, decided: Decided, conditions: Conditions, language: str) -> str:
    """The sentence with what a verdict on raters' answers has to say beside the data."""
    if claim.measure not in SEEN_BY_LOOKS:
        return sentence
    path = conditions.paths.get(claim.pk)
    if path is not None and not path.spends_nothing_before:
        left = small(decided.alpha, language)
        sentence = f"{sentence} {_in(wording.ALPHA_LEFT, language).format(alpha=left)}"
    if conditions.exploratory:
        sentence = _in(wording.EXPLORATORY, language).format(sentence=sentence)
    if conditions.simulated:
        sentence = _in(wording.SIMULATED, language).format(sentence=sentence)
    return sentence


def _numbers(claim: Claim, statistic: Statistic, evidence: Evidence, language: str) -> str:
    if statistic.estimate is None:
        return _in(wording.NOT_TESTED, language).format(reason=reason_in(language, statistic.reason))
    if claim.measure == Claim.Measure.COST:
        estimate = percent(statistic.estimate, language, places=2)
        who = stated_costs(evidence.costs, claim.subject, (claim.system_a.label, claim.system_b.label))
        return _in(wording.STATED if who else wording.MEASURED, language).format(estimate=estimate, who=who)
    if claim.measure == Claim.Measure.P_D:
        return _told_apart(claim, statistic, evidence, language)
    shown = _value_format(claim)
    template = wording.RATIO if _is_ratio(claim) else wording.DIFFERENCE
    return _in(template, language).format(
        estimate=shown(statistic.estimate, language),
        low="−∞" if statistic.ci_low is None else shown(statistic.ci_low, language),
        high="∞" if statistic.ci_high is None else shown(statistic.ci_high, language),
        confidence=percent(statistic.confidence or 0, language),
        n=_sample(statistic, language),
    )


def _told_apart(claim: Claim, statistic: Statistic, evidence: Evidence, language: str) -> str:
    each = trials_for(claim, evidence)
    if not each.count or statistic.ci_high is None or statistic.confidence is None:
        return _in(wording.IDENTICAL_PAIRS, language).format(
            share=percent(each.identical_share, language, places=0)
        )
    return _in(wording.TOLD_APART, language).format(
        proportion=percent(each.correct / each.count, language),
        trials=each.count,
        chance=_chance(each, language),
        estimate=percent(statistic.estimate or 0, language),
        high=percent(statistic.ci_high, language),
        confidence=percent((1 + statistic.confidence) / 2, language),
    )


def _chance(each: PartTrials, language: str) -> str:
    """Chance, and that it is a mean where trials differ in their number of options."""
    chance = percent(each.psychometric.chance, language)
    if float(each.options).is_integer():
        return chance
    return _in(wording.MEAN_CHANCE, language).format(chance=chance)


def _sample(statistic: Statistic, language: str) -> str:
    n = statistic.n
    template = wording.SEGMENTS
    if n.raters:
        complete = n.ratings == 2 * n.items * n.raters
        template = wording.PEOPLE if complete else wording.PEOPLE_SPARSE
    return _in(template, language).format(items=n.items, raters=n.raters, ratings=n.ratings)


def _subject(claim: Claim, language: str) -> str:
    if claim.criterion:
        return claim.criterion.name
    known = wording.SUBJECTS.get(claim.subject or claim.measure)
    return _in(known, language) if known else claim.subject


def _margin(claim: Claim, language: str) -> str:
    if _is_ratio(claim) or UNITS[claim.measure] == "share":
        return percent(claim.margin, language, places=2)
    return _in(wording.UNITS[UNITS[claim.measure]], language).format(value=short(claim.margin, language))


def _value_format(claim: Claim) -> Callable[[float, str], str]:
    return percent if _is_ratio(claim) or UNITS[claim.measure] == "share" else decimal


def _is_ratio(claim: Claim) -> bool:
    return claim.relation in (Claim.Relation.RATIO_AT_LEAST, Claim.Relation.AT_MOST)


def _in(sentence: Sentence, language: str) -> str:
    return sentence.vi if language == "vi" else sentence.en
