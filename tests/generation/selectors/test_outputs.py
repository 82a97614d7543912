"""Outputs side by side: filters, search, pages in both directions, marks and slot errors."""

import pytest

from generation.models import Dataset, Run
from generation.selectors import outputs
from generation.selectors.outputs import OutputFilter, OutputPage, RightWrong, filters_for, output_page
from tests.generation.comparisons import make_corpus, make_run, right_texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Dataset:
    return make_corpus(50)


@pytest.fixture
def runs(corpus: Dataset) -> list[Run]:
    """Two systems that agree but where "two" forgets the food, at every tenth example; it lacks the last."""
    right = right_texts(corpus)
    other = [f"Place {place} serves food." if place % 10 == 0 else text for place, text in enumerate(right)]
    return [make_run(corpus, right, system="one"), make_run(corpus, other[:-1], system="two")]


def positions(page: OutputPage) -> list[int]:
    return [shown.example.position for shown in page.examples]


def test_pages_forwards_and_backwards_meet(corpus: Dataset, runs: list[Run]) -> None:
    first = output_page(dataset=corpus, runs=runs)
    assert (positions(first), first.before, first.after) == (list(range(20)), None, 20)
    second = output_page(dataset=corpus, runs=runs, start=20)
    assert (positions(second), second.before, second.after) == (list(range(20, 40)), 19, 40)
    third = output_page(dataset=corpus, runs=runs, start=40)
    assert (positions(third), third.before, third.after) == (list(range(40, 50)), 39, None)
    back = output_page(dataset=corpus, runs=runs, start=39, backwards=True)
    assert (positions(back), back.before, back.after) == (list(range(20, 40)), 19, 40)
    start = output_page(dataset=corpus, runs=runs, start=19, backwards=True)
    assert (positions(start), start.before, start.after) == (list(range(20)), None, 20)


def test_systems_disagree_and_agree(corpus: Dataset, runs: list[Run]) -> None:
    disagree = output_page(dataset=corpus, runs=runs, only=OutputFilter.DISAGREE)
    assert positions(disagree) == [0, 10, 20, 30, 40]
    assert not any(shown.agree for shown in disagree.examples)
    same = output_page(dataset=corpus, runs=runs, only=OutputFilter.IDENTICAL, start=41)
    # The last example has one output only: that agrees with nothing.
    assert positions(same) == [41, 42, 43, 44, 45, 46, 47, 48]
    assert all(shown.agree for shown in same.examples)


def test_search_finds_inputs_and_outputs_of_the_chosen_runs(corpus: Dataset, runs: list[Run]) -> None:
    assert positions(output_page(dataset=corpus, runs=runs, search="place 49]")) == [49]
    assert positions(output_page(dataset=corpus, runs=runs, search="SERVES FOOD")) == [0, 10, 20, 30, 40]
    assert positions(output_page(dataset=corpus, runs=runs[:1], search="serves food")) == []


def test_marks_and_slot_errors(corpus: Dataset, runs: list[Run]) -> None:
    shown = output_page(dataset=corpus, runs=runs).examples[0]
    one, two = shown.outputs
    assert [piece.text for piece in one.segments if "own" in piece.marks] == ["Chinese"]
    assert [piece.text for piece in two.segments if piece.marks] == []
    assert (one.has_errors, two.has_errors) == (False, True)
    assert two.errors is not None
    assert [(check.slot, check.expected) for check in two.errors.missing] == [("food", "Chinese")]


def test_wrong_and_added_values_are_marked_where_they_stand(corpus: Dataset) -> None:
    run = make_run(corpus, ["Place 0 serves Italian food by the riverside."], system="odd")
    (shown,) = output_page(dataset=corpus, runs=[run]).examples
    marks = {mark: piece.text for piece in shown.outputs[0].segments for mark in piece.marks}
    assert "Italian" in marks["wrong"]
    assert "riverside" in marks["added"]


def test_an_example_that_one_run_lacks(corpus: Dataset, runs: list[Run]) -> None:
    last = output_page(dataset=corpus, runs=runs, start=49).examples[0]
    assert last.outputs[1].output is None
    assert not last.outputs[1].has_errors
    nobody = make_run(corpus, ["only the first"], system="short")
    assert positions(output_page(dataset=corpus, runs=[nobody])) == [0]


