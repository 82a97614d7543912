"""Cells of CSV files that a spreadsheet opens without running anything in them."""

# A text cell that starts so is a formula to a spreadsheet (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """`text` as it is, or after an apostrophe where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
