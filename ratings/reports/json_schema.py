"""The JSON Schema of the report, derived from its dataclasses so that the two cannot drift apart."""

import dataclasses
import types
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from ratings.reports.document import Report

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def report_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) that `schema.json` publishes."""
    definitions: dict[str, Any] = {}
    root = _schema(Report, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of a study",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if dataclasses.is_dataclass(kind):
        named = cast("type", kind)
        if named.__name__ not in definitions:
            definitions[named.__name__] = {}  # holds the place while its own fields are read
            definitions[named.__name__] = _object(named, definitions)
        return {"$ref": f"#/$defs/{named.__name__}"}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0], definitions)}
    if get_origin(kind) in (types.UnionType, Union):
        return {"anyOf": [_schema(each, definitions) for each in get_args(kind)]}
    return {"type": "null"} if kind is type(None) else {"type": _PLAIN[kind]}


def _object(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {
        "type": "object",
        "description": " ".join((kind.__doc__ or "").split()),
        "properties": {name: _schema(hint, definitions) for name, hint in hints.items()},
        "required": list(hints),
        "additionalProperties": False,
    }
