"""Raters left out by a frozen rule or by hand: the primary results do without them, and both are shown."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation

from ratings.design.exclusions import ExclusionRules
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.models import Rating
from ratings.reports.build import build_report
from ratings.reports.bundle_export import report_to_bundle
from ratings.reports.presentation import presented
from ratings.reports.tidy import tidy_tables
from ratings.selectors.report_inputs import report_fingerprint
from ratings.services.completion import close_study
from ratings.services.exclusions import exclude_rater
from ratings.services.running import amend_study
from ratings.services.simulation import simulate

PARTS = (
    PartPlan(kind="stars", items=10, ratings_per_item=3, checks=1, criteria=DEFAULT_CRITERIA),
    PartPlan(
        kind="two_afc",
        items=6,
        ratings_per_item=3,
        practice=2,
        target="CANARY-label-full",
        foil="CANARY-label-lora",
    ),
)


@pytest.fixture
def closed(make_study, plan):
    """Raters 2 and 4 of four failed the check; the second gave one star throughout."""
    study = make_study(parts=PARTS, claims=plan.claims, exclusions=ExclusionRules(checks_failed_at_most=0))
    simulate(study=study, seed=4)
    checks = Rating.objects.filter(assignment__purpose="check")
    checks.update(stars=1)
    checks.filter(assignment__rater__place=2).update(stars=5)
    Rating.objects.filter(assignment__purpose="data", assignment__rater__place=2).update(stars=1)
    return close_study(study=study)


def test_the_primary_results_do_without_and_the_claims_are_shown_with_everyone(closed):
    report = build_report(closed)
    assert [row.rater for row in report.exclusions] == ["R02"]
    (claim,), (everyone,) = report.claims, report.claims_with_everyone
    assert claim.statistic.n.raters == 3
    assert everyone.statistic.n.raters == 4
    assert claim.statistic.estimate != everyone.statistic.estimate
    assert all(system.mean.n.raters == 3 for row in report.ratings for system in row.systems)
    assert report.discrimination[0].proportion.n.raters == 3


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "R02 is left out: failed 1 check items, above 0."),
        ("vi", "R02 bị loại khỏi kết quả chính: không qua 1 mục kiểm tra, vượt quá 0."),
    ],
)
def test_the_reason_is_said(closed, language, sentence):
    (row,) = build_report(closed).exclusions
    assert getattr(row.sentence, language) == sentence


def test_the_report_shows_both_verdicts(closed):
    with translation.override("en"):
        shown = presented(build_report(closed), {})
    tables = {table.key: table for section in shown.sections for table in section.tables}
    assert len(tables["claims-with-everyone"].rows) == 1


def test_by_hand_after_closing_is_told_with_its_author_and_makes_the_report_anew(closed, researcher):
    before = report_fingerprint(closed)
    rater = closed.raters.select_related("study").get(place=1)
    exclude_rater(rater=rater, reason="sat beside R03.", actor=researcher)
    assert report_fingerprint(closed) != before
    report = build_report(closed)
    (sentence,) = (row.sentence.en for row in report.exclusions if row.rater == "R01")
    assert sentence == (
        "R01 is left out: was left out by hand by ada, who gave as the reason: sat beside R03 "
        "(when the results could be read already)."
    )


def test_an_amendment_is_a_deviation_and_makes_the_report_anew(closed, researcher):
    before = report_fingerprint(closed)
    amend_study(study=closed, reason="two days longer", actor=researcher)
    assert report_fingerprint(closed) != before
    deviations = {row.kind: row.sentence.en for row in build_report(closed).deviations}
    assert deviations["amended"] == "Amended: two days longer"


def test_the_data_hold_everyone_and_say_who_is_left_out(closed):
    tables = {table.name: table for table in tidy_tables(build_report(closed), closed)}
    for name in ("ratings", "trials"):
        columns = list(tables[name].columns)
        excluded = {
            row[columns.index("rater")] for row in tables[name].rows if row[columns.index("excluded")]
        }
        assert excluded == {"R02"}


def test_the_bundle_recomputes_both(closed, tmp_path):
    with zipfile.ZipFile(BytesIO(report_to_bundle(build_report(closed), closed))) as bundle:
        bundle.extractall(tmp_path)
    results = json.loads((tmp_path / "results.json").read_text())
    assert len(results["claims_with_everyone"]) == 1
    done = subprocess.run(
        [sys.executable, str(tmp_path / "recompute.py")],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[3]), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "0 numbers differ" in done.stdout, done.stdout + done.stderr


def test_without_exclusions_nothing_is_said_twice(make_study):
    study = close_study(study=simulate(study=make_study(), seed=1))
    assert build_report(study).claims_with_everyone == ()
