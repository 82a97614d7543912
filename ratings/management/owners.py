"""Whose study a command makes."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError


def owner_named(username: str | None) -> User:
    """The user of that name, the first admin where it is None; CommandError where there is none."""
    if username is None:
        owner = User.objects.filter(is_superuser=True).order_by("pk").first()
        if owner is None:
            raise CommandError("There is no admin yet: name a researcher with --owner.")
        return owner
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise CommandError(f"--owner is '{username}', and no user has that name.") from None
