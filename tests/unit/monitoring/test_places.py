"""Where a position lies: against brute force with geodesics on densified lines, closed forms and sampling."""

from __future__ import annotations

import time

import numpy as np
import pyproj
import pytest
import shapely
from scipy.stats import norm

from holdfast.errors import InputError
from holdfast.monitoring.places import (
    EVERYWHERE,
    Positions,
    Zone,
    corridor,
    distance_below,
    distance_km,
    membership,
)

GEOD = pyproj.Geod(ellps="WGS84")
LINE = shapely.LineString(
    [(37.0, 47.1), (37.6, 47.3), (37.5, 47.9), (38.0, 48.3), (38.6, 48.5), (39.2, 48.7), (39.6, 48.8)]
)
TWO_METRES = 0.002 * 0.4  # what an outline may be moved by, times the normal density of an error of 1 km
SQUARE = Zone(shapely.box(37.0, 47.0, 39.0, 49.0))


def geodesic_km(line: shapely.LineString, lon: float, lat: float) -> float:
    """Distance to the line by brute force: to each of its points, a few metres apart."""
    points = shapely.get_coordinates(shapely.segmentize(line, 0.001))
    count = len(points)
    away = GEOD.inv(np.full(count, lon), np.full(count, lat), points[:, 0], points[:, 1])[2]
    return float(np.min(away)) / 1000


def sampled(zone: Zone, lat: float, lon: float, along: float, across: float, azimuth: float, box: bool):
    """Share of many errors, laid out by geodesics, that fall into the zone."""
    rng = np.random.default_rng(7)
    count = 40_000
    errors = rng.uniform(-1, 1, (2, count)) if box else rng.normal(size=(2, count))
    ahead, right = errors[0] * along, errors[1] * across
    bearing = np.degrees(np.arctan2(right, ahead)) + azimuth
    x, y, _ = GEOD.fwd(np.full(count, lon), np.full(count, lat), bearing, np.hypot(ahead, right) * 1000)
    share = float(np.mean(shapely.contains_xy(zone.geometry, x, y)))
    return share, np.sqrt(max(share * (1 - share), 1e-4) / count)


@pytest.mark.parametrize("km", [15.0, 25.0, 140.0])
def test_a_corridor_ends_where_geodesics_say(km: float) -> None:
    zone = corridor(LINE, km)
    rng = np.random.default_rng(3)
    outline = shapely.get_coordinates(zone.geometry)
    points = outline[rng.integers(0, len(outline), 60)] + rng.normal(scale=5e-4, size=(60, 2))
    truth = np.array([geodesic_km(LINE, x, y) for x, y in points])
    found = distance_below(LINE, km, Positions.of(points[:, 1], points[:, 0])) > 0.5
    clear = np.abs(truth - km) > 0.01
    assert clear.sum() > 25
    assert np.array_equal(found[clear], truth[clear] < km)


def test_a_distance_is_the_geodesics() -> None:
    rng = np.random.default_rng(4)
    for lon, lat in rng.uniform((36, 46), (41, 50), (20, 2)):
        assert distance_km(LINE, lat, lon) == pytest.approx(geodesic_km(LINE, lon, lat), abs=0.002)
    assert distance_km(SQUARE.geometry, 48.0, 37.1) == pytest.approx(
        GEOD.inv(37.0, 48.0, 37.1, 48.0)[2] / 1000, abs=0.01
    )


def test_a_straight_edge_gives_the_normal_distribution() -> None:
    edge = GEOD.inv(37.0, 48.0, 37.01, 48.0)[2] / 1000  # along the parallel; the edge is a meridian
    east = Positions.of(48.0, [37.01, 36.99], sd_along_km=0.7, sd_across_km=1.9, azimuth_deg=90.0)
    assert membership(SQUARE, east) == pytest.approx([norm.cdf(edge / 0.7), norm.cdf(-edge / 0.7)], abs=1e-4)
    north = Positions.of(48.0, 37.01, sd_along_km=0.7, sd_across_km=1.9, azimuth_deg=0.0)
    assert membership(SQUARE, north)[0] == pytest.approx(norm.cdf(edge / 1.9), abs=1e-4)


