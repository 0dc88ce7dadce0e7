"""Effects put together into incidents by a stated rule."""

import datetime as dt

import numpy as np
import pytest

from holdfast.errors import InputError
from holdfast.monitoring import effects
from holdfast.monitoring.effects import EARTH_KM, EffectRule, incidents_of
from holdfast.monitoring.reports import Report, table_of

AT = dt.datetime(2021, 5, 20, 16, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
RULE = EffectRule(10, 1)
KM = np.degrees(1 / EARTH_KM)  # of latitude


def effect(minute, km_north=0.0, lon=38.0, length=MINUTE, **change):
    start = AT + minute * MINUTE - length / 2
    fields = {"lat": 48 + km_north * KM, "lon": lon, "unit": "effect", **change}
    return Report(f"r{minute}", "table", "team", "explosion", start, start + length, "x", **fields)


def labels(*reports, rule=RULE):
    return incidents_of(table_of(reports), rule).labels.tolist()


def test_near_in_both_time_and_place():
    assert labels(effect(0), effect(9, 0.9), effect(0, 5), effect(60)) == [0, 0, 1, 2]
    assert labels(effect(0), effect(10.01)) == [0, 1]
    assert labels(effect(0), effect(10)) == [0, 0]
    assert labels(effect(0), effect(0, 1.001)) == [0, 1]
    assert labels(effect(0), effect(0, 0.999)) == [0, 0]


def test_near_along_a_chain():
    assert labels(*(effect(9 * step, 0.9 * step) for step in range(5))) == [0] * 5


def test_distance_is_on_the_sphere_and_not_in_degrees():
    # a degree of longitude at 80 degrees north is 19.3 km
    assert labels(effect(0, lat=80.0), effect(0, lat=80.0, lon=39.0), rule=EffectRule(1, 19.5)) == [0, 0]
    assert labels(effect(0, lat=80.0), effect(0, lat=80.0, lon=39.0), rule=EffectRule(1, 19.2)) == [0, 1]
    assert labels(effect(0, lon=-179.999), effect(0, lon=179.999), rule=EffectRule(1, 1)) == [0, 0]


def test_what_the_rule_cannot_tell():
    day = effect(0, length=dt.timedelta(days=1))
    assert labels(effect(0), effect(0, unit="incident"), effect(0, lat=None, lon=None), day) == [
        0,
        -1,
        -1,
        -1,
    ]
    assert labels() == []
    assert labels(effect(0, unit="incident")) == [-1]


def test_against_all_pairs_one_by_one(monkeypatch):
    monkeypatch.setattr(effects, "_CHUNK", 37)
    draws = np.random.default_rng(7)
    minutes, north = draws.uniform(0, 3000, 400), draws.uniform(0, 12, 400)
    reports = [effect(float(minute), float(km)) for minute, km in zip(minutes, north, strict=True)]
    rule = EffectRule(30, 1.5)
    found = incidents_of(table_of(reports), rule)
    start = np.array([(one.start - AT) / MINUTE for one in reports])
    near = (np.abs(start[:, None] - start) <= 30) & (np.abs(north[:, None] - north) <= 1.5)
    expected = np.arange(400)
    for _ in range(400):
        lowest = np.where(near, expected, 400).min(axis=1)
        if (lowest == expected).all():
            break
        expected = lowest
    assert found.number == len(set(expected.tolist()))
    assert len(set(zip(found.labels.tolist(), expected.tolist(), strict=True))) == found.number
    assert found.pairs == (near.sum() - 400) // 2
    assert str(found.rule) == "effects within 30 minutes and 1.5 km of each other are one incident"


def test_a_rule_that_joins_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(effects, "MOST_PAIRS", 100)
    with pytest.raises(InputError, match="joins too many at one time and place"):
        incidents_of(table_of([effect(0)] * 60), EffectRule(10, 1))


@pytest.mark.parametrize("rule", [(0, 1), (10, 0), (-1, 1), (float("nan"), 1), (10, 1000)])
def test_a_rule_needs_minutes_and_km(rule):
    with pytest.raises(InputError, match="a rule for effects must have minutes above 0 and km above 0"):
        EffectRule(*rule)
