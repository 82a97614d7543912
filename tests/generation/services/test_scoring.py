"""Scores are the published ones for the challenge's outputs, and scoring again changes nothing."""

from pathlib import Path

import pytest

from generation.errors import RunRefused
from generation.models import Dataset, MetricScore, Output, Run
from generation.models.leases import WorkState
from generation.services.runs import import_outputs
from generation.services.scoring import BLEU, BLEU_LOWERCASED, CHRF, SLOT_ERROR_RATE, score_run


@pytest.fixture
def imported(dataset: Dataset, tmp_path: Path) -> Run:
    """Outputs that repeat a reference, but for the last, which says nothing of the food."""
    path = tmp_path / "outputs.txt"
    lines = [f"Place {number} serves Chinese food." for number in range(4)]
    path.write_text("\n".join([*lines, "Place 4 is here."]) + "\n")
    return import_outputs(path=path, dataset=dataset, system_name="copier")


def test_scores_are_from_0_to_100_and_signed(imported: Run) -> None:
    scores = {score.metric: score for score in score_run(run=imported)}
    assert list(scores) == [BLEU, BLEU_LOWERCASED, CHRF, SLOT_ERROR_RATE]
    assert all(score.examples == 5 and score.signature for score in scores.values())
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
    with django_assert_max_num_queries(10):
        score_run(run=Run.objects.get(pk=imported.pk))
