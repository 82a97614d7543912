import pytest
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from ratings.services.simulation import simulate
from tests.ratings.conftest import comparison, make_study, plan, researcher, study

__all__ = ["comparison", "make_study", "plan", "researcher", "study"]


@pytest.fixture
def scrape(client, settings):
    settings.METRICS_TOKEN = "secret"

    def read():
        response = client.get(reverse("figures"), headers={"Authorization": "Bearer secret"})
        families = text_string_to_metric_families(response.content.decode())
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def test_figures_follow_the_database(study, scrape):
    before = scrape()
    assert before["evalsite_studies", "open"] == 1
    assert before["evalsite_items_left",] == 22
    assert before["evalsite_answers_total", "rating"] == 0
    simulate(study=study, seed=1)
    after = scrape()
    assert after["evalsite_items_left",] == 0
    assert after["evalsite_answers_total", "judgement"] > 0
    assert after["evalsite_raters_active",] == 4


def test_no_name_of_a_study_or_system_is_told(study, scrape):
    assert not [key for key in scrape() if "canary" in str(key).lower()]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "secret"])
@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", "secret"])
def test_without_the_token_nobody_is_let_in(client, settings, token, shown):
    settings.METRICS_TOKEN = token
    assert client.get(reverse("figures"), headers={"Authorization": shown}).status_code == 403


def test_the_queries_do_not_grow(study, scrape, django_assert_num_queries):
    with django_assert_num_queries(12):
        scrape()
