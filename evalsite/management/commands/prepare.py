"""`manage.py prepare`: tables, catalogues and static files, up to date before the web server starts."""

from typing import Any

from django.core.management.base import BaseCommand

from evalsite.preparation import prepare


class Command(BaseCommand):
    """Bring everything up to date that a start needs."""

    help = "Migrate the database, compile the catalogues and collect the static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Running it again changes nothing."""
        prepare()
