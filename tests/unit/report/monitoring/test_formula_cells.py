"""No cell of a CSV begins as a formula, wherever a text came from: parts of texts, maps, nested data and names of columns."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from holdfast.report.monitoring.tables import harmless, write_tables

FORMULA = "=HYPERLINK(1)"


@pytest.mark.parametrize("separator", ["|", ";", ",", "\t", "\n"])
def test_parts_that_a_spreadsheet_would_split(separator: str) -> None:
    [safe] = harmless(pa.array([f"a{separator}{FORMULA}"])).to_pylist()
    assert safe == f"a{separator}'{FORMULA}"


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[("=1+1", 0.5)]], pa.map_(pa.string(), pa.float64())),
        pa.array([[("a", "x"), ("=1+1", "y")]], pa.map_(pa.string(), pa.string())),
        pa.array([["fine", "=1+1"]], pa.list_(pa.string())),
        pa.array([[["x", "=1+1"]]], pa.list_(pa.list_(pa.string()))),
        pa.array([{"a": "x,=1+1"}], pa.struct([("a", pa.string())])),
        pa.array(["=1+1"]).dictionary_encode(),
    ],
    ids=["map key", "later map key", "list", "nested list", "struct", "dictionary"],
)
def test_cells_of_every_type(tmp_path: Path, column: pa.Array) -> None:
    write_tables(tmp_path, {"one": pa.table({"cells": column})})
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        _, [cell] = csv.reader(file)
    assert "'=1+1" in cell
    assert "=1+1" not in cell.replace("'=1+1", "")


def test_names_of_columns(tmp_path: Path) -> None:
    write_tables(tmp_path, {"one": pa.table({FORMULA: [1], "plain": [2]})})
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == [f"'{FORMULA}", "plain"]
