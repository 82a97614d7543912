"""Two runs compared without a study: by what scoring stored, on the examples that both answered."""

import pytest

from generation.metrics.measures import Expected, measures, restored
from generation.models import Dataset, Example, MetricScore, MetricStatistics, Output
from ratings.reports.run_comparison import RESAMPLES, SEED, compare_runs
from ratings.reports.run_comparison_words import comparison_section, outputs_sentences
from ratings.statistics.classification import accuracy_difference, paired_counts
from ratings.statistics.metric_resampling import compare_metric
from tests.generation.comparisons import make_corpus, make_run, right_texts

EXAMPLES = 40


def measured(run):
    """Score `run` as a worker does, but for METEOR, and store what each example adds."""
    said = list(run.outputs.select_related("example").order_by("example__position"))
    dataset = run.dataset
    expected = Expected(
        references=[[each.text for each in output.example.references.all()] for output in said],
        slots=[[(slot, value) for slot, value in output.example.slots] for output in said],
        gold=[output.example.label for output in said],
        labels=dataset.labels,
    )
    found = measures([output.text for output in said], expected, meteor=False)
    for metric, each in found.items():
        score = MetricScore.objects.create(
            run=run,
            metric=metric,
            value=each.corpus_score,
            signature=each.signature,
            examples=len(said),
        )
        MetricStatistics.objects.create(score=score, values=MetricStatistics.packed(each.values))
    return run


@pytest.fixture
def corpus(db):
    return make_corpus(EXAMPLES)


@pytest.fixture
def right(corpus):
    return measured(make_run(corpus, right_texts(corpus), system="right"))


@pytest.fixture
def forgetful(corpus):
    """A run that leaves the food out of every other text."""
    texts = [text if place % 2 else f"Place {place}." for place, text in enumerate(right_texts(corpus))]
    return measured(make_run(corpus, texts, system="forgetful"))


@pytest.fixture
def classifiers(db):
    """Two runs of labels: both right on 10, A alone on 12, B alone on 3, neither on 5."""
    dataset = Dataset.objects.create(
        name="reviews", task="sst2", file_name="dev.tsv", sha256="6" * 64, labels=["negative", "positive"]
    )
    Example.objects.bulk_create(
        Example(dataset=dataset, position=place, source=f"review {place}", label="positive")
        for place in range(30)
    )
    a = ["positive"] * 22 + ["negative"] * 8
    b = ["positive"] * 10 + ["negative"] * 12 + ["positive"] * 3 + ["negative"] * 5
    return [measured(make_run(dataset, texts, system=name)) for name, texts in (("A", a), ("B", b))]


def test_a_metric_is_compared_as_the_statistics_compare_it(right, forgetful):
    found = compare_runs(right, forgetful)
    rows = {row.metric: row for row in found.metrics}
    stored = {score.run_id: score for score in MetricScore.objects.filter(metric="bleu")}
    ours = rows["bleu"].difference
    assert ours.estimate == pytest.approx(stored[right.pk].value - stored[forgetful.pk].value)
    assert ours.n.items == EXAMPLES
    assert ours.ci_low < ours.estimate < ours.ci_high
    assert rows["slot_error_rate"].difference.estimate == pytest.approx(-25)
    assert ours.pvalue_adjusted > ours.pvalue
    first, second = (
        restored("bleu", signature="", values=stored[run.pk].statistics.table(EXAMPLES))
        for run in (right, forgetful)
    )
    again = compare_metric(first, second, seed=SEED, resamples=RESAMPLES).difference
    assert (ours.ci_low, ours.ci_high, ours.pvalue) == (again.ci_low, again.ci_high, again.pvalue)


def test_the_better_one_is_the_one_with_fewer_slot_errors(right, forgetful):
    section = comparison_section(compare_runs(forgetful, right))
    (table,) = section.tables
    shown = {row[0]: row[-1] for row in table.rows}
    assert shown["slot error rate"] == "B better"
    same = measured(make_run(right.dataset, right_texts(right.dataset), system="same"))
    alike = comparison_section(compare_runs(right, same))
    assert {row[-1] for row in alike.tables[0].rows} == {"open"}
    said = " ".join((*section.sentences, *alike.sentences)).casefold()
    assert "no difference" not in said
    assert "never says that the two are the same" in said


def test_only_examples_that_both_answered_count(corpus, right):
    texts = [text.replace("serves", "has") for text in right_texts(corpus)]
    partial = measured(make_run(corpus, texts[:20], system="partial"))
    found = compare_runs(right, partial)
    rows = {row.metric: row for row in found.metrics}
    assert (found.answered.examples, found.answered.differ) == (20, 20)
    assert rows["bleu"].difference.n.items == 20
    assert rows["cider"].difference.estimate is None
    section = comparison_section(found)
    assert any("NIST, CIDEr: The runs answered other examples" in note for note in section.tables[0].notes)


def test_what_was_scored_otherwise_is_not_compared(right, forgetful):
    MetricScore.objects.filter(run=right, metric="chrf").update(signature="other")
    rows = {row.metric: row for row in compare_runs(right, forgetful).metrics}
    assert rows["chrf"].a.estimate is not None
    assert "other settings" in rows["chrf"].difference.reason


def test_a_metric_that_was_not_computed_says_why(right, forgetful):
    MetricScore.objects.filter(metric="bleu").delete()
    for run in (right, forgetful):
        MetricScore.objects.create(
            run=run, metric="bleu", value=None, reason="not computed: needs Java", examples=EXAMPLES
        )
    (table,) = comparison_section(compare_runs(right, forgetful)).tables
    assert "BLEU" not in {row[0] for row in table.rows}
    assert "BLEU: not computed: needs Java." in table.notes


def test_labels_are_compared_by_tangos_interval(classifiers):
    found = compare_runs(*classifiers)
    accuracy = next(row for row in found.metrics if row.metric == "accuracy")
    right = [[text == "positive" for text in _texts(run)] for run in classifiers]
    wanted = accuracy_difference(paired_counts(*right))
    assert accuracy.difference.estimate == pytest.approx(30)
    assert accuracy.difference.ci_low == pytest.approx(100 * wanted.ci_low)
    assert outputs_sentences(found) == (
        "15 of the outputs for 30 examples that both answered differ.",
        "A alone is right on 12, B alone on 3, both on 10, neither on 5.",
    )


def test_runs_without_scores_only_tell_how_many_outputs_differ(corpus):
    one, other = (make_run(corpus, right_texts(corpus), system=name) for name in ("one", "other"))
    Output.objects.filter(run=other, example__position=3).update(text="Other words.")
    found = compare_runs(one, other)
    assert not found.is_scored
    assert found.labels is None
    assert (found.answered.examples, found.answered.differ) == (EXAMPLES, 1)


def _texts(run):
    return list(run.outputs.order_by("example__position").values_list("text", flat=True))
