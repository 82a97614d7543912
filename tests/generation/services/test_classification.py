"""From a corpus with labels to scores: base, fine-tunes, runs by the real processes, and their metrics."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client
from django.urls import reverse

from generation.errors import FinetuneRefused, RunRefused
from generation.inference.process import InferenceProcess
from generation.models import Checkpoint, Dataset, Run
from generation.models.leases import WorkState
from generation.services.checkpoints import register_checkpoint
from generation.services.chunks import claim_chunk
from generation.services.corpora import import_dataset
from generation.services.finetunes import start_and_claim, start_finetune
from generation.services.runs import start_run
from generation.services.scoring import score_run
from generation.services.systems import ensure_system
from generation.services.training import carry_out as train
from generation.worker.chunk_work import carry_out as work
from tests.generation.classifiers import save_base

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = ["the film is good", "a dull plot", "it was very fine and good", "not good", "bad bad film"]


@pytest.fixture(scope="module")
def inference() -> Iterator[InferenceProcess]:
    with InferenceProcess(device="cpu", threads=1) as process:
        yield process


@pytest.fixture
def reviews(db: None, tmp_path: Path) -> Dataset:
    """Sentences of SST-2's form."""
    path = tmp_path / "reviews.tsv"
    path.write_text("".join(f"{text}\t{number % 2}\n" for number, text in enumerate(TEXTS * 4)))
    return import_dataset(task="sst2", path=path, name="reviews")


@pytest.fixture
def pairs(db: None, tmp_path: Path) -> Dataset:
    """Pairs of sentences of RTE's form."""
    path = tmp_path / "pairs.tsv"
    labels = ["entailment", "not_entailment"]
    rows = [f"{n}\t{text}\t{TEXTS[-n]}\t{labels[n % 2]}\n" for n, text in enumerate(TEXTS)]
    path.write_text("index\tsentence1\tsentence2\tlabel\n" + "".join(rows))
    return import_dataset(task="rte", path=path, name="pairs")


def _registered(model_type: str, folder: Path) -> Checkpoint:
    return register_checkpoint(folder=save_base(model_type, folder), name=model_type, adaptation="pretrained")


def _tuned(base: Checkpoint, dataset: Dataset, adaptation: str) -> Checkpoint:
    job = start_and_claim(
        base=base, dataset=dataset, adaptation=adaptation, name=f"{base}-{adaptation}", steps=2, seed=1
    )
    state = train(job=job)
    job.refresh_from_db()
    assert state == WorkState.DONE, job.error
    assert job.checkpoint is not None
    return job.checkpoint


def _run(checkpoint: Checkpoint, dataset: Dataset, inference: InferenceProcess, *, seed: int = 1) -> Run:
    run = start_run(system=ensure_system(checkpoint=checkpoint), dataset=dataset, seed=seed)
    while (chunk := claim_chunk(run_id=run.pk)) is not None:
        work(chunk=chunk, inference=inference, should_stop=lambda: False)
    run.refresh_from_db()
    assert run.state == WorkState.DONE, run.error
    return run


def _scores(run: Run) -> list[dict[str, float]]:
    return list(run.outputs.order_by("example__position").values_list("label_scores", flat=True))


def _rows(file: str, text: str, other: str, number: int) -> list[str]:
    """The columns of a row of GLUE's `file` about two texts."""
    trees = ["( a )", "( b )", "(ROOT a)", "(ROOT b)"]
    gold = ["entailment", "neutral", "contradiction"][number % 3]
    if file == "sst2":
        return [text, str(number % 2)]
    if file == "mrpc":
        return [str(number % 2), "702876", "702977", text, other]
    if file == "rte":
        return [str(number), text, other, ["entailment", "not_entailment"][number % 2]]
    votes = [gold] if file == "mnli train" else [gold] * 5
    return [str(number), "31193", "31193n", "government", *trees, text, other, *votes, gold]


_MNLI = [
    *("index", "promptID", "pairID", "genre"),
    *("sentence1_binary_parse", "sentence2_binary_parse", "sentence1_parse", "sentence2_parse"),
    *("sentence1", "sentence2", "label1"),
]
HEADERS = {
    "sst2": ["sentence", "label"],
    "mrpc": ["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"],
    "rte": ["index", "sentence1", "sentence2", "label"],
    "mnli train": [*_MNLI, "gold_label"],
    "mnli dev_matched": [*_MNLI, "label2", "label3", "label4", "label5", "gold_label"],
    "mnli dev_mismatched": [*_MNLI, "label2", "label3", "label4", "label5", "gold_label"],
}


def _glue(file: str, folder: Path) -> Dataset:
    """GLUE's `file` in its official columns, six rows of it, imported."""
    path = folder / f"{file.replace(' ', '_')}.tsv"
    rows = [_rows(file, TEXTS[n % 5], TEXTS[(n + 1) % 5], n) for n in range(6)]
    path.write_text("".join("\t".join(row) + "\n" for row in [HEADERS[file], *rows]), encoding="utf-8")
    return import_dataset(task=file.partition(" ")[0], path=path, name=file)


