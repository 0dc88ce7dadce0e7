"""Questions asked of the draws agree with NumPy, from a file and from memory, with nulls left out."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import holdfast.report.draws
from holdfast.report.draws import BINS, DrawTable, quoted_column

COUNT = 257


@pytest.fixture(scope="module")
def values() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "signed": rng.random(COUNT),
        'odd "name".x': rng.random(COUNT),
        "holds.10": rng.random(COUNT) ** 3,
    }


@pytest.fixture(scope="module")
def table(values: dict[str, np.ndarray]) -> pa.Table:
    data = {
        "draw": np.repeat(np.arange(COUNT), 2),
        "proposal": ["a", "b"] * COUNT,
    }
    for name, column in values.items():
        both = np.column_stack([column, 1 - column]).ravel()
        data[name] = pa.array(both, mask=np.tile([False, name == "holds.10"], COUNT))
    data["nothing"] = pa.nulls(2 * COUNT, pa.float64())
    data["not_a_number"] = np.full(2 * COUNT, np.nan)
    return pa.table(data)


@pytest.fixture(params=["memory", "file"])
def draws(request: pytest.FixtureRequest, table: pa.Table, tmp_path: Path) -> DrawTable:
    if request.param == "memory":
        return DrawTable(table)
    path = tmp_path / "it's a folder" / "draws.parquet"
    path.parent.mkdir()
    pq.write_table(table, path, row_group_size=100)
    return DrawTable(path)


def test_spreads_are_those_of_numpy(draws: DrawTable, values: dict[str, np.ndarray]) -> None:
    for name in ("signed", 'odd "name".x'):
        spread = draws.spread(name)["a"]
        assert spread.mean == pytest.approx(values[name].mean())
        assert (spread.p05, spread.p95) == pytest.approx(tuple(np.quantile(values[name], [0.05, 0.95])))


def test_a_proposal_without_values_is_left_out(draws: DrawTable) -> None:
    assert list(draws.spread("holds.10")) == ["a"]
    assert draws.spread("nothing") == draws.spread("not_a_number") == draws.spread("absent") == {}
    assert draws.means(["holds.10", "nothing", "absent"]).keys() == {"holds.10", "nothing", "absent"}
    assert draws.means(["nothing", "absent"]) == {"nothing": {}, "absent": {}}
    assert draws.histogram("signed", "nothing") == draws.points(["signed", "absent"], 5) == {}


def test_an_expression_of_columns(draws: DrawTable, values: dict[str, np.ndarray]) -> None:
    spread = draws.spread_of(f"0.5 * {quoted_column('signed')} - {quoted_column('holds.10')}", "a")
    assert spread is not None
    assert spread.mean == pytest.approx((0.5 * values["signed"] - values["holds.10"]).mean())
    assert draws.spread_of(quoted_column("nothing"), "a") is None


def test_occurrences_count_the_draws_where_all_conditions_hold(
    draws: DrawTable, values: dict[str, np.ndarray]
) -> None:
    signed, holds = values["signed"], values["holds.10"]
    found = draws.occurrence([("signed", "holds.10")], ["signed"], 0.1)
    there = signed - holds > 0.1
    assert list(found) == ["a"]
    assert found["a"].share == pytest.approx(there.mean())
    assert found["a"].means["signed"] == pytest.approx(signed[there].mean())
    assert draws.occurrence([("signed", "absent")], [], 0.1) == {}
    assert draws.occurrence([("signed", "signed")], ["signed"], 0.1)["a"].means == {}


def test_the_grid_counts_every_draw_once_borders_included(values: dict[str, np.ndarray]) -> None:
    data = pa.table({"draw": [0, 1, 2], "proposal": ["a"] * 3, "x": [0.0, 1.0, 0.5], "y": [0.0, 1.0, 0.99]})
    grid = DrawTable(data).histogram("x", "y")["a"]
    assert grid.sum() == 3
    assert grid[0, 0] == grid[BINS - 1, BINS - 1] == grid[BINS - 1, BINS // 2] == 1


def test_points_are_the_first_draws(draws: DrawTable, values: dict[str, np.ndarray]) -> None:
    points = draws.points(["signed", 'odd "name".x'], 10)
    assert points["a"] == pytest.approx(np.column_stack([values["signed"][:10], values['odd "name".x'][:10]]))
    assert len(points["b"]) == 10


def test_many_pairs_are_told_what_each_is_told_alone(
    draws: DrawTable, values: dict[str, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdfast.report.draws, "AT_ONCE", 3)
    pairs = list(permutations([*values, "nothing", "not_a_number"], 2))
    found = draws.exceeding([*pairs, ("signed", "absent")], 0.1)
    assert found == {pair: draws.occurrence([pair], pair, 0.1) for pair in pairs} | {("signed", "absent"): {}}
    assert found["signed", "holds.10"]["a"].share == np.mean(values["signed"] - values["holds.10"] > 0.1)
