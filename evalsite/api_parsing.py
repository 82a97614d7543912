"""Reads what is sent to the API; refuses texts that PostgreSQL can neither store nor find."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from evalsite.plain_text import storable


class TextJSONParser(JSONParser):
    """JSON whose texts are texts in every database."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body; raises ParseError where it is no JSON or holds a NUL or half a surrogate pair."""
        parsed = super().parse(stream, media_type, parser_context)
        if not _storable(parsed):
            raise ParseError("A text holds a NUL character or half a surrogate pair; leave it out.")
        return parsed


def _storable(value: Any) -> bool:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return all(_storable(part) for pair in value.items() for part in pair)
    return not isinstance(value, list) or all(_storable(part) for part in value)
