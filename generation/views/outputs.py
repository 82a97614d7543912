"""What several systems said for the same examples, side by side."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evalsite.roles import RESEARCHER, role_required
from generation.models import Dataset, Run
from generation.selectors.outputs import OutputFilter, RightWrong, filters_for, output_page
from generation.selectors.runs import runs_of

SHOWN_AT_FIRST = 4
SHOWN_AT_MOST = 6


@role_required(RESEARCHER)
@require_safe
def outputs(request: HttpRequest, dataset: int) -> HttpResponse:
    """Every system's output for each example of a corpus, by filter and search, a page at a time."""
    corpus = get_object_or_404(Dataset, pk=dataset)
    there = list(runs_of(corpus))
    runs = _chosen(there, request.GET.getlist("run"))
    only = _filter(corpus, request.GET.get("only", ""))
    pair = _pair(runs, request.GET.get("right", ""), request.GET.get("wrong", ""))
    search = request.GET.get("q", "").strip()
    page = {
        "dataset": corpus,
        "there": there,
        "runs": runs,
        "filters": filters_for(corpus),
        "only": only.value,
        "pair": pair,
        "search": search,
        "most": SHOWN_AT_MOST,
        "page": output_page(
            dataset=corpus,
            runs=runs,
            only=only,
            pair=pair,
            search=search,
            start=_position(request.GET.get("at", "")),
            backwards="back" in request.GET,
        ),
        "query": _without_place(request),
    }
    return render(request, "generation/outputs.html", page)


def _chosen(there: Sequence[Run], asked: Sequence[str]) -> list[Run]:
    chosen = [run for run in there if str(run.pk) in asked]
    return chosen[:SHOWN_AT_MOST] or list(there[:SHOWN_AT_FIRST])


def _filter(corpus: Dataset, asked: str) -> OutputFilter:
    return next((only for only in filters_for(corpus) if only == asked), OutputFilter.ALL)


def _pair(runs: Sequence[Run], right: str, wrong: str) -> RightWrong | None:
    """The two runs asked for, of those shown; the first two where none are, None where there are not two."""
    if len(runs) < 2:
        return None
    by_key = {str(run.pk): run for run in runs}
    first = by_key.get(right, runs[0])
    others = [run for run in runs if run != first]
    second = by_key.get(wrong, others[0])
    return RightWrong(first, second if second != first else others[0])


def _position(asked: str) -> int:
    """A position from what the address says; anything else is the beginning."""
    return min(int(asked), 2**31 - 1) if asked.isascii() and asked.isdigit() and len(asked) < 12 else 0


def _without_place(request: HttpRequest) -> str:
    """The address's choices without its place, to which links add their own."""
    choices = request.GET.copy()
    for key in ("at", "back"):
        choices.pop(key, None)
    return choices.urlencode()
