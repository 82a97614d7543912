"""The bundle: data under pseudonyms, protocol and hash, results, and a script that recomputes them."""

from pathlib import Path

from generation.metrics.example_statistics import ExampleStatistics
from ratings.design.protocol_format import protocol_bytes
from ratings.models import Study
from ratings.reports.csv_export import csv_file, zipped
from ratings.reports.document import Report
from ratings.reports.json_export import SCHEMA, report_to_json
from ratings.reports.metrics import MetricTables, metric_tables
from ratings.reports.tidy import TidyTable, codebook, tidy_tables
from ratings.selectors.study_outputs import ExampleOutputs

SCRIPT = Path(__file__).with_name("recompute.py")
OUTPUTS = {
    "item": "position of the example in the dataset",
    "system": "system, by its label in the study",
    "rated": "true where raters saw it",
    "text": "what the system said",
}
SEGMENTS = {
    "metric": "automatic metric",
    "system": "system, by its label in the study",
    "item": "position of the example in the dataset",
    "rated": "true where raters saw it",
    "values": "what the output adds to the metric's sums, separated by spaces",
}


def report_to_bundle(report: Report, study: Study) -> bytes:
    """A zip; the same study gives the same bytes. Raises ResultsLocked before closing."""
    metrics = metric_tables(study)
    systems = [system.label for system in report.study.systems]
    tables = [table for table in tidy_tables(report, study) if table.name != "codebook"]
    tables += [_outputs(metrics.examples, systems), _segments(metrics)]
    data = {f"data/{table.name}.csv": csv_file(table) for table in (*tables, codebook(tables))}
    versions = [f"{row.name}=={row.version}" for row in report.software.versions if row.name != "python"]
    return zipped(
        {
            "README.txt": _readme(report).encode(),
            "results.json": report_to_json(report).encode(),
            "schema.json": SCHEMA.read_bytes(),
            "protocol.json": protocol_bytes(study.protocol),
            "protocol.sha256": f"{study.protocol_sha256}  protocol.json\n".encode(),
            **_extensions(study),
            "recompute.py": SCRIPT.read_bytes(),
            "requirements.txt": ("\n".join(versions) + "\n").encode(),
            **data,
        }
    )


def _extensions(study: Study) -> dict[str, bytes]:
    """What each extension added to the plan, in their order."""
    events = study.events.exclude(protocol_sha256="").order_by("pk")
    return {
        f"protocol-extension-{number}.json": protocol_bytes(event.protocol)
        for number, event in enumerate(events, start=1)
    }


def _outputs(examples: tuple[ExampleOutputs, ...], systems: list[str]) -> TidyTable:
    rows = [
        (example.position, system, example.rated, example.texts[system])
        for example in examples
        for system in systems
    ]
    return TidyTable(name="outputs", columns=OUTPUTS, rows=rows)


def _segments(metrics: MetricTables) -> TidyTable:
    rows = [
        (metric, system, example.position, example.rated, " ".join(repr(float(value)) for value in values))
        for system, measured in metrics.measured.items()
        for metric, statistics in measured.items()
        if isinstance(statistics, ExampleStatistics)
        for example, values in zip(metrics.examples, statistics.values, strict=True)
    ]
    return TidyTable(name="segments", columns=SEGMENTS, rows=rows)


def _readme(report: Report) -> str:
    simulated = (
        "SIMULATED RATERS: a program gave these answers, no person did.\n\n" if report.study.simulated else ""
    )
    python = next(row.version for row in report.software.versions if row.name == "python")
    return (
        f"{report.study.name}\n\n{simulated}"
        "results.json   every number of the report; schema.json describes it\n"
        "protocol.json  what was fixed before the first rating; its SHA-256 is in protocol.sha256\n"
        "data/          answers, outputs and statistics as CSV, with codebook.csv\n"
        "recompute.py   recomputes the numbers from data/ without the site and compares\n\n"
        f"Raters are under pseudonyms. Made with Python {python} and the versions in requirements.txt:\n\n"
        "    pip install -r requirements.txt\n"
        "    PYTHONPATH=/path/to/evalsite python recompute.py\n"
    )
