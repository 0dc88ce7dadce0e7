"""The parts that hinges are made of: exact products, elimination, functions, inputs of a scenario."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from holdfast.scenario import load_scenario, sample
from holdfast.study.hinges._additive import Sample
from holdfast.study.hinges._basis import DEGREE, Basis, InputInfo, contrasts, legendre, usable_levels
from holdfast.study.hinges._exact import BASIS_BITS, CHUNK_ROWS, OUTCOME_BITS, on_grid, orthonormalise, solve
from holdfast.study.hinges._shares import jackknife_variance, shares
from holdfast.study.hinges._tipping import Crossing
from holdfast.study.hinges.inputs import hinge_inputs

SCENARIO = Path(__file__).parents[3] / "catalog" / "three-guarantors" / "scenario.yaml"


def test_products_on_the_grid_are_exact() -> None:
    rng = np.random.default_rng(1)
    functions = on_grid(rng.uniform(-32, 32, (CHUNK_ROWS, 3)), BASIS_BITS)
    values = on_grid(rng.uniform(-4, 4, (CHUNK_ROWS, 2)), OUTCOME_BITS)
    found = functions.T @ values
    for i in range(3):
        for j in range(2):
            pairs = zip(functions[:, i].tolist(), values[:, j].tolist(), strict=True)
            assert Fraction(float(found[i, j])) == sum(Fraction(a) * Fraction(b) for a, b in pairs)


def test_functions_survive_being_kept_at_half_precision() -> None:
    rng = np.random.default_rng(1)
    basis = Basis([InputInfo("a", True), InputInfo("b", True, (0.001, 0.5))])
    uniforms = rng.random((100, 2)).astype(np.float32)
    sample_ = Sample(basis, uniforms, np.zeros((100, 1)), 4)
    assert np.array_equal(sample_.functions(slice(0, 100)), basis.evaluate(uniforms.astype(np.float64)))


def test_elimination_solves() -> None:
    rng = np.random.default_rng(1)
    a = rng.normal(size=(30, 12))
    gram, right = a.T @ a / 30, rng.normal(size=(12, 3))
    found, kept = solve(gram, right, 1e-6)
    assert kept.all()
    assert np.allclose(found, np.linalg.solve(gram, right))
    turned = orthonormalise(gram, right, 1e-6)
    assert np.allclose(turned, np.linalg.solve(np.linalg.cholesky(gram), right))


def test_elimination_leaves_out_what_is_collinear() -> None:
    gram = np.array([[1.0, 0.0, 0.99], [0.0, 1.0, 0.0], [0.99, 0.0, 1.0]])
    right = np.array([[1.0], [2.0], [5.0]])
    found, kept = solve(gram, right, 0.1)
    assert kept.tolist() == [True, True, False]
    assert found.ravel().tolist() == [1.0, 2.0, 0.0]
    assert orthonormalise(gram, right, 0.1).ravel().tolist() == [1.0, 2.0, 0.0]


def test_polynomials_are_orthonormal() -> None:
    x, weight = np.polynomial.legendre.leggauss(20)
    functions = np.stack(legendre((x + 1) / 2))
    assert np.allclose(functions * (weight / 2) @ functions.T, np.eye(DEGREE), atol=1e-4)
    assert np.allclose(functions @ weight, 0, atol=1e-4)


@pytest.mark.parametrize("levels", [(0.5,), (0.001, 0.9), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)])
def test_contrasts_are_orthonormal(levels: tuple[float, ...]) -> None:
    table = contrasts(levels)
    probability = np.diff([0.0, *levels, 1.0])
    assert np.allclose(table.T * probability @ table, np.eye(len(levels)), atol=1e-4)
    assert np.allclose(probability @ table, 0, atol=1e-4)
    assert np.max(np.abs(table)) < 32


def test_levels_that_no_draw_sees_are_joined() -> None:
    assert usable_levels((0.0001, 0.5, 0.9999)) == (0.5,)
    assert usable_levels(tuple(np.arange(1, 20) / 20)) == ()


def test_columns_belong_to_their_inputs() -> None:
    basis = Basis([InputInfo("a", True), InputInfo("b", True, (0.3,)), InputInfo("c", True)])
    uniforms = np.random.default_rng(1).random((50, 3))
    matrix = basis.evaluate(uniforms)
    assert basis.size == 2 * DEGREE + 1
    for i in range(3):
        assert np.array_equal(matrix[:, basis.columns[i]], basis.at(i, uniforms[:, i]))
        assert np.all(basis.owner[basis.columns[i]] == i)


def test_jackknife_is_the_variance_of_a_mean() -> None:
    values = np.random.default_rng(1).random(50)
    without = (values.sum() - values) / 49
    assert jackknife_variance(without) == pytest.approx(np.var(values, ddof=1) / 50)


def test_shares_of_several_outcomes_are_pooled() -> None:
    whole = np.array([[0.5, 1.0]])
    share, error = shares(whole, np.stack([whole] * 4), np.array([1.0, 4.0]), np.tile([1.0, 4.0], (4, 1)))
    assert share == pytest.approx(1.25 / 5)
    assert error == 0


def test_a_tipping_value_that_many_draws_have_lies_between_its_neighbours() -> None:
    """Half the draws have the value 1; the others lie evenly from 0 to 2."""

    def quantile(u: float) -> float:
        return float(np.clip(4 * u, 0, 1) if u < 0.75 else 4 * (u - 0.5))

    value, error = Crossing(0, 1, place=0.5, error=0.02).in_unit(quantile) or (0, 0)
    assert value == 1
    assert 0 < error < 0.05


# --- the inputs of a scenario -------------------------------------------------------------------------


def loaded(*settings: str):
    return load_scenario(SCENARIO, settings)


def test_inputs_are_those_with_a_range() -> None:
    scenario = loaded()
    inputs = hinge_inputs(scenario, sorted(scenario.proposals))
    assert [info.key for info in inputs.infos] == [
        "parties.ALD.crises_per_year",
        "parties.ALD.war_cost",
        "war.accidents_per_year",
    ]
    assert all(not info.sourced and info.proposals is None for info in inputs.infos)
    draws = sample(scenario, start=0, count=8, seed=1)
    assert np.array_equal(inputs.uniforms(draws)[:, 1], draws.uniforms["parties.ALD.war_cost"])
    assert inputs.quantile("parties.ALD.war_cost", 0.95) == pytest.approx(0.1)


def test_an_input_of_some_proposals_is_known_as_theirs() -> None:
    scenario = loaded("terms.pledge.rescue.cost={between: [0.05, 0.1]}")
    everything = sorted(scenario.proposals)
    (info,) = [i for i in hinge_inputs(scenario, everything).infos if i.key == "terms.pledge.rescue.cost"]
    assert info.proposals == {"three-pledges", "council-decides"}
    assert "terms.pledge.rescue.cost" not in [i.key for i in hinge_inputs(scenario, ["no-guarantees"]).infos]
    (info,) = [
        i for i in hinge_inputs(scenario, ["council-decides"]).infos if i.key == "terms.pledge.rescue.cost"
    ]
    assert info.proposals is None


def test_a_choice_has_levels() -> None:
    scenario = loaded("war.years={choice: [{value: 1, probability: 0.2}, {value: 3, probability: 0.8}]}")
    inputs = hinge_inputs(scenario, sorted(scenario.proposals))
    (info,) = [i for i in inputs.infos if i.key == "war.years"]
    assert info.levels == pytest.approx((0.2,))
    assert [inputs.quantile("war.years", u) for u in (0.1, 0.6)] == [1.0, 3.0]


def test_alternatives_are_one_number() -> None:
    scenario = loaded(
        "war.years={alternatives: [{weight: 1, between: [1, 2]}, {weight: 3, between: [1.5, 6]}]}",
        "war.discount={alternatives: [{weight: 1, value: 0.03}, {weight: 3, value: 0.05}]}",
        "war.decisiveness={alternatives: [{weight: 1, value: 1}, {weight: 1, uniform: [0.5, 2]}]}",
    )
    inputs = hinge_inputs(scenario, sorted(scenario.proposals))
    keys = [info.key for info in inputs.infos]
    draws = sample(scenario, start=0, count=1024, seed=1)
    uniforms = inputs.uniforms(draws)
    years, discount = uniforms[:, keys.index("war.years")], uniforms[:, keys.index("war.discount")]
    assert np.allclose(np.quantile(years, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.02)
    again = [inputs.quantile("war.years", float(u)) for u in years[:20]]
    assert np.allclose(again, draws.values["war.years"][:20])
    mixed = uniforms[:, keys.index("war.decisiveness")]
    assert np.allclose(np.quantile(mixed, np.arange(1, 20) / 20), np.arange(1, 20) / 20, atol=0.02)
    again = [inputs.quantile("war.decisiveness", float(u)) for u in mixed[:20]]
    assert np.allclose(again, draws.values["war.decisiveness"][:20])
    assert inputs.infos[keys.index("war.discount")].levels == pytest.approx((0.25,))
    assert np.array_equal(discount > 0.25, draws.values["war.discount"] == 0.05)


def test_one_key_with_different_ranges_has_no_quantile() -> None:
    scenario = loaded(
        "proposals.three-pledges.outcome.border={uniform: [0.3, 0.5]}",
        "proposals.council-decides.outcome.border={uniform: [0.2, 0.6]}",
    )
    inputs = hinge_inputs(scenario, sorted(scenario.proposals))
    (info,) = [i for i in inputs.infos if i.key == "outcome.border"]
    assert info.proposals == {"three-pledges", "council-decides"}
    assert inputs.quantile("outcome.border", 0.5) is None


def test_same_as_belongs_to_the_number_it_points_to() -> None:
    scenario = loaded(
        "proposals.three-pledges.outcome.border={uniform: [0.3, 0.5]}",
        "proposals.council-decides.outcome.border={same_as: proposals.three-pledges.outcome.border}",
    )
    (info,) = [
        i for i in hinge_inputs(scenario, sorted(scenario.proposals)).infos if i.key == "outcome.border"
    ]
    assert info.proposals == {"three-pledges", "council-decides"}
