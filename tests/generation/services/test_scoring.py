"""Scores are the published ones for the challenge's outputs, and scoring again changes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from generation.errors import RunRefused
from generation.metrics.measures import BLEU, BLEU_LOWERCASED, METEOR, OF_TEXTS, SLOT_ERROR_RATE
from generation.models import Dataset, MetricScore, Output, Run
from generation.models.leases import WorkState
from generation.selectors.scores import stored_measures
from generation.services.runs import import_outputs
from generation.services.scoring import claim_scoring, score_run


@pytest.fixture
def imported(dataset: Dataset, tmp_path: Path) -> Run:
    """Outputs that repeat a reference, but for the last, which says nothing of the food."""
    path = tmp_path / "outputs.txt"
    lines = [f"Place {number} serves Chinese food." for number in range(4)]
    path.write_text("\n".join([*lines, "Place 4 is here."]) + "\n")
    return import_outputs(path=path, dataset=dataset, system_name="copier")


def test_scores_are_from_0_to_100_and_signed(imported: Run) -> None:
    scores = {score.metric: score for score in score_run(run=imported)}
    assert set(scores) == {*OF_TEXTS, SLOT_ERROR_RATE}
    assert all(score.examples == 5 for score in scores.values())
    assert all(score.signature for score in scores.values() if score.value is not None)
    assert 70 < scores[BLEU].value < 100
    assert scores[SLOT_ERROR_RATE].value == pytest.approx(100 * 1 / 10)
    assert "case:lc" in scores[BLEU_LOWERCASED].signature


def test_scoring_again_gives_the_same_rows(imported: Run) -> None:
    MetricScore.objects.create(run=imported, metric="old", value=1, signature="gone", examples=5)
    first = [(score.pk, score.value) for score in score_run(run=imported)]
    Output.objects.filter(run=imported).update(text="Nothing.")
    second = [(score.pk, score.value) for score in score_run(run=imported)]
    assert [key for key, _value in first] == [key for key, _value in second]
    assert first != second
    assert not imported.scores.filter(metric="old").exists()


def test_only_what_is_finished_is_scored(run: Run) -> None:
    with pytest.raises(RunRefused, match="is queued; only a finished run"):
        score_run(run=run)
    run.state = WorkState.DONE
    with pytest.raises(RunRefused, match="no output to score"):
        score_run(run=run)


def test_scoring_reads_examples_and_references_at_once(imported: Run, django_assert_max_num_queries) -> None:
    score_run(run=imported)
    with django_assert_max_num_queries(12):
        score_run(run=Run.objects.get(pk=imported.pk))


def test_each_score_has_its_interval_and_how_it_came(imported: Run) -> None:
    scores = {score.metric: score for score in score_run(run=imported)}
    bleu = scores[BLEU]
    assert bleu.ci_low < bleu.value < bleu.ci_high
    assert "seed:1|resamples:10000|confidence:0.95" in bleu.interval
    assert bleu.statistics.table(5).shape == (5, 10)


def test_without_java_there_is_a_reason_instead_of_a_number(
    imported: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    meteor = next(score for score in score_run(run=imported) if score.metric == METEOR)
    assert (meteor.value, meteor.ci_low, meteor.reason) == (None, None, "not computed: needs Java")


def test_one_process_at_a_time_scores_a_run(imported: Run) -> None:
    assert claim_scoring(run_id=imported.pk) == imported
    assert claim_scoring(run_id=imported.pk) is None
    Run.objects.filter(pk=imported.pk).update(scoring_until=timezone.now() - timedelta(seconds=1))
    assert claim_scoring(run_id=imported.pk) == imported
    score_run(run=imported)
    Run.objects.filter(pk=imported.pk).update(scoring_until=None)
    assert claim_scoring(run_id=imported.pk) is None


def test_stored_statistics_are_those_of_the_outputs(imported: Run) -> None:
    score_run(run=imported)
    stored = stored_measures([imported.pk])[imported.pk]
    bleu = imported.scores.get(metric=BLEU)
    assert stored.measures[BLEU].corpus_score == bleu.value
    assert list(stored.examples) == list(
        imported.outputs.order_by("example__position").values_list("example", flat=True)
    )
