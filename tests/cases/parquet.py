#!/usr/bin/env python3
"""Holds results as Parquet, read by DuckDB and by pandas (pyarrow), against the same results as JSON lines and CSV.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install duckdb pandas pyarrow
    cargo build --release --features parquet
    /tmp/peers/bin/python tests/cases/parquet.py target/release/gridstage GRID PLAN

Ends with an error where a number, a text or an empty cell differs.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import duckdb
import pandas


def run(*words):
    done = subprocess.run([str(word) for word in words], check=False)
    assert done.returncode in (0, 1), f"{words} ended with {done.returncode}"


def same(parquet, other, table):
    """Whether two frames hold the same; numbers to the last bit."""
    assert list(parquet.columns) == list(other.columns) and len(parquet) == len(other), table
    for name in parquet.columns:
        ours, theirs = parquet[name], other[name]
        if ours.dtype.kind == "f":
            assert (ours.isna() == theirs.isna()).all(), (table, name)
            assert (ours.dropna() == theirs.dropna().astype(float)).all(), (table, name)
        else:
            # CSV has one empty cell for no text and for an empty one
            texts = [column.fillna("").astype(str).str.lower() for column in (ours, theirs)]
            assert (texts[0] == texts[1]).all(), (table, name)
    print(f"{table}: {len(parquet):,} rows, the same")


def outages(gridstage, grid, folder):
    run(gridstage, "n1", grid, "--format", "parquet", "-o", folder / "n1.parquet", "-q")
    run(gridstage, "n1", grid, "--format", "jsonl", "-o", folder / "n1.jsonl", "-q")
    lines = [json.loads(line) for line in (folder / "n1.jsonl").read_text(encoding="utf-8").splitlines()]
    query = f"select outage, elements, status, how, same_as, lost_mw, unserved_mw from '{folder / 'n1.parquet'}'"
    rows = duckdb.sql(query).fetchall()
    keys = ("outage", "elements", "status", "how", "same_as", "lost_mw", "unserved_mw")
    assert rows == [tuple(line[key] for key in keys) for line in lines], "outages"
    print(f"outages: {len(rows):,} rows, the same by DuckDB")


def main():
    gridstage, grid, plan = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        outages(gridstage, grid, folder)
        for table in ("buses", "branches", "generators"):
            for form in ("parquet", "csv"):
                run(gridstage, "check", plan, "--format", form, "--table", table, "-o", folder / f"{table}.{form}", "-q")
            parquet = pandas.read_parquet(folder / f"{table}.parquet")
            csv = pandas.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False, na_values=[""])
            same(parquet, csv, table)
            count = duckdb.sql(f"select count(*) from '{folder / table}.parquet'").fetchall()[0][0]
            assert count == len(csv), table


if __name__ == "__main__":
    main()
