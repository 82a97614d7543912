"""A rater's place and account: keep the one with the other, and come back by it."""

from typing import cast

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ratings.blinding import blinded_study
from ratings.errors import AccountHasPlace
from ratings.models import Rater
from ratings.selectors.own_places import own_places
from ratings.services.accounts import keep_place, release_place
from ratings.views.rater_access import for_rater_whenever


@for_rater_whenever
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """GET says what keeping the place means, POST does or undoes it; who is not signed in does that first."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("ratings:rater_account", args=[link]))
    person = request.user
    refused = False
    if request.method == "POST":
        try:
            if "release" in request.POST:
                release_place(rater=rater, account=person)
            else:
                keep_place(rater=rater, account=person)
            return redirect("ratings:own_places")
        except AccountHasPlace:
            refused = True
    page = {
        "study": blinded_study(rater.study),
        "account": person.get_username(),
        "kept": rater.account_id == person.pk,
        "refused": refused,
        "link": link,
    }
    return render(request, "ratings/rater/account.html", page, status=409 if refused else 200)


@never_cache
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The studies that the signed-in person rates, with a way on."""
    page = {"places": own_places(cast("User", request.user))}
    return render(request, "ratings/rater/own_places.html", page)
