"""The quiz between practice and the first item."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from ratings.blinding.quiz import BlindedQuiz, blinded_quiz
from ratings.models import Rater
from ratings.services.quiz import answer_quiz
from ratings.views.rater_access import for_rater
from ratings.views.rater_forms import whole


@for_rater
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, rater: Rater, link: str) -> HttpResponse:
    """GET asks, POST tells what was wrong; who has no attempt left finds the way out by the same link."""
    asked = blinded_quiz(rater, get_language() or "")
    if asked is None or rater.consented_at is None:
        return redirect("ratings:rater_next", link=link)
    if request.method != "POST":
        return render(request, "ratings/rater/quiz.html", {"quiz": asked, "link": link})
    chosen = _chosen(request, asked)
    result = answer_quiz(rater=rater, attempt=whole(request.POST.get("attempt", "")) or 0, chosen=chosen)
    if result is None or not result.wrong or not result.left:
        return redirect("ratings:rater_next", link=link)
    rater.refresh_from_db(fields=["quiz_attempts"])
    again = blinded_quiz(rater, get_language() or "", wrong=result.wrong, chosen=dict(enumerate(chosen)))
    page = {"quiz": again, "link": link, "wrong": len(result.wrong)}
    return render(request, "ratings/rater/quiz.html", page, status=422)


def _chosen(request: HttpRequest, asked: BlindedQuiz) -> list[int | None]:
    return [whole(request.POST.get(question.field, "")) for question in asked.questions]
