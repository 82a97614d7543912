"""`simulate_raters STUDY`: fill an open study with simulated answers; it never takes real ones after that."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ratings.errors import RatingsError
from ratings.models import Study
from ratings.services.completion import close_study
from ratings.services.opening import open_study
from ratings.services.simulation import simulate


class Command(BaseCommand):
    help = "Answer a study with simulated raters, to see its report before people come."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("study", help="the study's slug or name")
        parser.add_argument("--raters", type=int, default=None, help="how many places (default: all)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--open", action="store_true", help="open a draft first")
        parser.add_argument("--close", action="store_true", help="close the study afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            study = _study(options["study"])
            if options["open"]:
                study = open_study(study=study)
            study = simulate(study=study, seed=options["seed"], raters=options["raters"])
            done = study.raters.exclude(finished_at=None).count()
            self.stdout.write(f"'{study}' holds the answers of {done} simulated raters and no real ones.")
            if options["close"]:
                close_study(study=study)
                self.stdout.write("Closed it; the report can be read.")
        except RatingsError as error:
            raise CommandError(str(error)) from error


def _study(name: str) -> Study:
    study = Study.objects.filter(slug=name).first() or Study.objects.filter(name=name).first()
    if study is None:
        known = ", ".join(Study.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no study '{name}': choose of {known}.")
    return study
