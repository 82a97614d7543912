import dataclasses

import pytest
from django.http import QueryDict

from ratings.design.gold import GoldPlan
from ratings.design.looks import LooksPlan
from ratings.design.study_plan import DEFAULT_CRITERIA, CriterionPlan, PartPlan
from ratings.errors import StudyPlanInvalid
from ratings.forms.gold import written
from ratings.forms.study import StudyForm
from ratings.selectors.comparable_runs import finished_runs
from tests.ratings.sending import sent

FULL, LORA, PRE = "CANARY-label-full", "CANARY-label-lora", "CANARY-label-pre"


def errors_of(form):
    """What is wrong, by the name that the field has on the page."""
    assert form.has_errors
    sections = [form.words, form.systems, form.pair, form.looks, *form.parts.forms]
    found = {}
    for section in [*sections, *form.criteria.forms, *form.claims.forms]:
        for name, sentences in section.errors.items():
            found[section.add_prefix(name)] = " ".join(sentences)
    return found


def test_what_is_shown_comes_back_as_the_same_plan(send, shown):
    form = send()
    assert form.is_valid(), errors_of(form)
    assert form.plan == dataclasses.replace(
        shown,
        parts=form.plan.parts,
        consent_text=form.plan.consent_text,
        instructions=form.plan.instructions,
    )
    assert [dataclasses.replace(part, question="") for part in form.plan.parts] == list(shown.parts)


def test_consent_texts_in_the_languages_of_the_pages(send):
    form = send(consent_in_vi="Xin chào.\r\nMời bạn.")
    assert form.is_valid(), errors_of(form)
    assert form.plan.consent_translations == {"vi": "Xin chào.\nMời bạn.\n"}
    again = StudyForm(runs=finished_runs(), plan=form.plan)
    assert again.words["consent_in_vi"].value() == "Xin chào.\nMời bạn.\n"
    refused = send(consent_in_en="Hello.")
    assert not refused.is_valid()
    assert "write it into the field above" in errors_of(refused)["consent_in_en"]


