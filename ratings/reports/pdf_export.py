"""The report as a tagged PDF (PDF/UA-1) with its fonts embedded, set by typst."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from django.utils.translation import gettext as _

from ratings.reports.document import Report
from ratings.reports.figure_words import FigureWords, language_in_use
from ratings.reports.figures import figures_of
from ratings.reports.presentation import presented

TEMPLATE = Path(__file__).with_name("report.typ")


def report_to_pdf(report: Report) -> bytes:
    """The whole report in the active language; the same report gives the same bytes.

    Only typst's own fonts and the DejaVu fonts that matplotlib brings are used, so that it looks the same
    everywhere.
    """
    words = FigureWords.active()
    with tempfile.TemporaryDirectory(prefix="evalsite-pdf-") as name:
        folder = Path(name)
        pictures = figures_of(report)
        for figure, draw in pictures.items():
            (folder / f"{figure}.svg").write_bytes(draw(words))
        sources = {figure: f"{figure}.svg" for figure in pictures}
        content = json.dumps(_content(report, sources), ensure_ascii=False)
        (folder / "report.json").write_text(content, encoding="utf-8")
        (folder / "main.typ").write_bytes(TEMPLATE.read_bytes())
        return bytes(
            typst.compile(
                str(folder / "main.typ"),
                root=str(folder),
                font_paths=[str(Path(mpl.get_data_path()) / "fonts" / "ttf")],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards="ua-1",
                timestamp=0,
            )
        )


def _content(report: Report, sources: dict[str, str]) -> dict[str, Any]:
    shown = presented(report, sources)
    return {
        "title": shown.title,
        "language": language_in_use(),
        "simulated": shown.simulated,
        "imported": shown.imported,
        "unblinded": shown.unblinded,
        "summary": shown.summary,
        "labels": {"verdicts": _("Verdicts")},
        "verdicts": [asdict(verdict) for verdict in shown.verdicts],
        "sections": [
            {
                "title": section.title,
                "sentences": section.sentences,
                "items": section.items,
                "blocks": [asdict(block) for block in section.blocks],
            }
            for section in shown.sections
        ],
    }
