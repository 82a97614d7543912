"""The page that holds two runs over a corpus against each other."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from evalsite.roles import RESEARCHER
from generation.models import MetricScore
from tests.generation.comparisons import make_corpus, make_run, right_texts

QUERIES = 9  # session, user and role, corpus, runs, stored scores and outputs, how many differ


@pytest.fixture
def signed_in(client, researcher):
    researcher.groups.add(Group.objects.get(name=RESEARCHER))
    client.force_login(researcher)
    return client


@pytest.fixture
def corpus(db):
    return make_corpus(4)


@pytest.fixture
def address(corpus):
    return reverse("ratings:run_comparison", args=[corpus.pk])


@pytest.fixture
def runs(corpus):
    texts = right_texts(corpus)
    return [make_run(corpus, texts, system="one"), make_run(corpus, [*texts[:3], "Other."], system="other")]


def test_two_runs_are_chosen_and_read_side_by_side(signed_in, address, runs, corpus):
    form = signed_in.get(address).content.decode()
    assert all(f'value="{run.pk}"' in form for run in runs)
    assert "1 of the outputs" not in form
    page = signed_in.get(address, {"a": runs[0].pk, "b": runs[1].pk}).content.decode()
    assert "1 of the outputs for 4 examples that both answered differ." in page
    side_by_side = reverse("generation:outputs", args=[corpus.pk])
    assert f"{side_by_side}?run={runs[0].pk}&amp;run={runs[1].pk}&amp;only=disagree" in page
    assert "both runs have to be scored" in page
    assert address in signed_in.get(side_by_side).content.decode()


def test_metrics_stand_in_a_table(signed_in, address, runs):
    for run, value in zip(runs, (1.0, None), strict=True):
        MetricScore.objects.create(
            run=run, metric="bleu", value=None, reason=f"not computed: {value}", examples=4
        )
    page = signed_in.get(address, {"a": runs[0].pk, "b": runs[1].pk}).content.decode()
    assert "Metrics compared" in page
    assert "not computed" in page


def test_one_run_twice_and_what_is_no_run_compare_nothing(signed_in, address, runs, corpus):
    twice = signed_in.get(address, {"a": runs[0].pk, "b": runs[0].pk}).content.decode()
    assert "This is one run twice" in twice
    elsewhere = make_run(make_corpus(2, name="elsewhere"), ["x", "y"], system="one")
    for wrong in ("", "x", str(elsewhere.pk), "9" * 30):
        page = signed_in.get(address, {"a": runs[0].pk, "b": wrong})
        assert page.status_code == 200
        assert "that both answered" not in page.content.decode()


def test_a_corpus_with_a_single_run_says_what_is_needed(signed_in, address, corpus):
    make_run(corpus, right_texts(corpus), system="one")
    assert "Two finished runs over this corpus are needed." in signed_in.get(address).content.decode()
    assert signed_in.get(reverse("ratings:run_comparison", args=[10**6])).status_code == 404


def test_the_page_costs_few_queries(signed_in, address, runs, django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        signed_in.get(address, {"a": runs[0].pk, "b": runs[1].pk})
