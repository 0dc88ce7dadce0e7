"""A million reports added, linked, tested and counted; a day's 5,000 on top; status, also while another process adds.

    python benchmarks/monitoring_load.py                1,000,000 reports spread over years and places
    python benchmarks/monitoring_load.py --day          5 % of the incidents on one day in one sector
    python benchmarks/monitoring_load.py --reports N    fewer

The agreement is that of catalog/donbas-2015, and every report lies in the days on which it is in force: how many findings came of them is
printed. Reports are made up (tests/unit/monitoring/linkage/simulated.py). Beside it pandas and geopandas do only the zone test and the
count, on positions taken as exact.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
AGREEMENT = ROOT / "catalog" / "donbas-2015" / "agreement.yaml"
MAPPING = """\
holdfast: 1
title: "made-up reports"
time_zone: "UTC"
fields:
  observer: observer
  native_id: id
  start: start
  end: end
  kind: kind
  lat: lat
  lon: lon
  error_km: error_km
  unit: unit
  text: text
"""
PROGRAM = [sys.executable, "-c", "from holdfast.cli import main; main()"]
IN_FORCE = (np.datetime64("2015-02-15"), np.datetime64("2022-02-23"))
MARGIN_DAYS = 2  # a chronicle may be a day off, and a satellite passes hours later
DAYS = int((IN_FORCE[1] - IN_FORCE[0]) / np.timedelta64(1, "D")) - 2 * MARGIN_DAYS
FROM = IN_FORCE[0] + np.timedelta64(MARGIN_DAYS, "D")
SIMULATED_FROM = np.datetime64("2031-03-01")  # the simulator's first day
ON_TOP = 5000


def written(table: Any, path: Path) -> None:
    """Write simulated reports as the file that an observer might send."""

    def text(name: str) -> Any:
        times = (table[name].to_numpy() - SIMULATED_FROM + FROM).astype("datetime64[s]")
        return pa.array(np.datetime_as_string(times))

    columns = {name: table[name] for name in ("observer", "id", "kind", "lat", "lon", "unit", "text")}
    error = np.maximum(table["sd_along_km"].to_numpy(), table["sd_across_km"].to_numpy())
    pyarrow.csv.write_csv(
        pa.table({**columns, "start": text("start"), "end": text("end"), "error_km": error}), path
    )


class Took(NamedTuple):
    """What a command took: by the clock, and of the processor, which other work on the machine changes less."""

    seconds: float
    processor: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s ({self.processor:.1f} of the processor)"


def processor_seconds() -> float:
    """Return the processor time of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ran(*arguments: object) -> tuple[Took, str]:
    """Return what a command took, and what it printed."""
    began, before = time.perf_counter(), processor_seconds()
    done = subprocess.run([*PROGRAM, "monitor", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
    return Took(time.perf_counter() - began, processor_seconds() - before), done.stdout


def peak_gib() -> float:
    """Return the largest resident memory of any command so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20


def peer(path: Path) -> float:
    """Return the seconds that pandas and geopandas take to say which reports lie in the security zone, and count them by day."""
    import geopandas
    import pandas as pd

    began = time.perf_counter()
    rows = pd.read_csv(path, parse_dates=["start"])
    line = geopandas.read_file(AGREEMENT.parent / "zones.geojson").iloc[[0]].to_crs(32637)
    points = geopandas.GeoSeries.from_xy(rows["lon"], rows["lat"], crs=4326).to_crs(32637)
    inside = points.within(line.geometry.iloc[0].buffer(15_000))
    rows[inside].groupby([rows["start"].dt.date, "kind"]).size()
    return time.perf_counter() - began


def counted(status: str) -> str:
    """Return how much of a status was counted and tested."""
    told = json.loads(status)
    verdicts = {
        verdict: sum(row[verdict] for row in told["findings"])
        for verdict in ("breach", "allowed", "undetermined")
    }
    return f"{told['record']['reports']} reports, {told['record']['outside']} out of force; {told['linking']}; findings: {verdicts}"


def status_while_adding(record: Path, file: Path, how: tuple[object, ...]) -> str:
    """Return the longest of the statuses that were asked for, one after the other, while a day's reports are added."""
    adding = subprocess.Popen(
        [*PROGRAM, "monitor", "add", str(record), str(file), *map(str, how)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    seconds: list[float] = []
    while adding.poll() is None:
        seconds.append(ran("status", record, "--json")[0].seconds)
    if adding.returncode:
        raise SystemExit(f"adding while status was asked for: {adding.communicate()[1]}")
    return f"{len(seconds)} in a row, the longest {max(seconds):.2f} s, the median {np.median(seconds):.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--day", action="store_true")
    given = parser.parse_args()
    from tests.unit.monitoring.linkage.simulated import simulate

    events = int((given.reports + 2 * ON_TOP) * 0.655) + 4000
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        table = simulate(events, days=DAYS, side_km=600, seed=1, hot=0.05 if given.day else 0.0).reports
        if table.num_rows < given.reports + 2 * ON_TOP:
            raise SystemExit(f"only {table.num_rows} reports were made up")
        table = table.sort_by("start").slice(0, given.reports + 2 * ON_TOP)
        written(table.slice(0, given.reports), folder / "first.csv")
        written(table.slice(given.reports, ON_TOP), folder / "late.csv")
        written(table.slice(given.reports + ON_TOP), folder / "last.csv")
        del table
        (folder / "map.yaml").write_text(MAPPING)
        record, how = folder / "record", ("--map", folder / "map.yaml")
        ran("init", record, "--agreement", AGREEMENT)
        for what, file in (("added, linked, tested and counted", "first.csv"), ("5,000 on top", "late.csv")):
            took, said = ran("add", record, folder / file, *how)
            print(f"{what}: {took}, peak {peak_gib():.2f} GiB\n    {said.strip()}", flush=True)
        print(f"the same file again: {ran('add', record, folder / 'late.csv', *how)[0]}")
        took, said = ran("status", record, "--json")
        print(f"status: {took}\n    {counted(said)}", flush=True)
        print(
            f"status while another adds: {status_while_adding(record, folder / 'last.csv', how)}", flush=True
        )
        print(f"verify: {ran('verify', record)[0]}; rebuild: {ran('rebuild', record)[0]}")
        sizes = {p.name: f"{p.stat().st_size / 2**20:,.0f} MiB" for p in record.iterdir()}
        print(f"peak {peak_gib():.2f} GiB; {sizes}")
        print(f"pandas and geopandas, zone test and count only: {peer(folder / 'first.csv'):.1f} s")


if __name__ == "__main__":
    main()
