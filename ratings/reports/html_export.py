"""The report as one HTML file that needs nothing else: styles and figures are inside."""

import base64
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from ratings.reports.document import Report
from ratings.reports.figure_words import FigureWords, language_in_use
from ratings.reports.figures import figures_of
from ratings.reports.presentation import presented

STYLESHEETS = ("css/base.css", "css/components.css", "css/report.css")


def report_to_html(report: Report) -> bytes:
    """The whole report in the active language; the same report gives the same bytes."""
    words = FigureWords.active()
    sources = {
        name: f"data:image/svg+xml;base64,{base64.b64encode(draw(words)).decode()}"
        for name, draw in figures_of(report).items()
    }
    context = {
        "report": presented(report, sources),
        "language": language_in_use(),
        "styles": "\n".join(_stylesheet(name) for name in STYLESHEETS),
    }
    return render_to_string("ratings/report/standalone.html", context).encode()


def _stylesheet(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"The stylesheet {name} is not among the static files.")
    return Path(path).read_text(encoding="utf-8")
