"""Reads what is sent to the API; refuses NULs in texts, which PostgreSQL can neither store nor find."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class TextJSONParser(JSONParser):
    """JSON whose texts are texts in every database."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body; raises ParseError where it is no JSON or holds a NUL."""
        parsed = super().parse(stream, media_type, parser_context)
        if _has_nul(parsed):
            raise ParseError("A text holds a NUL character; leave it out.")
        return parsed


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)
