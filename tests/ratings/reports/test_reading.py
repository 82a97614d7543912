"""What the report says beside its verdicts: correlations, uses, samples, style, limits, methods."""

import dataclasses

import numpy as np
import pytest

from ratings.design.study_plan import UsePlan
from ratings.reports.build import build_report
from ratings.reports.limitations import limitations_of
from ratings.reports.methods import methods_of
from tests.ratings.reports.conftest import FULL, LORA


def test_every_rated_output_has_its_mean(report):
    assert len(report.outputs) == 8 * 3
    means = [row.mean for row in report.outputs if row.system == LORA]
    whole = [
        row.mean.estimate for criterion in report.ratings for row in criterion.systems if row.system == LORA
    ]
    assert np.mean(means) == pytest.approx(np.mean(whole))


def test_the_sample_shows_the_extremes(report):
    best = [row.mean for row in report.sample if row.why == "best"]
    worst = [row.mean for row in report.sample if row.why == "worst"]
    disagreed = [row.spread for row in report.sample if row.why == "disagreed"]
    assert max(row.mean for row in report.outputs) == best[0]
    assert min(row.mean for row in report.outputs) == worst[0]
    assert disagreed == sorted(disagreed, reverse=True)
    assert all(row.text for row in report.sample)


def test_correlations_are_by_output_and_by_system(report):
    found = {(row.metric, row.criterion, row.kind, row.level) for row in report.correlations}
    assert ("bleu", "quality", "spearman", "output") in found
    assert ("slot_error_rate", "quality", "pearson", "system") in found
    assert {row.criterion for row in report.contests} == {"informativeness", "naturalness", "quality"}


def test_uses_are_decided_by_one_interval(make_closed):
    uses = (UsePlan(name="a chatbot", loss=4.0), UsePlan(name="a leaflet", loss=0.001))
    report = build_report(make_closed(uses=uses))
    chatbot, leaflet = report.uses
    assert (chatbot.a, chatbot.b) == (LORA, FULL)
    assert chatbot.decision == "suffices"
    assert leaflet.decision in ("undecided", "does_not_suffice")
    assert chatbot.difference == leaflet.difference
    assert "is shown to suffice for a chatbot" in chatbot.sentence.en
    assert "2\u00a0% of the storage and 20\u00a0% of the training time" in chatbot.sentence.en


def test_style_stands_for_every_pair(report):
    assert {(row.a, row.b) for row in report.style} >= {(FULL, LORA)}
    own = next(row for row in report.style if (row.a, row.b) == (FULL, LORA))
    assert own.accuracy.estimate == 1


def test_limitations_follow_from_the_data(report):
    said = " ".join(sentence.en for sentence in report.limitations)
    assert "simulated" in said
    assert "With 6 raters" in said
    assert "Part 1 has 8 items only." in said
    assert "No claim was fixed" not in said
    without = dataclasses.replace(report, claims=(), study=dataclasses.replace(report.study, simulated=False))
    again = " ".join(sentence.en for sentence in limitations_of(without))
    assert "No claim was fixed" in again
    assert "simulated" not in again


def test_the_methods_say_only_what_was_done(report):
    assert "Krippendorff" in report.methods.en
    assert report.study.protocol_sha256 in report.methods.en
    assert report.study.protocol_sha256 in report.methods.vi
    bare = dataclasses.replace(report, agreement=(), discrimination=(), claims=(), comparisons=())
    text = methods_of(bare).en
    assert "Krippendorff" not in text
    assert "claims" not in text
    assert "mixed models" not in text


def test_the_datasheet_admits_what_is_unknown(report):
    answers = {entry.key: entry.answer.en for entry in report.datasheet}
    assert answers["ethics"].startswith("Not recorded")
    assert "6 of 6 planned" in answers["raters"]
    assert answers["consent"].startswith("Nobody was asked")
