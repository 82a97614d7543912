import dataclasses

import pytest

from ratings.design.study_plan import (
    DEFAULT_CRITERIA,
    ClaimPlan,
    PartPlan,
    StudyPlan,
    SystemPlan,
    check_plan,
)
from ratings.errors import StudyPlanInvalid

STARS = PartPlan(kind="stars", items=10, ratings_per_item=3, criteria=DEFAULT_CRITERIA)
PAIR = PartPlan(kind="two_afc", items=10, ratings_per_item=3, target="full", foil="lora")
CLAIM = ClaimPlan(criterion="quality", system_a="lora", system_b="full", margin=0.2)
PLAN = StudyPlan(
    name="LoRA or full",
    public_title="Restaurant texts",
    dataset="sample",
    systems=(SystemPlan(system="s-full", label="full"), SystemPlan(system="s-lora", label="lora")),
    parts=(STARS, PAIR),
    raters=6,
    seed=1,
    claims=(CLAIM,),
)


def test_a_plan_that_hangs_together_passes():
    check_plan(PLAN)
    check_plan(
        dataclasses.replace(
            PLAN, parts=(STARS, PartPlan(kind="identify", items=2, ratings_per_item=6, target="full"))
        )
    )


def part(base, **changes):
    return {"parts": (dataclasses.replace(base, **changes),), "claims": ()}


def claim(**changes):
    return {"claims": (dataclasses.replace(CLAIM, **changes),)}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "'name' is empty"),
        ({"consent_text": ""}, "'consent_text' is empty"),
        ({"raters": 0}, "'raters' is 0: plan 1"),
        ({"seed": -1}, "'seed' is -1"),
        ({"link_days": 0}, "'link_days' is 0"),
        ({"systems": PLAN.systems[:1]}, "'systems' has 1: compare 2"),
        ({"systems": (PLAN.systems[0], PLAN.systems[0])}, "'systems' has 'full' twice"),
        ({"systems": (*PLAN.systems, SystemPlan(system="x", label=" "))}, "'systems' has one without a name"),
        ({"parts": ()}, "'parts' is empty"),
        ({"parts": (STARS,) * 13}, "'parts' has 13: give a study 1 to 12"),
        ({"parts": (STARS, STARS)}, "'criteria' has 'informativeness' twice"),
        (
            part(STARS, kind="tetrad"),
            r"'parts\[1\].kind' is 'tetrad': choose one of stars, identify",
        ),
        (part(STARS, items=0), r"'parts\[1\].items' is 0"),
        (part(STARS, ratings_per_item=7), r"ratings_per_item' is 7, with 6 raters"),
        (part(STARS, practice=9), r"practice' is 9"),
        (part(STARS, criteria=()), "criteria' is empty"),
        (part(STARS, target="full"), "target' is 'full': stars parts have none"),
        (part(PAIR, criteria=DEFAULT_CRITERIA), "belong to a stars part"),
        (part(PAIR, target=None), "target' is '': name one of full, lora"),
        (part(PAIR, foil="tgen"), "foil' is 'tgen': name one of full, lora"),
        (part(PAIR, foil="full"), "foil' is 'full', the target itself"),
        (part(PAIR, kind="identify"), "foil' is 'lora': identify parts have none"),
        (claim(criterion="charm"), r"'claims\[1\].criterion' is 'charm': name one of informativeness"),
        (claim(system_a="tgen"), "system_a' is 'tgen'"),
        (claim(system_b="lora"), "compares 'lora' with itself"),
        (claim(margin=0), "margin' is 0"),
        (claim(alpha=0.5), "alpha' is 0.5"),
    ],
)
def test_what_is_wrong_is_said_with_field_and_value(changes, sentence):
    with pytest.raises(StudyPlanInvalid, match=sentence):
        check_plan(dataclasses.replace(PLAN, **changes))
