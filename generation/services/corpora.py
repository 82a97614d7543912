"""Take corpora into the database, whole or not at all."""

import hashlib
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from evalsite import audit
from generation.errors import DatasetRefused, NameTaken
from generation.formats.corpus import Corpus, CorpusError
from generation.formats.readers import read_corpus
from generation.models import Dataset, Example, Reference

LONGEST_LABEL = 100


def import_dataset(*, task: str, path: Path, name: str, actor: User | None = None) -> Dataset:
    """Read the corpus file at `path` and store it as dataset `name`.

    Raises DatasetRefused with file, line and reason, and NameTaken; nothing is stored then.
    """
    if task not in Dataset.Task.values:
        raise DatasetRefused(f"There is no task {task!r}; choose one of {', '.join(Dataset.Task.values)}.")
    if Dataset.objects.filter(name=name).exists():
        raise NameTaken(f"There is a dataset named {name!r} already; choose another name.")
    try:
        corpus = read_corpus(task, path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except CorpusError as error:
        raise DatasetRefused(str(error)) from error
    except OSError as error:
        raise DatasetRefused(f"{path} cannot be read: {error.strerror}.") from error
    too_long = next((label for label in corpus.labels if len(label) > LONGEST_LABEL), None)
    if too_long is not None:
        raise DatasetRefused(
            f"{path.name}: the label {too_long[:40]!r}… is too long; give labels of at most "
            f"{LONGEST_LABEL} characters."
        )
    with transaction.atomic():
        dataset = Dataset.objects.create(
            name=name, task=task, file_name=path.name, sha256=sha256, labels=list(corpus.labels)
        )
        _store_examples(dataset, corpus)
        details = {"file": path.name, "sha256": sha256, "examples": len(corpus.examples)}
        audit.note(actor=actor, action="imported a corpus", subject=name, details=details)
    return dataset


def _store_examples(dataset: Dataset, corpus: Corpus) -> None:
    examples = Example.objects.bulk_create(
        [
            Example(
                dataset=dataset,
                position=position,
                source=example.source,
                slots=[list(slot) for slot in example.slots],
                text_pair=example.pair or "",
                label=example.label or "",
            )
            for position, example in enumerate(corpus.examples)
        ],
        batch_size=500,
    )
    Reference.objects.bulk_create(
        [
            Reference(example=stored, position=position, text=text)
            for stored, example in zip(examples, corpus.examples, strict=True)
            for position, text in enumerate(example.references)
        ],
        batch_size=1000,
    )
