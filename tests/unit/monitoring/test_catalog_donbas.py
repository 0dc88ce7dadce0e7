"""The agreement of catalog/donbas-2015: it loads, its lines are those of its README, and it agrees with the mission's own findings."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow as pa
import pyproj
import pytest
import shapely

from holdfast.monitoring.agreement import Agreement, load_agreement, read_agreement
from holdfast.monitoring.findings import findings
from holdfast.monitoring.grounds import grounds
from holdfast.monitoring.places import corridor

FOLDER = Path(__file__).parents[3] / "catalog" / "donbas-2015"
GEOD = pyproj.Geod(ellps="WGS84")
DAY = dt.date(2017, 2, 7)
# What UCDP GED calls the towns of the README, where it has another name.
CALLED = {
    "Dokuchaievsk": "Dokuchaevsk",
    "Maiorsk": "Maiorska",
    "Krymske": "Krymskie",
    "Trokhizbenka": "Trekhizbenka",
    "Shchastia": "Shchastya",
    "Donetsk airport": "Donetsk International airport",
}


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return load_agreement(FOLDER / "agreement.yaml")


def points() -> list[tuple[str, float, float]]:
    """The table of points in the README: names, latitude, longitude."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([^|]+) \| (\d+\.\d+), (\d+\.\d+) \|", text, flags=re.MULTILINE)
    return [(name, float(lat), float(lon)) for name, lat, lon in found]


def test_the_line_is_that_of_the_readme(agreement: Agreement) -> None:
    line = shapely.get_coordinates(agreement.atlas.shape("contact-line", DAY)).tolist()
    assert line == [[lon, lat] for _, lat, lon in points()]
    assert len(line) == 16
    older = shapely.get_coordinates(agreement.atlas.shape("memorandum-line", DAY)).tolist()
    assert [point for point in older if point not in line] == [[38.225, 48.3167], [38.6075, 48.3869]]


