"""Shares of variance and tipping values, against published indices, known functions and noise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from holdfast.study.hinges import MOST_DRAWS, OUTCOMES, Hinges, HingesResult, InputInfo, best_shares
from holdfast.study.hinges import _hinges as settings

DRAWS = 4096


def sobol(dimensions: int, draws: int = DRAWS, seed: int = 1) -> np.ndarray:
    return qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random(draws)


def infos(count: int, **levels: tuple[float, ...]) -> list[InputInfo]:
    return [InputInfo(f"x{i}", sourced=i % 2 == 0, levels=levels.get(f"x{i}", ())) for i in range(count)]


def hinges_of(
    uniforms: np.ndarray,
    values: np.ndarray,
    inputs: list[InputInfo] | None = None,
    correlated=(),
    block: int = DRAWS,
    quantile=lambda key, u: u,
) -> HingesResult:
    """Hinges of proposals a, b, ... whose outcomes are all the columns of `values`."""
    names = [chr(ord("a") + p) for p in range(values.shape[1])]
    hinges = Hinges(inputs or infos(uniforms.shape[1]), names, len(uniforms), correlated)
    for start in range(0, len(uniforms), block):
        rows = slice(start, start + block)
        hinges.add(uniforms[rows], dict.fromkeys(OUTCOMES, values[rows]))
    return hinges.result(quantile)


def shares(
    result: HingesResult, outcome: str = "signed", proposal: str | None = "a"
) -> dict[str, tuple[float, float]]:
    return {
        h["input"]: (h["share_of_variance"], h["error"])
        for h in result.hinges
        if (h["outcome"], h["proposal"]) == (outcome, proposal)
    }


def tips(result: HingesResult) -> dict:
    return {h["input"]: h["tipping_value"] for h in result.hinges if h["tipping_value"]}


# --- published indices --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ishigami(seed: int) -> None:
    """Ishigami & Homma 1990, with a = 7, b = 0.1: S = 0.3139, 0.4424, 0."""
    u = sobol(3, seed=seed)
    x = np.pi * (2 * u - 1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found = shares(hinges_of(u, y[:, None]))
    for key, published in {"x0": 0.3139, "x1": 0.4424, "x2": 0.0}.items():
        share, error = found[key]
        assert share == pytest.approx(published, abs=0.005)
        assert abs(share - published) < 4 * error + 0.001
        assert error < 0.01


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sobol_g(seed: int) -> None:
    """Saltelli & Sobol 1995: S_i = V_i / (prod(1 + V_i) - 1), V_i = 1 / (3 (1 + a_i)^2)."""
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
    u = sobol(8, seed=seed)
    y = np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1)
    own = 1 / (3 * (1 + a) ** 2)
    found = shares(hinges_of(u, y[:, None]))
    for i, published in enumerate(own / (np.prod(1 + own) - 1)):
        assert found[f"x{i}"][0] == pytest.approx(published, abs=0.01)


def test_linear_in_normals() -> None:
    slopes = np.array([4.0, 2.0, 1.0, 0.5, 0.0])
    u = sobol(5)
    y = ndtri(np.clip(u, 1e-9, 1 - 1e-9)) @ slopes
    found = shares(hinges_of(u, y[:, None]))
    for i, exact in enumerate(slopes**2 / np.sum(slopes**2)):
        assert found[f"x{i}"][0] == pytest.approx(exact, abs=0.004)


def test_correlated_inputs_overlap() -> None:
    """y = z0 + z1 with correlation r: each alone explains (1 + r) / 2 (Kucherenko et al. 2012), both all of it."""
    r = 0.6
    u = sobol(3)
    z = ndtri(np.clip(u, 1e-9, 1 - 1e-9))
    z[:, 1] = r * z[:, 0] + np.sqrt(1 - r * r) * z[:, 1]
    y = z[:, 0] + z[:, 1] + 0.5 * z[:, 2]
    variance = 2 * (1 + r) + 0.25
    result = hinges_of(ndtr(z), y[:, None], correlated=[["x0", "x1"]])
    found = shares(result)
    for key in ("x0", "x1"):
        assert found[key][0] == pytest.approx((1 + r) ** 2 / variance, abs=0.015)
    assert found["x2"][0] == pytest.approx(0.25 / variance, abs=0.004)
    overlap = result.overlaps[0]
    assert overlap["inputs"] == ["x0", "x1"]
    assert overlap["share_of_variance"] == pytest.approx(2 * (1 + r) / variance, abs=0.015)


def test_an_input_that_only_carries_another_has_its_share() -> None:
    """y = z0, and x1 correlated with x0: what x1 carries is r^2."""
    u = sobol(2)
    z = ndtri(np.clip(u, 1e-9, 1 - 1e-9))
    z[:, 1] = 0.5 * z[:, 0] + np.sqrt(0.75) * z[:, 1]
    found = shares(hinges_of(ndtr(z), z[:, :1], correlated=[["x0", "x1"]]))
    assert found["x0"][0] == pytest.approx(1.0, abs=0.01)
    assert found["x1"][0] == pytest.approx(0.25, abs=0.02)


def test_an_input_with_levels() -> None:
    """Three values with probabilities 0.2, 0.5, 0.3, and a slope in a continuous input."""
    u = sobol(2)
    level = np.searchsorted([0.2, 0.7], u[:, 0])
    values = np.array([0.0, 0.9, 0.3])
    y = values[level] + (u[:, 1] - 0.5)
    probability = np.array([0.2, 0.5, 0.3])
    own = probability @ values**2 - (probability @ values) ** 2
    found = shares(hinges_of(u, y[:, None], infos(2, x0=(0.2, 0.7))))
    assert found["x0"][0] == pytest.approx(own / (own + 1 / 12), abs=0.003)


def test_which_proposal_is_best_is_one_outcome() -> None:
    """a is best where u0 > u1: Var E[1 | u0] / Var 1 = (1/12) / (1/4) for each of the two."""
    u = sobol(3)
    result = hinges_of(u, u[:, :2])
    found = shares(result, "best", None)
    assert found["x0"][0] == pytest.approx(1 / 3, abs=0.01)
    assert found["x1"][0] == pytest.approx(1 / 3, abs=0.01)
    assert found["x2"][0] < 0.003


# --- many inputs, few draws ---------------------------------------------------------------------------


def wide(seed: int, dimensions: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ten of many inputs matter, with interplay: uniforms, two outcomes, and which inputs matter."""
    u = sobol(dimensions, seed=seed)
    rng = np.random.default_rng(seed)
    active = rng.choice(dimensions, 10, replace=False)
    slopes = 0.7 ** np.arange(10)
    z = (u[:, active] - 0.5) @ slopes
    return u, np.stack([ndtr(3 * z) * (u[:, active[3]] > 0.4), ndtr(2 * z)], axis=1), active


