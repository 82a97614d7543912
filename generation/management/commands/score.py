"""`score --dataset D [--json]`: compute the metrics of every finished run over a dataset and print them."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.errors import GenerationError
from generation.models import MetricScore, Run
from generation.models.leases import WorkState
from generation.selectors.named import dataset_named
from generation.services.scoring import (
    ACCURACY,
    BLEU,
    BLEU_LOWERCASED,
    CHRF,
    F1,
    MATTHEWS,
    SLOT_ERROR_RATE,
    score_run,
)

COLUMNS = {
    BLEU: "BLEU",
    BLEU_LOWERCASED: "BLEU (lower case)",
    CHRF: "chrF",
    SLOT_ERROR_RATE: "slot errors (%)",
    ACCURACY: "accuracy (%)",
    F1: "F1 (%)",
    MATTHEWS: "Matthews' correlation (%)",
}
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
                score.metric: {"value": score.value, "signature": score.signature, "examples": score.examples}
                for score in scores
            },
        }
        for run, scores in scored
    ]
    return json.dumps({"dataset": dataset, "runs": runs}, indent=2, ensure_ascii=False)


def _table(scored: Scored) -> str:
    computed = {score.metric for _, scores in scored for score in scores}
    columns = {metric: title for metric, title in COLUMNS.items() if metric in computed}
    rows = [["run", "system", "examples", *columns.values()]]
    signatures: dict[str, str] = {}
    for run, scores in scored:
        values = {score.metric: f"{score.value:.2f}" for score in scores}
        rows.append(
            [
                str(run.pk),
                run.system.name,
                str(run.examples),
                *(values.get(metric, "–") for metric in columns),
            ]
        )
        signatures |= {score.metric: score.signature for score in scores}
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if number == 1 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    lines += ["", *(f"{COLUMNS[metric]}: {signature}" for metric, signature in signatures.items())]
    return "\n".join(lines)
