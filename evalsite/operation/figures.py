"""Figures for Prometheus, read from the database: the same whichever process is asked."""

from collections.abc import Iterator
from datetime import timedelta
from secrets import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from evalsite.models import AuditEntry
from generation.models import Chunk, FinetuneJob, Run, Upload
from generation.selectors.workers import listening_workers
from ratings.models import Assignment, Judgement, Rater, Rating, Report, Study

ACTIVE = timedelta(minutes=10)


class Figures(Collector):
    """Reads everything anew for each scrape; one query a figure."""

    def collect(self) -> Iterator[Metric]:
        yield _by_state("evalsite_chunks", "Parts of runs by state: queued ones wait for a worker.", Chunk)
        yield _by_state("evalsite_finetunes", "Fine-tunings by state.", FinetuneJob)
        yield _by_state("evalsite_uploads", "Uploads by state.", Upload)
        yield _by_state("evalsite_reports", "Reports by state.", Report)
        yield _by_state("evalsite_studies", "Studies by state.", Study)
        yield GaugeMetricFamily(
            "evalsite_workers", "Workers heard of in half a minute.", value=listening_workers().count()
        )
        runs = Run.objects.aggregate(tokens=Sum("new_tokens"), seconds=Sum("seconds"))
        yield CounterMetricFamily("evalsite_tokens", "Tokens written by runs.", value=runs["tokens"] or 0)
        yield CounterMetricFamily(
            "evalsite_generation_seconds",
            "Seconds that workers computed; divided by chunks done, the latency of one.",
            value=runs["seconds"] or 0,
        )
        yield from _answers()
        yield CounterMetricFamily(
            "evalsite_audited_deeds", "Audit entries.", value=AuditEntry.objects.count()
        )


@login_not_required
@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """All figures in Prometheus's text form, for who shows EVALSITE_METRICS_TOKEN; unset, for nobody."""
    token = settings.METRICS_TOKEN
    shown = request.headers.get("Authorization", "")
    if not token or not compare_digest(shown.encode(), f"Bearer {token}".encode()):
        raise PermissionDenied
    registry = CollectorRegistry()
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _by_state(name: str, words: str, model: type[Model]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=["state"])
    rows = model._base_manager.order_by().values_list("state").annotate(count=Count("pk"))
    for state, count in rows:
        family.add_metric([state], count)
    return family


def _answers() -> Iterator[Metric]:
    given = CounterMetricFamily("evalsite_answers", "Answers stored, revisions too.", labels=["kind"])
    given.add_metric(["rating"], Rating.objects.count())
    given.add_metric(["judgement"], Judgement.objects.count())
    yield given
    since = timezone.now() - ACTIVE
    active = Rater.objects.filter(assignments__completed_at__gte=since).distinct().count()
    yield GaugeMetricFamily("evalsite_raters_active", "Raters seen in ten minutes.", value=active)
    left = Assignment.objects.filter(completed_at=None, rater__study__state=Study.State.OPEN).count()
    yield GaugeMetricFamily("evalsite_items_left", "Items of open studies not handed in.", value=left)
