"""What every deed on one's own study has in common: a POST, and a refusal that is shown on its page."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from evalsite.roles import RESEARCHER, role_required
from ratings.errors import RatingsError
from ratings.models import Study
from ratings.views.own_study import own_study

Action = Callable[[HttpRequest, Study], HttpResponse]


def study_action(view: Action) -> Callable[..., HttpResponseBase]:
    """A POST on one's own study; what a service refuses is shown on the study's page as one sentence."""

    @role_required(RESEARCHER)
    @require_POST
    @wraps(view)
    def act(request: HttpRequest, slug: str) -> HttpResponse:
        found = own_study(request, slug)
        try:
            return view(request, found)
        except RatingsError as error:
            messages.error(request, str(error))
            return redirect("ratings:study", slug=slug)

    return act


def whole_number(request: HttpRequest, name: str) -> int:
    """A whole number of the form; 0, which every service refuses, where it is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
