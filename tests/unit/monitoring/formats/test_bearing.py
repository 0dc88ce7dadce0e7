"""Positions by bearing and distance: against geodesics of pyproj, worked out by hand, and what is wrong with a row or a mapping."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest

from holdfast.errors import ScenarioError
from holdfast.monitoring.formats import read_mapping
from holdfast.monitoring.formats.bearing import Told, direction, distance_error, end_points
from holdfast.monitoring.formats.mapping import TableMapping
from holdfast.monitoring.reports import Report
from tests.unit.monitoring.formats.examples import everything

GEOD = pyproj.Geod(ellps="WGS84")
MAPPING = """holdfast: 1
places:
  Mill: {lat: 48.0, lon: 38.0, error_km: 0.5}
  Post 7: {lat: 0.0, lon: 20.0}
fields:
  start: when
  kind: {value: explosion}
  bearing: bearing
  distance_km: km
  from_place: place
  sector: sector
"""
BY_NUMBERS = MAPPING.replace(
    "  from_place: place\n",
    "  from_lat: lat\n  from_lon: lon\n  from_error_km: own\n  distance_error_km: off\n  bearing_error_deg: turn\n",
)


def mapped(text: str = MAPPING, *edits: tuple[str, str]) -> TableMapping:
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return read_mapping(text.encode(), "map.yaml")


def told(*rows: str, head: str = "bearing,km,place,sector", mapping: TableMapping | None = None):
    lines = [f"when,{head}", *(f"2021-05-20 19:30,{row}" for row in rows), ""]
    return everything("\n".join(lines), mapping=mapping or mapped())


def one(row: str, **how) -> Report:
    [report], aside = told(row, **how)
    assert aside == []
    return report


@pytest.mark.parametrize(
    ("text", "degrees", "off"),
    [
        *((word, number * 22.5, 6.5 if len(word) == 3 else 13.0) for number, word in enumerate(
            ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
        )),
        ("nw", 315.0, 13.0),
        ("north-north-east", 22.5, 6.5),
        ("South West", 225.0, 13.0),
        ("0", 0.0, 5.0),
        ("360", 0.0, 5.0),
        ("47.5", 47.5, 5.0),
        ("47°", 47.0, 5.0),
    ],
)  # fmt: skip
def test_a_direction(text: str, degrees: float, off: float) -> None:
    assert direction(text) == (degrees, off)


@pytest.mark.parametrize("text", ["", "up", "NN", "NEN", "-5", "361", "1e9", "nan", "EW", "northern"])
def test_what_is_no_direction(text: str) -> None:
    assert direction(text) is None


def test_points_of_the_compass_are_off_by_an_even_spread() -> None:
    for word, width in (("N", 45.0), ("NNE", 22.5)):
        found = direction(word)
        assert found is not None
        assert found[1] == pytest.approx(width / math.sqrt(12), abs=0.05)


def test_by_hand_on_the_equator() -> None:
    """A degree of longitude there is 111.319 km, one of latitude 110.574."""
    east = one("E,11.1319,Post 7,")
    assert (east.lat, east.lon) == (pytest.approx(0.0, abs=1e-9), pytest.approx(20.1, abs=1e-6))
    assert east.azimuth_deg == pytest.approx(90.0)
    north = one("0,11.0574,post 7,")
    assert (north.lat, north.lon) == (pytest.approx(0.1, abs=1e-6), pytest.approx(20.0))
    # 15 percent of 11.13 km, and 13 degrees of it; with the 0.2 km of the post
    assert east.sd_along_km == pytest.approx(math.hypot(1.669785, 0.2))
    assert east.sd_across_km == pytest.approx(math.hypot(11.1319 * 13 * math.pi / 180, 0.2))
    assert east.shape == "normal"


def test_against_geodesics() -> None:
    rng = np.random.default_rng(3)
    n = 500
    lat, lon = rng.uniform(-75, 75, n), rng.uniform(-179, 179, n)
    bearing, km = rng.uniform(0, 360, n), rng.uniform(0.1, 100, n)
    ones = np.ones(n)
    found = end_points(Told(lat, lon, bearing, km, 0.4 * ones, 8.0 * ones, 0.3 * km))
    there, back, metres = GEOD.inv(lon, lat, found["lon"], found["lat"])
    np.testing.assert_allclose(metres / 1000, km, rtol=1e-6)
    np.testing.assert_allclose(np.cos(np.radians(there - bearing)), 1.0, atol=1e-9)
    np.testing.assert_allclose(np.cos(np.radians(back + 180.0 - found["azimuth_deg"])), 1.0, atol=1e-9)
    np.testing.assert_allclose(found["sd_along_km"] ** 2, (0.3 * km) ** 2 + 0.16)
    np.testing.assert_allclose(found["sd_across_km"] ** 2, (km * np.radians(8.0)) ** 2 + 0.16)


def test_the_errors_are_those_of_many_who_tell() -> None:
    """Bearings and distances that are off by as much as is said scatter so along and across."""
    rng = np.random.default_rng(4)
    n = 40_000
    bearing, km = 60.0 + rng.normal(0, 5.0, n), 10.0 + rng.normal(0, 1.5, n)
    lon, lat, _ = GEOD.fwd(np.full(n, 38.0), np.full(n, 48.0), bearing, 1000 * km)
    one_ = np.ones(1)
    found = end_points(
        Told(48 * one_, 38 * one_, 60 * one_, 10 * one_, 0 * one_, 5 * one_, distance_error(10 * one_))
    )
    azimuth, _, metres = GEOD.inv(np.full(n, found["lon"][0]), np.full(n, found["lat"][0]), lon, lat)
    turned = np.radians(azimuth - found["azimuth_deg"][0])
    along, across = metres / 1000 * np.cos(turned), metres / 1000 * np.sin(turned)
    assert along.std() == pytest.approx(found["sd_along_km"][0], rel=0.02)
    assert across.std() == pytest.approx(found["sd_across_km"][0], rel=0.02)


def test_fields_say_more_than_what_is_usual() -> None:
    head = "bearing,km,lat,lon,own,off,turn,sector"
    report = one("90,4,48,38,0.3,0.4,10,", head=head, mapping=mapped(BY_NUMBERS))
    assert report.sd_along_km == pytest.approx(0.5)
    assert report.sd_across_km == pytest.approx(math.hypot(4 * math.radians(10), 0.3))
    lon, lat, _ = GEOD.fwd(38.0, 48.0, 90.0, 4000.0)
    assert (report.lat, report.lon) == (pytest.approx(lat), pytest.approx(lon))
    blank = one("90,4,48,38,,,,", head=head, mapping=mapped(BY_NUMBERS))
    assert blank.sd_along_km == pytest.approx(math.hypot(0.6, 0.2))
    assert blank.sd_across_km == pytest.approx(math.hypot(4 * math.radians(5), 0.2))


def test_short_distances_are_off_by_300_m() -> None:
    assert distance_error(np.array([0.0, 1.0, 2.0, 10.0])).tolist() == [0.3, 0.3, 0.3, 1.5]


def test_other_languages_and_decimal_commas() -> None:
    mapping = mapped(
        MAPPING,
        ("bearing: bearing", "bearing: {column: bearing, words: {північ: N}}"),
        ("fields:", "decimal: ','\nfields:"),
    )
    lines = ["when;bearing;km;place;sector", "2021-05-20 19:30;північ;2,5;Mill;", ""]
    [report], _ = everything("\n".join(lines), mapping=mapping)
    assert report.lat == pytest.approx(48.0 + 2.5 / 111.2, abs=1e-4)


def test_without_bearing_and_distance_it_has_no_position() -> None:
    assert one(",,,West").lat is None
    report = one(",,Mill,West")  # where the observer stands
    assert (report.lat, report.sd_along_km, report.shape, report.sector) == (None, None, None, "West")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("up,3,Mill,", "bearing = up; must be degrees from 0 to 360, or a point of the compass"),
        ("N,,Mill,", "tells a position in part."),
        (",3,Mill,", "tells a position in part."),
        ("N,3,,", "tells a position in part."),
        ("N,3,Mil,", "from_place = Mil; is no place of the mapping. Add it to places."),
        ("N,3000,Mill,", "distance_km = 3000; must be from 0 to 100. Check the unit."),
        ("N,-1,Mill,", "distance_km = -1; must be from 0 to 100."),
        ("N,three,Mill,", "km = three; must be a number."),
    ],
)
def test_what_is_set_aside(row: str, says: str) -> None:
    reports, [aside] = told(row)
    assert reports == []
    assert says in aside.reason


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("90,4,48,,,,,", "from_lat and from_lon must both be given, or neither."),
        ("90,4,148,38,,,,", "from_lat = 148 and from_lon = 38 seem to be swapped"),
        ("90,4,0,0,,,,", "from_lat and from_lon are 0, which files write for no position."),
        ("90,4,48,38,,-1,,", "distance_error_km = -1; must be from 0 to 500."),
        ("90,4,48,38,,,181,", "bearing_error_deg = 181; must be from 0 to 180."),
        ("90,4,48,38,900,,,", "from_error_km = 900; must be from 0 to 500."),
    ],
)
def test_what_is_set_aside_of_numbers(row: str, says: str) -> None:
    reports, [aside] = told(row, head="bearing,km,lat,lon,own,off,turn,sector", mapping=mapped(BY_NUMBERS))
    assert reports == []
    assert says in aside.reason


def test_a_report_is_somewhere() -> None:
    _, [aside] = told(",,Mill,", mapping=mapped(MAPPING, ("  sector: sector\n", "")))
    assert aside.reason == "has neither a position nor a sector."


@pytest.mark.parametrize(
    ("edit", "place", "says"),
    [
        (("  distance_km: km\n", ""), "8:12", "fields.bearing = bearing; has no distance. Name distance_km, too."),
        (("  from_place: place\n", ""), "8:12", "is from somewhere: name from_place, or from_lat and from_lon."),
        (("from_place: place", "from_lat: lat"), "8:12", "is from somewhere"),
        (("  sector: sector", "  from_lat: a\n  from_lon: b"), "8:12", "is from somewhere"),
        (("sector: sector", "error_km: off"), "11:13", "fields.error_km = off; is given beside a bearing"),
        (("  bearing: bearing\n", ""), "8:16", "fields.distance_km = km; goes with a bearing. Name that, too."),
        (("lat: 48.0", "lat: 148.0"), "3:15", "places.Mill.lat = 148"),
    ],
)  # fmt: skip
def test_mistakes_in_a_mapping(edit: tuple[str, str], place: str, says: str) -> None:
    with pytest.raises(ScenarioError) as error:
        mapped(MAPPING, edit)
    assert says in str(error.value)
    assert f"map.yaml:{place}: " in str(error.value)


def test_a_mapping_without_places_has_no_from_place() -> None:
    places = MAPPING[MAPPING.index("places:") : MAPPING.index("fields:")]
    with pytest.raises(ScenarioError, match="from_place = place; names places, and there are none"):
        mapped(MAPPING, (places, ""))