@pytest.mark.parametrize("seed", [1, 2])
def test_inputs_without_effect_get_almost_nothing(seed: int) -> None:
    """Regressing on one input at a time gives some of these 0.04 to 0.15 of the variance."""
    u, y, active = wide(seed)
    names = {f"x{i}" for i in active}
    result = hinges_of(u, y)
    for proposal in ("a", "b"):
        found = shares(result, "signed", proposal)
        assert set(list(found)[:5]) <= names
        assert max(share for key, (share, _) in found.items() if key not in names) < 0.006


def test_inputs_without_effect_have_no_tipping_value() -> None:
    u, y, active = wide(3, 120)
    y = np.stack([y[:, 1], y[:, 1] * 0.98 + 0.01 * u[:, active[0]]], axis=1)
    assert set(tips(hinges_of(u, y))) <= {f"x{i}" for i in active}


def test_errors_cover_the_truth_over_seeds() -> None:
    def run(draws: int, seed: int) -> dict[str, tuple[float, float]]:
        u = sobol(12, draws, seed)
        y = ndtr(3 * (u[:, 0] - 0.5) + 2 * (u[:, 1] - 0.5)) * np.sqrt(u[:, 2]) * (0.5 + u[:, 3])
        return shares(hinges_of(u, y[:, None]))

    truth = run(MOST_DRAWS, 99)
    found = [run(1024, seed) for seed in range(12)]
    for key in ("x0", "x1", "x2", "x3", "x4"):
        each, errors = np.array([one[key] for one in found]).T
        assert np.sqrt(np.mean((each - truth[key][0]) ** 2)) < 1.5 * np.mean(errors)
        assert np.mean(errors) < 0.01


# --- tipping values -----------------------------------------------------------------------------------


