"""The outlines that are shipped: what is in them, that neighbours meet, and how a region is found by name."""

from __future__ import annotations

from importlib import resources

import pyproj
import pytest
import shapely

from holdfast.report.monitoring.outlines import region, within

GEOD = pyproj.Geod(ellps="WGS84")
UKRAINE = (22.0, 44.0, 40.5, 52.5)


def square_km(geometry) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6


def test_the_file_is_small() -> None:
    file = resources.files("holdfast.report").joinpath("outlines", "outlines.parquet")
    assert 1_000_000 < len(file.read_bytes()) < 3_000_000


@pytest.mark.parametrize(
    ("names", "published"),
    [
        (["Donetsk", "Donetsk Oblast"], 26517),
        (["Luhansk region"], 26684),
        (["UA-23"], 27183),
        (["Bavaria"], 70550),
    ],
)
def test_a_region_has_its_published_area(names: list[str], published: float) -> None:
    found = region(names)
    assert found is not None
    assert square_km(found.geometry) == pytest.approx(published, rel=0.02)


def test_a_name_of_several_regions_needs_a_place() -> None:
    assert region(["Central"]) is None
    ghana = region(["Central"], (-3.0, 5.0, 1.0, 6.0))
    assert ghana is not None
    assert ghana.geometry.contains(shapely.Point(-1.2, 5.4))
    assert region(["Donetsk"], (-3.0, 5.0, 1.0, 6.0)) is None
    assert region(["nowhere in particular"]) is None


def test_neighbours_still_meet() -> None:
    donetsk, luhansk = (found.geometry for name in ("Donetsk", "Luhansk") if (found := region([name])))
    assert shapely.area(shapely.intersection(donetsk, luhansk)) < 1e-4
    assert shapely.length(shapely.intersection(shapely.buffer(donetsk, 1e-3), shapely.boundary(luhansk))) > 2


def test_a_box_has_its_layers_and_nothing_from_elsewhere() -> None:
    found = within(UKRAINE)
    assert {one.layer for one in found} == {"region", "border", "disputed", "lake"}
    sheet = shapely.box(*UKRAINE)
    bounds = [shapely.box(*one.geometry.bounds) for one in found]
    assert all(shapely.intersects(sheet, bounds))


def test_borders_that_are_not_settled_are_told_apart() -> None:
    dashed = shapely.union_all(
        [one.geometry for one in within((124.0, 36.0, 130.0, 40.0)) if one.layer == "disputed"]
    )
    # the line of 1953 in Korea, near Panmunjom
    assert shapely.distance(dashed, shapely.Point(126.68, 37.95)) < 0.1


def test_a_box_over_the_180th_meridian_holds_both_sides() -> None:
    names = {name for one in within((177.0, -20.0, -178.0, -15.0)) for name in one.names}
    assert {"Northern", "Eastern"} & names
    assert len(within((177.0, -20.0, -178.0, -15.0))) < 60
