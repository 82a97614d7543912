"""`create_study FILE.toml`: make a draft, and with --open open it, with --invite print personal links."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from ratings.design.study_toml import read_study_toml
from ratings.errors import RatingsError
from ratings.management.owners import owner_named
from ratings.services.drafting import create_study
from ratings.services.invitations import create_invitations
from ratings.services.opening import open_study


class Command(BaseCommand):
    help = "Make a study from a TOML file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the study's plan; ratings/design/study_toml.py shows one"
        )
        parser.add_argument("--owner", help="user name of the researcher (default: the first admin)")
        parser.add_argument("--open", action="store_true", help="freeze and open it at once")
        parser.add_argument("--invite", type=int, default=0, metavar="N", help="open it and print N links")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            study = create_study(owner=owner_named(options["owner"]), plan=read_study_toml(options["file"]))
            self.stdout.write(f"Made study '{study}' ({study.slug}).")
            if options["open"] or options["invite"]:
                study = open_study(study=study)
                self.stdout.write(f"Opened it; protocol SHA-256 {study.protocol_sha256}.")
            if options["invite"]:
                self.stdout.write("Personal links, shown only now:")
                for invitation in create_invitations(study=study, n=options["invite"]):
                    address = reverse("ratings:rater_landing", args=[invitation.token])
                    self.stdout.write(f"  {invitation.pseudonym}  {settings.SITE_URL}{address}")
        except RatingsError as error:
            raise CommandError(str(error)) from error