def test_where_two_lines_cross() -> None:
    u = sobol(4)
    y = np.stack([0.5 + 0.6 * (u[:, 0] - 0.5), 0.44 - 0.3 * (u[:, 0] - 0.5)], axis=1)
    y += 0.2 * (u[:, 1:2] - 0.5) * np.array([1.0, -1.0])
    found = tips(hinges_of(u, y, quantile=lambda key, q: 10 * q))
    assert set(found) == {"x0", "x1"}
    assert found["x0"]["from"] == "b"
    assert found["x0"]["to"] == "a"
    assert found["x0"]["value"] == pytest.approx(10 * (0.5 - 0.06 / 0.9), abs=0.02)
    # along x1 the means differ by 0.06 + 0.4 (u - 0.5)
    assert found["x1"]["value"] == pytest.approx(10 * (0.5 - 0.06 / 0.4), abs=0.02)


def test_the_error_of_a_tipping_value_covers_the_truth() -> None:
    scores = []
    for seed in range(12):
        u = sobol(6, 1024, seed)
        noise = (u[:, 1] - 0.5) * (u[:, 2] - 0.5) * 4 * u[:, 3]
        y = np.stack([0.5 + 0.3 * (u[:, 0] - 0.6) + 0.1 * noise, np.full(1024, 0.5)], axis=1)
        found = tips(hinges_of(u, y))["x0"]
        scores.append((found["value"] - 0.6) / found["error"])
    assert np.max(np.abs(scores)) < 4
    assert np.std(scores) > 0.1


def test_the_change_nearest_the_median_is_reported() -> None:
    u = sobol(2)
    bump = 4 * u[:, 0] * (1 - u[:, 0])  # a is best between 0.146 and 0.854; c is low everywhere
    y = np.stack([bump, np.full(DRAWS, 0.5), np.full(DRAWS, 0.1)], axis=1)
    y[:, 1] += 0.2 * (u[:, 0] > 2)
    found = tips(hinges_of(u, y))["x0"]
    assert min(abs(found["value"] - 0.1464), abs(found["value"] - 0.8536)) < 0.005
    assert {found["from"], found["to"]} == {"a", "b"}


def test_a_level_at_which_the_best_changes() -> None:
    u = sobol(2)
    low = u[:, 0] < 0.3
    y = np.stack([np.where(low, 0.2, 0.8), np.full(DRAWS, 0.5)], axis=1)
    found = tips(hinges_of(u, y, infos(2, x0=(0.3,)), quantile=lambda key, q: 1.0 if q < 0.3 else 3.0))
    assert found == {"x0": {"value": 2.0, "error": 1.0, "from": "b", "to": "a"}}


def test_a_lead_within_the_accuracy_of_the_chain_tips_nothing() -> None:
    u = sobol(2)
    y = np.stack([0.5 + 0.001 * (u[:, 0] - 0.5), np.full(DRAWS, 0.5)], axis=1)
    assert tips(hinges_of(u, y)) == {}


def test_no_value_where_proposals_give_an_input_different_ranges() -> None:
    u = sobol(2)
    y = np.stack([u[:, 0], 1 - u[:, 0]], axis=1)
    assert tips(hinges_of(u, y, quantile=lambda key, q: None)) == {}


# --- laws ---------------------------------------------------------------------------------------------


def test_blocks_do_not_matter() -> None:
    u, y, _ = wide(1, 30)
    assert hinges_of(u, y, block=512) == hinges_of(u, y) == hinges_of(u, y, block=1000)


def test_order_and_names_of_inputs_and_proposals_do_not_matter() -> None:
    u, y, _ = wide(1, 30)
    order = np.random.default_rng(0).permutation(30)
    plain, turned = hinges_of(u, y), hinges_of(u[:, order], y[:, ::-1])
    for mine, theirs in (("a", "b"), ("b", "a")):
        first, second = shares(plain, "signed", mine), shares(turned, "signed", theirs)
        for key, (share, error) in second.items():
            name = f"x{order[int(key[1:])]}"
            if name in first:
                assert first[name] == pytest.approx((share, error), abs=1e-6)


def test_units_do_not_matter() -> None:
    u, y, _ = wide(1, 30)
    first, second = shares(hinges_of(u, y)), shares(hinges_of(u, 1e-9 * y))
    for key, pair in first.items():
        assert second[key] == pytest.approx(pair, abs=1e-5)


