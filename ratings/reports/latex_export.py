"""The report's tables in LaTeX with booktabs: a document that compiles, each table ready to be copied."""

import unicodedata

from ratings.reports.document import Report
from ratings.reports.figure_words import language_in_use
from ratings.reports.presentation import presented
from ratings.reports.sections import Column, Table

LONG = 40  # rows; beyond, the table may break over pages
WIDE_TABLE = 5  # columns; beyond, the table is set as wide as the text
WIDE_TEXT = 32  # characters; beyond, a column of texts gets a fixed width

ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "−": "$-$",
    "×": r"$\times$",
    "±": r"$\pm$",
    "′": "$'$",
    "∞": r"$\infty$",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
    "\u00a0": "~",
    "\u202f": r"\,",
    "£": r"\pounds{}",
    "€": r"\texteuro{}",
    "\n": " ",
    "\t": " ",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
}


def report_to_latex(report: Report) -> bytes:
    """All tables of the report in the active language; the same report gives the same bytes."""
    shown = presented(report, {})
    body = []
    if shown.simulated:
        body.append(rf"\textbf{{{escaped(shown.simulated)}}}")
    if shown.unblinded:
        body.append(rf"\textbf{{{escaped(shown.unblinded)}}}\par")
    if shown.imported:
        body.append(escaped(shown.imported) + r"\par")
    body += [escaped(verdict.sentence) + r"\par" for verdict in shown.verdicts]
    for section in shown.sections:
        body.append(rf"\section*{{{escaped(section.title)}}}")
        body += [latex_table(table, simulated=bool(shown.simulated)) for table in section.tables]
    return "\n\n".join([_preamble(shown.title), *body, r"\end{document}", ""]).encode()


def latex_table(table: Table, *, simulated: bool) -> str:
    """One table; its caption says where raters were simulated."""
    caption = escaped(table.caption) + (r" \textbf{(simulated raters)}" if simulated else "")
    head = " & ".join(escaped(column.title) for column in table.columns) + r" \\"
    rows = [" & ".join(escaped(cell) for cell in row) + r" \\" for row in table.rows]
    columns = "".join(_alignment(table, place, column) for place, column in enumerate(table.columns))
    is_wide = len(table.columns) > WIDE_TABLE
    inner = "\n".join([r"\toprule", head, r"\midrule", *rows, r"\bottomrule"])
    if len(table.rows) > LONG:
        start = (
            rf"\begin{{longtable}}{{{columns}}}" + "\n" + rf"\caption{{{caption}}}\label{{tab:{table.key}}}\\"
        )
        return "\n".join([r"{\scriptsize", start, inner, r"\end{longtable}}"])
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            r"\centering\scriptsize\setlength{\tabcolsep}{3pt}",
            rf"\caption{{{caption}}}\label{{tab:{table.key}}}",
            (r"\resizebox{\textwidth}{!}{" if is_wide else "") + rf"\begin{{tabular}}{{{columns}}}",
            inner,
            r"\end{tabular}" + ("}" if is_wide else ""),
            r"\end{table}",
        ]
    )


def escaped(text: str) -> str:
    """Text that LaTeX sets as it is; a character that its fonts lack is named by its code point."""
    return "".join(_character(character) for character in unicodedata.normalize("NFC", text))


def _character(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    code = ord(character)
    # Latin with its accents, and the Vietnamese letters beyond them, are in the T1 and T5 fonts.
    if 32 <= code < 0x180 or code in (0x1A0, 0x1A1, 0x1AF, 0x1B0) or 0x1EA0 <= code <= 0x1EF9:
        return character
    return f"[U+{code:04X}]"


def _alignment(table: Table, place: int, column: Column) -> str:
    if column.number:
        return "r"
    longest = max((len(row[place]) for row in table.rows), default=0)
    texts = sum(
        max((len(row[at]) for row in table.rows), default=0) > WIDE_TEXT for at in range(len(table.columns))
    )
    return rf"p{{{0.62 / max(texts, 1):.2f}\textwidth}}" if longest > WIDE_TEXT else "l"


def _preamble(title: str) -> str:
    encoding = "T5" if language_in_use() == "vi" else "T1"
    return "\n".join(
        [
            r"\documentclass[a4paper]{article}",
            r"\usepackage[margin=2cm]{geometry}",
            rf"\usepackage[{encoding}]{{fontenc}}",
            r"\usepackage[utf8]{inputenc}",
            r"\usepackage{textcomp,graphicx,booktabs,longtable}",
            r"\begin{document}",
            rf"\section*{{{escaped(title)}}}",
        ]
    )
