"""The lake: immutable records in Parquet files under content names, read and written by the column engine (DuckDB).

A file in the lake exists only once a `Delivery` row names it; whatever no row names is an orphan of a crash and is swept.
"""
