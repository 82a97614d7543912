"""Reports of studies with preferences, label checks and remarks."""

import json
import subprocess

import jsonschema
import pytest
from django.utils.translation import override

from generation.models import Dataset, Example, Output
from ratings.design.study_plan import PartPlan
from ratings.errors import ResultsLocked
from ratings.models import Judgement, Remark
from ratings.reports.build import build_report
from ratings.reports.json_export import report_from_json, report_to_json
from ratings.reports.json_schema import report_schema
from ratings.reports.presentation import presented
from ratings.reports.tidy import tidy_tables
from ratings.selectors.remarks import remark_rows
from ratings.selectors.report_inputs import report_fingerprint
from ratings.services.exclusions import exclude_rater
from ratings.services.leaving import withdraw_rater
from tests.ratings.reports.conftest import FULL, LORA
from tests.ratings.reports.test_bundle_export import recompute, unpacked

LABELS = ["negative", "positive"]
PREFER = PartPlan(
    kind="preference", items=8, ratings_per_item=3, practice=1, target=FULL, foil=LORA, confidence_steps=5
)
CHECK = PartPlan(kind="label_check", items=8, ratings_per_item=3, practice=1)


@pytest.fixture
def labelled(comparison):
    """The corpus as a classification: each system says labels, most of them right."""
    Dataset.objects.update(labels=LABELS)
    for example in Example.objects.all():
        Example.objects.filter(pk=example.pk).update(label=LABELS[example.position % 2], slots=[])
    for number, run in enumerate(comparison.runs.values()):
        for output in Output.objects.filter(run=run).select_related("example"):
            wrong = output.example.position % (number + 3) == 0
            label = LABELS[(output.example.position + wrong) % 2]
            Output.objects.filter(pk=output.pk).update(text=label)


@pytest.fixture
def preferred(make_closed):
    return make_closed(parts=(PREFER,), claims=())


@pytest.fixture
def checked(labelled, make_closed):
    return make_closed(parts=(CHECK,), claims=())


def rows_of(study, report, name):
    table = next(each for each in tidy_tables(report, study) if each.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def live(study):
    return Judgement.objects.filter(live=True, assignment__rater__study=study)


def test_preferences_are_counted_from_the_targets_side(preferred):
    row = build_report(preferred).preferences[0]
    answers = live(preferred)
    by_target = answers.filter(chosen__presented__origins__system__label=FULL)
    assert (row.a, row.b, row.answers) == (FULL, LORA, answers.count())
    assert row.prefers_a.estimate == pytest.approx(by_target.count() / row.answers)
    assert row.strengths[2] == answers.filter(strength=0).count()
    assert row.strengths[4] == by_target.filter(strength=2).count()
    assert sum(row.strengths) == row.answers


def test_label_checks_hold_own_labels_against_the_dataset_and_the_systems(checked):
    row = build_report(checked).label_checks[0]
    answers = live(checked)
    assert row.labels == tuple(LABELS)
    assert row.answers == answers.count() == row.right.n.ratings
    assert row.right.estimate == pytest.approx(answers.filter(correct=True).count() / row.answers)
    shown = answers.filter(assignment__shown_texts__presented__origins__system__label=LORA)
    found = next(each for each in row.systems if each.system == LORA)
    assert found.accepted.n.ratings == shown.count()
    assert found.accepted.estimate == pytest.approx(shown.filter(accepts=True).count() / shown.count())
    assert row.alpha_nominal.method.startswith("Krippendorff's alpha, nominal")
    assert row.gwet_ac1.method.startswith("Gwet's AC1")


def test_a_check_without_its_second_answer_counts_for_the_own_label_only(checked):
    before = build_report(checked).label_checks[0]
    live(checked).update(accepts=None)
    after = build_report(checked).label_checks[0]
    assert after.right == before.right
    assert {each.accepted.estimate for each in after.systems} == {None}
    assert [each.same_as_own for each in after.systems] == [each.same_as_own for each in before.systems]


def test_without_gold_labels_nothing_is_right_or_wrong(checked):
    Example.objects.update(label="")
    row = build_report(checked).label_checks[0]
    assert row.right.estimate is None
    assert row.right.reason


@pytest.mark.parametrize("kind", ["preferred", "checked"])
def test_the_report_follows_its_schema_and_is_recomputed(kind, request, tmp_path):
    study = request.getfixturevalue(kind)
    report = build_report(study)
    text = report_to_json(report)
    jsonschema.validate(json.loads(text), report_schema())
    assert report_from_json(text) == report
    done: subprocess.CompletedProcess[str] = recompute(unpacked(report, study, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("parts", "fixture"), [((PREFER,), "comparison"), ((CHECK,), "labelled")], ids=["preference", "labels"]
)
def test_unanswered_parts_give_reasons(parts, fixture, request, make_closed, tmp_path):
    request.getfixturevalue(fixture)
    study = make_closed(answered=False, parts=parts, claims=())
    report = build_report(study)
    for row in (*report.preferences, *report.label_checks):
        assert row.answers == 0
    presented(report, {})
    done = recompute(unpacked(report, study, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(("kind", "key"), [("preferred", "preferences"), ("checked", "label-checks")])
def test_the_sections_are_shown_in_either_language(kind, key, language, request):
    report = build_report(request.getfixturevalue(kind))
    with override(language):
        section = next(each for each in presented(report, {}).sections if each.key == key)
    title = {"preferences": "Which texts were preferred?", "label-checks": "Were the labels right?"}[key]
    assert (section.title == title) == (language == "en")
    named = [cell for table in section.tables for row in table.rows for cell in row]
    assert any(LORA in cell for cell in named)


def test_the_tables_hold_every_answer_and_mark_the_excluded(preferred, researcher):
    rater = preferred.raters.get(place=1)
    exclude_rater(rater=rater, reason="answered by rote", actor=researcher)
    report = build_report(preferred)
    rows = rows_of(preferred, report, "preferences")
    assert len(rows) == live(preferred).count()
    assert {row["rater"] for row in rows if row["excluded"]} == {rater.pseudonym}
    assert report.preferences[0].answers == sum(not row["excluded"] for row in rows)
    remarks = rows_of(preferred, report, "remarks")
    assert len(remarks) == Remark.objects.filter(live=True, assignment__rater__study=preferred).count() > 0
    assert {row["confidence"] for row in remarks} <= {1, 2, 3, 4, 5}


def test_a_label_that_several_systems_gave_has_a_row_for_each(checked):
    rows = rows_of(checked, build_report(checked), "label_checks")
    assert len(rows) > live(checked).count()
    assert {row["system"] for row in rows} >= {FULL, LORA}


def test_who_withdrew_is_left_out_of_remarks(make_closed):
    study = make_closed(
        parts=(PREFER,),
        claims=(),
        before_closing=lambda study: withdraw_rater(rater=study.raters.get(place=2)),
    )
    assert remark_rows(study)
    assert "R02" not in {row.rater for row in remark_rows(study)}


def test_remarks_are_locked_before_closing(make_study):
    with pytest.raises(ResultsLocked):
        remark_rows(make_study())


@pytest.mark.parametrize("field", ["strength", "accepts", "confidence"])
def test_another_answer_is_another_fingerprint(field, request):
    study = request.getfixturevalue("checked" if field == "accepts" else "preferred")
    before = report_fingerprint(study)
    if field == "confidence":
        Remark.objects.filter(live=True).update(confidence=1)
    elif field == "accepts":
        live(study).update(accepts=False)
    else:
        live(study).exclude(strength=0).update(strength=2)
    assert report_fingerprint(study) != before
