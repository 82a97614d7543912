import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.design.exclusions import (
    Breach,
    ExclusionRules,
    RaterConduct,
    breaches,
    check_rules,
    rules_from_json,
)
from ratings.errors import StudyPlanInvalid

ALL = ExclusionRules(
    seconds_at_least=2.0,
    alike_at_most=0.9,
    checks_failed_at_most=1,
    apart_at_most=1.5,
    agreement_at_least=0.0,
    handed_in_at_least=0.5,
)
DILIGENT = RaterConduct(
    assigned=20,
    handed_in=20,
    seconds=11.0,
    ratings=60,
    alike=0.4,
    checks=3,
    checks_failed=1,
    repeats=2,
    apart=0.5,
    compared=60,
    agreement=0.6,
)


def conduct(**changed):
    return RaterConduct(**(vars(DILIGENT) | changed))


def test_who_keeps_to_every_limit_breaks_no_rule():
    assert breaches(ALL, DILIGENT) == ()


@pytest.mark.parametrize(
    ("rule", "changed", "found"),
    [
        ("seconds_at_least", {"seconds": 1.9}, 1.9),
        ("alike_at_most", {"alike": 0.95}, 0.95),
        ("checks_failed_at_most", {"checks_failed": 2}, 2),
        ("apart_at_most", {"apart": 2.0}, 2.0),
        ("agreement_at_least", {"agreement": -0.1}, -0.1),
        ("handed_in_at_least", {"handed_in": 9}, 0.45),
    ],
)
def test_each_rule_is_broken_by_its_own_fact(rule, changed, found):
    (breach,) = breaches(ALL, conduct(**changed))
    assert breach == Breach(rule=rule, found=found, limit=getattr(ALL, rule))
    assert breaches(ExclusionRules(), conduct(**changed)) == ()


@pytest.mark.parametrize(
    "unknown",
    [
        {"seconds": None},
        {"alike": 1.0, "ratings": 9},
        {"alike": None},
        {"checks_failed": 0, "checks": 0},
        {"apart": None, "repeats": 0},
        {"agreement": -1.0, "compared": 9},
        {"agreement": None},
        {"assigned": 0, "handed_in": 0},
    ],
)
def test_too_little_to_go_by_breaks_no_rule(unknown):
    assert breaches(ALL, conduct(**unknown)) == ()


def test_rules_are_stored_as_asked_for_and_read_back():
    rules = ExclusionRules(alike_at_most=0.9, checks_failed_at_most=0)
    assert rules.to_json() == {"alike_at_most": 0.9, "checks_failed_at_most": 0}
    assert rules_from_json(rules.to_json()) == rules
    assert rules.any
    assert not ExclusionRules().any


def test_an_unknown_rule_is_named():
    with pytest.raises(StudyPlanInvalid, match=r"'exclusions\.too_slow' is no rule: choose of agreement"):
        rules_from_json({"too_slow": 1})


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("seconds_at_least", -1),
        ("alike_at_most", 1.1),
        ("checks_failed_at_most", -1),
        ("apart_at_most", 11),
        ("agreement_at_least", -1.1),
        ("handed_in_at_least", 2),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_by_name(name, limit):
    check_rules(ALL)
    with pytest.raises(StudyPlanInvalid, match=rf"'exclusions\.{name}' is {limit}: give "):
        check_rules(ExclusionRules(**{name: limit}))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_stricter_limit_never_lets_more_through(alike, strict, lax):
    strict, lax = sorted((strict, lax))
    if breaches(ExclusionRules(alike_at_most=lax), conduct(alike=alike)):
        assert breaches(ExclusionRules(alike_at_most=strict), conduct(alike=alike))
