"""`audit_blinding STUDY`: whether anything but the texts tells raters which system wrote what."""

import argparse
import json
import logging
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from ratings.errors import RatingsError
from ratings.management.studies import study_named
from ratings.services.blinding_audit import audit_blinding


class Command(BaseCommand):
    help = "Walk a study as a rater would and print what could tell the systems; nothing is written."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("study", help="the study's slug or name")
        parser.add_argument("--json", action="store_true", help="print the rows as JSON")
        parser.add_argument("--language", choices=["en", "vi"], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        study = study_named(options["study"])
        # The audit asks for much that is refused, on purpose.
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
        try:
            with override(options["language"]):
                rows = audit_blinding(study=study)
        except RatingsError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False))
        else:
            width = max(len(row.title) for row in rows)
            for row in rows:
                self.stdout.write(f"{row.state:<8}  {row.title:<{width}}  {row.figure}")
        if any(row.state == "fail" for row in rows):
            sys.exit(1)
