"""`import_outputs FILE --dataset D --system N`: take in outputs that were written elsewhere."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.errors import GenerationError
from generation.selectors.named import dataset_named
from generation.services.runs import import_outputs


class Command(BaseCommand):
    help = "Import a system's outputs as a finished run."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="a table (MR, tab, output), JSON lines, or one output a line"
        )
        parser.add_argument("--dataset", required=True, help="the dataset that the outputs are for")
        parser.add_argument("--system", required=True, help="the system's name; made where it is new")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dataset = dataset_named(options["dataset"])
            run = import_outputs(path=options["file"], dataset=dataset, system_name=options["system"])
        except GenerationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Imported {run.examples:,} outputs of '{run.system}' for '{dataset}'.")
