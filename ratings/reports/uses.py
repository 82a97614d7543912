"""One comparison turned into answers by use: does the cheap system suffice where this much may be lost?"""

from collections.abc import Sequence
from typing import Any

from ratings.models import Claim, Study
from ratings.reports.costs import stated_costs
from ratings.reports.document_statistic import Sentence, Statistic
from ratings.reports.document_systems import Costs, UseDecision
from ratings.reports.numbers import decimal, percent, short
from ratings.reports.reason_words import reason_in
from ratings.reports.statistic import estimated
from ratings.statistics.comparison import compare_stars
from ratings.statistics.equivalence import interval_verdict
from ratings.statistics.ratings_table import RatingsTable

DECISIONS = {"supported": "suffices", "refuted": "does_not_suffice", "undecided": "undecided"}
SENTENCES = {
    "suffices": Sentence(
        en="{a} is shown to suffice for {use}, which can bear a loss of {loss} stars: {numbers}.",
        vi="{a} được chứng tỏ là đủ cho {use}, nơi chấp nhận mất {loss} sao: {numbers}.",
    ),
    "does_not_suffice": Sentence(
        en="{a} is shown not to suffice for {use}, which can bear a loss of only {loss} stars: {numbers}.",
        vi="{a} được chứng tỏ là không đủ cho {use}, nơi chỉ chấp nhận mất {loss} sao: {numbers}.",
    ),
    "undecided": Sentence(
        en=(
            "Whether {a} suffices for {use}, which can bear a loss of {loss} stars, is undecided: {numbers}."
        ),
        vi="Chưa kết luận được {a} có đủ cho {use}, nơi chấp nhận mất {loss} sao, hay không: {numbers}.",
    ),
}
NUMBERS = Sentence(
    en="{a} − {b} is {estimate} (95 % CI {low} to {high})",
    vi="{a} − {b} là {estimate} (KTC 95 %: {low} đến {high})",
)
SAVED = Sentence(
    en=" It takes {storage} of the storage and {time} of the training time of {b}.",
    vi=" Nó tốn {storage} dung lượng và {time} thời gian huấn luyện so với {b}.",
)
NOT_MEASURED = Sentence(
    en=" (The training time was stated by {who}, not measured here.)",
    vi=" (Thời gian huấn luyện do {who} khai, không đo ở đây.)",
)


def uses_section(
    study: Study, table: RatingsTable | None, claims: Sequence[Claim], costs: Costs
) -> tuple[UseDecision, ...]:
    """A decision for every use that the study lists; one interval (95 %) answers them all.

    The cheap system is the first LoRA one and stands against the first fully fine-tuned one; without such a
    pair, the systems of the first claim. Mean stars over all criteria decide.
    """
    pair = _pair(claims, costs)
    if pair is None or table is None:
        return ()
    difference = estimated(lambda: compare_stars(table, *pair).estimate)
    return tuple(_decision(use, pair, difference, costs) for use in study.uses)


def _pair(claims: Sequence[Claim], costs: Costs) -> tuple[str, str] | None:
    cheap = next((row.system for row in costs.systems if row.adaptation == "lora"), None)
    if cheap and costs.reference:
        return cheap, costs.reference
    return (claims[0].system_a.label, claims[0].system_b.label) if claims else None


def _decision(use: dict[str, Any], pair: tuple[str, str], difference: Statistic, costs: Costs) -> UseDecision:
    loss = float(use["loss"])
    decision = "undecided"
    if difference.ci_low is not None and difference.ci_high is not None:
        decision = DECISIONS[interval_verdict(difference.ci_low, difference.ci_high, at_least=-loss)]
    said = {
        language: _said(decision, use["name"], loss, pair, difference, costs, language)
        for language in ("en", "vi")
    }
    return UseDecision(
        use=use["name"],
        a=pair[0],
        b=pair[1],
        loss=loss,
        decision=decision,
        difference=difference,
        sentence=Sentence(en=said["en"], vi=said["vi"]),
    )


def _said(
    decision: str,
    use: str,
    loss: float,
    pair: tuple[str, str],
    difference: Statistic,
    costs: Costs,
    language: str,
) -> str:
    a, b = pair
    numbers = reason_in(language, difference.reason)
    if difference.estimate is not None:
        shown = [
            decimal(value or 0.0, language)
            for value in (difference.estimate, difference.ci_low, difference.ci_high)
        ]
        numbers = getattr(NUMBERS, language).format(a=a, b=b, estimate=shown[0], low=shown[1], high=shown[2])
    sentence: str = getattr(SENTENCES[decision], language).format(
        a=a, use=use, loss=short(loss, language), numbers=numbers
    )
    row = next(row for row in costs.systems if row.system == a)
    if row.bytes_ratio is not None and row.training_seconds_ratio is not None and costs.reference == b:
        sentence += getattr(SAVED, language).format(
            storage=percent(row.bytes_ratio, language),
            time=percent(row.training_seconds_ratio, language),
            b=b,
        )
        if who := stated_costs(costs, "training_seconds", pair):
            sentence += getattr(NOT_MEASURED, language).format(who=who)
    return sentence