def test_line_ends_of_browsers_change_no_text(send, shown):
    form = send(consent_text="One.\r\n\r\nTwo.\r\n", instructions="Three.\r\nFour.")
    assert form.is_valid()
    assert form.plan.consent_text == "One.\n\nTwo.\n"
    assert form.plan.instructions == "Three.\nFour.\n"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": " "}, "name", "required"),
        ({"seed": "-1"}, "seed", "greater than or equal to 0"),
        ({"language": "english please"}, "language", "language tag"),
        ({"parts__0__items": ""}, "parts-0-items", "required"),
        ({"parts__1__checks": "1"}, "parts-1-checks", "has none"),
        ({"parts__0__training": "1"}, "parts-0-training", "has none"),
        ({"parts__0__ratings_per_item": "5"}, "parts-0-ratings_per_item", "ask for 1 to 4"),
        ({"parts__0__kind": "", "parts__1__kind": ""}, "parts-0-__all__", "at least one part"),
        ({"parts__1__target": ""}, "parts-1-target", "Choose the system to be found"),
        ({"parts__1__foil": ""}, "parts-1-foil", "to be told from the target"),
        ({"criteria__1-question": ""}, "criteria-1-question", "required"),
        ({"criteria__1-name": "informativeness"}, "criteria-1-name", "has this name"),
        ({"criteria__1-part": "2"}, "criteria-1-part", "asks for no stars"),
        ({"claims__0-margin": ""}, "claims-0-margin", "required"),
        ({"claims__0-margin": "-1"}, "claims-0-margin", r"is -1.0: give stars above 0"),
        ({"claims__0-criterion": "charm"}, "claims-0-criterion", "is 'charm': name one of"),
        ({"claims__0-relation": "at_most"}, "claims-0-relation", "is 'at_most'"),
        ({"claims__0-alpha": "0.7"}, "claims-0-alpha", "is 0.7"),
        ({"pair__system_a": ""}, "claims-0-system_a", "Choose a system here, or A and B above"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(send, changes, field, sentence):
    form = send(**changes)
    assert not form.is_valid()
    found = errors_of(form)
    assert set(found) == {field}
    assert sentence in found[field]


def test_everything_wrong_is_said_at_once_and_nothing_is_lost(send):
    form = send(name="", public_title="Kept", parts__0__items="many", **{"claims__0-margin": ""})
    assert not form.is_valid()
    assert set(errors_of(form)) == {"name", "parts-0-items", "claims-0-margin"}
    assert form.words["public_title"].value() == "Kept"
    assert form.parts.forms[0]["items"].value() == "many"


def test_a_target_has_to_be_a_chosen_system(send, comparison):
    form = send(**{f"run_{comparison.runs['lora'].pk}": None})
    assert not form.is_valid()
    assert set(errors_of(form)) == {"parts-1-foil"}
    assert "not among those chosen" in errors_of(form)["parts-1-foil"]


def test_a_claim_is_about_chosen_systems(send, comparison):
    form = send(parts__1__kind="", **{f"run_{comparison.runs['lora'].pk}": None})
    assert not form.is_valid()
    assert set(errors_of(form)) == {"claims-0-system_a"}


def test_one_system_alone_is_no_comparison(send, comparison):
    ticked = {f"run_{comparison.runs[label].pk}": None for label in ("pre", "lora")}
    form = send(**ticked)
    assert not form.is_valid()
    assert "compare 2 to 8" in errors_of(form)["__all__"]


def test_labels_differ(send, comparison):
    pre, full = comparison.runs["pre"].pk, comparison.runs["full"].pk
    form = send(**{f"label_{pre}": "same", f"label_{full}": "same"})
    assert not form.is_valid()
    assert list(errors_of(form)) == [f"label_{full}"]


def test_rows_that_are_empty_or_ticked_for_removal_are_none(send):
    form = send(**{"criteria__1-DELETE": "on", "claims__0-about": "", "claims__0-criterion": ""})
    assert not form.is_valid()
    form = send(
        **{
            "criteria__1-DELETE": "on",
            "claims__0-about": "",
            "claims__0-criterion": "",
            "claims__0-margin": "",
        }
    )
    assert form.is_valid(), errors_of(form)
    assert [row.name for row in form.plan.parts[0].criteria] == ["informativeness", "quality"]
    assert form.plan.claims == ()


def test_a_row_that_a_script_added_counts(send):
    added = {
        "criteria-TOTAL_FORMS": "5",
        "criteria-4-name": "charm",
        "criteria-4-question": "Is it charming?",
        "criteria-4-low_anchor": "not at all",
        "criteria-4-high_anchor": "very",
    }
    form = send(**added)
    assert form.is_valid(), errors_of(form)
    assert form.plan.parts[0].criteria[-1].name == "charm"


def test_the_same_claim_twice_is_refused(send):
    row = {"about": "stars:", "criterion": "quality", "relation": "non_inferior", "margin": "0.3"}
    form = send(**{f"claims-1-{name}": value for name, value in row.items()})
    assert not form.is_valid()
    assert "Another claim says this" in errors_of(form)["claims-1-about"]


def test_claims_of_one_family_agree_on_alpha(send):
    row = {"about": "aggregate:", "relation": "equivalent", "margin": "0.3", "alpha": "0.05"}
    form = send(**{f"claims-1-{name}": value for name, value in row.items()})
    assert not form.is_valid()
    assert "another claim of the family" in errors_of(form)["claims-1-alpha"]


def test_identify_needs_no_foil(send):
    form = send(parts__1__kind="identify")
    assert form.is_valid(), errors_of(form)
    assert (form.plan.parts[1].kind, form.plan.parts[1].foil) == ("identify", None)


def test_the_founding_claims_are_added_once(send):
    form = send(pair__founding="on")
    assert form.is_valid(), errors_of(form)
    about = [(claim.measure, claim.relation) for claim in form.plan.claims]
    assert about == [
        ("stars", "non_inferior"),
        ("aggregate", "equivalent"),
        ("aggregate", "ratio_at_least"),
        ("p_d", "indistinguishable"),
        ("metric", "equivalent"),
        ("cost", "at_most"),
        ("cost", "at_most"),
    ]
    assert {(claim.system_a, claim.system_b) for claim in form.plan.claims} == {(LORA, FULL)}


def test_founding_claims_follow_the_level_of_their_family(send):
    form = send(pair__founding="on", **{"claims__0-alpha": "0.05"})
    assert form.is_valid(), errors_of(form)
    assert {claim.alpha for claim in form.plan.claims} == {0.05}


def test_founding_claims_about_costs_need_checkpoints(send, comparison):
    system = comparison.runs["lora"].system
    system.checkpoint = system.decoding = None
    system.save()
    form = send(pair__founding="on")
    assert form.is_valid(), errors_of(form)
    assert "cost" not in {claim.measure for claim in form.plan.claims}


def test_founding_claims_about_classifiers_are_about_accuracy(send, comparison):
    comparison.dataset.labels = ["negative", "positive"]
    comparison.dataset.save()
    form = send(pair__founding="on")
    assert form.is_valid(), errors_of(form)
    measures = {claim.measure for claim in form.plan.claims}
    assert "accuracy" in measures
    assert "metric" not in measures


def test_a_claim_may_name_other_systems(send, comparison):
    form = send(**{"claims__0-system_b": str(comparison.runs["pre"].pk)})
    assert form.is_valid(), errors_of(form)
    assert form.plan.claims[0].system_b == PRE


def test_a_pair_of_one_system_is_refused(send, comparison):
    form = send(pair__system_b=str(comparison.runs["lora"].pk))
    assert not form.is_valid()
    assert set(errors_of(form)) == {"pair-system_b"}


def test_what_a_service_refuses_stands_beside_the_field_it_names(send):
    form = send()
    assert form.is_valid()
    form.refuse(StudyPlanInvalid("'name' is 'x', which another study has: choose another."))
    assert set(errors_of(form)) == {"name"}
    form = send()
    assert form.is_valid()
    form.refuse(StudyPlanInvalid("Something without a field."))
    assert errors_of(form) == {"__all__": "Something without a field."}


@pytest.fixture
def many(shown):
    """A plan with a part of every kind, trials before stars and stars twice."""
    pair = {"target": FULL, "foil": LORA}
    other = CriterionPlan(name="charm", question="Is it charming?", low_anchor="no", high_anchor="yes")
    asked = {"items": 2, "ratings_per_item": 2, "question": "Which?"}
    parts = (
        PartPlan(kind="triangle", **pair, **asked, practice=0),
        PartPlan(kind="stars", criteria=DEFAULT_CRITERIA, checks=1, repeats=2, **asked),
        PartPlan(kind="abx", **pair, **asked, confidence_steps=5),
        PartPlan(kind="stars", criteria=(other,), asks_comment=True, **asked),
        PartPlan(kind="two_afc", **pair, **asked, training=2),
        PartPlan(kind="identify", target=PRE, **asked, training=3),
        PartPlan(kind="preference", **pair, **asked),
        PartPlan(kind="label_check", **asked),
    )
    return dataclasses.replace(shown, parts=parts)


def returned(plan, **changes):
    """The form that gets what it shows of `plan`, with changed fields."""
    runs = finished_runs()
    posted = QueryDict(mutable=True)
    posted.update(sent(StudyForm(runs=runs, plan=plan)) | changes)
    return StudyForm(runs=runs, plan=plan, posted=posted)


def test_parts_of_every_kind_come_back_in_their_order(many):
    form = returned(many)
    assert form.is_valid(), errors_of(form)
    assert form.plan.parts == many.parts


def test_a_criterion_stays_with_its_part_when_one_before_is_left_out(many):
    form = returned(many, **{"parts-0-DELETE": "on"})
    assert form.is_valid(), errors_of(form)
    assert form.plan.parts == many.parts[1:]


def test_stars_without_a_criterion_of_their_own_are_refused(many):
    form = returned(many, **{"criteria-3-part": "2"})
    assert not form.is_valid()
    assert set(errors_of(form)) == {"parts-3-kind"}


def test_a_part_in_the_empty_row_is_one_more_and_practises_as_its_kind_does(send):
    row = {"kind": "label_check", "items": "3", "ratings_per_item": "1"}
    form = send(**{f"parts-2-{name}": value for name, value in row.items()})
    assert form.is_valid(), errors_of(form)
    assert form.plan.parts[2] == PartPlan(kind="label_check", items=3, ratings_per_item=1, practice=1)


def test_what_is_wrong_in_a_row_to_be_removed_is_passed_over(send):
    form = send(parts__1__items="many", **{"parts-1-DELETE": "on"})
    assert form.is_valid()
    assert [part.kind for part in form.plan.parts] == ["stars"]


def test_founding_claims_see_each_of_several_trials(many):
    form = returned(many, **{"pair-founding": "on"})
    assert form.is_valid(), errors_of(form)
    assert "p_d" in {claim.measure for claim in form.plan.claims}


@pytest.mark.parametrize(
    ("written", "at"),
    [("", ()), ("50 %, 75%", (0.5, 0.75)), ("0.25; 0.5", (0.25, 0.5)), ("6 12", (6, 12))],
)
def test_looks_are_written_as_shares_or_numbers(send, written, at):
    form = send(looks__at=written, looks__spending="pocock")
    assert form.is_valid(), errors_of(form)
    assert form.plan.looks == LooksPlan(at=at, spending="pocock")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("half", "half is neither"), ("75 %, 50 %", "let each look come after"), ("24", "look before the end")],
)
def test_looks_that_make_no_sense_stand_beside_their_field(send, written, sentence):
    form = send(looks__at=written)
    assert not form.is_valid()
    assert sentence in errors_of(form)["looks-at"]


