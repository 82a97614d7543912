"""Sign-in, language, and the home page that shows how far the comparison is."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evalsite import login_links, sign_in_limits
from evalsite.roles import RESEARCHER, role_required
from evalsite.too_many import too_many, unknown_link
from generation.selectors.overview import generation_overview
from generation.selectors.workers import WORKER_COMMAND
from ratings.selectors.overview import studies_overview


@role_required(RESEARCHER)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The pipeline from corpus to report, with what there is at each stage."""
    return render(request, "home.html", _pipeline(request))


@role_required(RESEARCHER)
@require_safe
def home_live(request: HttpRequest) -> HttpResponse:
    """The part of the home page that changes while work goes on."""
    return render(request, "_pipeline.html", _pipeline(request))


def _pipeline(request: HttpRequest) -> dict[str, object]:
    return {
        "generation": generation_overview(),
        "studies": studies_overview(cast("User", request.user)),
        "worker_command": WORKER_COMMAND,
    }


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth_views.LoginView):
    """Sign in with a name and a password."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the try before the password is looked at, so that tries at once are counted alike."""
        wait = sign_in_limits.count_try(request, request.POST.get("username", ""))
        return too_many(request, wait) if wait else super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in; earlier mistakes no longer count."""
        sign_in_limits.succeeded(self.request, form.cleaned_data["username"])
        return super().form_valid(form)


class SignOut(auth_views.LogoutView):
    """Sign out (by POST)."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_sign_in(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """GET shows a page, POST signs in: programs that fetch links ahead must not use the link up."""
    user = login_links.user_of(uidb64, token)
    if user is None:
        return unknown_link(request, "one_time_sign_in.html")
    if request.method == "POST":
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("home")
    return render(request, "one_time_sign_in.html", {"person": user})


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the interface's language in a cookie and go back to where the person was."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    language = request.POST.get("language", "")
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax", httponly=True
        )
    return response
