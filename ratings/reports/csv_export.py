"""The tidy tables as CSV files that a spreadsheet opens without running anything in them."""

import csv
import io
import zipfile

from evalsite.spreadsheets import harmless
from ratings.reports.tidy import Cell, TidyTable

MOMENT = (1980, 1, 1, 0, 0, 0)


def csv_file(table: TidyTable) -> bytes:
    """One table: UTF-8 with a byte order mark, which Excel needs to read Vietnamese; rows end in CRLF."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(table.columns)
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return stream.getvalue().encode("utf-8-sig")


def csv_archive(tables: tuple[TidyTable, ...]) -> bytes:
    """All tables in a zip, one CSV each; the same tables give the same bytes."""
    return zipped({f"{table.name}.csv": csv_file(table) for table in tables})


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of files by name, without a time of its own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()


def _safe(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(cell)
    return harmless(cell) if isinstance(cell, str) else str(cell)
