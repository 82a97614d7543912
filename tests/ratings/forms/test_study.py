import dataclasses

import pytest

from ratings.design.study_plan import DEFAULT_CRITERIA, PartPlan
from ratings.errors import StudyPlanInvalid
from ratings.forms.study import fits_the_form

FULL, LORA, PRE = "CANARY-label-full", "CANARY-label-lora", "CANARY-label-pre"


def errors_of(form):
    """What is wrong, by the name that the field has on the page."""
    assert form.has_errors
    sections = [form.words, form.systems, form.stars, form.trial, form.pair]
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
        ({"stars__items": ""}, "stars-items", "Give a number"),
        ({"stars__ratings_per_item": "5"}, "stars-ratings_per_item", "ask for 1 to 4"),
        ({"stars__include": None, "trial__kind": ""}, "stars-__all__", "at least one part"),
        ({"trial__target": ""}, "trial-target", "Choose the system to be found"),
        ({"trial__foil": ""}, "trial-foil", "to be told from the target"),
        ({"criteria__1-question": ""}, "criteria-1-question", "required"),
        ({"criteria__1-name": "informativeness"}, "stars-__all__", "'informativeness' twice"),
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
    form = send(name="", public_title="Kept", stars__items="many", **{"claims__0-margin": ""})
    assert not form.is_valid()
    assert set(errors_of(form)) == {"name", "stars-items", "claims-0-margin"}
    assert form.words["public_title"].value() == "Kept"
    assert form.stars["items"].value() == "many"


def test_a_target_has_to_be_a_chosen_system(send, comparison):
    form = send(**{f"run_{comparison.runs['lora'].pk}": None})
    assert not form.is_valid()
    assert set(errors_of(form)) == {"trial-foil"}
    assert "not among those chosen" in errors_of(form)["trial-foil"]


def test_a_claim_is_about_chosen_systems(send, comparison):
    form = send(trial__kind="", **{f"run_{comparison.runs['lora'].pk}": None})
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
    form = send(trial__kind="identify")
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


def test_the_form_has_no_place_for_two_trials_or_stars_last(shown):
    stars = PartPlan(kind="stars", items=1, ratings_per_item=1, criteria=DEFAULT_CRITERIA)
    trial = shown.parts[1]
    for parts, fits in [
        ((stars,), True),
        ((trial,), True),
        ((stars, trial), True),
        ((trial, stars), False),
        ((trial, trial), False),
        ((stars, stars), False),
    ]:
        assert fits_the_form(dataclasses.replace(shown, parts=parts)) is fits
