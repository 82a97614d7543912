"""The quiz on the instructions, as text in each language."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ratings.design.quiz import MOST_ATTEMPTS, Quiz
from ratings.design.study_plan import StudyPlan


class QuizForm(forms.Form):
    """A quiz or none: without its text in the study's own language there is none."""

    attempts = forms.IntegerField(
        label=_("Attempts at the quiz"), required=False, min_value=1, max_value=MOST_ATTEMPTS
    )
    own = forms.CharField(
        label=_("Questions on the instructions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "A blank line parts questions; write * before the right option and - before the others, a line "
            "each. Empty: no quiz. Who has no attempt left is thanked, and the place is free again."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            self.fields[language] = forms.CharField(
                label=format_lazy(_("The same questions in {language}"), language=name),
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "lang": language}),
            )

    @property
    def translations(self) -> list[forms.BoundField]:
        """The fields for the languages of the pages."""
        return [self[language] for language, _name in settings.LANGUAGES]

    @property
    def shows_translations(self) -> bool:
        """Whether one of them is filled in or wrong."""
        return any(field.value() or field.errors for field in self.translations)

    @staticmethod
    def initial_of(plan: StudyPlan) -> dict[str, Any]:
        """What the form shows for `plan`."""
        if plan.quiz is None:
            return {"attempts": 3}
        texts = dict(plan.quiz.texts)
        return {"attempts": plan.quiz.attempts, "own": texts.pop(plan.language, ""), **texts}

    def quiz(self, language: str) -> Quiz | None:
        """The quiz of the valid form in a study whose own language is `language`."""
        asked = {name: text.replace("\r\n", "\n").strip() for name, text in self._texts().items()}
        own = asked.pop("own")
        texts = asked | {language: own or asked.get(language, "")}
        written = {name: text for name, text in texts.items() if text}
        return Quiz(attempts=self.cleaned_data["attempts"] or 1, texts=written) if written else None

    def _texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("own", *dict(settings.LANGUAGES))}
