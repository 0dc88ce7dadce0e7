"""Positions with latitude and longitude changed over, told by an agreement whose place is not far from that of the other reading."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from holdfast.monitoring.formats.swapped import ERRORS, FAR_KM, NEAR_KM, Watched

GEOD = pyproj.Geod(ellps="WGS84")
ZONES = [shapely.box(35.05, 33.0, 35.3, 33.6), shapely.box(35.3, 33.0, 35.8, 33.6)]


@pytest.mark.parametrize(
    ("lat", "lon", "error", "swapped"),
    [
        (35.4, 33.2, 0.4, True),
        (35.4, 33.2, 30.0, True),  # 241 km off, and five times its error are 150
        (35.4, 33.2, 60.0, False),
        (33.2, 35.4, 0.4, False),  # as it should be
        (34.5, 35.6, 0.4, False),  # merely elsewhere
        (36.0, 33.2, 0.4, True),  # 18 km from the zones the other way round
        (36.2, 33.2, 0.4, False),  # 37 km
        (np.nan, np.nan, np.nan, False),
    ],
)
def test_both_readings_are_compared(lat: float, lon: float, error: float, swapped: bool) -> None:
    assert Watched(ZONES).swapped([lat], [lon], [error]).tolist() == [swapped]


def test_near_the_diagonal_nothing_can_be_told() -> None:
    """Where both readings lie near what is drawn, neither is the less likely."""
    assert not Watched([shapely.box(35.0, 35.0, 35.6, 35.6)]).swapped([35.9], [35.2], [0.4])[0]


def test_a_twin_on_the_ellipsoid() -> None:
    """One point drawn: distances are geodesics, within a percent."""
    rng = np.random.default_rng(5)
    watched = Watched([shapely.Point(36.0, 34.0)])
    lat, lon = rng.uniform(33.0, 37.0, 4000), rng.uniform(33.0, 37.0, 4000)
    error = rng.uniform(0.0, 30.0, 4000)
    given = GEOD.inv(lon, lat, np.full(4000, 36.0), np.full(4000, 34.0))[2] / 1000
    other = GEOD.inv(lat, lon, np.full(4000, 36.0), np.full(4000, 34.0))[2] / 1000
    limit = FAR_KM + ERRORS * error
    clear = (np.abs(given / limit - 1) > 0.02) & (np.abs(other / NEAR_KM - 1) > 0.02)
    expected = (given > limit) & (other <= NEAR_KM)
    assert expected[clear].sum() > 20
    assert watched.swapped(lat, lon, error)[clear].tolist() == expected[clear].tolist()
