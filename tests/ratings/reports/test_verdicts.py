import dataclasses

import pytest
from django.db.models import Count, F

from generation.models import Checkpoint, Example, Output
from ratings.design.claim_plan import ClaimPlan
from ratings.models import PresentedText, Rating, StudySystem
from ratings.reports.build import claims_of, conditions_of, evidence_of
from ratings.reports.verdicts import claims_section
from tests.ratings.reports.conftest import FULL, LORA, PAIRS, STARS


def with_stars(**stars):
    """Give all texts of a system these stars, every other one of full one less, so that something varies.

    A text that several systems wrote cannot have the stars of each, so that its ratings go.
    """

    def change(study):
        shared = PresentedText.objects.annotate(writers=Count("origins")).filter(writers__gt=1)
        Rating.objects.filter(shown__presented__in=shared).delete()
        for label, value in stars.items():
            system = StudySystem.objects.get(study=study, label=f"CANARY-label-{label}")
            own = Rating.objects.filter(shown__presented__systems=system)
            own.update(stars=value)
            if label == "full":
                place = F("assignment__rater__place") + F("assignment__item__position")
                own.annotate(odd=place % 2).filter(odd=1).update(stars=value - 1)

    return change


def claims_on(study):
    """The verdicts alone, which is all that these tests look at."""
    claims = claims_of(study)
    return claims_section(claims, evidence_of(study), conditions_of(study, claims))


def claim(claims, **wanted):
    return next(row for row in claims if all(getattr(row, name) == value for name, value in wanted.items()))


def test_non_inferiority_is_supported_and_refuted(make_closed):
    better = claims_on(make_closed(before_closing=with_stars(full=3, lora=5)))
    found = claim(better, relation="non_inferior")
    assert found.verdict == "supported"
    assert found.statistic.ci_low > -0.2
    assert "is non-inferior to CANARY-label-full in quality within 0.2 stars" in found.sentence.en
    assert "không kém CANARY-label-full về quality trong giới hạn 0,2 sao" in found.sentence.vi


def test_a_worse_system_is_refuted(make_closed):
    worse = claims_on(make_closed(before_closing=with_stars(full=5, lora=3)))
    found = claim(worse, relation="non_inferior")
    assert found.verdict == "refuted"
    assert found.statistic.ci_high < -0.2
    assert "is worse than CANARY-label-full in quality by more than 0.2 stars" in found.sentence.en
    assert claim(worse, relation="ratio_at_least").verdict == "refuted"
    assert claim(worse, measure="aggregate", relation="equivalent").verdict == "refuted"


def test_costs_are_measured_and_in_no_family(report):
    storage, time = claim(report.claims, subject="bytes"), claim(report.claims, subject="training_seconds")
    assert (storage.verdict, storage.statistic.estimate) == ("refuted", 0.02)
    assert (time.verdict, time.statistic.estimate) == ("supported", 0.2)
    assert storage.statistic.pvalue is None
    assert storage.sentence.en == (
        "CANARY-label-lora takes more than 1\u00a0% of what CANARY-label-full takes in storage: "
        "2\u00a0%, measured."
    )


def test_a_cost_that_somebody_stated_is_said_to_be_so(make_closed):
    Checkpoint.objects.filter(name="CANARY-checkpoint-lora").update(training_record={"stated_by": "ada"})
    claims = claims_on(make_closed())
    time, storage = claim(claims, subject="training_seconds"), claim(claims, subject="bytes")
    assert time.sentence.en.endswith("20\u00a0%, as stated by ada, not measured here.")
    assert time.statistic.method == "ratio of costs, stated by ada"
    assert storage.sentence.en.endswith("2\u00a0%, measured.")


def test_costs_that_were_not_recorded_are_undecided(make_closed):
    Checkpoint.objects.update(training_seconds=None)
    found = claim(claims_on(make_closed()), subject="training_seconds")
    assert found.verdict == "undecided"
    assert "not recorded" in found.sentence.en


def test_an_undecided_claim_says_what_would_decide_it(report):
    found = claim(report.claims, relation="non_inferior")
    assert found.verdict == "undecided"
    assert found.further.sentence.en in found.sentence.en
    assert found.further.sentence.vi in found.sentence.vi


def test_only_what_people_said_is_marked_as_simulated(report):
    for row in report.claims:
        by_people = row.measure in ("stars", "aggregate", "p_d")
        assert row.sentence.en.startswith("Simulated raters: ") == by_people


