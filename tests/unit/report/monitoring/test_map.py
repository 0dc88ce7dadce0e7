"""The map: its scale and shapes, colours by class, hatching where nobody looked, dots with their errors."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely

from holdfast.report.monitoring.counts import Series, all_series, leading
from holdfast.report.monitoring.map import SHADES, breaks, draw
from holdfast.report.monitoring.places import Scene, scene
from holdfast.report.monitoring.projection import Frame
from holdfast.report.monitoring.watch import Watch
from tests.unit.monitoring.agreement import example
from tests.unit.report.markup import parse

from . import made

GEOD = pyproj.Geod(ellps="WGS84")


def watched(reports, agreement=None, period=made.PERIOD) -> tuple[Watch, Scene]:
    agreement = agreement or made.donbas()
    tables = made.index(agreement, reports, period)
    found = Watch(agreement, made.status(agreement, tables, period), tables, *period)
    series = all_series(found)
    shown = leading(series)
    return found, scene(
        found, {one.sector: one for one in series if (one.unit, one.by) == shown and one.sector}
    )


@pytest.mark.parametrize(("lat", "lon"), [(48.0, 38.0), (0.0, 30.0), (-17.0, 180.0), (78.0, 16.0)])
def test_kilometres_are_the_same_in_all_directions_and_north_is_up(lat: float, lon: float) -> None:
    lons, lats, _ = GEOD.fwd([lon] * 4, [lat] * 4, [0, 90, 180, 270], [200_000] * 4)
    frame = Frame([shapely.points(lons, lats)], 400.0)
    corner = GEOD.fwd(lon, lat, 45, 180_000)[:2]
    for azimuth in (0.0, 30.0, 90.0, 200.0):
        end = GEOD.fwd(*corner, azimuth, 10_000)[:2]
        first, last = frame.points(*np.transpose([corner, end]))
        assert np.hypot(*(last - first)) * frame.unit_km == pytest.approx(10, rel=2e-3)
    middle, north = frame.points([lon, lon], [lat, lat + 0.1])
    assert north[1] < middle[1]
    assert north[0] == pytest.approx(middle[0], abs=0.5)
    km, length = frame.bar()
    assert length == pytest.approx(km / frame.unit_km)
    assert 40 < length <= 100


def test_sectors_without_a_zone_borrow_the_region_of_their_name() -> None:
    _, found = watched([])
    assert [area.borrowed for area in found.areas] == ["Donets'k", "Luhans'k"]
    assert found.absent == ()


def test_zones_are_those_of_the_last_day() -> None:
    agreement = example.read()
    for year, east in ((2020, 37.5), (2021, 37.7)):
        _, found = watched([], agreement, (dt.date(2020, 3, 1), dt.date(year, 3, 31)))
        [area] = found.areas
        assert area.borrowed is None
        assert area.geometry.bounds[2] == pytest.approx(east)


def test_a_sector_without_outline_or_drawing_is_named() -> None:
    text = example.TEXT.replace("sectors:\n", 'sectors:\n  nowhere: {name: "Nowhere"}\n')
    _, found = watched([], example.read(text), (dt.date(2020, 3, 1), dt.date(2020, 3, 31)))
    assert found.absent == ("Nowhere",)


def filled(found: Scene, series: dict[str, Series | None]) -> list[str]:
    areas = tuple(replace(area, series=one) for area, one in zip(found.areas, series.values(), strict=True))
    drawn = draw(replace(found, areas=areas), (5.0, 20.0, 50.0), "label", "m")
    assert drawn is not None
    group = next(e for e in parse(str(drawn.picture)).walk() if e.attributes.get("class") == "sector")
    return [child.attributes["fill"] for child in group.children]


def test_a_sector_not_observed_is_hatched_and_a_zero_is_not() -> None:
    found, places = watched([])
    none = Series("donetsk", "effect", "x", (), frozenset({made.PERIOD[0]}), (made.PERIOD[0],) * 2)
    zero = replace(none, gaps=frozenset())
    assert (none.rate, zero.rate) == (None, 0)
    assert filled(places, {"donetsk": none, "luhansk": zero}) == ["url(#m-gap)", SHADES[0]]
    assert filled(places, {"donetsk": None, "luhansk": zero})[0] == "url(#m-gap)"
    assert found.days == 30


def test_classes_are_round_and_hold_all() -> None:
    for highest in (0.013, 0.9, 3.0, 113.0, 98765.0):
        ends = breaks(highest)
        assert list(ends) == sorted(set(ends))
        assert ends[-1] < highest
        assert all(re.fullmatch(r"[125]0*|0\.0*[125]", f"{end:.5g}") for end in ends), ends


def test_incidents_are_dots_and_large_errors_are_drawn_to_scale() -> None:
    reports = [
        made.report(
            1, lat=48.0, lon=38.5, sd_along_km=20.0, sd_across_km=10.0, azimuth_deg=30.0, shape="normal"
        ),
        made.report(
            2, lat=48.5, lon=38.5, sd_along_km=0.1, sd_across_km=0.1, azimuth_deg=0.0, shape="normal"
        ),
        made.report(
            3, lat=10.0, lon=10.0, sd_along_km=0.1, sd_across_km=0.1, azimuth_deg=0.0, shape="normal"
        ),
        made.report(4, sector="Donetsk"),
    ]
    _, found = watched(reports)
    assert found.unplaced == 1
    drawn = draw(found, (), "label", "m")
    assert drawn is not None
    assert (drawn.beyond, drawn.errors, drawn.large, drawn.merged) == (1, 1, 1, False)
    tree = parse(str(drawn.picture))
    [ellipse] = tree.find("ellipse")
    assert float(ellipse.attributes["ry"]) * drawn.frame.unit_km == pytest.approx(20, rel=0.01)
    assert float(ellipse.attributes["rx"]) * drawn.frame.unit_km == pytest.approx(10, rel=0.02)
    assert ellipse.attributes["transform"].startswith("rotate(30 ")
    assert len(tree.find("circle")) == 2


def test_many_incidents_become_fewer_dots() -> None:
    rng = np.random.default_rng(3)
    reports = [
        made.report(
            n,
            lat=47.5 + rng.random(),
            lon=38 + rng.random(),
            sd_along_km=0.1,
            sd_across_km=0.1,
            azimuth_deg=0.0,
        )
        for n in range(2000)
    ]
    _, found = watched(reports)
    drawn = draw(found, (), "label", "m")
    assert drawn is not None
    assert drawn.merged
    assert len(parse(str(drawn.picture)).find("circle")) < 800


def test_nothing_to_draw_is_no_map() -> None:
    _, found = watched([])
    assert draw(replace(found, areas=(), zones={}, lines={}), (), "label", "m") is None
