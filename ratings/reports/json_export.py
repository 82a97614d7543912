"""The report as JSON text and back; the same report gives the same bytes. `schema.json` describes it."""

import dataclasses
import json
import types
from pathlib import Path
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from ratings.reports.document import Report

SCHEMA = Path(__file__).with_name("schema.json")


def report_to_json(report: Report) -> str:
    """Two-space JSON in UTF-8 characters with a final newline; NaN and infinity are refused (ValueError)."""
    return json.dumps(dataclasses.asdict(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def report_from_json(text: str) -> Report:
    """The report that `report_to_json` wrote; raises KeyError or TypeError for anything else."""
    return cast("Report", _read(Report, json.loads(text)))


def _read(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return cast("type", kind)(**{name: _read(hint, value[name]) for name, hint in hints.items()})
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], each) for each in value)
    if get_origin(kind) in (types.UnionType, Union):
        inner = next(each for each in get_args(kind) if each is not type(None))
        return None if value is None else _read(inner, value)
    return float(value) if kind is float else value
