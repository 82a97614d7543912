"""Why something cannot be estimated, in Vietnamese.

`ratings.statistics` speaks English only: it refuses with a sentence, which the report keeps. Here each of
those sentences is known again by its fixed words, and what was filled in is put into the Vietnamese one. A
test reads the sources and fails for a refusal that is not in the table.
"""

import re
from functools import cache

from ratings.reports.reason_table import REASONS, WORDS

_GAP = re.compile(r"\\\{(\w+)\\\}")


def reason_in(language: str, reason: str) -> str:
    """A refusal of `ratings.statistics` without its full stop; one that is not known stays English."""
    said = reason.rstrip(".")
    if language != "vi":
        return said
    for pattern, vietnamese in _patterns():
        if found := pattern.fullmatch(said):
            return vietnamese.format(**{name: _filled(text) for name, text in found.groupdict().items()})
    return said


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each English sentence as a pattern; those with the most fixed words are tried first."""
    ordered = sorted(REASONS.items(), key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0])))
    return tuple((re.compile(_GAP.sub(r"(?P<\1>.+?)", re.escape(said))), vi) for said, vi in ordered)


def _filled(text: str) -> str:
    """A word in Vietnamese, a number with its mark, a name as it is."""
    if re.fullmatch(r"-?\d+\.\d+", text):
        return text.replace(".", ",")
    return WORDS.get(text, text)
