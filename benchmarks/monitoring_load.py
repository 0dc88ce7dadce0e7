"""A million reports added, linked, tested and counted; a day's 5,000 on top; status, also while another process adds.

    python benchmarks/monitoring_load.py                1,000,000 reports spread over years and places
    python benchmarks/monitoring_load.py --day          5 % of the incidents on one day in one sector
    python benchmarks/monitoring_load.py --reports N    fewer

The agreement is that of catalog/donbas-2015; reports are made up (tests/unit/monitoring/linkage/simulated.py). Beside it pandas and
geopandas do only the zone test and the count, on positions taken as exact.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

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
EARLIER = np.timedelta64(16 * 365, "D")  # the simulator's events lie in the future, which is set aside


def written(table: Any, path: Path) -> None:
    """Write simulated reports as the file that an observer might send."""

    def text(name: str) -> Any:
        times = (table[name].to_numpy() - EARLIER).astype("datetime64[s]")
        return pa.array(np.datetime_as_string(times))

    columns = {name: table[name] for name in ("observer", "id", "kind", "lat", "lon", "unit", "text")}
    error = np.maximum(table["sd_along_km"].to_numpy(), table["sd_across_km"].to_numpy())
    pyarrow.csv.write_csv(
        pa.table({**columns, "start": text("start"), "end": text("end"), "error_km": error}), path
    )


def ran(*arguments: object) -> tuple[float, str]:
    """Return the seconds that a command took, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run([*PROGRAM, "monitor", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
    return time.perf_counter() - began, done.stdout


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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--day", action="store_true")
    given = parser.parse_args()
    from tests.unit.monitoring.linkage.simulated import simulate

    events = int(given.reports * 0.655) + 4000
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        table = simulate(events, days=365 * 8, side_km=600, seed=1, hot=0.05 if given.day else 0.0).reports
        table = table.sort_by("start").slice(0, given.reports + 5000)
        written(table.slice(0, given.reports), folder / "first.csv")
        written(table.slice(given.reports), folder / "late.csv")
        del table
        (folder / "map.yaml").write_text(MAPPING)
        record, how = folder / "record", ("--map", folder / "map.yaml")
        ran("init", record, "--agreement", AGREEMENT)
        for what, file in (("added, linked, tested and counted", "first.csv"), ("5,000 on top", "late.csv")):
            seconds, said = ran("add", record, folder / file, *how)
            print(f"{what}: {seconds:.1f} s, peak {peak_gib():.2f} GiB\n    {said.strip()}", flush=True)
        print(f"the same file again: {ran('add', record, folder / 'late.csv', *how)[0]:.1f} s")
        print(f"status: {ran('status', record, '--json')[0]:.2f} s")
        (folder / "more.csv").write_bytes((folder / "late.csv").read_bytes().replace(b"2", b"1"))
        adding = subprocess.Popen(
            [*PROGRAM, "monitor", "add", str(record), str(folder / "more.csv"), *map(str, how)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(3)
        print(f"status while another adds: {ran('status', record, '--json')[0]:.2f} s", flush=True)
        adding.wait()
        print(f"verify: {ran('verify', record)[0]:.1f} s; rebuild: {ran('rebuild', record)[0]:.1f} s")
        sizes = {p.name: f"{p.stat().st_size / 2**20:,.0f} MiB" for p in record.iterdir()}
        print(f"peak {peak_gib():.2f} GiB; {sizes}")
        print(f"pandas and geopandas, zone test and count only: {peer(folder / 'first.csv'):.1f} s")


if __name__ == "__main__":
    main()