def test_known_answers_are_written_a_line_each(send):
    typed = "7 | quality 1–2, naturalness 3 | A pub | or not.\r\n\r\n8|quality 4-5|Fine.\r\n"
    form = send(parts__0__gold=typed)
    assert form.is_valid(), errors_of(form)
    gold = form.plan.parts[0].gold
    assert gold == (
        GoldPlan(example=7, text="A pub | or not.", expected={"quality": (1, 2), "naturalness": (3, 3)}),
        GoldPlan(example=8, text="Fine.", expected={"quality": (4, 5)}),
    )
    assert written(gold).splitlines()[0] == typed.splitlines()[0]


@pytest.mark.parametrize(
    ("part", "typed", "sentence"),
    [
        ("0", "7 | quality 1 | A pub.\nA pub.", "Line 2 is no known answer"),
        ("0", "7 | quality | A pub.", "Line 1 is no known answer"),
        ("0", "7 | charm 1 | A pub.", "names 'charm'"),
        ("1", "7 | quality 1 | A pub.", "has none"),
    ],
)
def test_known_answers_that_make_no_sense_stand_beside_their_field(send, part, typed, sentence):
    form = send(**{f"parts__{part}__gold": typed})
    assert not form.is_valid()
    assert sentence in errors_of(form)[f"parts-{part}-gold"]


def test_texts_one_at_a_time_are_asked_for_by_a_tick(send):
    assert send(parts__0__one_at_a_time="on").is_valid()
    form = send(parts__1__one_at_a_time="on")
    assert not form.is_valid()
    assert "has none" in errors_of(form)["parts-1-one_at_a_time"]
