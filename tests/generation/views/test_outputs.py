"""Outputs side by side: marked texts, slot errors, filters, the choice of systems, pages."""

import pytest
from django.urls import reverse

from generation.models import Dataset
from tests.generation.comparisons import make_corpus, make_run, right_texts

QUERIES = 10  # session, user, roles twice, corpus, runs, and a page of outputs


@pytest.fixture
def address(corpus):
    return reverse("generation:outputs", args=[corpus.pk])


@pytest.fixture
def runs(corpus):
    right = right_texts(corpus)
    forgetful = ["Place 0 has <i>nothing</i>.", *right[1:]]
    return [make_run(corpus, right, system="careful"), make_run(corpus, forgetful, system="forgetful")]


def test_before_any_run(researcher, address):
    page = researcher.get(address).text
    assert "No system has said anything" in page
    assert "import_outputs" in page


def test_texts_stand_beside_each_other_with_marks_and_errors(researcher, address, runs):
    page = researcher.get(address).text
    assert '<mark class="own">serves Chinese food</mark>' in page
    assert "&lt;<" not in page
    assert "<i>nothing" not in page
    assert "nothing" in page
    assert page.count('<ul class="slot-errors">') == 1
    assert "food: Chinese" in page
    assert page.count("all the same") == 19
    assert "Human text 0 on place 3." in page


@pytest.mark.parametrize(
    ("choice", "first", "count"),
    [
        ({"only": "disagree"}, 1, 1),
        ({"only": "identical"}, 2, 20),
        ({"only": "slot-errors"}, 1, 1),
        ({"only": "right-wrong"}, 1, 1),
        ({"only": "unheard of"}, 1, 20),
        ({"q": "place 29"}, 30, 1),
        ({"at": "25"}, 26, 5),
        ({"at": "24", "back": "1"}, 6, 20),
        ({"at": "-5"}, 1, 20),
        ({"at": "9" * 30}, 1, 20),
        ({"at": "²"}, 1, 20),
    ],
)
def test_filters_and_places(researcher, address, runs, choice, first, count):
    shown = researcher.get(address, choice).context["page"].examples
    assert (shown[0].example.position + 1, len(shown)) == (first, count)


def test_which_of_two_is_right_can_be_turned_round(researcher, address, runs):
    careful, forgetful = runs
    asked = {"only": "right-wrong", "right": forgetful.pk, "wrong": careful.pk}
    page = researcher.get(address, asked)
    assert (page.context["pair"].right, page.context["pair"].wrong) == (forgetful, careful)
    assert page.context["page"].examples == ()
    same = researcher.get(address, asked | {"wrong": forgetful.pk}).context["pair"]
    assert (same.right, same.wrong) == (forgetful, careful)


def test_labels_are_right_or_wrong_with_their_probability(researcher, corpus, address):
    Dataset.objects.update(task="classification", labels=["no", "yes"])
    corpus.examples.update(label="yes")
    run = make_run(corpus, ["yes", "no"], system="labels")
    run.outputs.update(label_scores={"no": 0.25, "yes": 0.75})
    page = researcher.get(address).text
    assert page.count(">right<") == 1
    assert page.count(">wrong<") == 1
    assert "75\xa0%" in page.replace(" %", "\xa0%")
    assert "BLEU" not in page


def test_links_keep_the_choices(researcher, address, runs):
    page = researcher.get(address, {"q": "place", "at": "20"}).text
    assert 'href="?q=place&amp;at=19&amp;back=1"' in page


def test_systems_are_chosen_and_others_are_not_shown(researcher, address, runs):
    page = researcher.get(address, {"run": [runs[0].pk]})
    assert [run.pk for run in page.context["runs"]] == [runs[0].pk]
    assert "nothing" not in page.text
    elsewhere = make_run(make_corpus(1, name="elsewhere"), ["x"], system="elsewhere")
    page = researcher.get(address, {"run": [elsewhere.pk]})
    assert len(page.context["runs"]) == 2


def test_nothing_fits(researcher, address, runs):
    assert "No example fits" in researcher.get(address, {"q": "no such words"}).text


def test_an_empty_output_and_one_that_was_cut(researcher, corpus, address):
    run = make_run(corpus, ["", "Place 1"], system="short")
    run.outputs.filter(text="Place 1").update(finished=False)
    page = researcher.get(address).text
    assert "(an empty text)" in page
    assert "cut at the longest length" in page


def test_the_page_costs_the_same_for_few_and_many(researcher, django_assert_num_queries):
    for size in (2, 60):
        corpus = make_corpus(size, name=f"of {size}")
        for name in ("one", "two", "three"):
            make_run(corpus, right_texts(corpus), system=name)
        with django_assert_num_queries(QUERIES):
            researcher.get(reverse("generation:outputs", args=[corpus.pk]))
