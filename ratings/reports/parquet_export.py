"""The tidy tables as Parquet files, each column with its meaning, in a zip."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ratings.reports.csv_export import zipped
from ratings.reports.tidy import Cell, TidyTable


def parquet_archive(tables: tuple[TidyTable, ...]) -> bytes:
    """One file a table; the same tables give the same bytes."""
    return zipped({f"{table.name}.parquet": parquet_file(table) for table in tables})


def parquet_file(table: TidyTable) -> bytes:
    """One table. A column's type is that of its values; its meaning stands in the field's metadata."""
    columns = [[row[place] for row in table.rows] for place in range(len(table.columns))]
    arrays = [pa.array(values, type=_type(values)) for values in columns]
    fields = [
        pa.field(name, array.type, metadata={"meaning": meaning})
        for (name, meaning), array in zip(table.columns.items(), arrays, strict=True)
    ]
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), stream)
    return stream.getvalue()


def _type(values: list[Cell]) -> Any:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool} and kinds:
        return pa.bool_()
    if kinds <= {int} and kinds:
        return pa.int64()
    if kinds <= {int, float} and kinds:
        return pa.float64()
    return pa.string()
