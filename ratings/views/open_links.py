"""A researcher makes and ends links that give a place to whoever comes."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evalsite.roles import RESEARCHER, role_required
from ratings.errors import RatingsError
from ratings.models import OpenLink
from ratings.services.open_links import CODES, create_open_link, revoke_open_link
from ratings.views.own_study import own_study

# What the platform replaces by the person who comes.
PARAMETERS = {
    OpenLink.Platform.NONE: "",
    OpenLink.Platform.PROLIFIC: "?PROLIFIC_PID={{%PROLIFIC_PID%}}",
    OpenLink.Platform.MTURK: "?workerId=",
}


@role_required(RESEARCHER)
@require_POST
def open_link_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an open link and show it, this once."""
    study = own_study(request, slug)
    platform, days = request.POST.get("platform", "none"), request.POST.get("days", "")
    try:
        token = create_open_link(
            study=study,
            actor=cast("User", request.user),
            platform=platform,
            days=int(days) if days.isascii() and days.isdecimal() and len(days) < 7 else 0,
            **{name: request.POST.get(name, "").strip() for name in CODES},
        )
    except RatingsError as error:
        messages.error(request, str(error))
        return redirect("ratings:study", slug=slug)
    address = request.build_absolute_uri(reverse("ratings:join", args=[token]))
    page = {
        "study": study,
        "address": address + PARAMETERS[OpenLink.Platform(platform)],
        "platform": platform,
    }
    response = render(request, "ratings/researcher/open_link.html", page)
    response["Cache-Control"] = "no-store"
    return response


@role_required(RESEARCHER)
@require_POST
def open_link_end(request: HttpRequest, slug: str) -> HttpResponse:
    """End an open link."""
    study = own_study(request, slug)
    key = request.POST.get("link", "")
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else 0
    link = study.open_links.select_related("study").filter(pk=number).first()
    if link is None:
        messages.error(request, _("This study has no such open link: reload its page, then choose one."))
    else:
        revoke_open_link(link=link, actor=cast("User", request.user))
        messages.success(request, _("The open link has ended; raters who came by it go on."))
    return redirect("ratings:study", slug=slug)