def test_threads_do_not_matter() -> None:
    script = """
import hashlib, json
from tests.unit.study.test_hinges import hinges_of, wide
u, y, _ = wide(1, 60)
print(hashlib.sha256(json.dumps(hinges_of(u, y, correlated=[["x1", "x2"]]).hinges).encode()).hexdigest())
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for threads in ("1", "2")
    ]
    first, second = (process.communicate()[0] for process in running)
    assert len(first) == 65
    assert first == second


def test_equal_proposals_share_everything() -> None:
    u, y, _ = wide(1, 30)
    twice = np.stack([y[:, 0], y[:, 0]], axis=1)
    result = hinges_of(u, twice)
    assert shares(result, "signed", "a") == shares(result, "signed", "b")
    assert shares(result, "best", None) == {}
    assert tips(result) == {}


# --- what is listed -----------------------------------------------------------------------------------


def test_twenty_inputs_are_listed_largest_first_then_by_name() -> None:
    u = sobol(30)
    result = hinges_of(u, (u @ np.arange(30.0))[:, None])
    listed = [(-h["share_of_variance"], h["input"]) for h in result.hinges if h["outcome"] == "signed"]
    assert len(listed) == 20
    assert listed == sorted(listed)
    assert {h["outcome"] for h in result.hinges} == set(OUTCOMES)  # one proposal: none is best of several


def test_inputs_that_a_proposal_lacks_are_not_listed_for_it() -> None:
    u = sobol(3)
    inputs = [InputInfo("x0", True), InputInfo("x1", True, proposals=frozenset("b")), InputInfo("x2", True)]
    result = hinges_of(u, u[:, :2], inputs)
    assert "x1" not in shares(result, "signed", "a")
    assert "x1" in shares(result, "signed", "b")
    assert "x1" in shares(result, "best", None)


def test_what_rests_on_judgement() -> None:
    u = sobol(4)
    y = 2 * u[:, 0] + u[:, 1] + (u[:, 2] - 0.5) * (u[:, 3] - 0.5)  # x1 and x3 have no source
    (explained, *_) = hinges_of(u, y[:, None]).explained
    variance = 5 / 12 + 1 / 144
    assert explained["share_of_variance"] == pytest.approx((5 / 12) / variance, abs=0.002)
    assert explained["unsourced"] == pytest.approx((1 / 12) / variance, abs=0.002)


def test_an_outcome_that_does_not_vary_hinges_on_nothing() -> None:
    u = sobol(2)
    assert shares(hinges_of(u, np.stack([u[:, 0], np.full(DRAWS, 0.3)], axis=1)), "signed", "b") == {}
    assert hinges_of(u, np.full((DRAWS, 1), 0.3)).hinges == []


def test_few_draws_give_no_hinges() -> None:
    u = sobol(2, 32)
    assert hinges_of(u, u[:, :1]).hinges == []
    u = sobol(2, 64)
    assert shares(hinges_of(u, u[:, :1]))["x0"][0] > 0.9


def test_memory_does_not_grow_with_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MOST_DRAWS", 1024)
    u = sobol(3)
    hinges = Hinges(infos(3), ["a"], 1_000_000)
    for start in range(0, DRAWS, 512):
        rows = slice(start, start + 512)
        hinges.add(u[rows], dict.fromkeys(OUTCOMES, u[rows, :1]))
    assert hinges.complete
    assert hinges.result(lambda key, q: q) == hinges_of(u[:1024], u[:1024, :1])
    assert MOST_DRAWS == 16_384


def test_draws_must_be_complete_and_numbers() -> None:
    hinges = Hinges(infos(1), ["a"], 128)
    with pytest.raises(ValueError, match="0 of 128"):
        hinges.result(lambda key, q: q)
    with pytest.raises(ValueError, match="not a number"):
        hinges.add(np.full((4, 1), 0.5), dict.fromkeys(OUTCOMES, np.full((4, 1), np.nan)))


def test_the_callers_arrays_are_left_alone() -> None:
    u, y, _ = wide(1, 10)
    before = u.copy(), y.copy()
    hinges_of(u, y)
    assert np.array_equal(u, before[0])
    assert np.array_equal(y, before[1])


def test_best_shares_sum_to_one() -> None:
    values = np.random.default_rng(1).integers(0, 3, (200, 4)).astype(float)
    found = best_shares(values)
    assert np.allclose(found.sum(axis=1), 1)
    assert np.all((found > 0) == (values == values.max(axis=1, keepdims=True)))
