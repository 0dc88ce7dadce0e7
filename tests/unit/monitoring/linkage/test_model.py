"""The weight that can be checked by hand, distances against the ellipsoid, and models as JSON."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb
import numpy as np
import pytest
from pyproj import Geod

from holdfast.errors import InputError
from holdfast.monitoring.linkage import COMPARISONS, DEFAULT, Model, link
from holdfast.monitoring.linkage.maximise import Patterns, maximised
from holdfast.monitoring.linkage.measures import distance_km, errors_apart
from holdfast.monitoring.linkage.model import OTHERS, shares_of_chance
from holdfast.monitoring.reports import Report, table_of

AT = dt.datetime(2031, 3, 1, 10, 0, tzinfo=dt.UTC)


def report(name: str, observer: str, **changed) -> Report:
    one = Report(
        name, "table", observer, "explosion", AT, AT + dt.timedelta(minutes=30), raw=name, lat=48.0, lon=38.0,
        sd_along_km=1.0, sd_across_km=1.0, azimuth_deg=0.0, shape="normal", text="an explosion at Belinoka",
    )  # fmt: skip
    return replace(one, **changed)


def flat(**levels: tuple[int, float, float]) -> Model:
    """A model in which every level has m = u, but those that are given as (number, m, u)."""
    m = {c.name: [1 / len(c.levels)] * len(c.levels) for c in COMPARISONS}
    u = {name: list(shares) for name, shares in m.items()}
    for name, (level, m_there, u_there) in levels.items():
        m[name][level], u[name][level] = m_there, u_there
    return Model(0.1, {k: tuple(v) for k, v in m.items()}, {k: tuple(v) for k, v in u.items()})


def test_weight_by_hand() -> None:
    """1.11 km apart with errors of 1 km each are 0.79 combined; the same half hour, kind and rare word; nobody else.

    Odds 1/9 × 0.3/0.1 × 0.2/0.1 × 0.6/0.2 × 0.5/0.25 = 4, so a probability of 4/5.
    """
    model = flat(place=(1, 0.3, 0.1), time=(0, 0.2, 0.1), kind=(2, 0.6, 0.2), chance=(0, 0.5, 0.25))
    linked = link(table_of([report("r1", "a"), report("r2", "b", lat=48.01)]), model)
    (pair,) = linked.pairs.to_pylist()
    assert (pair["one"], pair["other"]) == ("r1", "r2")
    assert pair["probability"] == pytest.approx(0.8, abs=1e-9)
    assert model.weight({"place": 1, "time": 0, "kind": 2, "chance": 0}) == pytest.approx(math.log2(4))
    assert linked.incidents.to_pydict() == {
        "report": ["r1", "r2"], "incident": ["i1", "i1"], "probability": [pair["probability"]] * 2,
    }  # fmt: skip


def test_common_word_is_no_agreement() -> None:
    model = replace(flat(place=(1, 0.3, 0.1)), common=("an", "explosion", "at", "belinoka"))
    linked = link(table_of([report("r1", "a"), report("r2", "b", lat=48.01)]), model)
    assert linked.pairs["probability"].to_pylist() == pytest.approx([0.1])  # the prior, nothing else


def measured(expression: str, left: tuple[float, ...], right: tuple[float, ...]) -> float:
    names = ("lat", "lon", "cov_ee", "cov_nn", "cov_en")
    given = ", ".join(
        f"{value}::double as {name}_{side}"
        for side, row in (("l", left), ("r", right))
        for name, value in zip(names, row, strict=True)
    )
    with duckdb.connect() as con:
        return con.execute(f"select {expression} from (select {given})").fetchall()[0][0]


@pytest.mark.parametrize("seed", range(20))
def test_distance_is_that_on_the_ellipsoid_within_its_stated_error(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(-80, 80), rng.uniform(-180, 180)
    other = (lat + rng.uniform(-1, 1), (lon + rng.uniform(-1, 1) + 180) % 360 - 180)
    _, _, metres = Geod(ellps="WGS84").inv(lon, lat, other[1], other[0])
    found = measured(distance_km("{}_l", "{}_r"), (lat, lon, 1, 1, 0), (*other, 1, 1, 0))
    assert found == pytest.approx(metres / 1000, rel=0.0056)


def test_errors_count_along_their_own_axis() -> None:
    """2 km north of each other, each with an error of 1 km north and 4 km east: 2 / √2. Turned by a quarter: 2 / √32."""
    north, east = (48.0, 38.0, 16.0, 1.0, 0.0), (48.0, 38.0, 1.0, 16.0, 0.0)
    away = math.degrees(2 / 6371.0088)
    expression = errors_apart("{}_l", "{}_r")
    assert measured(expression, north, (48 + away, *north[1:])) == pytest.approx(math.sqrt(2), rel=1e-6)
    assert measured(expression, east, (48 + away, *east[1:])) == pytest.approx(2 / math.sqrt(32), rel=1e-6)
    assert measured(expression, north, north) == 0


def test_across_the_date_line_is_near() -> None:
    one, other = (65.0, 179.999, 1.0, 1.0, 0.0), (65.0, -179.999, 1.0, 1.0, 0.0)
    assert measured(errors_apart("{}_l", "{}_r"), one, other) < 0.1
    near = table_of([report("r1", "a", lat=65.0, lon=179.999), report("r2", "b", lat=65.0, lon=-179.999)])
    assert link(near, DEFAULT).counts.candidates == 1


def test_model_is_the_same_after_json() -> None:
    model = replace(DEFAULT, common=("удар", "the"), pairs=12)
    assert Model.from_json(model.to_json()) == model
    assert Model.from_json(model.to_json()).to_json() == model.to_json()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.pop("prior"), "no model of linkage"),
        (lambda told: told.update(holdfast_linkage=0), "version 0"),
        (lambda told: told["comparisons"].pop("kind"), "other levels"),
        (lambda told: told["comparisons"]["kind"][0].update(m=1.5), "1.5"),
        (lambda told: told.update(prior=0), "prior"),
    ],
)
def test_what_is_no_model_is_said(change, said: str) -> None:
    told = json.loads(DEFAULT.to_json())
    change(told)
    with pytest.raises(InputError, match=said):
        Model.from_json(json.dumps(told))


def test_no_json_at_all() -> None:
    with pytest.raises(InputError, match="estimate"):
        Model.from_json("{")


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda c: c.name)
def test_shares_of_judgement_add_up(comparison) -> None:
    assert sum(level.m for level in comparison.levels) == pytest.approx(1)
    assert sum(level.u for level in comparison.levels) == pytest.approx(1)
    for among in {level.among for level in comparison.levels}:
        of = [level for level in comparison.levels if level.among == among]
        assert sum(level.m for level in of) == pytest.approx(sum(level.u for level in of))


def drawn(rng: np.random.Generator, model: Model, pairs: int, others: int) -> tuple[Patterns, Patterns]:
    """Return patterns of candidates, and of pairs that are of no one event, as the model says."""

    def levels(by: Mapping[str, Sequence[float]], number: int) -> np.ndarray:
        shares = [np.array(by[c.name]) for c in COMPARISONS]
        return np.column_stack([rng.choice(len(p), number, p=p / p.sum()) for p in shares])

    same = rng.random(pairs) < model.prior
    found = np.where(same[:, None], levels(model.m, pairs), levels(model.u, pairs))
    return Patterns(found, np.ones(pairs)), Patterns(levels(model.u, others), np.ones(others))


def test_maximisation_finds_what_made_the_pairs() -> None:
    """Drawn with odds of 2 over how crowded it is and errors larger than judged; found within 3 % of the share."""
    rng = np.random.default_rng(8)
    prior, chance_m, chance_u = shares_of_chance(2.0, [1.0] * len(OTHERS))
    time = (0.10, 0.12, 0.20, 0.28, 0.20, 0.10)
    true = Model(prior, {**DEFAULT.m, "time": time, "chance": chance_m}, {**DEFAULT.u, "chance": chance_u})
    found = maximised(*drawn(rng, true, 100_000, 50_000), doubt=1.0)
    assert found.m["time"] == pytest.approx(time, abs=0.03)
    assert found.m["place"] == pytest.approx(DEFAULT.m["place"], abs=0.03)
    odds = found.prior / (1 - found.prior) * found.m["chance"][3] / found.u["chance"][3] * OTHERS[3]
    assert odds == pytest.approx(2.0, rel=0.1)


def test_maximisation_with_nothing_to_learn_from_is_judgement() -> None:
    none = Patterns(np.zeros((0, len(COMPARISONS)), dtype=int), np.zeros(0))
    found = maximised(none, none)
    for one in COMPARISONS[:-1]:
        assert found.m[one.name] == pytest.approx(DEFAULT.m[one.name], rel=1e-6)
    assert found.prior == pytest.approx(DEFAULT.prior, rel=1e-6)
