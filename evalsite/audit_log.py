"""Read the audit log: who did what, newest first, by what one looks for; as a page and as CSV."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evalsite.models import AuditEntry
from evalsite.spreadsheets import harmless

COLUMNS = ("at", "actor", "action", "subject", "details")
ROWS_AT_ONCE = 1000


class AuditFilter(forms.Form):
    """What one looks for; an empty field leaves nothing out."""

    q = forms.CharField(label=_("Person or thing"), required=False, max_length=200)
    action = forms.ChoiceField(label=_("Deed"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deeds = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", _("Every deed")),
            *((deed, gettext(deed)) for deed in deeds),
        ]

    def entries(self) -> QuerySet[AuditEntry]:
        """The entries looked for, newest first; all of them where a field does not fit."""
        found = AuditEntry.objects.all()
        if not self.is_valid():
            return found
        wanted = self.cleaned_data
        if wanted["q"]:
            words = wanted["q"]
            found = found.filter(Q(actor_name__icontains=words) | Q(subject__icontains=words))
        if wanted["action"]:
            found = found.filter(action=wanted["action"])
        if wanted["since"]:
            found = found.filter(at__date__gte=wanted["since"])
        if wanted["until"]:
            found = found.filter(at__date__lte=wanted["until"])
        return found


def csv_lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """The entries as lines of CSV with times in UTC, a few rows in memory at a time.

    The first line begins with the mark by which Excel knows UTF-8.
    """
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in entries.iterator(chunk_size=ROWS_AT_ONCE):
        details = json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
        cells = (entry.actor_name, entry.action, entry.subject, details)
        yield writer.writerow([entry.at.isoformat(), *(harmless(cell) for cell in cells)])


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line
