"""The rater's pages, from the personal link to the thanks; the link in the address is all that is needed."""

from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratings.blinding import BlindedItem, blinded_item, blinded_study, practice_feedback, practice_item
from ratings.design.sequence import RaterSequence
from ratings.errors import AnswersMissing, ReasonMissing
from ratings.models import Rater
from ratings.selectors.open_links import way_back
from ratings.selectors.raters import NextStep, next_step, rater_sequence
from ratings.services.access import require_running
from ratings.services.answers import record_rating, retract_rating
from ratings.services.completion import complete_assignment, finish_practice, hand_in_ratings
from ratings.services.flags import flag_item, unflag_item
from ratings.services.invitations import give_consent
from ratings.views.rater_access import for_answers, for_rater
from ratings.views.rater_consent import consent_page, declined
from ratings.views.rater_forms import client_ms, fresh, is_answered, one_rating, rates, ratings_of, whole
from ratings.views.rater_judgements import record_judgements

FROM_SCRIPT = "X-Rater-Script"


@for_rater
@require_http_methods(["GET", "HEAD", "POST"])
def landing(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """GET shows the consent text, POST agrees to it: programs that fetch links ahead agree to nothing.

    Who declines changes nothing: the same link may still be used.
    """
    if request.method == "POST" and "decline" in request.POST and rater.consented_at is None:
        return declined(request, rater.open_link)
    if request.method == "POST":
        give_consent(
            rater=rater,
            consent_sha256=request.POST.get("consent", ""),
            language=get_language() or "",
        )
        return redirect("ratings:rater_instructions", link=link)
    if rater.consented_at is not None:
        return redirect("ratings:rater_next", link=link)
    return consent_page(request, rater.study)


@for_rater
@require_safe
def instructions(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """What to do, in the researcher's words."""
    sequence = rater_sequence(rater)
    page = {
        "study": blinded_study(rater.study),
        "progress": sequence.progress,
        "signed_in": request.user.is_authenticated,
        "link": link,
    }
    return render(request, "ratings/rater/instructions.html", page)


@for_rater
@require_safe
def next_page(_request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """Go to where the rater left, from whatever device."""
    step = next_step(rater, rater_sequence(rater))
    return HttpResponseRedirect(_address(step, link))


@for_rater
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """A practice item; POST answers it and gets feedback, then goes on. Nothing of it is kept."""
    own_label, place = request.POST.get("own_label", ""), whole(request.POST.get("text", "")) or 1
    current = practice_item(rater, own_label, place)
    if current is None:
        return redirect("ratings:rater_next", link=link)
    if request.POST.get("done") == current.token:
        finish_practice(rater=rater, practised=rater.practised)
        return redirect("ratings:rater_next", link=link)
    if is_answered(request) and not current.ends:
        current = practice_item(rater, own_label, place + 1)
    elif is_answered(request):
        feedback = practice_feedback(rater, request.POST.get("choice", ""), own_label)
        page = {"feedback": feedback, "item": feedback.item, "link": link}
        return render(request, "ratings/rater/practice_feedback.html", page)
    return render(request, "ratings/rater/practice.html", {"item": current, "link": link})


@for_answers
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, rater: Rater, link: str, token: str) -> HttpResponse:
    """An item with what was answered so far; POST saves it all, hands it in and brings the next."""
    if rater.consented_at is None:
        return redirect("ratings:rater_landing", link=link)
    if request.method != "POST":
        require_running(rater.study)
        return _item_page(request, rater, link, token)
    if "unflag" in request.POST:
        unflag_item(rater=rater, assignment=token)
        return _item_page(request, rater, link, token, missing="")
    try:
        _hand_in(request, rater, token)
    except ReasonMissing:
        return _item_page(request, rater, link, token, missing="reason")
    except AnswersMissing:
        return _item_page(request, rater, link, token)
    return _next_item(request, rater, link)


@for_answers
@require_POST
def answer(request: HttpRequest, rater: Rater, _link: str, token: str) -> JsonResponse:
    """Save one answer as it is given; an empty number of stars takes it back."""
    sent = fresh(request)
    if record_judgements(request, rater, token):
        return JsonResponse({"saved": True})
    shown, criterion, stars = one_rating(request)
    if stars is None:
        retract_rating(rater=rater, assignment=token, shown=shown, criterion=criterion)
    else:
        record_rating(rater=rater, assignment=token, shown=shown, criterion=criterion, stars=stars, sent=sent)
    return JsonResponse({"saved": True})


@for_rater
@require_safe
def pause(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """Between two items, where nothing is shown whose time would be measured."""
    page = {"progress": rater_sequence(rater).progress, "link": link}
    return render(request, "ratings/rater/pause.html", page)


@for_rater
@require_safe
def thanks(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """The end, once every item was handed in."""
    if rater.consented_at is None or rater_sequence(rater).next_open is not None:
        return redirect("ratings:rater_next", link=link)
    page = {"study": blinded_study(rater.study), "way_back": way_back(rater.open_link), "link": link}
    return render(request, "ratings/rater/thanks.html", page)


def _hand_in(request: HttpRequest, rater: Rater, token: str) -> None:
    """Record what the form holds, then hand it in. Raises as the services do."""
    if "flag" in request.POST:
        reason = request.POST.get("cannot_judge", "")
        flag_item(rater=rater, assignment=token, reason=reason, client_ms=client_ms(request))
        return
    record_judgements(request, rater, token)
    stars = ratings_of(request)
    if stars:
        hand_in_ratings(rater=rater, assignment=token, stars=stars, sent=fresh(request))
    else:
        complete_assignment(rater=rater, assignment=token, client_ms=client_ms(request))


def _item_page(
    request: HttpRequest,
    rater: Rater,
    link: str,
    token: str,
    *,
    sequence: RaterSequence | None = None,
    missing: Literal["", "answers", "reason"] | None = None,
) -> HttpResponse:
    """The whole page, or for the page's script only the part that changes.

    What is `missing` of a form that was sent is worked out unless it is given.
    """
    place = whole(request.GET.get("text", ""))
    item = blinded_item(rater, token, sequence or rater_sequence(rater), place=place)
    if missing is None:
        lacks = request.method == "POST" and sequence is None and not _brings_more(request, item)
        missing = "answers" if lacks else ""
    page = {"item": item, "link": link, "missing": missing}
    from_script = FROM_SCRIPT in request.headers
    template = "ratings/rater/_partials/stage.html" if from_script else "ratings/rater/item.html"
    response = render(request, template, page, status=422 if missing else 200)
    response["Content-Location"] = reverse("ratings:rater_item", args=[link, token])
    return response


def _brings_more(request: HttpRequest, item: BlindedItem) -> bool:
    """Whether what was sent was whole and brought the item's next question.

    The rater's own label brings the question about a system's, one text's stars bring the next text.
    """
    return "own_label" in request.POST or (
        item.of_texts > 0 and rates(request) and not rates(request, item.texts[0].token)
    )


def _next_item(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """The next item at once for the page's script; else a redirect, so that Back works without scripts."""
    sequence = rater_sequence(rater)
    step = next_step(rater, sequence)
    if step.page == "item" and sequence.progress.is_time_for_a_pause:
        step = NextStep(page="pause")
    if FROM_SCRIPT not in request.headers:
        return HttpResponseRedirect(_address(step, link))
    if step.page == "item" and rater.study.paused_at is None:
        return _item_page(request, rater, link, step.token, sequence=sequence)
    return HttpResponse(status=204, headers={"Content-Location": _address(step, link)})


def _address(step: NextStep, link: str) -> str:
    arguments = [link, step.token] if step.token else [link]
    return reverse(f"ratings:rater_{step.page}", args=arguments)
