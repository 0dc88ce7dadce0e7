"""Tables as files: no cell of the CSV is a formula to a spreadsheet, numbers stay numbers, Parquet is as it was."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import InputError
from holdfast.report.monitoring.tables import harmless, write_tables

from . import made

EVIL = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    ' "=1"',
    "\u00a0=1",
    "\ufeff=1",
    "＝1",
    "a;=1",
    'a,"=1"',
    "a\n=1",
    "\0=1",
]
SPLIT = re.compile(r"[;,|\t\r\n]")


def cells(text: str) -> list[str]:
    """What a spreadsheet may take for cells of a text, whichever separator it splits at."""
    return [text, *SPLIT.split(text)]


def formula(cell: str) -> bool:
    bare = cell.lstrip('\0\t\r\n "\u00a0\ufeff')
    return bare[:1] in set("=+-@＝＋－＠") and not re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", bare)


@pytest.mark.parametrize("text", EVIL)
def test_a_formula_is_made_harmless(text: str, tmp_path: Path) -> None:
    assert any(formula(cell) for cell in cells(text))
    write_tables(tmp_path, {"reports": pa.table({"text": [text], "n": [-1.5]})})
    # pyarrow's writer quotes what needs it; the standard reader must see one row of two cells
    with (tmp_path / "reports.csv").open(encoding="utf-8", newline="") as file:
        [_, row] = list(csv.reader(file))
    assert len(row) == 2
    assert row[1] == "-1.5"
    assert not any(formula(cell) for cell in cells(row[0]))
    assert pq.read_table(tmp_path / "reports.parquet")["text"].to_pylist() == [text]


@given(st.text(alphabet="=+-@;,\t\r\n\"' a1", max_size=12))
def test_no_text_is_a_formula(text: str) -> None:
    [shown] = harmless(pa.array([text])).to_pylist()
    assert not any(formula(cell) for cell in cells(shown)) or re.fullmatch(r"[+-]?\d+", text)
    assert shown.replace("'", "") == text.replace("'", "")


def test_plain_text_and_numbers_stay_as_they_are() -> None:
    texts = ["fire - heavy", "well-known", "2021-11-05", "-5", "+3.25", "1e-3", "a=b", "mail@place", "", None]
    assert harmless(pa.array(texts)).to_pylist() == texts


def test_columns_of_every_kind(tmp_path: Path) -> None:
    at = dt.datetime(2021, 11, 5, 17, 30, tzinfo=dt.UTC)
    table = pa.table(
        {
            "n": pa.array([-3, None], pa.int64()),
            "x": [-0.25, None],
            "yes": [True, False],
            "at": pa.array([at, None], pa.timestamp("us", "UTC")),
            "day": pa.array([at.date(), None], pa.date32()),
            "who": [["a", "=b"], []],
            "figures": pa.array([[("killed", 2.0)], None], pa.map_(pa.string(), pa.float64())),
            "verdict": pa.array(["=breach", "allowed"]).dictionary_encode(),
            "nested": [{"a": "=1"}, None],
        }
    )
    write_tables(tmp_path / "new" / "folder", {"incidents": table, "empty": pa.table({})})
    text = (tmp_path / "new" / "folder" / "incidents.csv").read_text(encoding="utf-8")
    [first, second] = list(csv.DictReader(text.splitlines()))
    assert (first["n"], first["x"], first["yes"], first["day"]) == ("-3", "-0.25", "true", "2021-11-05")
    assert first["at"] == "2021-11-05T17:30:00Z"
    assert (first["who"], first["figures"], first["verdict"]) == ("a; '=b", "killed=2.0", "'=breach")
    assert second["n"] == second["at"] == second["figures"] == ""
    assert pq.read_table(tmp_path / "new" / "folder" / "incidents.parquet").equals(table)


@pytest.mark.parametrize("name", ["../out", "a/b", "", "A", ".x", "con.csv", "x" * 60])
def test_a_name_cannot_leave_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="small letters"):
        write_tables(tmp_path / "in", {name: pa.table({})})
    assert list(tmp_path.iterdir()) == []


def test_an_index_can_be_written(tmp_path: Path) -> None:
    tables = made.index(made.donbas(), made.made_up())
    written = write_tables(tmp_path, tables)
    assert {path.name for path in written} == {
        f"{name}.{end}" for name in tables for end in ("csv", "parquet")
    }
    with (tmp_path / "reports.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == tables["reports"].num_rows + 1
