"""What the report says beside its verdicts: correlations, uses, samples, style, limits, methods."""

import dataclasses

import numpy as np
import pytest

from ratings.design.study_plan import UsePlan
from ratings.reports.build import build_report
from ratings.reports.document_systems import RatedOutput
from ratings.reports.limitations import limitations_of
from ratings.reports.methods import methods_of
from ratings.reports.samples import sample_section
from ratings.selectors.study_outputs import ExampleOutputs
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


def test_a_text_of_several_systems_is_shown_once_with_all_of_them():
    text = "The Mill is a pub."
    example = ExampleOutputs(
        pk=1,
        position=1,
        source="name[The Mill]",
        slots=(),
        references=(),
        label="",
        texts={"x": text, "y": text},
        rated=True,
    )
    rated = [
        RatedOutput(item=1, system=system, ratings=3, mean=5.0, spread=0.0, metrics=())
        for system in ("x", "y")
    ]
    best = [row for row in sample_section(rated, [example]) if row.why == "best"]
    assert [row.system for row in best] == ["x, y"]


@pytest.mark.parametrize(("ac2", "said"), [(0.95, "says little"), (0.1, "agree little")])
def test_low_alpha_beside_high_ac2_comes_from_like_ratings(report, ac2, said):
    first = report.agreement[0]
    changed = dataclasses.replace(
        first,
        alpha_ordinal=dataclasses.replace(first.alpha_ordinal, estimate=0.0, reason=""),
        gwet_ac2=dataclasses.replace(first.gwet_ac2, estimate=ac2, reason=""),
        percent_agreement=0.9,
    )
    sentences = limitations_of(dataclasses.replace(report, agreement=(changed,)))
    assert any(said in sentence.en and first.criterion in sentence.en for sentence in sentences)


def test_identical_texts_of_stars_are_a_limitation(report):
    part = dataclasses.replace(report.study.parts[0], kind="stars", items=40, identical_items=7)
    changed = dataclasses.replace(report, study=dataclasses.replace(report.study, parts=(part,)))
    assert any("in 7 of 40 items" in sentence.en for sentence in limitations_of(changed))


def test_agreement_stands_within_each_system_too(report):
    labels = {system.label for system in report.study.systems}
    for row in report.agreement:
        assert {each.system for each in row.within_systems} == labels


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
