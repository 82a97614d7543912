"""`import_ratings FILE --study NAME`: make a closed study of ratings that were collected elsewhere."""

import argparse
import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.formats.corpus import CorpusError
from ratings.design.claim_plan import ClaimPlan
from ratings.design.long_ratings import USUAL_NAMES, LongRatings, read_long_ratings
from ratings.errors import RatingsError
from ratings.management.owners import owner_named
from ratings.services.importing import import_study


class Command(BaseCommand):
    help = "Make a closed study of ratings in long form (CSV, tabs or JSON lines), one rating a row."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the ratings")
        parser.add_argument("--study", required=True, metavar="NAME", help="what to call the study")
        parser.add_argument("--owner", help="user name of the researcher (default: the first admin)")
        for name, usual in USUAL_NAMES.items():
            parser.add_argument(
                f"--{name}", metavar="COLUMN", help=f"its column (default: {', '.join(usual)})"
            )
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="COLUMN=VALUE",
            help="read only rows with this value; may be given again",
        )
        parser.add_argument("--scale", metavar="LOW-HIGH", help="the scale, such as 1-6 (default: inferred)")
        parser.add_argument("--language", default="en", help="the language of the texts")
        parser.add_argument(
            "--margin",
            type=float,
            metavar="STARS",
            help="claim that each two systems are equivalent within so many stars on each criterion",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ratings = read_long_ratings(
                options["file"],
                columns={name: options[name] for name in USUAL_NAMES if options[name]},
                where=dict(_condition(each) for each in options["where"]),
                scale=_scale(options["scale"]),
            )
            study = import_study(
                owner=owner_named(options["owner"]),
                name=options["study"],
                ratings=ratings,
                claims=() if options["margin"] is None else _equivalent(ratings, options["margin"]),
                language=options["language"],
            )
        except (CorpusError, RatingsError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        self.stdout.write(f"Made the closed study '{study}' ({study.slug}).")
        for line in _account(ratings):
            self.stdout.write(line)


def _condition(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"--where is '{text}': write COLUMN=VALUE.")
    return column, value


def _scale(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,4})-(\d{1,4})", text)
    if found is None or not int(found[1]) < int(found[2]) <= 1000:
        raise CommandError(f"--scale is '{text}': write LOW-HIGH in whole numbers up to 1000, such as 1-6.")
    return int(found[1]), int(found[2])


def _equivalent(ratings: LongRatings, margin: float) -> Sequence[ClaimPlan]:
    return [
        ClaimPlan(system_a=a, system_b=b, criterion=criterion, relation="equivalent", margin=margin)
        for criterion in ratings.criteria
        for a, b in combinations(ratings.systems, 2)
    ]


def _account(ratings: LongRatings) -> list[str]:
    outputs = {(row.item, row.system) for row in ratings.ratings}
    silent = sum(not ratings.texts.get(output) for output in outputs)
    raters = len({row.rater for row in ratings.ratings})
    low, high = ratings.scale
    lines = [
        f"{len(ratings.ratings):,} ratings by {raters} raters of {len(ratings.items)} items.",
        f"Systems: {', '.join(ratings.systems)}. Criteria: {', '.join(ratings.criteria)}.",
        f"Scale {low} to {high}"
        + ("." if ratings.is_scale_stated else ", inferred from the ratings: state another with --scale."),
    ]
    if silent:
        lines.append(f"{silent} of {len(outputs)} outputs have no text and are shown empty.")
    return lines
