"""The pages of corpora: lists, examples, search, and imports that are whole or refused with the line."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.forms import datasets as form
from generation.forms.corpus_formats import FORMATS
from generation.models import Dataset
from tests.generation.comparisons import make_corpus, make_run

LIST_QUERIES = 5  # session, user, roles of the view and of the navigation, corpora
EXAMPLES_QUERIES = 8  # and their number, a page of examples, its references
CSV = b"mr,ref\nname[The Mill],The Mill is here.\nname[The Mill],Here is The Mill.\n"


def send(client, content, *, name="corpus.csv", called="new"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("generation:dataset_import"), {"name": called, "task": "e2e", "file": file})


def test_no_corpus_yet_says_what_to_do(researcher):
    assert "Import one here" in researcher.get(reverse("generation:datasets")).text


def test_the_list_counts_and_links_outputs_where_there_are_some(researcher, corpus):
    page = researcher.get(reverse("generation:datasets"))
    assert ">30<" in page.text
    assert ">60<" in page.text
    assert reverse("generation:outputs", args=[corpus.pk]) not in page.text
    make_run(corpus, ["a"], system="one")
    page = researcher.get(reverse("generation:datasets"))
    assert reverse("generation:outputs", args=[corpus.pk]) in page.text


def test_examples_by_page_with_slots_and_references(researcher, corpus):
    address = reverse("generation:dataset", args=[corpus.pk])
    first = researcher.get(address).text
    assert "Place 19\n" in first
    assert "Place 20\n" not in first
    assert "Human text 1 on place 7." in first
    assert "Page 1 of 2" in first
    second = researcher.get(address, {"page": "2"}).text
    assert "Example 30" in second
    assert "Place 19\n" not in second


def test_search_keeps_to_its_words_and_is_shown_as_text(researcher, corpus):
    address = reverse("generation:dataset", args=[corpus.pk])
    page = researcher.get(address, {"q": "place 7"}).text
    assert "1 example holds" in page
    assert "Place 7\n" in page
    assert "Place 8\n" not in page
    page = researcher.get(address, {"q": "<script>x</script>"}).text
    assert "No example holds these words" in page
    assert "<script>x" not in page


def test_texts_are_shown_as_text(researcher, corpus):
    example = corpus.examples.first()
    example.slots = [["name", "<b>bold</b>"]]
    example.save()
    page = researcher.get(reverse("generation:dataset", args=[corpus.pk])).text
    assert "&lt;b&gt;bold" in page


def test_the_form_shows_each_task_with_a_format(researcher):
    page = researcher.get(reverse("generation:dataset_import")).text
    for task in Dataset.Task.values:
        assert f"<code>{task}</code>" in page
    assert "name : Blue Spice | Type : pub | food : Chinese||" in page


@pytest.mark.parametrize("shown", FORMATS, ids=lambda shown: f"{shown.task}: {shown.name}")
def test_each_format_that_the_form_shows_is_taken_by_it(researcher, shown):
    file = SimpleUploadedFile("corpus", shown.example.encode())
    asked = {"name": "new", "task": shown.task, "file": file}
    response = researcher.post(reverse("generation:dataset_import"), asked, follow=True)
    assert "new is imported" in response.text
    example = Dataset.objects.get().examples.first()
    assert example.label or example.references.exists()


@pytest.mark.parametrize(("name", "content"), [("a.csv", CSV), ("a.csv.gz", gzip.compress(CSV, mtime=0))])
def test_a_file_is_imported_under_its_name(researcher, name, content):
    response = send(researcher, content, name=name)
    dataset = Dataset.objects.get(name="new")
    assert response.headers["Location"] == reverse("generation:dataset", args=[dataset.pk])
    assert (dataset.file_name, dataset.examples.count()) == (name, 1)


def test_a_broken_file_is_refused_with_its_name_and_line(researcher):
    response = send(researcher, CSV + b"name[The Mill\n", name="broken.csv")
    assert response.status_code == 422
    assert "broken.csv, line 4" in response.text
    assert "/tmp" not in response.text
    assert not Dataset.objects.exists()


def test_a_name_that_is_taken_is_refused(researcher, corpus):
    response = send(researcher, CSV, called=corpus.name)
    assert response.status_code == 422
    assert "choose another name" in response.text


def test_a_file_above_the_limit_is_refused_before_it_is_read(researcher, monkeypatch):
    monkeypatch.setattr(form, "MAX_CORPUS_BYTES", 10)
    response = send(researcher, CSV)
    assert response.status_code == 422
    assert "at most 20 MB" in response.text
    assert not Dataset.objects.exists()


def test_the_pages_cost_the_same_for_few_and_many(researcher, django_assert_num_queries):
    for size, corpora in ((1, 1), (40, 4)):
        for number in range(corpora):
            corpus = make_corpus(size, name=f"{number} of {size}")
            make_run(corpus, ["a"], system=f"system {number}")
        with django_assert_num_queries(LIST_QUERIES):
            researcher.get(reverse("generation:datasets"))
        with django_assert_num_queries(EXAMPLES_QUERIES):
            researcher.get(reverse("generation:dataset", args=[corpus.pk]))