@pytest.fixture
def judged() -> tuple[Dataset, list[Run]]:
    """Six examples whose gold label is "yes"; "full" errs at 4, "lora" at 1 and 4; it lacks the last."""
    dataset = make_corpus(6, name="judged", references=0)
    Dataset.objects.update(task="classification", labels=["no", "yes"])
    dataset.refresh_from_db()
    dataset.examples.update(label="yes")
    full = make_run(dataset, ["yes"] * 4 + ["no", "yes"], system="full")
    lora = make_run(dataset, ["yes", "no", "yes", "yes", "no"], system="lora")
    lora.outputs.filter(text="no").update(label_scores={"no": 0.75, "yes": 0.25})
    return dataset, [full, lora]


def test_one_label_right_and_the_other_wrong(judged: tuple[Dataset, list[Run]]) -> None:
    dataset, (full, lora) = judged
    only = OutputFilter.RIGHT_WRONG
    page = output_page(dataset=dataset, runs=[full, lora], only=only, pair=RightWrong(full, lora))
    assert positions(page) == [1]
    outputs = page.examples[0].outputs
    assert [(output.right, output.probability) for output in outputs] == [(True, None), (False, 0.75)]
    page = output_page(dataset=dataset, runs=[full, lora], only=only, pair=RightWrong(lora, full))
    assert positions(page) == []


def test_one_text_without_slot_errors_and_the_other_with_one(corpus: Dataset, runs: list[Run]) -> None:
    one, two = runs
    only = OutputFilter.RIGHT_WRONG
    page = output_page(dataset=corpus, runs=runs, only=only, pair=RightWrong(one, two))
    assert positions(page) == [0, 10, 20, 30, 40]  # the last, which "two" lacks, is neither
    assert positions(output_page(dataset=corpus, runs=runs, only=only, pair=RightWrong(two, one))) == []
    assert len(positions(output_page(dataset=corpus, runs=[one], only=only))) == 20


def test_each_text_is_scored_by_itself(corpus: Dataset) -> None:
    run = make_run(corpus, ["Human text 1 on place 0.", "Nothing."], system="copy")
    said, other = (shown.outputs[0].scores for shown in output_page(dataset=corpus, runs=[run]).examples)
    assert said is not None
    assert other is not None
    assert (round(said.bleu), round(said.chrf)) == (100, 100)
    assert other.chrf < 20


def test_each_task_has_the_filters_that_mean_something(judged: tuple[Dataset, list[Run]]) -> None:
    both = {OutputFilter.ALL, OutputFilter.DISAGREE, OutputFilter.IDENTICAL}
    assert set(filters_for(Dataset(task="generation"))) == both
    assert set(filters_for(judged[0])) == both | {OutputFilter.RIGHT_WRONG}
    assert set(filters_for(Dataset(task="e2e"))) == set(OutputFilter)


def test_looking_for_slot_errors_stops_and_says_how_far_it_got(
    corpus: Dataset, runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = output_page(dataset=corpus, runs=runs, only=OutputFilter.SLOT_ERRORS)
    assert (positions(found), found.after, found.scanned) == ([0, 10, 20, 30, 40], None, None)
    monkeypatch.setattr(outputs, "SCANNED_AT_MOST", 12)
    monkeypatch.setattr(outputs, "_BATCH", 6)
    part = output_page(dataset=corpus, runs=runs, only=OutputFilter.SLOT_ERRORS)
    assert (positions(part), part.after, part.scanned) == ([0, 10], 12, 11)
    back = output_page(dataset=corpus, runs=runs, only=OutputFilter.SLOT_ERRORS, start=49, backwards=True)
    assert (positions(back), back.before, back.scanned) == ([40], 37, 38)


def test_a_full_page_of_slot_errors_ends_the_search(corpus: Dataset) -> None:
    run = make_run(corpus, ["Nothing is said."] * 50, system="silent")
    page = output_page(dataset=corpus, runs=[run], only=OutputFilter.SLOT_ERRORS)
    assert (positions(page), page.after, page.scanned) == (list(range(20)), 20, None)


@pytest.mark.parametrize("only", list(OutputFilter))
def test_a_page_costs_the_same_whatever_the_size(only: OutputFilter, django_assert_num_queries) -> None:
    says, same = "Nothing", only is OutputFilter.IDENTICAL
    right = only is OutputFilter.RIGHT_WRONG
    for size in (21, 90):
        corpus = make_corpus(size, name=f"of {size}")
        runs = [
            make_run(corpus, [says if same else f"{says} {name}"] * size, system=f"{name} {size}")
            for name in ("a", "a", "b")
        ]
        if right:
            runs[1] = make_run(corpus, right_texts(corpus), system=f"right {size}")
        with django_assert_num_queries(4):
            output_page(dataset=corpus, runs=runs, only=only, pair=RightWrong(runs[1], runs[0]))
