"""The project's own app: roles, login links, the home page."""

from django.apps import AppConfig


class EvalsiteConfig(AppConfig):
    name = "evalsite"
    label = "evalsite"

    def ready(self) -> None:
        """Watch the accounts; their models are there only now."""
        from evalsite import account_changes  # noqa: PLC0415

        account_changes.watch()
