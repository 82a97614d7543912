"""`rater_data STUDY PSEUDONYM`: all that is held about one rater, as the rater's own page gives it."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ratings.blinding.own_data import own_data
from ratings.management.studies import study_named
from ratings.models import Rater


class Command(BaseCommand):
    """For a rater who asks and has lost the link; the file may name the rater's account."""

    help = "Write everything that is held about one rater as JSON; nothing is changed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Whose data, and where to."""
        parser.add_argument("study", help="the study's slug or name")
        parser.add_argument("pseudonym", help="what the study's page calls the rater, such as R03")
        parser.add_argument("--out", type=Path, help="a new file; without it, the data are printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse a file that is there: somebody else's data may lie in it."""
        study = study_named(options["study"])
        rater = Rater.objects.filter(study=study, pseudonym=options["pseudonym"]).first()
        if rater is None:
            known = ", ".join(study.raters.values_list("pseudonym", flat=True)) or "none yet"
            raise CommandError(f"'{study}' has no rater '{options['pseudonym']}': choose of {known}.")
        body = json.dumps(own_data(rater), ensure_ascii=False, indent=2)
        if options["out"] is None:
            self.stdout.write(body)
            return
        try:
            with options["out"].open("x", encoding="utf-8") as file:
                file.write(f"{body}\n")
        except OSError as error:
            refused = f"{options['out']} cannot be written ({error.strerror}): name a new file."
            raise CommandError(refused) from error
        self.stdout.write(f"Wrote {options['out']}.")
