import dataclasses

import numpy as np
import pytest

from generation.models import Checkpoint
from ratings.design.payment import Payment
from ratings.errors import ResultsLocked
from ratings.models import Judgement, Rating
from ratings.reports.build import STEPS, build_report
from ratings.reports.document_statistic import Statistic
from ratings.reports.json_export import report_to_json
from ratings.reports.metrics import RUN
from ratings.reports.presentation import presented
from ratings.selectors.report_inputs import report_fingerprint
from ratings.services.leaving import withdraw_rater
from ratings.statistics.agreement import krippendorff_alpha
from ratings.statistics.comparison import compare_stars
from ratings.statistics.discrimination import proportion_correct
from ratings.statistics.ratings_table import RatingsTable
from ratings.statistics.stars import mean_stars
from tests.ratings.reports.conftest import FULL, IDENTIFY, LORA, PAIRS, STARS

SECTIONS = [
    "study",
    "claims",
    "ratings",
    "comparisons",
    "discrimination",
    "agreement",
    "metrics",
    "correlations",
    "costs",
    "raters",
    "exclusions",
    "deviations",
    "software",
]


def statistics_in(value):
    if isinstance(value, Statistic):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from statistics_in(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from statistics_in(getattr(value, field.name))


def table_of(study, criterion):
    """The ratings straight from the database, with a row for each system that wrote the text."""
    rows = list(
        Rating.objects.filter(
            live=True, assignment__rater__study=study, criterion__name=criterion
        ).values_list(
            "assignment__rater__pseudonym",
            "assignment__item__example__position",
            "shown__presented__systems__label",
            "stars",
        )
    )
    rater, item, system, score = zip(*rows, strict=True)
    return RatingsTable.from_long(rater=rater, item=item, system=system, score=score)


def test_sections_are_those_that_were_agreed(report):
    assert [field.name for field in dataclasses.fields(report)][: len(SECTIONS)] == SECTIONS


def test_numbers_are_those_of_the_statistics(closed, report):
    table = table_of(closed, "quality")
    quality = next(row for row in report.ratings if row.criterion == "quality")
    lora = next(row for row in quality.systems if row.system == LORA)
    direct = mean_stars(table, LORA, seed=closed.seed, scale=(1, 5))
    assert (lora.mean.estimate, lora.mean.ci_low, lora.mean.ci_high) == (
        direct.estimate,
        direct.ci_low,
        direct.ci_high,
    )
    assert sum(lora.counts) == lora.mean.n.ratings == int(np.sum(table.system == table.code_of(LORA)))
    compared = next(
        row for row in report.comparisons if (row.criterion, row.a, row.b) == ("quality", LORA, FULL)
    )
    difference = compare_stars(table, LORA, FULL)
    assert compared.difference.estimate == difference.estimate.estimate
    assert compared.difference.pvalue == difference.estimate.pvalue
    agreement = next(row for row in report.agreement if row.criterion == "quality")
    assert agreement.alpha_ordinal.estimate == krippendorff_alpha(table, seed=closed.seed).estimate


def test_discrimination_counts_what_was_judged(closed, report):
    row = report.discrimination[0]
    live = Judgement.objects.filter(live=True, assignment__rater__study=closed)
    correct, trials = live.filter(correct=True).count(), live.count()
    assert (row.correct, row.trials, row.chance) == (correct, trials, 0.5)
    direct = proportion_correct(correct, trials, chance=0.5)
    assert (row.proportion.ci_low, row.proportion.ci_high) == (direct.ci_low, direct.ci_high)
    assert row.items + row.items_cannot_be_told == 8
    assert sum(rater.trials for rater in row.by_rater) == trials


def test_items_that_cannot_be_told_pull_p_d_down(make_closed):
    report = build_report(make_closed(parts=(STARS, dataclasses.replace(PAIRS, items=14))))
    row = report.discrimination[0]
    assert row.items_cannot_be_told > 0
    share = row.items / (row.items + row.items_cannot_be_told)
    assert row.with_identical.ci_high == pytest.approx(row.discriminators_clustered.ci_high * share)


def test_trials_with_fewer_options_are_analysed_by_themselves(make_closed):
    """Where LoRA repeats the target, the item is not shown; no row mixes options."""
    report = build_report(make_closed(parts=(STARS, IDENTIFY), claims=()))
    assert {(row.options, round(row.chance, 3)) for row in report.discrimination} <= {(3, 0.333), (2, 0.5)}


def test_metrics_stand_on_the_run_and_on_the_rated_items(report):
    found = {(row.metric, row.scope, row.system): row.score for row in report.metrics.scores}
    whole, rated = found["bleu", RUN, LORA], found["bleu", "study", LORA]
    assert (whole.n.items, rated.n.items) == (24, 16)
    chrf = found["chrf", RUN, LORA]
    assert chrf.ci_low < chrf.estimate < chrf.ci_high
    assert 0 <= found["slot_error_rate", RUN, LORA].estimate <= 100


def test_costs_are_ratios_to_full(report):
    rows = {row.system: row for row in report.costs.systems}
    assert report.costs.reference == FULL
    assert rows[LORA].bytes_ratio == 0.02
    assert rows[LORA].training_seconds_ratio == 0.2
    assert rows["CANARY-label-pre"].training_seconds_ratio is None


def test_a_stated_cost_is_marked_wherever_it_stands(make_closed):
    Checkpoint.objects.filter(name="CANARY-checkpoint-lora").update(training_record={"stated_by": "ada"})
    report = build_report(make_closed())
    costs = next(section for section in presented(report, {}).sections if section.key == "costs")
    (table,) = costs.tables
    marked = {row[0]: [cell for cell in row if cell.endswith("*")] for row in table.rows}
    assert marked == {"CANARY-label-pre": [], FULL: [], LORA: ["20 s*", "10*"]}
    assert table.notes == (f"* Training of {LORA}: stated by ada, not measured here.",)
    assert "what a star marks" in costs.sentences[0]
    assert f"What training {LORA} cost was stated by ada, not measured here." in [
        sentence.en for sentence in report.limitations
    ]


def test_what_was_frozen_of_the_conduct_is_quoted(make_closed):
    frozen = {"hypotheses": "LoRA loses nothing.", "stopping_rule": "When every place is finished."}
    report = build_report(make_closed(**frozen, payment=Payment(amount=2.5, per="item", currency="EUR")))
    design = next(section for section in presented(report, {}).sections if section.key == "design")
    facts = dict(design.tables[0].rows)
    assert (facts["hypotheses"], facts["stopping rule"]) == tuple(frozen.values())
    assert facts["payment"] == "2.5 EUR for each item handed in"
    paid = next(entry for entry in report.datasheet if entry.key == "payment")
    assert (paid.answer.en, paid.answer.vi) == (
        "2.5 EUR for each item handed in.",
        "2,5 EUR cho mỗi mục đã nộp.",
    )


def test_a_cost_that_is_stated_later_asks_for_a_new_report(closed):
    before = report_fingerprint(closed)
    Checkpoint.objects.filter(name="CANARY-checkpoint-lora").update(training_record={"stated_by": "ada"})
    assert report_fingerprint(closed) != before


def test_the_same_data_give_the_same_bytes_but_for_the_times(closed, report):
    again = build_report(closed)
    times = {"opened_at": report.study.opened_at, "closed_at": report.study.closed_at}
    again = dataclasses.replace(again, study=dataclasses.replace(again.study, **times))
    assert report_to_json(again) == report_to_json(report)


def test_progress_is_told(closed):
    told = []
    build_report(closed, progress=told.append)
    assert told == list(range(1, STEPS + 1))


def test_locked_before_closing(make_study):
    with pytest.raises(ResultsLocked, match="locked until it is closed; it is open"):
        build_report(make_study())


def test_a_withdrawn_rater_is_excluded_and_said(make_closed):
    closed = make_closed(before_closing=lambda study: withdraw_rater(rater=study.raters.get(place=2)))
    report = build_report(closed)
    assert [row.rater for row in report.exclusions] == ["R02"]
    assert report.exclusions[0].answers == 0
    assert report.raters.took_part == report.raters.planned
    assert all(rater.rater != "R02" for row in report.discrimination for rater in row.by_rater)


def test_what_is_missing_is_a_deviation(make_closed):
    report = build_report(make_closed(answered=False))
    said = [deviation.sentence.en for deviation in report.deviations]
    assert "0 of 6 planned raters took part." in said
    assert any("planned item ratings were handed in" in sentence for sentence in said)


def test_a_protocol_that_was_changed_is_a_deviation(closed):
    closed.protocol = closed.protocol | {"seed": 1}
    assert build_report(closed).deviations[0].kind == "protocol_changed"


def test_degenerate_studies_give_reasons_and_no_nan(degenerate_report):
    report = degenerate_report
    report_to_json(report)  # refuses NaN and infinity
    for statistic in statistics_in(report):
        assert (statistic.estimate is None) == bool(statistic.reason)
    assert all(claim.verdict in ("supported", "refuted", "undecided") for claim in report.claims)
