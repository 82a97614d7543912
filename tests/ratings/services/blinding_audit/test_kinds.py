"""The audit knows every kind of trial."""

from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.services.blinding_audit import audit_blinding
from tests.ratings.services.blinding_audit.test_audit import FULL, LORA


def test_trials_of_every_kind_pass(make_study):
    parts = tuple(
        PartPlan(kind=kind, items=4, ratings_per_item=4, practice=1, target=FULL, foil=LORA)
        for kind in ("abx", "triangle", "preference")
    )
    rows = audit_blinding(study=make_study(parts=parts))
    assert [(row.key, row.figure) for row in rows if row.state == "fail"] == []


def test_texts_one_at_a_time_pass(make_study):
    stars = PartPlan(
        kind="stars", items=4, ratings_per_item=4, practice=1, criteria=DEFAULT_CRITERIA, one_at_a_time=True
    )
    rows = audit_blinding(study=make_study(parts=(stars,)))
    assert [(row.key, row.figure) for row in rows if row.state == "fail"] == []
