"""Check items and repeats from the plan to the results, which rest on neither."""

from dataclasses import replace

import pytest

from ratings.design.exclusions import ExclusionRules
from ratings.design.gold import GoldPlan
from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.errors import StudyPlanInvalid
from ratings.models import Assignment, Item, Rating
from ratings.selectors import stars_table
from ratings.selectors.conduct import conduct_of
from ratings.selectors.exclusions import excluded_raters
from ratings.selectors.plans import plan_of
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.opening import open_study
from ratings.services.simulation import simulate

STARS = PartPlan(kind="stars", items=8, ratings_per_item=2, checks=2, repeats=1, criteria=DEFAULT_CRITERIA)
Purpose = Assignment.Purpose


@pytest.fixture
def checked(make_study):
    return make_study(parts=(STARS,), exclusions=ExclusionRules(checks_failed_at_most=0))


@pytest.fixture
def answered(checked):
    return simulate(study=checked, seed=1)


def say_of_checks(stars, **chosen):
    Rating.objects.filter(assignment__purpose=Purpose.CHECK, **chosen).update(stars=stars)


def test_every_rater_meets_every_check_and_repeats_an_own_item(checked):
    planted, instructed = Item.objects.exclude(check_kind="").order_by("position")
    assert (planted.check_kind, planted.expected) == ("planted", {"1": [1, 3]})
    assert (instructed.check_kind, set(instructed.expected)) == ("instructed", {"1", "2", "3"})
    for rater in checked.raters.all():
        mine = Assignment.objects.filter(rater=rater)
        assert set(mine.filter(purpose="check").values_list("item", flat=True)) == {planted.pk, instructed.pk}
        (repeat,) = mine.filter(purpose="repeat")
        first = mine.get(purpose="data", item=repeat.item_id)
        assert repeat.position > first.position
        assert repeat.token != first.token
        positions = list(mine.values_list("position", flat=True))
        assert positions == list(range(1, len(positions) + 1))


def test_every_rater_meets_the_known_answers(researcher, plan, comparison):
    gold = GoldPlan(example=5, text="A pub.", expected={"naturalness": (1, 2)})
    wanted = replace(plan, parts=(replace(STARS, gold=(gold,)),), claims=())
    draft = create_study(owner=researcher, plan=wanted)
    assert plan_of(draft).parts[0].gold == (gold,)
    study = simulate(study=open_study(study=draft), seed=1)
    known = Item.objects.get(check_kind="gold")
    assert (known.example.position, known.texts.get().text) == (4, "A pub.")
    assert known.expected == {"2": [1, 2]}
    assert {conduct.checks for conduct in conduct_of(study).values()} == {3}
    mine = Rating.objects.filter(assignment__item=known, criterion__name="naturalness")
    assert mine.count() == 4
    assert {row.stars for row in mine} <= {1, 2}  # simulated raters know what is known
    mine.filter(assignment__rater__place=1).update(stars=5)
    assert conduct_of(study)[study.raters.get(place=1).pk].checks_failed == 1


def test_a_known_answer_needs_an_example_that_all_systems_answered(researcher, plan, comparison):
    gold = GoldPlan(example=99, text="A pub.", expected={"quality": (1, 2)})
    wanted = replace(plan, parts=(replace(STARS, gold=(gold,)),), claims=())
    draft = create_study(owner=researcher, plan=wanted)
    with pytest.raises(StudyPlanInvalid, match=r"'parts\[1\].gold' names example 99, which not every system"):
        open_study(study=draft)


def test_no_system_wrote_the_text_of_a_check(checked):
    for item in Item.objects.exclude(check_kind=""):
        (text,) = item.texts.all()
        assert not text.origins.exists()


def test_the_protocol_freezes_checks_repeats_and_rules(checked):
    assert checked.protocol["study"]["exclusion_rules"] == {"checks_failed_at_most": 0}
    (part,) = checked.protocol["parts"]
    assert [item["check"] for item in part["items"]] == [""] * 8 + ["planted", "instructed"]
    purposes = [row[2] for row in part["plan"]]
    assert (purposes.count("check"), purposes.count("repeat")) == (2 * 4, 4)


def test_results_rest_on_neither(answered):
    say_of_checks(1)
    table = stars_table(close_study(study=answered).parts.get())
    assert len(table.items) == 8
    assert len(table.stars) == 8 * 2 * 3 * 3  # items × raters × systems × criteria


def test_a_plan_with_checks_and_rules_comes_back_as_it_was(researcher, plan):
    wanted = replace(
        plan, name="another", parts=(STARS,), claims=(), exclusions=ExclusionRules(alike_at_most=0.9)
    )
    stored = plan_of(create_study(owner=researcher, plan=wanted))
    assert stored.exclusions == wanted.exclusions
    assert (stored.parts[0].checks, stored.parts[0].repeats) == (2, 1)


def test_conduct_counts_checks_and_holds_repeats_against_the_first_time(answered):
    rater, other, *_ = answered.raters.all()
    say_of_checks(5, assignment__rater=rater)
    Rating.objects.filter(assignment__rater=rater, assignment__purpose=Purpose.DATA).update(stars=2)
    Rating.objects.filter(assignment__rater=rater, assignment__purpose=Purpose.REPEAT).update(stars=4)
    conduct = conduct_of(answered)
    mine = conduct[rater.pk]
    assert (mine.checks, mine.checks_failed) == (2, 2)
    assert (mine.alike, mine.apart) == (1.0, 2)
    assert mine.agreement is None  # who always says the same goes with nobody
    assert (mine.assigned, mine.handed_in) == (4 + 2 + 1, 7)
    assert conduct[other.pk].agreement is not None


def test_the_frozen_rules_name_who_broke_them_and_how(answered):
    rater, *_ = answered.raters.all()
    Rating.objects.filter(assignment__purpose=Purpose.CHECK, assignment__item__check_kind="planted").update(
        stars=2
    )
    assert excluded_raters(answered) == {}
    say_of_checks(5, assignment__rater=rater)
    ((who, quality),) = excluded_raters(answered).items()
    (breach,) = quality.broken
    assert who == rater.pk
    assert (breach.rule, breach.found, breach.limit) == ("checks_failed_at_most", 2, 0)


def test_conduct_costs_three_queries(answered, django_assert_num_queries):
    with django_assert_num_queries(3):
        conduct_of(answered)


def test_a_study_without_rules_looks_at_nobody(make_study, django_assert_num_queries):
    study = make_study(parts=(STARS,))
    with django_assert_num_queries(1):
        assert excluded_raters(study) == {}


def test_opening_again_changes_nothing(checked):
    before = Assignment.objects.count()
    open_study(study=checked)
    assert Assignment.objects.count() == before