@pytest.mark.parametrize("box", [False, True])
def test_on_an_edge_half_and_at_a_corner_a_quarter(box: bool) -> None:
    positions = Positions.of([48.0, 47.0, 49.0], [37.0, 37.0, 39.0], 0.5, box=box)
    assert membership(SQUARE, positions) == pytest.approx([0.5, 0.25, 0.25], abs=1e-3)


@pytest.mark.parametrize("box", [False, True])
def test_any_error_anywhere_against_sampling(box: bool) -> None:
    rng = np.random.default_rng(11)
    ring = shapely.box(37.6, 47.7, 38.4, 48.4)
    zone = Zone(
        shapely.union_all([shapely.difference(SQUARE.geometry, ring), shapely.box(39.5, 47.5, 40, 48)])
    )
    for lat, lon in rng.uniform((46.8, 36.8), (49.2, 40.2), (25, 2)):
        along, across, azimuth = *rng.uniform(0.5, 30.0, 2), rng.uniform(0, 360)
        found = membership(zone, Positions.of(lat, lon, along, across, azimuth, box))[0]
        share, sd = sampled(zone, lat, lon, along, across, azimuth, box)
        assert abs(found - share) < 4.5 * sd


def test_what_is_not_known_is_not_a_number() -> None:
    positions = Positions.of(
        [np.nan, 48.0, 95.0, 48.0, 48.0, 48.0],
        [38.0, np.nan, 38.0, 38.0, 38.0, 38.0],
        [1.0, 1.0, 1.0, np.nan, 900.0, 0.0],
        azimuth_deg=[0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    )
    found = membership(SQUARE, positions)
    assert np.array_equal(np.isnan(found), [True, True, True, True, True, False])
    assert found[5] == 1.0
    assert membership(EVERYWHERE, positions)[5] == 1.0
    assert np.isnan(membership(EVERYWHERE, positions)[0])


def test_far_away_is_outside_and_near_the_poles_nothing_breaks() -> None:
    far = Positions.of([0.0, -89.9, 90.0, 48.0], [-140.0, 0.0, 0.0, 179.9], 5.0)
    assert membership(SQUARE, far).tolist() == [0.0, 0.0, 0.0, 0.0]
    cap = Zone(shapely.box(-40.0, 85.0, 40.0, 90.0))
    assert membership(cap, Positions.of([88.0, 89.9, 80.0], 0.0, 1.0)).round(6).tolist() == [1.0, 1.0, 0.0]


def test_parts_of_a_zone_add_up() -> None:
    rng = np.random.default_rng(5)
    positions = Positions.of(rng.uniform(46, 50, 500), rng.uniform(36, 40, 500), rng.uniform(1, 20, 500))
    near = corridor(LINE, 25)
    whole, part, rest = (membership(zone, positions) for zone in (SQUARE, SQUARE & near, SQUARE - near))
    assert part + rest == pytest.approx(whole, abs=TWO_METRES)
    assert membership(~SQUARE, positions) == pytest.approx(1 - whole)
    neither = membership(~SQUARE & ~near, positions)
    assert whole + membership(near - SQUARE, positions) + neither == pytest.approx(1.0, abs=TWO_METRES)
    assert membership(SQUARE & EVERYWHERE, positions) == pytest.approx(whole, abs=TWO_METRES)


def test_the_answer_does_not_depend_on_what_else_is_asked() -> None:
    rng = np.random.default_rng(6)
    lat, lon, sd = rng.uniform(46, 50, 400), rng.uniform(36, 40, 400), rng.choice([0.0, 0.5, 8.0], 400)
    zone = corridor(LINE, 15)
    together = membership(zone, Positions.of(lat, lon, sd, box=sd > 1))
    alone = [
        membership(zone, Positions.of(a, b, s, box=s > 1))[0] for a, b, s in zip(lat, lon, sd, strict=True)
    ]
    assert together.tolist() == alone
    padded = 30  # enough copies that a grid is made first
    many = membership(
        corridor(LINE, 15),
        Positions.of(*(np.tile(part, padded) for part in (lat, lon, sd)), box=np.tile(sd > 1, padded)),
    )
    assert many.tolist() == alone * padded
    again = membership(
        zone, Positions.of(*(np.tile(part, 3) for part in (lat, lon, sd)), box=np.tile(sd > 1, 3))
    )
    assert again.tolist() == alone * 3


def test_zones_know_what_they_hold() -> None:
    inner, apart = Zone(shapely.box(37.5, 47.5, 38, 48)), Zone(shapely.box(40, 47, 41, 48))
    assert SQUARE.holds(inner) is True
    assert SQUARE.holds(apart) is False
    assert inner.holds(SQUARE) is None
    assert EVERYWHERE.holds(SQUARE) is True
    assert (~SQUARE).holds(apart) is True


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Positions.of([48.0, 49.0], [37.0, 38.0, 39.0]), "as many of each"),
        (lambda: Positions.of(48.0, [37.0, 38.0], [1.0, -1.0]), "position 1 = -1; must be 0 or more"),
        (lambda: corridor(LINE, 0.0), "above 0"),
        (lambda: corridor(LINE, float("nan")), "above 0"),
        (lambda: Zone(shapely.box(-179, 0, 179, 1)), "±180"),
    ],
)
def test_what_cannot_be_used_is_refused(make, told: str) -> None:
    with pytest.raises(InputError, match=told):
        make()


