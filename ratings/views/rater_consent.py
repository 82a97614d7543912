"""What consent looks like, by whichever link a person comes: the text, and the page of who declines."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from ratings.blinding import blinded_consent, blinded_study
from ratings.errors import ScreenedOut
from ratings.models import OpenLink, Study
from ratings.selectors.consent import consent_for
from ratings.selectors.open_links import way_back


def consent_page(request: HttpRequest, study: Study, *, is_open: bool = False) -> HttpResponse:
    """The text in the language of the pages where there is one; `is_open` where agreeing takes a place."""
    page = {
        "study": blinded_study(study),
        "consent": blinded_consent(consent_for(study, get_language() or "")),
        "open": is_open,
    }
    return render(request, "ratings/rater/landing.html", page)


def screened_out(request: HttpRequest, out: ScreenedOut) -> HttpResponse:
    """Thanks to who did not pass the quiz, with the platform's code for it."""
    link = out.screen_out.open_link
    page = {"way_back": way_back(link, "screened_out")}
    return render(request, "ratings/rater/screened_out.html", page, status=410)


def declined(request: HttpRequest, link: OpenLink | None) -> HttpResponse:
    """Thanks all the same, with the platform's code for it; nothing is stored."""
    return render(request, "ratings/rater/declined.html", {"way_back": way_back(link, "declined")})
