"""The page of an open link: the consent text, and with it a place."""

import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evalsite.rate_limits import JOIN_ADDRESS, JOIN_LINK, address_of, count
from evalsite.too_many import too_many, unknown_link
from ratings.errors import (
    ConsentChanged,
    NoPlacesLeft,
    PersonUnknown,
    PlaceHandedOn,
    ScreenedOut,
    StudyClosed,
    StudyPaused,
    UnknownToken,
)
from ratings.models import OpenLink
from ratings.selectors.open_links import open_link_of
from ratings.selectors.places import has_room
from ratings.services.access import require_open, require_running
from ratings.services.joining import join, resume
from ratings.views.rater_access import paused
from ratings.views.rater_consent import consent_page, declined, screened_out

COOKIE = "joined"
PERSON = {OpenLink.Platform.PROLIFIC: "PROLIFIC_PID", OpenLink.Platform.MTURK: "workerId"}
LONGEST_NAME = 100


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_study(request: HttpRequest, link: str) -> HttpResponse:
    """GET shows the consent text, POST agrees to it and takes a place; who has one is brought to it."""
    try:
        found = open_link_of(link)
        require_open(found.study)
        return _joined(request, found)
    except UnknownToken:
        return unknown_link(request, "ratings/rater/not_found.html")
    except StudyClosed:
        return render(request, "ratings/rater/closed.html", status=410)
    except StudyPaused:
        return paused(request)
    except PlaceHandedOn:
        return render(request, "ratings/rater/handed_on.html", status=410)
    except ScreenedOut as out:
        return screened_out(request, out)
    except ConsentChanged:
        return redirect(request.get_full_path())
    except PersonUnknown:
        return render(request, "ratings/rater/join_refused.html", {"reason": "unknown"}, status=400)
    except NoPlacesLeft:
        return render(request, "ratings/rater/join_refused.html", {"reason": "full"}, status=410)


def _joined(request: HttpRequest, link: OpenLink) -> HttpResponse:
    person = _person(request, link)
    known = resume(link=link, person=person) if person else None
    if known is not None:
        return redirect("ratings:rater_next", link=known)
    if request.method != "POST":
        require_running(link.study)
        if not has_room(link.study):
            raise NoPlacesLeft(f"Every place of '{link.study}' is taken.")
        return consent_page(request, link.study, is_open=True)
    if "decline" in request.POST:
        return declined(request, link)
    wait = max(count(JOIN_ADDRESS, address_of(request)).wait, count(JOIN_LINK, str(link.pk)).wait)
    if wait:
        return too_many(request, wait)
    person = person or secrets.token_urlsafe(24)
    sha256 = request.POST.get("consent", "")
    token = join(link=link, person=person, consent_sha256=sha256, language=get_language() or "")
    response = redirect("ratings:rater_instructions", link=token)
    if link.platform == OpenLink.Platform.NONE:
        response.set_cookie(
            COOKIE,
            person,
            max_age=link.study.link_days * 24 * 3600,
            path=request.path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _person(request: HttpRequest, link: OpenLink) -> str:
    """What the platform or the browser calls who asks; empty for a browser that was never here."""
    if link.platform == OpenLink.Platform.NONE:
        return request.COOKIES.get(COOKIE, "")
    person = request.GET.get(PERSON[OpenLink.Platform(link.platform)], "").strip()
    if not 1 <= len(person) <= LONGEST_NAME or "{{" in person:
        raise PersonUnknown("The address does not say who comes: open the study from the platform's page.")
    return person
