"""What a study's claims ask of its size."""

import dataclasses

import pytest

from ratings.design.claim_plan import ClaimPlan, founding_claims
from ratings.selectors.size_questions import pilots_of, question_of
from ratings.services.completion import close_study
from ratings.services.drafting import create_study

FULL, LORA = "CANARY-label-full", "CANARY-label-lora"


@pytest.fixture
def draft(researcher, plan):
    claims = (
        *founding_claims(LORA, FULL, stars=True, two_afc=True, labels=False, references=True),
        ClaimPlan(system_a=LORA, system_b=FULL, measure="accuracy", margin=0.02, family="alone"),
    )
    return create_study(owner=researcher, plan=dataclasses.replace(plan, claims=claims))


def test_claims_about_people_and_labels_are_asked_at_the_alpha_that_is_left(draft):
    question = question_of(draft)
    assert [(claim.measure, claim.relation, claim.margin) for claim in question.claims] == [
        ("stars", "equivalent", 0.2),
        ("stars", "ratio_at_least", 0.98),
        ("p_d", "indistinguishable", 0.2),
        ("accuracy", "non_inferior", 0.02),
    ]
    # Stars, stars, p_d and BLEU are one family of four; costs are measured and count for nothing.
    assert [claim.alpha for claim in question.claims] == [0.00625, 0.00625, 0.00625, 0.025]
    assert all(claim.label for claim in question.claims)


def test_the_drafts_own_numbers_are_tried(draft):
    assumptions = question_of(draft).assumptions
    assert assumptions.raters == (4, 6, 9, 12, 20)
    assert assumptions.ratings_per_item == 2
    draft.parts.update(ratings_per_item=4)
    assert question_of(draft).assumptions.ratings_per_item is None


def test_closed_studies_of_ones_own_are_pilots(study, researcher, django_user_model):
    assert pilots_of(researcher) == []
    close_study(study=study)
    assert (f"{study.slug}:quality", "CANARY-study: quality") in pilots_of(researcher)
    assert pilots_of(django_user_model.objects.create_user("eve")) == []
