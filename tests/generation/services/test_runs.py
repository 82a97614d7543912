"""A run is cut into chunks, cancelled, resumed and settled; imported outputs are a run that is over."""

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from generation.errors import OutputsRefused, RunRefused
from generation.models import Chunk, Dataset, Output, Run, System
from generation.models.leases import WorkState
from generation.services import leases
from generation.services.runs import (
    LORA_PAPER_E2E,
    cancel_run,
    decoding_presets,
    import_outputs,
    resume_run,
    settle_run,
    start_run,
)


def states(run: Run) -> list[str]:
    return list(run.chunks.order_by("position").values_list("state", flat=True))


def test_each_example_is_in_one_chunk_and_like_lengths_are_together(run: Run, dataset: Dataset) -> None:
    ids = [pk for chunk in run.chunks.order_by("position") for pk in chunk.example_ids]
    assert sorted(ids) == sorted(dataset.examples.values_list("pk", flat=True))
    assert [len(chunk.example_ids) for chunk in run.chunks.order_by("position")] == [2, 2, 1]
    assert (run.state, run.examples) == (WorkState.QUEUED, 5)


def test_a_limit_takes_the_first_examples(dataset: Dataset, system: System) -> None:
    run = start_run(system=system, dataset=dataset, limit=2)
    (chunk,) = run.chunks.all()
    assert sorted(chunk.example_ids) == list(
        dataset.examples.filter(position__lt=2).values_list("pk", flat=True)
    )


def test_a_run_that_cannot_start_leaves_nothing(run: Run, dataset: Dataset, system: System) -> None:
    with pytest.raises(RunRefused, match="'tiny' is running over 'places' already"):
        start_run(system=system, dataset=dataset)
    with pytest.raises(RunRefused, match="limit is 0"):
        start_run(system=system, dataset=dataset, limit=0)
    with pytest.raises(RunRefused, match="has no checkpoint"):
        start_run(system=System.objects.create(name="elsewhere"), dataset=dataset)
    empty = Dataset.objects.create(name="empty", task="e2e", file_name="x", sha256="0" * 64)
    with pytest.raises(RunRefused, match="'empty' has no examples"):
        start_run(system=system, dataset=empty)
    assert Run.objects.count() == 1
    assert Chunk.objects.count() == 3


def test_cancelling_takes_the_lease_away_and_keeps_what_is_done(run: Run) -> None:
    first = leases.claim(run.chunks.order_by("position"))
    second = leases.claim(run.chunks.order_by("position"))
    assert first is not None
    assert second is not None
    leases.release(first, WorkState.DONE)
    cancel_run(run=run)
    run.refresh_from_db()
    assert states(run) == [WorkState.DONE, WorkState.CANCELLED, WorkState.CANCELLED]
    assert run.state == WorkState.CANCELLED
    assert run.finished_at is not None
    assert not leases.release(second, WorkState.DONE)


def test_resuming_queues_only_what_is_not_done(run: Run, system: System, dataset: Dataset) -> None:
    with pytest.raises(RunRefused, match="is queued; only a stopped run is resumed"):
        resume_run(run=run)
    first = leases.claim(run.chunks.order_by("position"))
    assert first is not None
    leases.release(first, WorkState.DONE)
    cancel_run(run=run)
    run.refresh_from_db()
    resume_run(run=run)
    run.refresh_from_db()
    assert states(run) == [WorkState.DONE, WorkState.QUEUED, WorkState.QUEUED]
    assert (run.state, run.finished_at) == (WorkState.QUEUED, None)
    assert set(run.chunks.values_list("attempts", flat=True)) == {0, 1}


def test_a_stopped_run_is_not_resumed_beside_an_active_one(
    run: Run, system: System, dataset: Dataset
) -> None:
    cancel_run(run=run)
    start_run(system=system, dataset=dataset)
    run.refresh_from_db()
    with pytest.raises(RunRefused, match="Another run of"):
        resume_run(run=run)
    assert states(run) == [WorkState.CANCELLED] * 3


def test_a_run_is_settled_when_its_last_chunk_is(run: Run, dataset: Dataset) -> None:
    for example in dataset.examples.all():
        Output.objects.create(run=run, example=example, text="x", new_tokens=3)
    chunks = list(run.chunks.order_by("position"))
    for chunk in chunks[:2]:
        Chunk.objects.filter(pk=chunk.pk).update(state=WorkState.DONE)
    assert settle_run(run_id=run.pk) == WorkState.QUEUED
    Chunk.objects.filter(pk=chunks[2].pk).update(state=WorkState.DONE)
    assert settle_run(run_id=run.pk) == WorkState.DONE
    run.refresh_from_db()
    assert (run.new_tokens, run.error) == (15, "")
    finished = run.finished_at
    assert settle_run(run_id=run.pk) == WorkState.DONE
    run.refresh_from_db()
    assert run.finished_at == finished


def test_a_failed_chunk_fails_its_run_with_the_reason(run: Run) -> None:
    run.chunks.update(state=WorkState.DONE)
    run.chunks.filter(position=1).update(state=WorkState.FAILED, error="out of memory")
    assert settle_run(run_id=run.pk) == WorkState.FAILED
    run.refresh_from_db()
    assert run.error == "out of memory"


def test_the_database_allows_one_active_run(run: Run) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(system=run.system, dataset=run.dataset)


def test_the_paper_s_beam_settings_are_a_preset(db: None) -> None:
    preset = decoding_presets()[LORA_PAPER_E2E]
    assert (preset.num_beams, preset.length_penalty, preset.no_repeat_ngram_size) == (10, 0.9, 4)
    assert decoding_presets()[LORA_PAPER_E2E] == preset


def test_outputs_from_elsewhere_are_a_finished_run(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "outputs.txt"
    path.write_text("".join(f"Text {number}.<|end|> \n" for number in range(5)))
    run = import_outputs(path=path, dataset=dataset, system_name="elsewhere")
    assert (run.state, run.examples) == (WorkState.DONE, 5)
    assert run.system.checkpoint is None
    outputs = run.outputs.order_by("example__position")
    assert [output.text for output in outputs] == [f"Text {number}." for number in range(5)]
    assert outputs[0].raw == "Text 0.<|end|> "
    assert import_outputs(path=path, dataset=dataset, system_name="elsewhere").system == run.system


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("One.\n", "outputs.txt: the file has 1 lines, the dataset 5 examples"),
        ("mr\toutput\nname[Nobody]\tx\n", "outputs.txt, line 2: the dataset has no MR 'name[Nobody]'"),
        ("", "outputs.txt: the file is empty"),
    ],
)
def test_outputs_that_do_not_fit_leave_nothing(
    content: str, reason: str, dataset: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "outputs.txt"
    path.write_text(content)
    with pytest.raises(OutputsRefused, match=re.escape(reason)):
        import_outputs(path=path, dataset=dataset, system_name="elsewhere")
    with pytest.raises(OutputsRefused, match="cannot be read: No such file"):
        import_outputs(path=tmp_path / "nowhere", dataset=dataset, system_name="elsewhere")
    assert not System.objects.exists()
    assert not Run.objects.exists()


def test_outputs_are_not_imported_under_the_name_of_a_system_that_generates(
    dataset: Dataset, system: System, tmp_path: Path
) -> None:
    path = tmp_path / "outputs.txt"
    path.write_text("Text.\n" * 5)
    with pytest.raises(OutputsRefused, match="'tiny' generates its outputs from a checkpoint"):
        import_outputs(path=path, dataset=dataset, system_name="tiny")
    assert not Run.objects.exists()
