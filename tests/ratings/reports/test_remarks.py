"""Confidence and comments in the report: beside right and wrong, and beside who wrote the texts."""

import dataclasses

import pytest
from django.utils.translation import override

from ratings.models import Judgement, Remark
from ratings.reports import remarks
from ratings.reports.build import build_report
from ratings.reports.presentation import presented
from ratings.reports.tidy import tidy_tables
from ratings.services.exclusions import exclude_rater
from tests.ratings.reports.conftest import FULL, LORA, PAIRS
from tests.ratings.reports.test_bundle_export import recompute, unpacked

SURE = dataclasses.replace(PAIRS, confidence_steps=3, asks_comment=True)


def data_of(study):
    return Remark.objects.filter(live=True, assignment__purpose="data", assignment__rater__study=study)


@pytest.fixture
def sure(make_closed):
    """A closed study whose raters said how sure they were, and wrote on their first item."""

    def comment(study):
        for place in (1, 2, 3):
            first = data_of(study).filter(assignment__rater__place=place).order_by("assignment__position")
            Remark.objects.filter(pk=first[0].pk).update(comment=f"<b>Text 2</b> reads odd, says {place}.")

    return make_closed(parts=(SURE,), claims=(), before_closing=comment)


def test_confidence_stands_beside_right_answers(sure):
    (row,) = build_report(sure).confidence
    right = Judgement.objects.filter(live=True, assignment__remarks__in=data_of(sure), correct=True)
    by_step = {step.step: step for step in row.by_step}
    assert sum(step.answers for step in row.by_step) == data_of(sure).count()
    for step, found in by_step.items():
        own = data_of(sure).filter(confidence=step)
        assert found.answers == own.count()
        if found.right.estimate is not None:
            hits = right.filter(assignment__remarks__in=own).count()
            assert found.right.estimate == pytest.approx(hits / own.count())
    sure_and_right = [each.assignment.remarks.get(live=True).confidence for each in right]
    assert row.mean_right == pytest.approx(sum(sure_and_right) / len(sure_and_right))
    assert (row.steps, row.chance) == (3, 0.5)
    assert row.gap.generalises_over == "raters"


def test_everything_of_it_is_recomputed(sure, tmp_path):
    done = recompute(unpacked(build_report(sure), sure, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("language", "title"), [("en", "What raters wrote"), ("vi", "Người đánh giá đã viết gì")]
)
def test_comments_name_who_wrote_each_text(sure, language, title):
    with override(language):
        sections = {section.key: section for section in presented(build_report(sure), {}).sections}
    (table,) = sections["comments"].tables
    assert sections["comments"].title == title
    assert len(table.rows) == 3
    for _part, _item, shown, _rater, comment in table.rows:
        assert comment.startswith("<b>Text 2</b> reads odd")
        assert shown in (f"1: {FULL}; 2: {LORA}", f"1: {LORA}; 2: {FULL}")
    assert len(sections["confidence"].tables) == 2


def test_many_comments_are_drawn_and_all_are_exported(sure, monkeypatch):
    monkeypatch.setattr(remarks, "MOST_COMMENTS", 2)
    report = build_report(sure)
    assert (report.comments.total, len(report.comments.shown)) == (3, 2)
    (section,) = [each for each in presented(report, {}).sections if each.key == "comments"]
    assert section.sentences[1].startswith("2 of 3 comments, drawn at random")
    table = next(each for each in tidy_tables(report, sure) if each.name == "remarks")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert sum(bool(row["comment"]) for row in rows) == 3
    assert all(LORA in row["shown"] for row in rows)


def test_who_is_left_out_says_nothing(sure, researcher):
    exclude_rater(rater=sure.raters.get(place=1), reason="answered by rote", actor=researcher)
    report = build_report(sure)
    assert report.comments.total == 2
    assert "R01" not in {comment.rater for comment in report.comments.shown}
    counted = data_of(sure).exclude(assignment__rater__place=1).count()
    assert sum(step.answers for step in report.confidence[0].by_step) == counted


def test_nobody_asked_nothing_said(closed):
    report = build_report(closed)
    assert report.confidence == ()
    assert report.comments.total == 0
    assert not {"confidence", "comments"} & {section.key for section in presented(report, {}).sections}
