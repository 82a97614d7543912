"""`score --dataset D [--json]`: compute the metrics of every finished run over a dataset and print them."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.errors import GenerationError
from generation.models import MetricScore, Run
from generation.models.leases import WorkState
from generation.selectors.named import dataset_named
from generation.services.scoring import score_run

Scored = list[tuple[Run, list[MetricScore]]]


class Command(BaseCommand):
    help = "Score the finished runs over a dataset against its references."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dataset", required=True)
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dataset = dataset_named(options["dataset"])
            finished = dataset.runs.filter(state=WorkState.DONE).select_related("system", "dataset")
            scored = [(run, score_run(run=run)) for run in finished]
        except GenerationError as error:
            raise CommandError(str(error)) from error
        if not scored:
            raise CommandError(f"No run over '{dataset}' is finished: use generate or import_outputs first.")
        self.stdout.write(_document(dataset.name, scored) if options["json"] else _table(scored))


def _document(dataset: str, scored: Scored) -> str:
    runs = [
        {
            "run": run.pk,
            "system": run.system.name,
            "examples": run.examples,
            "limit": run.limit,
            "scores": {
                score.metric: {
                    "value": score.value,
                    "ci_low": score.ci_low,
                    "ci_high": score.ci_high,
                    "reason": score.reason,
                    "signature": score.signature,
                    "interval": score.interval,
                    "examples": score.examples,
                }
                for score in scores
            },
        }
        for run, scores in scored
    ]
    return json.dumps({"dataset": dataset, "runs": runs}, indent=2, ensure_ascii=False)


def _table(scored: Scored) -> str:
    columns = {score.metric: score.get_metric_display() for _, scores in scored for score in scores}
    rows = [["run", "system", "examples", *columns.values()]]
    notes: dict[str, None] = {}
    for run, scores in scored:
        values = {score.metric: _cell(score) for score in scores}
        rows.append(
            [
                str(run.pk),
                run.system.name,
                str(run.examples),
                *(values.get(metric, "–") for metric in columns),
            ]
        )
        notes |= {f"{columns[score.metric]}: {score.signature or score.reason}": None for score in scores}
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if number == 1 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([*lines, "", "With intervals (95 %) over examples.", *notes])


def _cell(score: MetricScore) -> str:
    if score.value is None:
        return "–"
    if score.ci_low is None:
        return f"{score.value:.2f}"
    return f"{score.value:.2f} ({score.ci_low:.2f} to {score.ci_high:.2f})"
