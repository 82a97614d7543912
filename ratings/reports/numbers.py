"""Numbers as people read them, in the interface's two languages."""

DECIMALS = {"en": ".", "vi": ","}
MINUS = "−"
NO_BREAK = "\u00a0"


def decimal(value: float, language: str, *, places: int = 2) -> str:
    """A number with a fixed number of places and a true minus sign; no sign before zero."""
    rounded = round(value, places) + 0.0
    text = f"{abs(rounded):.{places}f}".replace(".", DECIMALS[language])
    return f"{MINUS}{text}" if rounded < 0 else text


def short(value: float, language: str) -> str:
    """A number that a person set, such as a margin, with as many places as it needs."""
    return f"{value:.6g}".replace(".", DECIMALS[language]).replace("-", MINUS)


def percent(value: float, language: str, *, places: int = 1, fixed: bool = False) -> str:
    """A share in per cent, without trailing zero places unless they are `fixed`, as in a column."""
    text = decimal(100 * value, language, places=places)
    mark = DECIMALS[language]
    short_text = text.rstrip("0").rstrip(mark) if mark in text and not fixed else text
    return f"{short_text}{NO_BREAK}%"


def p_value(value: float, language: str) -> str:
    """A p-value to three places, never zero."""
    return f"< {decimal(0.001, language, places=3)}" if value < 0.001 else decimal(value, language, places=3)


def small(value: float, language: str) -> str:
    """A level that was worked out, such as an alpha, to two digits that count."""
    return short(float(f"{value:.2g}"), language)
