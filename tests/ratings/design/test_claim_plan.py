import dataclasses

import pytest

from ratings.design.claim_plan import (
    RELATIONS,
    SUBJECTS,
    ClaimPlan,
    check_claim,
    check_families,
    founding_claims,
)
from ratings.errors import StudyPlanInvalid

STARS = ClaimPlan(system_a="lora", system_b="full", margin=0.2, criterion="quality")
LABELS, CRITERIA = ["full", "lora"], ["quality"]


def test_the_founding_set_is_valid_and_as_large_as_the_study_allows():
    everything = founding_claims("lora", "full", stars=True, two_afc=True, labels=True, references=True)
    assert len(everything) == 7
    for claim in everything:
        check_claim(claim, "claims[1]", LABELS, CRITERIA)
    check_families(everything)
    least = founding_claims("lora", "full", stars=False, two_afc=False, labels=False, references=False)
    assert [claim.measure for claim in least] == ["cost", "cost"]


def test_every_measure_has_relations_and_subjects():
    assert set(RELATIONS) == set(SUBJECTS)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"measure": "taste"}, "'c.measure' is 'taste': name one of stars"),
        ({"criterion": "charm"}, "'c.criterion' is 'charm': name one of quality"),
        ({"measure": "aggregate"}, "'c.criterion' is 'quality', but a claim of aggregate has none"),
        ({"subject": "bleu"}, "'c.subject' is 'bleu': leave it out"),
        ({"relation": "at_most"}, "'c.relation' is 'at_most': name one of non_inferior"),
        ({"system_a": "x"}, "'c.system_a' is 'x': name one of full, lora"),
        ({"system_a": "full"}, "'c' compares 'full' with itself"),
        ({"margin": 0.0}, "'c.margin' is 0.0: give stars above 0"),
        ({"relation": "ratio_at_least", "margin": 11.0}, "the least ratio of A to B"),
        ({"alpha": 0.5}, "'c.alpha' is 0.5"),
        ({"correction": "none"}, "'c.correction' is 'none'"),
        ({"family": " "}, "'c.family' is empty"),
        (
            {"measure": "metric", "criterion": "", "subject": "rouge"},
            "'c.subject' is 'rouge': name one of bleu",
        ),
        (
            {
                "measure": "p_d",
                "criterion": "",
                "subject": "two_afc",
                "relation": "indistinguishable",
                "margin": 1.0,
            },
            "a share of people-trials",
        ),
    ],
)
def test_what_is_wrong_is_said(changes, sentence):
    with pytest.raises(StudyPlanInvalid) as refusal:
        check_claim(dataclasses.replace(STARS, **changes), "c", LABELS, CRITERIA)
    assert sentence in str(refusal.value)


def test_stars_need_criteria():
    with pytest.raises(StudyPlanInvalid, match="the study has no criteria: add a stars part"):
        check_claim(STARS, "c", LABELS, [])


def test_superiority_may_have_no_margin():
    check_claim(dataclasses.replace(STARS, relation="superior", margin=0.0), "c", LABELS, CRITERIA)


@pytest.mark.parametrize("changes", [{"alpha": 0.05}, {"correction": "bonferroni"}])
def test_a_family_has_one_alpha_and_one_correction(changes):
    other = dataclasses.replace(STARS, relation="equivalent", **changes)
    with pytest.raises(StudyPlanInvalid, match=r"claims\[2\]"):
        check_families([STARS, other])
    check_families([STARS, dataclasses.replace(other, family="another")])
