"""Two runs over one corpus held against each other by their metrics."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evalsite.roles import RESEARCHER, role_required
from generation.models import Dataset, Run
from generation.models.leases import WorkState
from ratings.reports.run_comparison import compare_runs
from ratings.reports.run_comparison_words import comparison_section, outputs_sentences


@role_required(RESEARCHER)
@require_safe
def run_comparison(request: HttpRequest, dataset: int) -> HttpResponse:
    """Compare the runs `a` and `b` over a corpus; until two are chosen, the form alone."""
    corpus = get_object_or_404(Dataset, pk=dataset)
    there = list(
        Run.objects.filter(dataset=corpus, state=WorkState.DONE)
        .select_related("system")
        .order_by("-finished_at", "-pk")
    )
    a, b = (_chosen(there, request.GET.get(name, "")) for name in ("a", "b"))
    page = {"dataset": corpus, "there": there, "a": a, "b": b}
    if a is not None and b is not None and a != b:
        found = compare_runs(a, b)
        page |= {
            "found": found,
            "section": comparison_section(found) if found.is_scored else None,
            "sentences": outputs_sentences(found),
        }
    return render(request, "ratings/researcher/run_comparison.html", page)


def _chosen(there: Sequence[Run], asked: str) -> Run | None:
    return next((run for run in there if str(run.pk) == asked), None)
