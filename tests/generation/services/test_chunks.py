"""A chunk's outputs are stored once, by its holder alone; a killed worker's chunk goes on where it was."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from generation.errors import LeaseLost
from generation.formats.e2e import prompt_for
from generation.inference.protocol import GeneratedText, Ready
from generation.models import Chunk, Dataset, Output, Run, System
from generation.models.leases import WorkState
from generation.services import chunks
from generation.services.chunks import (
    claim_chunk,
    fail_exhausted,
    fail_run,
    finish_chunk,
    note_environment,
    request_for,
    retry_chunk,
    save_outputs,
)
from generation.services.runs import cancel_run, start_run


def texts(ids: Sequence[int]) -> list[GeneratedText]:
    return [GeneratedText(id=pk, text=f" Text {pk}.\nMore.", tokens=4, finished=True) for pk in ids]


def claimed(run: Run) -> Chunk:
    chunk = claim_chunk(run_id=run.pk)
    assert chunk is not None
    return chunk


def expire(chunk: Chunk) -> None:
    Chunk.objects.filter(pk=chunk.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_claiming_starts_the_run_and_takes_older_runs_first(
    run: Run, dataset: Dataset, system: System
) -> None:
    other = System.objects.create(
        name="other",
        checkpoint=system.checkpoint,
        decoding=system.decoding.__class__.objects.create(name="d"),
    )
    later = start_run(system=other, dataset=dataset)
    chunk = claim_chunk()
    assert chunk is not None
    assert chunk.run_id == run.pk
    run.refresh_from_db()
    assert run.state == WorkState.RUNNING
    assert run.started_at is not None
    assert claimed(later).run_id == later.pk


def test_a_cancelled_run_has_nothing_to_claim(run: Run) -> None:
    cancel_run(run=run)
    assert claim_chunk() is None


def test_the_request_says_all_that_generates_the_texts(run: Run) -> None:
    chunk = claimed(run)
    request = request_for(chunk=chunk)
    assert [prompt.id for prompt in request.prompts] == chunk.example_ids
    sources = dict(run.dataset.examples.values_list("pk", "source"))
    assert request.prompts[0].text == prompt_for(sources[chunk.example_ids[0]])
    assert (request.decoding.num_beams, request.decoding.max_new_tokens, request.seed) == (1, 80, 1)
    assert request.system.adapter is None


def test_outputs_are_cleaned_counted_and_not_asked_for_again(run: Run) -> None:
    chunk = claimed(run)
    first, second = chunk.example_ids
    save_outputs(chunk=chunk, texts=texts([first]), seconds=0.5)
    output = Output.objects.get(run=run, example=first)
    assert (output.text, output.raw) == (f"Text {first}.", f" Text {first}.\nMore.")
    run.refresh_from_db()
    assert (run.new_tokens, run.seconds) == (4, 0.5)
    assert [prompt.id for prompt in request_for(chunk=chunk).prompts] == [second]


def test_a_character_that_postgresql_holds_not_is_replaced(run: Run) -> None:
    chunk = claimed(run)
    written = GeneratedText(id=chunk.example_ids[0], text="A\0 pub.", tokens=4, finished=True)
    save_outputs(chunk=chunk, texts=[written], seconds=0.5)
    output = Output.objects.get(run=run, example=written.id)
    assert (output.text, output.raw) == ("A pub.", "A\N{REPLACEMENT CHARACTER} pub.")


def test_whoever_lost_the_lease_stores_nothing(run: Run) -> None:
    first = claimed(run)
    save_outputs(chunk=first, texts=texts(first.example_ids[:1]), seconds=1)
    expire(first)
    second = claimed(run)
    assert second.pk == first.pk
    with pytest.raises(LeaseLost):
        save_outputs(chunk=first, texts=texts(first.example_ids[1:]), seconds=1)
    save_outputs(chunk=second, texts=texts(second.example_ids[1:]), seconds=1)
    assert Output.objects.filter(run=run).count() == 2
    with pytest.raises(LeaseLost):
        finish_chunk(chunk=first)
    assert finish_chunk(chunk=second) == WorkState.RUNNING
    run.refresh_from_db()
    assert run.seconds == 2


def test_the_last_chunk_finishes_the_run(run: Run) -> None:
    for _ in range(3):
        chunk = claimed(run)
        save_outputs(chunk=chunk, texts=texts(chunk.example_ids), seconds=1)
        state = finish_chunk(chunk=chunk)
    assert state == WorkState.DONE
    assert Output.objects.filter(run=run).count() == 5


def test_examples_without_an_output_fail_their_run_once_the_others_are_done(run: Run) -> None:
    refused = claimed(run)
    assert finish_chunk(chunk=refused, refused="out of memory") == WorkState.RUNNING
    refused.refresh_from_db()
    assert (refused.state, refused.error) == (WorkState.FAILED, "out of memory")
    for _ in range(2):
        chunk = claimed(run)
        save_outputs(chunk=chunk, texts=texts(chunk.example_ids), seconds=1)
        state = finish_chunk(chunk=chunk)
    assert state == WorkState.FAILED
    assert Output.objects.filter(run=run).count() == 3


def test_a_system_that_cannot_be_loaded_fails_its_run_at_once(run: Run) -> None:
    chunk = claimed(run)
    assert fail_run(chunk=chunk, reason="config.json changed") == WorkState.FAILED
    assert set(run.chunks.values_list("state", "error")) == {(WorkState.FAILED, "config.json changed")}
    run.refresh_from_db()
    assert run.error == "config.json changed"


def test_a_chunk_whose_workers_all_died_fails_its_run(run: Run, settings) -> None:
    settings.MAX_CLAIMS = 2
    run.chunks.filter(position__gt=0).update(state=WorkState.DONE)
    for _ in range(2):
        expire(claimed(run))
    assert claim_chunk() is None
    assert fail_exhausted() == [run.pk]
    run.refresh_from_db()
    assert run.state == WorkState.FAILED
    assert "ended 2 times" in run.error
    assert fail_exhausted() == []


def test_whoever_gets_further_is_not_given_up(run: Run, settings) -> None:
    settings.MAX_CLAIMS = 2
    for done in range(2):
        chunk = claimed(run)
        save_outputs(chunk=chunk, texts=texts(chunk.example_ids[done : done + 1]), seconds=1)
        expire(chunk)
    assert fail_exhausted() == []
    assert finish_chunk(chunk=claimed(run)) == WorkState.RUNNING
    assert run.chunks.get(position=0).state == WorkState.DONE


def test_the_environment_is_recorded_once(run: Run) -> None:
    request = request_for(chunk=claimed(run))
    for device in ("cpu", "cuda"):
        ready = Ready(pid=1, device=device, dtype="float32", versions={"torch": "2"})
        note_environment(run_id=run.pk, ready=ready, request=request)
    run.refresh_from_db()
    assert run.environment["device"] == "cpu"
    assert run.environment["decoding"]["num_beams"] == 1
    assert run.environment["checkpoint"] == request.system.checkpoint.files
    assert run.environment["adapter"] == {}


def test_a_worker_killed_as_it_settles_the_last_chunk_leaves_the_run_to_the_next(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(**_options: int) -> WorkState:
        raise SystemExit

    for _ in range(2):
        chunk = claimed(run)
        save_outputs(chunk=chunk, texts=texts(chunk.example_ids), seconds=1)
        finish_chunk(chunk=chunk)
    last = claimed(run)
    save_outputs(chunk=last, texts=texts(last.example_ids), seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(chunks, "settle_run", killed)
        with pytest.raises(SystemExit):
            finish_chunk(chunk=last)
    expire(last)
    assert finish_chunk(chunk=claimed(run)) == WorkState.DONE


def test_an_error_is_tried_again_and_then_fails_the_run(run: Run, settings) -> None:
    settings.MAX_ATTEMPTS = 2
    run.chunks.filter(position__gt=0).update(state=WorkState.DONE)
    assert retry_chunk(chunk=claimed(run), error="disk full") == WorkState.RUNNING
    assert retry_chunk(chunk=claimed(run), error="disk full") == WorkState.FAILED
    run.refresh_from_db()
    assert run.error == "disk full"
