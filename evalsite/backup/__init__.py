"""One file that holds everything the site must not lose, and the way back from it.

The rows are written by model and field, not by engine: what SQLite held can be restored into PostgreSQL.
"""
