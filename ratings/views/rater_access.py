"""The one door to the rater's pages: who the link is for, and what a refusal looks like."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from evalsite.too_many import unknown_link
from ratings.errors import (
    AnswerInvalid,
    ConsentChanged,
    ConsentMissing,
    PlaceHandedOn,
    ScreenedOut,
    StudyClosed,
    StudyNotOpen,
    StudyPaused,
    UnknownToken,
)
from ratings.models import Rater, Study
from ratings.selectors.raters import ACCOUNT_LINK, rater_of_account, rater_of_link
from ratings.services.access import require_open, require_place, require_running
from ratings.views.rater_consent import screened_out

P = ParamSpec("P")
AWAY_SECONDS = 900  # when to look again whether a paused study goes on


def for_rater(
    view: Callable[Concatenate[HttpRequest, Rater, str, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Find the rater of the link, never let the answer be cached, and give each refusal its page.

    An unknown, an expired and another rater's token get the same status and body.
    """
    return _door(view, require_running)


def for_answers(
    view: Callable[Concatenate[HttpRequest, Rater, str, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """As `for_rater`, but also while the study is paused: what a rater has in hand is still taken."""
    return _door(view, require_open)


def for_rater_whenever(
    view: Callable[Concatenate[HttpRequest, Rater, str, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """As `for_rater`, whatever has become of the study and the place."""
    return _door(view, None)


def _door(
    view: Callable[Concatenate[HttpRequest, Rater, str, P], HttpResponse],
    require: Callable[[Study], None] | None,
) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, link: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            rater = _rater(request, link)
            if require is not None and rater.finished_at is None:
                require_place(rater)
                require(rater.study)
            return view(request, rater, link, *args, **kwargs)
        except UnknownToken:
            return unknown_link(request, "ratings/rater/not_found.html")
        except ScreenedOut as out:
            return screened_out(request, out)
        except (ConsentMissing, ConsentChanged):
            return redirect("ratings:rater_landing", link=link)
        except (StudyClosed, StudyNotOpen):
            return render(request, "ratings/rater/closed.html", {"link": link}, status=410)
        except StudyPaused:
            return paused(request, link)
        except PlaceHandedOn:
            return render(request, "ratings/rater/handed_on.html", {"link": link}, status=410)
        except AnswerInvalid:
            return render(request, "ratings/rater/refused.html", {"link": link}, status=422)

    return login_not_required(never_cache(_signed_in(answered)))


def _signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the account first where it stands for the link.

    An answer that is sent is refused instead: a way to the sign-in page would seem to have saved it.
    """

    @wraps(view)
    def answered(request: HttpRequest, link: str, *args: object, **kwargs: object) -> HttpResponse:
        asks = link.startswith(ACCOUNT_LINK) and request.method in {"GET", "HEAD"}
        if asks and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, link, *args, **kwargs)

    return answered


def _rater(request: HttpRequest, link: str) -> Rater:
    """Who the personal link is for, or the signed-in person's place where the account stands for the link."""
    if link.startswith(ACCOUNT_LINK):
        return rater_of_account(link, request.user.pk)
    return rater_of_link(link)


def paused(request: HttpRequest, link: str = "") -> HttpResponse:
    """That the study goes on later, and answers are kept; `link` is a rater's personal one."""
    response = render(request, "ratings/rater/paused.html", {"link": link}, status=503)
    response["Retry-After"] = str(AWAY_SECONDS)
    return response
