"""What is handed to others: the wheel holds what a page needs and nothing under a licence of its own, and `make monitor` runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
FIND = """
import holdfast
from holdfast.report.monitoring.outlines import region
print(holdfast.__file__)
print(region(["Donetsk region"]).layer)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_what_a_page_needs_and_no_figures_of_the_catalogue(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    report = ROOT / "src" / "holdfast" / "report"
    needed = [*(report / "outlines").iterdir(), *(report / "templates").iterdir()]
    assert len(needed) > 5
    assert not {str(path.relative_to(ROOT / "src")) for path in needed} - {*names}
    # the observer mission's figures are under a notice of their own, and for non-commercial use
    assert [name for name in names if "catalog" in name or name.endswith(".csv")] == []
    tables = [name for name in names if name.endswith((".parquet", ".geojson"))]
    assert tables == ["holdfast/report/outlines/outlines.parquet"]


@pytest.mark.slow
def test_outlines_are_found_in_the_wheel(wheel: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIND],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(wheel)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    file, layer = done.stdout.split()
    assert file.startswith(str(wheel))
    assert layer == "region"


@pytest.mark.slow
def test_make_monitor_runs(tmp_path: Path) -> None:
    """The recipe as it stands, in a folder of the test's; the environment is not made anew."""
    if (make := shutil.which("make")) is None:
        pytest.skip("no make on this machine")
    out = tmp_path / "watched"
    given = (f"BIN={Path(sys.executable).parent}", f"MONITOR_OUT={out}")
    command = [make, "--no-print-directory", "-o", ".venv/.stamp-run", "monitor", *given]
    out.mkdir()
    (out / "old").write_text("of an earlier time")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Removing {out}, which an earlier 'make monitor' made" in done.stdout
    assert not (out / "old").exists()
    assert "Installing" not in done.stdout
    assert f"Report: {out / 'report' / 'report.html'}" in done.stdout
    assert "for non-commercial use with acknowledgement" in done.stdout
    counts = pq.read_table(out / "report" / "counts_by_sector.parquet").to_pylist()
    # 4,865 and 1,823 violations on ten days of November 2021
    rates = {row["sector_id"]: row["per_day_observed"] for row in counts if row["tallied_by"]}
    assert rates == pytest.approx({"donetsk": 486.5, "luhansk": 182.3})
