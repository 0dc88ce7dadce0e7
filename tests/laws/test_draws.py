"""Laws of draws: they depend on what the scenario says, and on nothing else."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.stats import qmc

from holdfast.errors import InputError
from holdfast.scenario import read_scenario, sample
from holdfast.scenario._nodes import parse
from holdfast.scenario.draws import (
    MAX_DIMENSIONS,
    TAIL,
    _sequence,
    cholesky,
    combined,
    correlated,
    dimensions,
    uncertain,
)
from tests.unit.scenario.examples import SMALL, load

ALTERNATIVES = {
    "alternatives": [
        {"weight": 3, "uniform": [1.0, 2.0], "source": "example-report"},
        {"weight": 1, "between": [3.0, 4.0], "source": "judgement"},
        {"weight": 2, "value": 1.5},
    ]
}
CHOICE = {
    "choice": [
        {"value": 0.2, "probability": 0.5},
        {"value": 0.1, "probability": 0.3},
        {"value": 0.4, "probability": 0.2},
    ]
}
CORRELATIONS = [
    {"between": ["parties.A.war_cost", "parties.B.war_cost", "war.years"], "rank": 0.6},
    {"between": ["parties.A.noise", "war.years"], "rank": -0.5},
]


def full():
    """The small scenario with every feature that draws have."""
    data = parse(SMALL, "f")[0].data()
    data["parties"]["A"]["strength"] = ALTERNATIVES
    data["parties"]["B"]["positions"]["border"] = CHOICE
    data["correlations"] = CORRELATIONS
    data["proposals"]["troops-in-B"]["outcome"]["border"] = {"uniform": [0.2, 0.4]}
    data["proposals"]["guaranteed"]["outcome"]["border"] = {"between": [0.3, 0.9]}
    data["proposals"]["troops-in-B"]["terms"].append(
        {"strengthening": {"party": "B", "add": {"pert": [0.1, 0.2, 0.5]}, "over_years": 5}}
    )
    more = {"id": "more", "party": "A", "add": {"normal": [3, 0.2]}, "over_years": 5}
    data["proposals"]["troops-in-B"]["terms"].append({"strengthening": more})
    return data


def read(data):
    return read_scenario(json.dumps(data, indent=1).encode(), "f")  # JSON is YAML


SCENARIO = read(full())
DRAWS = sample(SCENARIO, start=0, count=64, seed=3)


def shuffled(node, random):
    """The same data with mappings in another order, and lists too where order means nothing."""
    if isinstance(node, dict):
        items = list(node.items())
        random.shuffle(items)
        return {key: shuffled(value, random) for key, value in items}
    if isinstance(node, list):
        if node and not isinstance(node[0], int | float):
            node = random.sample(node, len(node))
        return [shuffled(item, random) for item in node]
    return node


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_nothing(random):
    draws = sample(read(shuffled(full(), random)), start=0, count=64, seed=3)
    assert list(draws.values) == list(DRAWS.values)
    for path, values in DRAWS.values.items():
        np.testing.assert_array_equal(draws.values[path], values, err_msg=path)


@settings(max_examples=40)
@given(st.integers(0, 60), st.integers(0, 64))
def test_a_block_is_a_slice_of_the_whole(start, count):
    count = min(count, 64 - start)
    block = sample(SCENARIO, start=start, count=count, seed=3)
    assert block.count == count
    for path, values in DRAWS.values.items():
        np.testing.assert_array_equal(block.values[path], values[start : start + count])
    for key, values in DRAWS.uniforms.items():
        np.testing.assert_array_equal(block.uniforms[key], values[start : start + count])


def test_a_block_far_out_is_a_slice_too():
    whole = sample(SCENARIO, start=0, count=5000, seed=0)
    block = sample(SCENARIO, start=4091, count=909, seed=0)
    for key, values in whole.uniforms.items():
        np.testing.assert_array_equal(block.uniforms[key], values[4091:])


@pytest.mark.parametrize("starts", [[0, 5, 10], [10, 0, 5], [5, 5, 0], [0, 10, 11], [11, 1, 0]])
def test_rows_are_those_of_the_sequence_in_whatever_order_they_are_asked_for(starts):
    _sequence.cache_clear()
    whole = qmc.Sobol(7, scramble=True, bits=32, rng=np.random.default_rng(4)).random(16)
    for start in starts:
        np.testing.assert_array_equal(_sequence(7, 4).rows(start, 5), whole[start : start + 5])
    np.testing.assert_array_equal(_sequence(7, 4).rows(0, 1), whole[:1])
    np.testing.assert_array_equal(_sequence(7, 4).rows(1, 1), whole[1:2])


def test_threads_that_share_a_sequence_get_their_own_rows():
    whole = sample(SCENARIO, start=0, count=1024, seed=5).uniforms["war.years"]

    def block(start):
        return sample(SCENARIO, start=start, count=16, seed=5).uniforms["war.years"]

    starts = [16 * (37 * i % 64) for i in range(64)]
    with ThreadPoolExecutor(8) as pool:
        for start, found in zip(starts, pool.map(block, starts), strict=True):
            np.testing.assert_array_equal(found, whole[start : start + 16])


def test_the_next_block_far_out_is_as_quick_as_the_first():
    sequence = _sequence(800, 6)
    sequence.rows(1_000_000, 512)
    begun = time.perf_counter()
    for block in range(1, 9):
        sequence.rows(1_000_000 + 512 * block, 512)
    assert time.perf_counter() - begun < 1  # finding row 1,000,000 anew would take half of that each time


def test_seeds_differ_and_zero_is_a_seed():
    first, again, other = (
        sample(SCENARIO, start=0, count=8, seed=s).uniforms["war.years"] for s in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


def test_quantiles_lie_strictly_within_0_and_1_and_fill_it_evenly():
    uniforms = sample(SCENARIO, start=0, count=4096, seed=1).uniforms
    for key, u in uniforms.items():
        assert (u > 0).all(), key
        assert (u < 1).all(), key
        assert stats.kstest(u, "uniform").statistic < 0.01, key


def test_every_value_is_within_its_bounds_and_is_the_quantile_it_took():
    draws = sample(SCENARIO, start=0, count=4096, seed=1)
    for path, quantity in SCENARIO.quantities.items():
        values = draws.values[path]
        assert values.shape == (4096,)
        assert values.dtype == np.float64
        assert all(quantity.bounds.holds(value) for value in (values.min(), values.max())), path
        if quantity.constant is not None:
            assert (values == quantity.constant).all()
        elif quantity.same_as is None and quantity.kind != "alternatives":
            np.testing.assert_array_equal(values, quantity.distribution.ppf(draws.uniforms[quantity.key]))


def test_two_proposals_share_the_quantile_of_a_path_each_through_its_own_range():
    u = DRAWS.uniforms["outcome.border"]
    np.testing.assert_allclose(DRAWS.values["proposals.troops-in-B.outcome.border"], 0.2 + 0.2 * u)
    wide = DRAWS.values["proposals.guaranteed.outcome.border"]
    np.testing.assert_array_equal(np.argsort(wide), np.argsort(u))
    assert (DRAWS.values["proposals.ceasefire-alone.outcome.border"] == 0.5).all()


def test_two_proposals_equal_in_all_but_the_name_agree_in_every_draw():
    data = full()
    data["proposals"]["copy"] = data["proposals"]["troops-in-B"]
    draws = sample(read(data), start=0, count=64, seed=3)
    for path, values in DRAWS.values.items():
        np.testing.assert_array_equal(draws.values[path], values)
        if path.startswith("proposals.troops-in-B."):
            np.testing.assert_array_equal(draws.values[path.replace("troops-in-B", "copy")], values)


def test_same_as_has_the_other_number_in_every_draw():
    np.testing.assert_array_equal(DRAWS.values["parties.B.noise"], DRAWS.values["parties.A.noise"])
    assert "parties.B.noise" not in DRAWS.uniforms


def test_same_as_through_another_same_as():
    scenario = load(settings=["war.discount={same_as: parties.B.noise}"])
    draws = sample(scenario, start=0, count=8, seed=1)
    np.testing.assert_array_equal(draws.values["war.discount"], draws.values["parties.A.noise"])


def test_every_number_has_a_dimension_and_alternatives_come_after_all_of_them():
    names = dimensions(SCENARIO)
    keys = sorted({q.key for q in SCENARIO.quantities.values() if q.same_as is None})
    assert names[: len(keys)] == keys
    assert names[len(keys) :] == [f"{key}#alternative" for key in keys]
    assert "war.discount" in keys  # a plain number
    assert "parties.B.noise" not in keys  # the same as another
    assert list(DRAWS.uniforms) == uncertain(SCENARIO)
    assert {key.partition("#")[0] for key in DRAWS.uniforms} == {
        q.key for q in SCENARIO.quantities.values() if q.constant is None and q.same_as is None
    }


@pytest.mark.parametrize(
    "setting",
    [
        "bodies.council.support.C=0.8",  # the first of all keys
        "parties.C.strength=0.3",
        "parties.A.strength=1.5",  # had alternatives
        "outcome.border=0.5",
        "war.discount={between: [0.03, 0.08]}",  # was a number
        "terms.relief.A.worth={alternatives: [{weight: 1, value: 0.01}, {weight: 1, between: [0.02, 0.05]}]}",
    ],
)
def test_setting_one_number_leaves_the_quantiles_of_all_others_as_they_were(setting):
    data = full()
    data["parties"]["C"]["strength"] = ALTERNATIVES
    text = json.dumps(data, indent=1).encode()
    before = sample(read_scenario(text, "f"), start=0, count=64, seed=3)
    after = sample(read_scenario(text, "f", [setting]), start=0, count=64, seed=3)
    path = setting.partition("=")[0]
    changed = {path, f"{path}#alternative"}
    assert before.uniforms.keys() - changed == after.uniforms.keys() - changed
    for key in before.uniforms.keys() & after.uniforms.keys():
        np.testing.assert_array_equal(after.uniforms[key], before.uniforms[key], err_msg=key)
    for other, values in before.values.items():
        if not other.endswith(path):
            np.testing.assert_array_equal(after.values[other], values, err_msg=other)


def test_alternatives_have_a_second_dimension_and_come_as_often_as_they_weigh():
    assert {"parties.A.strength", "parties.A.strength#alternative"} <= set(dimensions(SCENARIO))
    values = sample(SCENARIO, start=0, count=6000, seed=2).values["parties.A.strength"]
    assert (values == 1.5).mean() == pytest.approx(2 / 6, abs=0.01)
    assert (values > 2.2).mean() == pytest.approx(1 / 6, abs=0.01)
    quantity = SCENARIO.quantities["parties.A.strength"]
    assert np.quantile(values, [0.05, 0.5, 0.95]) == pytest.approx(quantity.ppf([0.05, 0.5, 0.95]), abs=0.02)


def test_correlated_numbers_have_the_rank_correlation_asked_for():
    values = sample(SCENARIO, start=0, count=16384, seed=1).values
    a, b, years, noise = (
        values[path] for path in ("parties.A.war_cost", "parties.B.war_cost", "war.years", "parties.A.noise")
    )
    other = values["parties.B.strength"]
    for first, second, rank in [
        (a, b, 0.6),
        (a, years, 0.6),
        (noise, years, -0.5),
        (a, noise, 0),
        (a, other, 0),
    ]:
        assert stats.spearmanr(first, second)[0] == pytest.approx(rank, abs=0.01)


def test_correlated_normals_are_summed_in_the_order_of_the_keys():
    independent = full()
    del independent["correlations"]
    free = sample(read(independent), start=0, count=64, seed=3).uniforms
    for keys, factor in correlated(SCENARIO):
        normals = [special.ndtri(free[key]).tolist() for key in keys]
        for row, key in zip(factor.tolist(), keys, strict=True):
            for n, u in enumerate(DRAWS.uniforms[key].tolist()):
                total = 0.0
                for weight, normal in zip(row, normals, strict=True):
                    total += weight * normal[n]
                assert u == min(max(float(special.ndtr(total)), TAIL), 1 - TAIL)


def test_many_correlated_numbers_are_the_same_in_a_block_of_any_size():
    random = np.random.default_rng(1)
    matrix = np.full((150, 150), 0.5) + 0.5 * np.eye(150)
    factor, normals = cholesky(matrix), random.standard_normal((150, 64))
    np.testing.assert_allclose(factor @ factor.T, matrix, atol=1e-12)
    np.testing.assert_allclose(factor, np.linalg.cholesky(matrix), atol=1e-12)
    whole = combined(factor, normals)
    np.testing.assert_allclose(whole, factor @ normals, atol=1e-12)
    for start, count in [(0, 1), (5, 2), (9, 55)]:
        np.testing.assert_array_equal(
            combined(factor, normals[:, start : start + count]), whole[:, start : start + count]
        )


def test_correlations_leave_each_number_its_own_range():
    free = full()
    del free["correlations"]
    for path in ("parties.A.war_cost", "war.years"):
        for data in (full(), free):
            values = sample(read(data), start=0, count=4096, seed=1).values[path]
            quantity = SCENARIO.quantities[path]
            assert np.quantile(values, [0.05, 0.95]) == pytest.approx(quantity.interval90, rel=0.02)


def test_a_correlation_names_a_number_of_every_proposal_at_once():
    data = full()
    data["correlations"] = [{"between": ["outcome.border", "war.years"], "rank": 0.7}]
    by_key = sample(read(data), start=0, count=256, seed=1).values
    data["correlations"] = [{"between": ["proposals.guaranteed.outcome.border", "war.years"], "rank": 0.7}]
    by_path = sample(read(data), start=0, count=256, seed=1).values
    for path in by_key:
        np.testing.assert_array_equal(by_key[path], by_path[path])


def test_a_scenario_without_uncertain_numbers_is_drawn_too():
    data = parse(SMALL, "f")[0].data()

    def settled(node):
        if isinstance(node, dict):
            for kind in ("between", "uniform", "triangular"):
                if kind in node:
                    return node[kind][0]
            return {key: settled(value) for key, value in node.items()}
        return [settled(item) for item in node] if isinstance(node, list) else node

    draws = sample(read(settled(data)), start=5, count=3, seed=1)
    assert draws.uniforms == {}
    assert draws.values["war.years"].tolist() == [1.5, 1.5, 1.5]


def test_too_many_dimensions_are_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr("holdfast.scenario.draws.MAX_DIMENSIONS", 5)
    with pytest.raises(InputError, match="numbers; at most 2 can be drawn together"):
        sample(SCENARIO, start=0, count=1, seed=1)
    assert MAX_DIMENSIONS == 21_201


@pytest.mark.parametrize(("start", "count"), [(-1, 2), (0, -1), (2**32, 1)])
def test_rows_outside_the_sequence(start, count):
    with pytest.raises(InputError, match="lie outside"):
        sample(SCENARIO, start=start, count=count, seed=1)
