"""`register_checkpoint DIR --name NAME --adaptation KIND`: take a checkpoint into the store."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.errors import GenerationError
from generation.models.checkpoints import Adaptation
from generation.services.checkpoints import register_checkpoint


class Command(BaseCommand):
    help = "Copy a checkpoint into the store and record it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where its safetensors and configurations lie")
        parser.add_argument("--name", required=True)
        parser.add_argument("--adaptation", required=True, choices=Adaptation.values)
        parser.add_argument(
            "--base", help="the registered checkpoint that it was trained from (needed for lora)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checkpoint = register_checkpoint(
                folder=options["folder"],
                name=options["name"],
                adaptation=options["adaptation"],
                base_name=options["base"],
            )
        except GenerationError as error:
            raise CommandError(str(error)) from error
        trainable = "" if checkpoint.trainable is None else f", {checkpoint.trainable:,} of them trainable"
        self.stdout.write(
            f"Registered '{checkpoint}': {checkpoint.architecture}, {checkpoint.parameters:,} parameters"
            f"{trainable}, {checkpoint.bytes:,} bytes, SHA-256 {checkpoint.digest}."
        )
