"""A table as lines of JSON, one row each in the order of the key, and back."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.models import Field, Model

ROWS_AT_ONCE = 500
# Whoever is signed in signs in again; these rows are worth something to a thief and to nobody else.
LEFT_OUT = {"sessions.session", "evalsite.tries"}


@dataclass(frozen=True, kw_only=True)
class Table:
    """How many rows a table's lines hold, and the SHA-256 of the lines."""

    rows: int
    sha256: str


def models_of(apps: Apps) -> list[type[Model]]:
    """Every model whose rows are kept, the tables behind many-to-many fields too, by label."""
    models = apps.get_models(include_auto_created=True)
    kept = (model for model in models if model._meta.managed and model._meta.label_lower not in LEFT_OUT)
    return sorted(kept, key=lambda model: model._meta.label_lower)


def lines_of(model: type[Model]) -> Iterator[bytes]:
    """Each row as a line of JSON. The same rows give the same bytes on every engine."""
    fields = list(model._meta.concrete_fields)
    for row in model._base_manager.order_by("pk").iterator(chunk_size=ROWS_AT_ONCE):
        values = {field.attname: _plain(field, row) for field in fields}
        yield json.dumps(values, sort_keys=True, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def empty(models: Iterable[type[Model]]) -> None:
    """Delete every row, such as the migrations themselves put there; constraints are held at the commit."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - quoted


def insert(model: type[Model], lines: Iterable[bytes]) -> None:
    """Write rows as `lines_of` gave them: keys and times too stay as they were."""
    fields = list(model._meta.concrete_fields)
    quoted = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({places})"  # noqa: S608 - quoted names
    with connection.cursor() as cursor:
        rest = iter(lines)
        while some := list(islice(rest, ROWS_AT_ONCE)):
            cursor.executemany(statement, [_stored(fields, json.loads(line)) for line in some])


def table_of(lines: Iterable[bytes]) -> Table:
    """Count and hash `lines`."""
    digest, rows = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        rows += 1
    return Table(rows=rows, sha256=digest.hexdigest())


def _plain(field: "Field[Any, Any]", row: Model) -> object:
    value = field.value_from_object(row)
    # Numbers, texts and JSON stand for themselves; times and bytes are written as text.
    return value if isinstance(value, str | int | float | list | dict | None) else field.value_to_string(row)


def _stored(fields: "list[Field[Any, Any]]", values: dict[str, Any]) -> list[Any]:
    return [
        field.get_db_prep_save(_typed(field, values[field.attname]), connection=connection)
        for field in fields
    ]


def _typed(field: "Field[Any, Any]", value: object) -> object:
    # A key's own column may be a time, a UUID or a number, and a foreign key has the type of what it names.
    return None if value is None else field.to_python(value)
