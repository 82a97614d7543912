"""Which study a command is about."""

from django.core.management.base import CommandError

from ratings.models import Study


def study_named(name: str) -> Study:
    """The study of that slug or name; CommandError, with the studies there are, where there is none."""
    study = Study.objects.filter(slug=name).first() or Study.objects.filter(name=name).first()
    if study is None:
        known = ", ".join(Study.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no study '{name}': choose of {known}.")
    return study
