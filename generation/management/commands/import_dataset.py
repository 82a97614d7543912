"""`import_dataset TASK FILE --name NAME`: take a corpus file into the database."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.errors import GenerationError
from generation.models import Dataset, Reference
from generation.services.corpora import import_dataset

FILE_HELP = (
    "e2e: the official CSV (mr,ref), plain or gzipped, or the LoRA paper's form; sst2, mrpc, rte, mnli: "
    "GLUE's TSV file or JSON lines; generation: JSON lines with source and references; classification: JSON "
    "lines with text, label and perhaps text_pair"
)


class Command(BaseCommand):
    help = "Import a corpus, whole or not at all."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("task", choices=Dataset.Task.values, help="what kind of corpus it is")
        parser.add_argument("file", type=Path, help=FILE_HELP)
        parser.add_argument("--name", required=True, help="what the dataset is called from now on")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dataset = import_dataset(task=options["task"], path=options["file"], name=options["name"])
        except GenerationError as error:
            raise CommandError(str(error)) from error
        examples = f"Imported '{dataset}': {dataset.examples.count():,} examples"
        if dataset.is_classification:
            self.stdout.write(f"{examples} with the labels {', '.join(dataset.labels)}.")
            return
        references = Reference.objects.filter(example__dataset=dataset).count()
        self.stdout.write(f"{examples} with {references:,} references.")
