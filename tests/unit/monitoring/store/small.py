"""A small folder of monitoring, for tests: the agreement of the agreement's tests, files of made-up reports, and what an index holds."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.monitoring.agreement import Agreement, read_agreement
from holdfast.monitoring.formats.mapping import read_mapping
from holdfast.monitoring.store.adding import Added, How, add
from holdfast.monitoring.store.beginning import begin
from holdfast.monitoring.store.folder import asked, index_read
from holdfast.monitoring.store.schema import TABLES
from tests.unit.monitoring.agreement.example import TEXT, maps

MAPPING = """\
holdfast: 1
title: "Made-up reports"
time_zone: "UTC"
fields:
  observer: who
  native_id: no
  start: since
  end: until
  kind: what
  lat: lat
  lon: lon
  error_km: km
  sector: sector
  unit: unit
  count: count
  weapon: weapon
  calibre_mm: mm
  by: side
  evidence: how
  text: text
  exempt: exempt
"""
COLUMNS = [
    "no",
    "who",
    "since",
    "until",
    "what",
    "lat",
    "lon",
    "km",
    "sector",
    "unit",
    "count",
    "weapon",
    "mm",
    "side",
    "how",
    "text",
    "exempt",
]
ROW = {
    "who": "mission",
    "since": "2020-05-01T10:00:00",
    "until": "2020-05-01T11:00:00",
    "what": "explosion",
    "lat": "47.7",
    "lon": "37.2",
    "km": "1",
    "unit": "effect",
    "count": "1",
    "how": "observed",
    "text": "heard near the mill",
}
AGREEMENT = TEXT.replace(
    'sectors:\n  west: {name: "West", zone: quiet, reported_as: ["West region"]}\n',
    'sectors:\n  west: {name: "West", zone: quiet, reported_as: ["West region"]}\n  east: {name: "East"}\n',
)
assert AGREEMENT != TEXT
TALLIES = """\
report_no,issued,region,period_start_local,period_end_local,days,ceasefire_violations,explosions,previous_period_violations,note
77/2020,2020-05-03,West region,2020-05-01T19:30,2020-05-02T19:30,1,12,3,9,
78/2020,2020-05-04,West region,2020-05-02T19:30,2020-05-03T19:30,1,20,4,12,
78/2020,2020-05-04,East,2020-05-02T19:30,2020-05-03T19:30,1,,,,
"""


def agreement(text: str = AGREEMENT) -> Agreement:
    return read_agreement(text.encode(), "a.yaml", {"maps.geojson": json.dumps(maps(), indent=1).encode()})


def how() -> How:
    return How(mapping=read_mapping(MAPPING.encode(), "map.yaml"))


def begun(folder: Path, text: str = AGREEMENT) -> Path:
    begin(folder, agreement(text))
    return folder


def table(*rows: dict[str, Any]) -> str:
    """A file of reports: each row is ROW with changes."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    return out.getvalue()


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(table(*rows), encoding="utf-8")
    return path


def added(folder: Path, *rows: dict[str, Any], name: str = "reports.csv") -> Added:
    """Add a file of these rows."""
    [found] = add(folder, [written(folder.parent / "files" / name, *rows)], how())
    return found


def crowd(number: int, seed: int, days: int = 20, width: float = 1.0) -> list[dict[str, Any]]:
    """Rows of so many events in and around the quiet zone, each told by one to three observers who are not quite right."""
    rng = np.random.default_rng(seed)
    words = ["mill", "bridge", "school", "depot", "ridge", "farm", "quarry", "station"]
    found: list[dict[str, Any]] = []
    for event in range(number):
        hour = rng.uniform(0, 24 * days)
        lat, lon = 47.75 + width * rng.uniform(-0.35, 0.35), 37.35 + width * rng.uniform(-0.45, 0.45)
        kind = ["explosion", "firing", "weapon"][rng.integers(3)]
        for who in rng.permutation(["mission", "press", "B"])[: rng.integers(1, 4)]:
            start = np.datetime64("2020-05-01T00:00:00") + int(
                3600 * (hour + rng.normal(0, 0.5))
            ) * np.timedelta64(1, "s")
            found.append({
                "no": f"{seed}-{event}-{who}",
                "who": who,
                "since": str(start),
                "until": str(start + np.timedelta64(1, "h")),
                "what": kind,
                "lat": f"{lat + rng.normal(0, 0.004):.5f}",
                "lon": f"{lon + rng.normal(0, 0.004):.5f}",
                "km": "0.5",
                "unit": "presence" if kind == "weapon" else "effect",
                "weapon": "howitzer" if kind == "weapon" else "",
                "side": ["A", "B", "Government of Northland", ""][rng.integers(4)],
                "how": "reported" if who == "press" else "observed",
                "text": f"near the {words[rng.integers(8)]} {int(lat * 50)} {int(lon * 50)}",
            })  # fmt: skip
    return found


def held(folder: Path) -> dict[str, list[Any]]:
    """Return all rows of an index, table by table, but for how much work the last linking was."""
    work = {"looked_at", "candidates", "anew", "decisions_unused"}
    with index_read(folder) as con:
        found = {name: asked(con, f"select * from {name}").to_pylist() for name in TABLES}
    for row in found["about"]:
        row["linking"] = {key: n for key, n in json.loads(row["linking"]).items() if key not in work}
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def rows_of(folder: Path, query: str, *values: Any) -> list[Any]:
    with index_read(folder) as con:
        return con.execute(query, list(values)).fetchall()
