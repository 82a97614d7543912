"""Reasons that people give for what the report has to tell."""

from ratings.errors import ReasonMissing


def required_reason(reason: str) -> str:
    """The reason without blanks around it. Raises ReasonMissing where nothing is left."""
    wording = reason.strip()
    if not wording:
        raise ReasonMissing("There is no reason: write why, since the report will say it.")
    return wording
