"""What is asked when a corpus is imported, and when one looks for examples."""

import tempfile
from pathlib import Path

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from generation.forms.corpus_formats import FORMATS, FormatExample
from generation.models import Dataset
from generation.services.corpora import import_dataset

MAX_CORPUS_BYTES = 20 * 1024 * 1024


class ImportDatasetForm(forms.Form):
    """A corpus file and the name it gets."""

    name = forms.CharField(label=_("Name"), max_length=100)
    task = forms.ChoiceField(
        label=_("Task"),
        choices=Dataset.Task.choices,
        help_text=_("What the file holds; each task's formats stand below with an example."),
    )
    file = forms.FileField(
        label=_("File"),
        max_length=100,
        help_text=_("In UTF-8, as it is or gzipped; at most 20 MB. Larger ones: manage.py import_dataset."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is larger than the limit."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is None or file.size > MAX_CORPUS_BYTES:
            raise forms.ValidationError(
                _("%(name)s has %(size)s; at most 20 MB are taken here. Use manage.py import_dataset."),
                params={"name": file.name, "size": filesizeformat(file.size or 0)},
            )
        return file

    @staticmethod
    def formats() -> tuple[FormatExample, ...]:
        """What is said of each format beside the form."""
        return FORMATS

    def import_file(self, actor: User) -> Dataset:
        """Import the valid form's file; raises GenerationError with file, line and reason."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, Path(file.name or "corpus").name)
            with path.open("wb") as copy:
                for block in file.chunks():
                    copy.write(block)
            return import_dataset(
                task=self.cleaned_data["task"], path=path, name=self.cleaned_data["name"], actor=actor
            )
