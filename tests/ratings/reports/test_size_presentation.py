"""Sizes in words: which is the cheapest, what it costs, and what no size reaches."""

from dataclasses import replace

from ratings.design.size_plan import Assumptions, ClaimToPlan, Payment, SizeAnswer, SizeQuestion
from ratings.reports.figure_size import size_figure
from ratings.reports.figure_words import FigureWords
from ratings.reports.size_presentation import size_sections
from ratings.statistics.size_planning import PowerAt, SizeCurve

STARS = ClaimToPlan(measure="stars", relation="non_inferior", margin=0.2, label="lora, full")
TOLD = ClaimToPlan(measure="p_d", relation="indistinguishable", margin=0.2, expected=0.05)
RIGHT = ClaimToPlan(measure="accuracy", relation="equivalent", margin=0.015)
ASSUMED = Assumptions(raters=(6, 12), most_items=100)
PAID = Payment(amount=12, per="hour", seconds=60)


def at(items, power):
    return PowerAt(items=items, power=power, ci_low=power - 0.03, ci_high=power + 0.03)


def curve(raters, needed, most=100):
    points = (at(10, 0.3), at(40, 0.7), at(90, 0.95))[: 3 if raters < 12 else 2]
    return SizeCurve(raters=raters, points=points, needed=needed and at(needed, 0.81), most=most)


def sections(*pairs, payment=PAID, assumed=ASSUMED):
    claims = tuple(claim for claim, _ in pairs)
    return size_sections(
        SizeQuestion(claims=claims, assumptions=assumed, payment=payment), [answer for _, answer in pairs]
    )


def test_the_fewest_judgements_are_named_and_priced():
    (section,) = sections((STARS, SizeAnswer(curves=(curve(6, 70), curve(12, 30)))))
    assert section.title == "1. Stars: A no worse than B by more than 0.2 (lora, full)"
    assert section.sentences[0] == (
        "The fewest judgements: 12 raters and 30 items, 360 judged items in all "
        "(power 81\u00a0%, by simulation 78\u00a0% to 84\u00a0%)."
    )
    power, needed = section.tables
    assert needed.rows == (
        ("6", "70", "70", "420", "7.0", "84.00", "81\u00a0%"),
        ("12", "30", "30", "360", "6.0", "72.00", "81\u00a0%"),
    )
    assert power.rows[-1] == ("90", "95\u00a0%", "–")
    assert power.notes


def test_with_few_ratings_an_item_each_rater_judges_some():
    assumed = replace(ASSUMED, ratings_per_item=3)
    (section,) = sections((STARS, SizeAnswer(curves=(curve(12, 41),))), assumed=assumed, payment=Payment())
    assert section.tables[1].rows[0][:6] == ("12", "41", "11", "123", "1.5", "–")


def test_a_size_that_does_not_exist_is_not_called_no_difference():
    (section,) = sections((TOLD, SizeAnswer(curves=(curve(6, None), curve(12, None)))))
    assert section.sentences[0].startswith("No size up to 12 raters and 100 items has 80\u00a0% power")
    assert section.tables[1].rows[0][1] == "more than 100"
    (refused,) = sections((TOLD, SizeAnswer(refused="No size supports it.")))
    assert refused.items == ("No size supports it.",)
    assert not refused.tables


def test_accuracy_needs_examples_and_no_raters():
    found, none = (
        sections((RIGHT, SizeAnswer(curves=(curve(0, needed, most=50_000),))))[0].sentences[0]
        for needed in (2400, None)
    )
    assert found.startswith("2400 labelled examples are needed")
    assert none == "Even 50000 examples have less than 80\u00a0% power."


def test_the_whole_study_takes_the_largest_of_a_part_and_adds_parts():
    *_, whole = sections(
        (STARS, SizeAnswer(curves=(curve(6, None), curve(12, 30)))),
        (replace(STARS, relation="equivalent"), SizeAnswer(curves=(curve(6, 50), curve(12, 45)))),
        (TOLD, SizeAnswer(curves=(curve(6, 20), curve(12, 10)))),
        (RIGHT, SizeAnswer(curves=(curve(0, 2400),))),
    )
    assert whole.tables[0].rows == (
        ("6", "not every claim", "–", "–", "–", "–"),
        ("12", "55", "55", "660", "11.0", "132.00"),
    )


def test_every_claim_has_a_title_and_a_picture():
    for claim in (
        STARS,
        replace(STARS, relation="superior"),
        replace(STARS, relation="ratio_at_least"),
        TOLD,
        RIGHT,
    ):
        (section,) = sections((claim, SizeAnswer(curves=(curve(6, 20),))))
        assert section.title.startswith("1. ")
        assert section.figures == ("size-1",)
    drawn = [
        size_figure(curves, 0.8, FigureWords.active(), axis="Items", names=["6 raters", "12 raters"])
        for curves in ((curve(6, None), curve(12, 30)), (curve(6, 20),))
    ]
    assert drawn[0] != drawn[1]
    assert all(picture.startswith(b"<?xml") for picture in drawn)