@pytest.mark.needs_shared
def test_points_lie_midway_between_the_towns(shared: Path) -> None:
    known: dict[str, Counter[tuple[float, float]]] = defaultdict(Counter)
    with (shared / "data/monitoring/ucdp-ged-ukraine.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            if row["where_prec"] == "1":
                place = re.sub(r" (town|village)$", "", row["where_coordinates"])
                known[place][float(row["latitude"]), float(row["longitude"])] += 1
    for name, lat, lon in points():
        towns = [known[CALLED.get(town, town)] for town in name.split(" – ")]
        if name == "Troitske":  # there are two of that name
            towns = [Counter({key: n for key, n in towns[0].items() if key[0] < 49})]
        middle = [sum(town.most_common(1)[0][0][axis] for town in towns) / len(towns) for axis in (0, 1)]
        assert [lat, lon] == pytest.approx(middle, abs=1e-4), name


def seen(kind: str, **columns: object) -> dict[str, object]:
    noon = dt.datetime(2017, 2, 7, 12, tzinfo=dt.UTC)
    return {"kind": kind, "start": noon, "end": noon, **columns}


def towards(lat: float, lon: float, bearing: float, km: float) -> dict[str, float]:
    """A place by bearing and distance from a town: 1 km along, and across it an eighth of a right angle for a point of the compass."""
    x, y, _ = GEOD.fwd(lon, lat, bearing, km * 1000)
    return {"lat": y, "lon": x, "sd_along_km": 1.0, "sd_across_km": 0.11 * km, "azimuth_deg": bearing}


def table(*rows: dict[str, object]) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def test_the_missions_own_findings_come_out(agreement: Agreement) -> None:
    """Daily report of 7 February 2017: two sightings in violation of withdrawal lines, one beyond them."""
    brianka = {"lat": 48.511, "lon": 38.67222, "sd_along_km": 1.0, "sd_across_km": 1.0}
    rows = table(
        seen("weapon", weapon="howitzers (D-20)", calibre_mm=152.0, by="LPR", **brianka),
        seen("weapon", weapon="tank (T-64)", by="LPR", **towards(48.5667, 39.3, 315.0, 12.0)),
        seen("weapon", weapon="tanks (T-72)", by="UAF", **towards(48.0, 37.8053, 0.0, 79.0)),
    )
    breaches = {0: set(), 1: set(), 2: set()}
    for one in findings(agreement, rows).to_pylist():
        assert one["verdict"] != "undetermined"
        if one["verdict"] == "breach":
            breaches[one["incident"]].add(one["article"])
    assert breaches == {0: {"artillery-formations"}, 1: {"addendum"}, 2: set()}
    assert "9.8 km from the line of 19 September 2014" in grounds(agreement, rows, 0, "artillery-formations")


def test_a_tally_of_an_exercise_outside_the_zone_is_no_breach(agreement: Agreement) -> None:
    rows = table(
        seen("explosion", sector="Luhansk", unit="effect", count=34),
        seen("explosion", sector="Luhansk", exempt="live-fire exercise outside security zone"),
        seen("explosion", sector="Luhansk", exempt="assessed as a live-fire exercise"),
        seen(
            "explosion", exempt="a live-fire exercise", lat=48.9, lon=39.4, sd_along_km=1.0, sd_across_km=1.0
        ),
    )
    found = [(one["verdict"], one["exemption"]) for one in findings(agreement, rows).to_pylist()]
    assert found == [
        ("breach", None),
        ("allowed", "exercise-assessed"),
        ("undetermined", None),
        ("allowed", "exercise-located"),
    ]


@pytest.mark.parametrize(
    ("more", "verdict", "least", "most"),
    [
        ({}, "breach", 8, 8),
        ({"exempt_count": 100}, "allowed", 34, 34),
        ({"exempt": "live-fire exercise outside security zone"}, "breach", 8, 8),
        # an exercise, and it is not known where
        ({"exempt": "live-fire exercise"}, "breach", 0, 8),
        ({"exempt": "live-fire exercise", "exempt_count": 34}, "undetermined", 0, 34),
        ({"exempt": "harvest"}, "breach", 0, 0),
        # the exemption is not about clashes
        ({"kind": "clash"}, "breach", 0, 0),
        ({"exempt_count": 0}, "breach", 0, 0),
        ({"exempt_count": None}, "breach", 0, 0),
    ],
)
def test_what_a_tally_says_is_exempt_is_subtracted(
    agreement: Agreement, more: dict[str, object], verdict: str, least: int, most: int
) -> None:
    row = seen("explosion", sector="Luhansk", unit="effect", count=34, exempt_count=8) | more
    (one,) = findings(agreement, table(row)).to_pylist()
    assert (one["verdict"], one["exempt_least"], one["exempt_most"]) == (verdict, least, most)
    if (least, most) == (8, 8):
        assert "by the report itself 8 of the 34 are exempt" in grounds(agreement, table(row), 0, "ceasefire")
        assert "this is about the other 26" in grounds(agreement, table(row), 0, "ceasefire")


def test_articles_follow_one_another_in_time(agreement: Agreement) -> None:
    def on(year: int, month: int, day: int, **columns: object) -> set[str]:
        noon = dt.datetime(year, month, day, 12, tzinfo=dt.UTC)
        row = {**seen("flight", by="UAF", lat=48.14, lon=37.8), **columns, "start": noon, "end": noon}
        return {one["article"] for one in findings(agreement, table(row)).to_pylist()}

    assert on(2020, 7, 26) == {"flights-security-zone"}
    assert on(2020, 7, 27) == {"flights"}
    assert on(2022, 2, 24) == set()
    assert "addendum" not in on(2015, 11, 11, kind="weapon")
    assert "addendum" in on(2015, 11, 12, kind="weapon")
    assert "artillery-UAF" not in on(2015, 3, 2, kind="weapon")


def test_zones_are_as_wide_as_the_text_says(agreement: Agreement) -> None:
    line = agreement.atlas.shape("contact-line", DAY)
    assert {
        id_: article.where.nearer_than.km
        for id_, article in agreement.articles.items()
        if article.where is not None and article.where.nearer_than is not None
    } == {
        "artillery-UAF": 25,
        "artillery-formations": 25,
        "rockets-UAF": 35,
        "rockets-formations": 35,
        "long-range-UAF": 70,
        "long-range-formations": 70,
        "addendum": 15,
    }
    zone = agreement.atlas.zone("security-zone", DAY)
    assert zone is not None
    assert zone.sd_km == 3
    assert corridor(line, 15.0).geometry.equals(zone.zone.geometry)


def test_every_number_has_a_source(agreement: Agreement) -> None:
    parts = [*agreement.articles.values(), *agreement.weapons.values(), *agreement.exemptions.values()]
    parts += [*agreement.triggers.values(), *agreement.windows.values()]
    parts += [drawing for line in agreement.lines.values() for drawing in line.drawn]
    assert all(part.source for part in parts)
    used = {id_ for part in [*parts, agreement.in_force] for id_ in part.source or ()} | {"judgement"}
    assert set(agreement.sources) <= used
    assert all(source.link for source in agreement.sources.values())


def test_the_example_of_the_reference_is_read() -> None:
    page = (FOLDER.parents[1] / "docs" / "reference" / "agreement.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", page, flags=re.MULTILINE)
    text, outline = (re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in blocks[:2])
    example = read_agreement(text.encode(), "example.yaml", {"maps.geojson": outline.encode()})
    day = dt.datetime(2021, 5, 1, tzinfo=dt.UTC)
    row = {**seen("explosion", exempt="live-fire exercise", lat=48.0, lon=38.5), "start": day, "end": day}
    assert [one["verdict"] for one in findings(example, table(row)).to_pylist()] == ["allowed"]
