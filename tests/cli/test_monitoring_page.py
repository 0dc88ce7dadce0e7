"""The page of a period in a browser: it opens offline, asks for nothing, and does not scroll sideways on a phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.report.monitoring import write_monitoring_page
from tests.cli.test_monitor import ROOT, well
from tests.cli.test_page import PROBE, measured, opened
from tests.unit.monitoring.store.small import AGREEMENT
from tests.unit.report.monitoring import made

pytestmark = pytest.mark.browser

REPORTS = {"full": made.made_up(), "empty": []}


@pytest.fixture(scope="module", params=REPORTS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    agreement = made.donbas()
    tables = made.index(agreement, REPORTS[request.param])
    page = tmp_path_factory.mktemp("monitoring") / "report.html"
    write_monitoring_page(page, agreement, made.status(agreement, tables), tables, made.PERIOD)
    return page


def test_it_opens_without_a_word_on_the_console(chromium: str, written: Path, tmp_path: Path) -> None:
    document, log = opened(chromium, written, tmp_path / "profile", width=1400, height=900)
    assert 'id="reading"' in document
    assert "CONSOLE" not in log
    assert written.stat().st_size < 5 * 1024 * 1024


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_width_and_fetches_nothing(
    chromium: str, written: Path, tmp_path: Path, width: int
) -> None:
    found, log = measured(chromium, written, tmp_path, width)
    assert found["width"] == found["scroll"] == width
    assert found["beyond"] == []
    assert found["fetched"] == []
    assert found["smallest"] >= 9
    assert "CONSOLE" not in log


#: Besides: pairs of sectors whose labels on the map cross, and the sectors that are labelled.
MAP_PROBE = PROBE.replace(
    "  parent.postMessage(found, '*');",
    """
  const lines = [...document.querySelectorAll('.map g.label text')];
  const boxes = lines.map(e => e.getBoundingClientRect());
  const sheet = document.querySelector('.map svg[role=img]').getBoundingClientRect();
  found.labels = lines.map(e => e.textContent);
  found.outside = found.labels.filter((_, i) => boxes[i].left < sheet.left - 1 || boxes[i].right > sheet.right + 1);
  found.crossing = [];
  boxes.forEach((a, i) => boxes.forEach((b, j) => {
    if (i >> 1 < j >> 1 && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      found.crossing.push(found.labels[i] + ' / ' + found.labels[j]);
  }));
  parent.postMessage(found, '*');""",
)
assert MAP_PROBE != PROBE


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages that the command makes of a record with reports of every kind: of a month and of a day."""
    base = tmp_path_factory.mktemp("recorded")
    data, record = ROOT / "catalog" / "alder-birch", base / "record"
    well("init", record, "--agreement", data / "agreement.yaml")
    for name, mapping in (
        ("patrols.csv", "patrols-map.yaml"),
        ("lantern.csv", "lantern-map.yaml"),
        ("residents.jsonl", "residents-map.yaml"),
    ):
        well("add", record, data / name, "--map", data / mapping)
    files = ("events-acled.csv", "fires-firms.csv", "mission-tally.csv", "birch-tally.csv")
    well("add", record, *(data / name for name in files))
    for period in ("2019-04-01/2019-04-30", "2019-04-10"):
        out = base / period.replace("/", "_")
        assert well("report", record, "--period", period, "--out", out) == f"Report: {out / 'report.html'}\n"
    return {
        "month": base / "2019-04-01_2019-04-30" / "report.html",
        "day": base / "2019-04-10" / "report.html",
    }


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("period", ["month", "day"])
def test_a_page_of_a_record_fits_its_width_and_fetches_nothing(
    chromium: str, recorded: dict[str, Path], tmp_path: Path, width: int, period: str
) -> None:
    found, log = measured(chromium, recorded[period], tmp_path, width, MAP_PROBE)
    assert found["width"] == found["scroll"] == width
    assert (found["beyond"], found["fetched"]) == ([], [])
    assert found["smallest"] >= 9
    assert "CONSOLE" not in log
    assert found["labels"][::2] == ["Sector North", "Sector South"]
    assert (found["crossing"], found["outside"]) == ([], [])


@pytest.mark.parametrize("width", [390, 1400])
def test_labels_of_narrow_sectors_do_not_cross_and_the_legend_is_not_cut_off(
    chromium: str, tmp_path: Path, width: int
) -> None:
    """Six strips side by side, each narrower than its name, where a border is disputed."""
    strips = []
    for n in range(6):
        west, east = 35.2 + 0.1 * n, 35.3 + 0.1 * n
        ring = [[west, 33.0], [east, 33.0], [east, 33.4], [west, 33.4], [west, 33.0]]
        strips.append(
            {
                "type": "Feature",
                "properties": {"name": f"s{n}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    (tmp_path / "maps.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": strips}), encoding="utf-8"
    )
    text = AGREEMENT[: AGREEMENT.index("lines:")] + "zones:\n"
    text += "".join(
        f"  z{n}: {{name: Zone {n}, drawn: [{{file: maps.geojson, feature: s{n}}}]}}\n" for n in range(6)
    )
    text += "sectors:\n" + "".join(f"  s{n}: {{name: Sector Number {n}, zone: z{n}}}\n" for n in range(6))
    text += "articles:\n  ceasefire: {title: No fire, forbids: [explosion, firing], source: text}\n"
    text += "observation: {not_observed: []}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    well("init", tmp_path / "record", "--agreement", tmp_path / "a.yaml")
    well("report", tmp_path / "record", "--period", "2020-05-01", "--out", tmp_path / "out")
    page = tmp_path / "out" / "report.html"
    assert "border that is disputed" in page.read_text(encoding="utf-8")
    found, _ = measured(chromium, page, tmp_path, width, MAP_PROBE)
    assert len(found["labels"]) == 12
    assert (found["crossing"], found["outside"], found["beyond"]) == ([], [], [])
    assert found["scroll"] == width