def test_the_interval_agrees_with_the_verdict(report):
    """At the corrected level the interval lies on one side of the margin exactly where it is decided."""
    for row in report.claims:
        low, high = row.statistic.ci_low, row.statistic.ci_high
        if row.relation == "non_inferior" and low is not None:
            assert (low > -row.margin) == (row.verdict == "supported")
        if row.relation == "indistinguishable" and high is not None:
            assert (high < row.margin) == (row.verdict == "supported")
            assert (row.statistic.pvalue_adjusted < row.alpha) == (row.verdict == "supported")


def test_a_family_is_corrected_together(make_closed):
    alone = ClaimPlan(criterion="quality", system_a=LORA, system_b=FULL, margin=0.2, family="alone")
    beside = ClaimPlan(criterion="naturalness", system_a=LORA, system_b=FULL, margin=0.2, family="two")
    third = ClaimPlan(criterion="informativeness", system_a=LORA, system_b=FULL, margin=0.2, family="two")
    claims = claims_on(make_closed(claims=(alone, beside, third)))
    found = {row.subject: row.statistic for row in claims}
    assert found["quality"].pvalue_adjusted == found["quality"].pvalue
    assert found["quality"].confidence == pytest.approx(0.95)
    smaller = min((found["naturalness"], found["informativeness"]), key=lambda row: row.pvalue)
    assert smaller.pvalue_adjusted == pytest.approx(min(1, 2 * smaller.pvalue))
    assert smaller.confidence == pytest.approx(0.975)


def test_pairs_that_are_the_same_word_for_word_cannot_be_told(make_closed):
    Output.objects.update(text="The Mill is a pub.")
    found = claim(claims_on(make_closed(parts=(STARS, PAIRS))), measure="p_d")
    assert (found.verdict, found.statistic.estimate) == ("supported", 0)
    assert "100\u00a0% of the items show word for word the same text twice" in found.sentence.en


def test_every_relation_of_stars_has_a_verdict(make_closed):
    claims = tuple(
        ClaimPlan(criterion="quality", system_a=LORA, system_b=FULL, relation=relation, margin=margin)
        for relation, margin in (
            ("non_inferior", 0.2),
            ("equivalent", 0.2),
            ("superior", 0.0),
            ("ratio_at_least", 0.98),
        )
    )
    better = claims_on(make_closed(claims=claims, before_closing=with_stars(full=2, lora=5)))
    verdicts = {row.relation: row.verdict for row in better}
    assert verdicts == {
        "non_inferior": "supported",
        "equivalent": "refuted",
        "superior": "supported",
        "ratio_at_least": "supported",
    }


def test_fewer_slot_errors_are_no_worse(make_closed):
    """Less is better for slot errors: LoRA, which makes none, is non-inferior to the pretrained system."""
    pre = "CANARY-label-pre"
    slots = dataclasses.replace(
        ClaimPlan(system_a=LORA, system_b=pre, margin=1.0),
        measure="metric",
        subject="slot_error_rate",
        relation="non_inferior",
    )
    claims = claims_on(make_closed(claims=(slots, dataclasses.replace(slots, system_a=pre, system_b=LORA))))
    assert [row.verdict for row in claims] == ["supported", "refuted"]


def test_a_claim_without_its_part_is_undecided(make_closed):
    missing = ClaimPlan(
        system_a=LORA,
        system_b="CANARY-label-pre",
        measure="p_d",
        subject="two_afc",
        relation="indistinguishable",
        margin=0.2,
    )
    found = claims_on(make_closed(claims=(missing,)))[0]
    assert found.verdict == "undecided"
    assert "No two_afc part of this study sets" in found.sentence.en


def test_accuracy_is_of_gold_labels(make_closed):
    """LoRA gives the label that is the gold one, full another: no worse, and then far worse."""
    Example.objects.update(label="At The Mill")
    Output.objects.filter(run__system__name__endswith="lora").update(text="At The Mill")
    accurate = ClaimPlan(
        system_a=LORA, system_b=FULL, measure="accuracy", relation="non_inferior", margin=0.015
    )
    other_way = dataclasses.replace(accurate, system_a=FULL, system_b=LORA)
    claims = claims_on(make_closed(claims=(accurate, other_way)))
    assert [row.verdict for row in claims] == ["supported", "refuted"]
    assert claims[0].statistic.estimate == 1
    assert "is non-inferior to CANARY-label-full in accuracy within 1.5\u00a0%" in claims[0].sentence.en


def test_without_gold_labels_accuracy_is_undecided(make_closed):
    accurate = ClaimPlan(system_a=LORA, system_b=FULL, measure="accuracy", margin=0.015)
    found = claims_on(make_closed(claims=(accurate,)))[0]
    assert found.verdict == "undecided"
    assert "no gold labels" in found.sentence.en
