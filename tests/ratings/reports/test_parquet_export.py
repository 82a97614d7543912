import io

import pyarrow.parquet as pq

from ratings.reports.parquet_export import parquet_file
from ratings.reports.tidy import tidy_tables


def test_parquet_holds_the_same_rows_with_types_and_meanings(closed, report):
    for table in tidy_tables(report, closed):
        found = pq.read_table(io.BytesIO(parquet_file(table)))
        assert found.num_rows == len(table.rows)
        assert found.column_names == list(table.columns)
        for field in found.schema:
            assert field.metadata[b"meaning"].decode() == table.columns[field.name]
    statistics = pq.read_table(io.BytesIO(parquet_file(tidy_tables(report, closed)[0])))
    assert str(statistics.schema.field("estimate").type) == "double"
    assert str(statistics.schema.field("simulated").type) == "bool"
