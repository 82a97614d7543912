"""What is held about a rater, for that rater, and the way out of a study at every moment."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ratings.blinding import blinded_study
from ratings.blinding.own_data import own_data
from ratings.models import Rater, Study
from ratings.selectors.raters import rater_sequence
from ratings.services.leaving import withdraw_rater
from ratings.views.rater_access import for_rater_whenever


@login_not_required
def leave(request: HttpRequest, link: str) -> HttpResponse:
    """The way out; the second of two clicks finds no link any more, and the same page all the same."""
    response = _leave(request, link)
    return (
        redirect("ratings:rater_left")
        if (request.method, response.status_code) == ("POST", 404)
        else response
    )


@for_rater_whenever
@require_http_methods(["GET", "HEAD", "POST"])
def _leave(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """GET says what leaving does now, POST does it. Where the link has ended already, that is said."""
    if request.method == "POST":
        withdraw_rater(rater=rater)
        return redirect("ratings:rater_left")
    page = {
        "study": blinded_study(rater.study),
        "kept": rater.account_id is not None,
        "closed": rater.study.state == Study.State.CLOSED,
        "done": rater_sequence(rater).progress.done,
        "link": link,
    }
    return render(request, "ratings/rater/leave.html", page)


@for_rater_whenever
@require_safe
def data(_request: HttpRequest, rater: Rater, _link: str) -> HttpResponse:
    """All that is held about the rater, as a file."""
    body = json.dumps(own_data(rater), ensure_ascii=False, indent=2)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@login_not_required
@never_cache
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """The page after leaving; it knows nothing of who left."""
    return render(request, "ratings/rater/left.html")
