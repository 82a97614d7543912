"""`report STUDY --format F --out PATH`: a closed study's report as a file."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from evalsite.disk import write_whole
from ratings.errors import RatingsError
from ratings.management.studies import study_named
from ratings.reports.build import build_report
from ratings.reports.csv_export import csv_file
from ratings.reports.exports import FORMATS
from ratings.reports.tidy import tidy_tables


class Command(BaseCommand):
    help = "Write the report of a closed study to a file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("study", help="the study's slug or name")
        parser.add_argument("--format", choices=sorted(FORMATS), default="html")
        parser.add_argument("--out", type=Path, required=True, help="the file to write")
        parser.add_argument("--language", choices=["en", "vi"], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        study = study_named(options["study"])
        out: Path = options["out"]
        if not out.parent.is_dir():
            raise CommandError(f"--out is '{out}', and there is no folder '{out.parent}': make it first.")
        try:
            report = build_report(study)
            with override(options["language"]):
                if options["format"] == "csv" and out.suffix == ".csv":
                    # The statistics go where was asked; what else belongs to them stands beside them.
                    files = {table.name: csv_file(table) for table in tidy_tables(report, study)}
                else:
                    files = {"": FORMATS[options["format"]].make(report, study)}
        except RatingsError as error:
            raise CommandError(str(error)) from error
        for name, content in files.items():
            path = out if name in ("", "statistics") else out.with_name(f"{out.stem}-{name}{out.suffix}")
            try:
                write_whole(path, content)
            except OSError as error:
                raise CommandError(
                    f"--out: '{path}' was not written ({error.strerror}): make room, or name another folder."
                ) from error
            self.stdout.write(f"Wrote {path} ({len(content):,} bytes).")
