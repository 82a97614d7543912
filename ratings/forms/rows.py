"""Rows that a form may have any number of; an empty row is none, so no script is needed to leave one out."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RowForm(forms.Form):
    """One row; it is there when one of the fields that `tells` names is filled in."""

    tells: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        """Whether there is a row at all; Django validates no form that has not changed."""
        return any(str(self[name].data or "").strip() for name in self.tells)


if TYPE_CHECKING:  # at run time Django's formset takes no type
    Rows = forms.BaseFormSet[RowForm]
else:
    Rows = forms.BaseFormSet


class RowFormSet(Rows):
    """Rows, with one or more empty ones at the end to fill in."""

    def add_fields(self, form: RowForm, index: int | None) -> None:
        """Let each row be left empty, also one that came filled in."""
        super().add_fields(form, index)
        form.empty_permitted = True
        form.fields["DELETE"].label = _("Remove")

    @property
    def kept(self) -> list[RowForm]:
        """The valid rows that are filled in and not ticked for removal."""
        return [form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]


def rows_of(form: type[RowForm], *, most: int) -> Any:
    """A formset class of up to `most` rows, with one empty row at the end."""
    return forms.formset_factory(
        form,
        formset=RowFormSet,
        extra=1,
        can_delete=True,
        max_num=most,
        absolute_max=most + 10,
        validate_max=True,
    )