def _page_of_outputs(dataset: Dataset) -> str:
    client = Client()
    client.force_login(User.objects.create_superuser("reader"))
    return client.get(reverse("generation:outputs", args=[dataset.pk])).text


@pytest.mark.parametrize(
    ("model_type", "file"),
    [
        ("bert", "mnli train"),
        ("deberta-v2", "rte"),
        ("gpt2", "sst2"),
        ("llama", "mnli dev_mismatched"),
        ("roberta", "mrpc"),
        ("distilbert", "mnli dev_matched"),
    ],
)
def test_base_full_and_lora_classify(
    model_type: str,
    file: str,
    db: None,
    inference: InferenceProcess,
    checkpoint_store: Path,
    tmp_path: Path,
) -> None:
    dataset = _glue(file, tmp_path)
    base = _registered(model_type, tmp_path / "base")
    systems = [base, _tuned(base, dataset, "full"), _tuned(base, dataset, "lora")]
    runs = [_run(checkpoint, dataset, inference) for checkpoint in systems]
    for checkpoint, run in zip(systems, runs, strict=True):
        assert set(run.outputs.values_list("text", flat=True)) <= set(dataset.labels)
        metrics = {score.metric: score.value for score in score_run(run=run)}
        assert sorted(metrics) == ["accuracy", "f1", "matthews"]
        right = run.outputs.filter(text=F("example__label")).count()
        assert metrics["accuracy"] == pytest.approx(100 * right / 6)
        fresh = checkpoint == base
        assert checkpoint.has_classification_head is not fresh
        assert run.environment.get("fresh_head_seed") == (1 if fresh else None)
    assert all(_scores(runs[0])[0] != _scores(run)[0] for run in runs[1:])
    # After the adapter has acted on the same base, the base alone says what it said.
    again = _run(base, dataset, inference)
    assert _scores(again) == _scores(runs[0])
    page = _page_of_outputs(dataset)
    assert page.count('class="output"') == 3 * 6
    assert page.count(">right<") + page.count(">wrong<") == 3 * 6


def test_pairs_are_read_together_and_the_fresh_head_is_the_seed_s(
    pairs: Dataset, inference: InferenceProcess, checkpoint_store: Path, tmp_path: Path
) -> None:
    base = _registered("bert", tmp_path / "base")
    first, again = (_scores(_run(base, pairs, inference)) for _ in range(2))
    assert first == again
    assert first != _scores(_run(base, pairs, inference, seed=2))
    pairs.examples.update(text_pair="very dull")
    assert first != _scores(_run(base, pairs, inference))


def test_labels_do_not_depend_on_the_size_of_chunks(
    reviews: Dataset, inference: InferenceProcess, checkpoint_store: Path, tmp_path: Path, settings
) -> None:
    base = _registered("roberta", tmp_path / "base")
    together = _scores(_run(base, reviews, inference))
    settings.CHUNK_SIZE = 1
    for one, other in zip(together, _scores(_run(base, reviews, inference)), strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_encoders_do_not_write_and_corpora_ask_for_what_fits(
    reviews: Dataset, checkpoint_store: Path, tmp_path: Path, write_corpus
) -> None:
    encoder = _registered("bert", tmp_path / "base")
    texts = import_dataset(task="e2e", path=write_corpus(1), name="places")
    with pytest.raises(RunRefused, match="writes none"):
        start_run(system=ensure_system(checkpoint=encoder), dataset=texts)
    with pytest.raises(FinetuneRefused, match="does not learn to write"):
        start_finetune(base=encoder, dataset=texts, adaptation="full", name="x")


def test_an_adapter_that_writes_does_not_classify(reviews: Dataset) -> None:
    rows = {"architecture": "LlamaForCausalLM", "parameters": 1, "bytes": 1, "digest": "0" * 64}
    base = Checkpoint.objects.create(name="llama", adaptation="pretrained", **rows)
    adapter = Checkpoint.objects.create(name="adapter", adaptation="lora", base=base, **rows)
    with pytest.raises(RunRefused, match="brings no head"):
        start_run(system=ensure_system(checkpoint=adapter), dataset=reviews)


def test_a_head_for_other_labels_is_refused(
    reviews: Dataset, inference: InferenceProcess, checkpoint_store: Path, tmp_path: Path
) -> None:
    folder = save_base("bert", tmp_path / "full", architecture="BertForSequenceClassification")
    trained = register_checkpoint(folder=folder, name="two labels", adaptation="full")
    reviews.labels = ["negative", "neutral", "positive"]
    reviews.save()
    run = start_run(system=ensure_system(checkpoint=trained), dataset=reviews)
    chunk = claim_chunk(run_id=run.pk)
    assert chunk is not None
    work(chunk=chunk, inference=inference, should_stop=lambda: False)
    run.refresh_from_db()
    assert run.state == WorkState.FAILED
    assert "tells 2 labels apart" in run.error