@pytest.mark.slow
def test_a_million_positions_in_seconds() -> None:
    rng = np.random.default_rng(8)
    count = 1_000_000
    positions = Positions.of(
        rng.uniform(46, 50, count),
        rng.uniform(35, 41, count),
        rng.uniform(0.1, 3, count),
        box=rng.random(count) < 0.3,
    )
    begun = time.process_time()
    found = distance_below(LINE, 25.0, positions)
    assert time.process_time() - begun < 4.0  # ten zones in 40 s; one took 1.3 s where this was written
    assert 0.05 < found.mean() < 0.5


def test_a_pixel_and_an_uncertain_line_have_the_variance_of_both() -> None:
    """A box has a third of the square of its half-length; what comes of it is no box, and lies where many draws of both do."""
    pixel = Positions.of(48.0, [37.01], sd_along_km=1.5, sd_across_km=0.6, azimuth_deg=20.0, box=True)
    found = pixel.blurred(0.8)
    assert found.box.tolist() == [False]
    assert found.sd_along_km[0] ** 2 == pytest.approx(1.5**2 / 3 + 0.8**2)
    assert found.sd_across_km[0] ** 2 == pytest.approx(0.6**2 / 3 + 0.8**2)
    assert (found.lat[0], found.lon[0], found.azimuth_deg[0]) == (48.0, 37.01, 20.0)
    # one that is no box, in the same table
    both = Positions.of(
        48.0, [37.01, 37.01], sd_along_km=1.5, sd_across_km=0.6, azimuth_deg=20.0, box=[True, False]
    )
    assert both.blurred(0.8).sd_along_km[1] ** 2 == pytest.approx(1.5**2 + 0.8**2)
    rng = np.random.default_rng(7)
    n = 200_000
    along, across = rng.uniform(-1.5, 1.5, n), rng.uniform(-0.6, 0.6, n)
    turn = np.radians(20.0)
    east = along * np.sin(turn) + across * np.cos(turn) + rng.normal(0, 0.8, n)
    inside = np.mean(37.01 + east / 74.63 > 37.0)  # kilometres in a degree of longitude at 48 north
    zone = Zone(shapely.box(37.0, 47.0, 38.0, 49.0))
    assert membership(zone, found)[0] == pytest.approx(inside, abs=0.01)
