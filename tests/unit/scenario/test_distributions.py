"""Quantiles against SciPy's own distributions, and against their definitions."""

import numpy as np
import pytest
from scipy import stats

from holdfast.scenario.bounds import Bounds
from holdfast.scenario.distributions import (
    Beta,
    Between,
    Choice,
    Mixture,
    Normal,
    Plain,
    Triangular,
    Uniform,
    pert,
)

U = np.linspace(0.0005, 0.9995, 999)
UNIT, ABOVE_0, FROM_1, ANY = Bounds(0.0, 1.0), Bounds(0.0, low_open=True), Bounds(1.0), Bounds()
Z = stats.norm.ppf(0.95)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Uniform(0.2, 0.7), stats.uniform(0.2, 0.5)),
        (Triangular(1.0, 1.5, 3.0), stats.triang(0.25, 1.0, 2.0)),
        (Triangular(1.0, 1.0, 3.0), stats.triang(0.0, 1.0, 2.0)),
        (Triangular(1.0, 3.0, 3.0), stats.triang(1.0, 1.0, 2.0)),
        (pert(1.0, 1.5, 3.0), stats.beta(2.0, 4.0, 1.0, 2.0)),
        (Beta(2.0, 5.0), stats.beta(2.0, 5.0)),
        (Normal(3.0, 0.5, ABOVE_0), stats.norm(3.0, 0.5)),
        (Between(0.5, 8.0, ABOVE_0), stats.lognorm(np.log(16.0) / 2 / Z, scale=2.0)),
        (Between(2.0, 5.0, FROM_1), stats.lognorm(np.log(4.0) / 2 / Z, loc=1.0, scale=2.0)),
        (Between(-1.0, 3.0, ANY), stats.norm(1.0, 2.0 / Z)),
    ],
)
def test_quantiles_and_probabilities_are_those_of_scipy(ours, theirs):
    np.testing.assert_allclose(ours.ppf(U), theirs.ppf(U), rtol=1e-6)
    np.testing.assert_allclose(ours.cdf(theirs.ppf(U)), theirs.cdf(theirs.ppf(U)), rtol=1e-6, atol=1e-9)


def test_between_on_0_to_1_is_logit_normal():
    logits = np.log(np.array([0.2, 0.7]) / (1 - np.array([0.2, 0.7])))
    normal = stats.norm(logits.mean(), (logits[1] - logits[0]) / 2 / Z)
    np.testing.assert_allclose(Between(0.2, 0.7, UNIT).ppf(U), 1 / (1 + np.exp(-normal.ppf(U))), rtol=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "bounds"), [(0.03, 0.1, ABOVE_0), (0.2, 0.9, UNIT), (3.0, 12.0, FROM_1), (-2.0, 5.0, ANY)]
)
def test_the_ends_of_between_are_the_5_and_95_percent_quantiles(low, high, bounds):
    between = Between(low, high, bounds)
    np.testing.assert_allclose(between.ppf(np.array([0.05, 0.95])), [low, high], rtol=1e-12)
    np.testing.assert_allclose(between.cdf(np.array([low, high])), [0.05, 0.95], rtol=1e-12)


def test_the_mean_of_pert():
    n = 200_000
    assert pert(1.0, 2.0, 5.0).ppf((np.arange(n) + 0.5) / n).mean() == pytest.approx(
        (1 + 4 * 2 + 5) / 6, rel=1e-6
    )


def test_a_cut_normal_stays_within_its_bounds():
    normal = Normal(4.8, 1.0, Bounds(0.0))
    assert 0 < normal.outside < 1e-6
    assert (normal.ppf(np.array([2.0**-33, 1 - 2.0**-33])) > 0).all()


def test_choice_takes_each_value_as_often_as_its_probability():
    choice = Choice((1.0, 2.0, 5.0), (0.2, 0.5, 0.3))
    u = (np.arange(1000) + 0.5) / 1000
    values, counts = np.unique(choice.ppf(u), return_counts=True)
    assert values.tolist() == [1.0, 2.0, 5.0]
    assert counts.tolist() == [200, 500, 300]
    assert choice.cdf(np.array([0.9, 1.0, 1.5, 2.0, 5.0])).round(12).tolist() == [0.0, 0.2, 0.2, 0.7, 1.0]


def test_a_mixture_draws_each_part_by_its_weight_and_has_the_quantiles_of_the_whole():
    mixture = Mixture((Uniform(0.0, 1.0), Uniform(10.0, 12.0)), (3.0, 1.0))
    rng = np.random.default_rng(1)
    drawn = mixture.draw(rng.random(100_000), rng.random(100_000))
    assert (drawn < 5).mean() == pytest.approx(0.75, abs=0.01)
    np.testing.assert_allclose(mixture.ppf(np.array([0.375, 0.75, 0.875])), [0.5, 1.0, 11.0], atol=1e-9)
    np.testing.assert_allclose(mixture.cdf(mixture.ppf(U)), U, atol=1e-9)


def test_a_mixture_of_known_numbers_steps():
    mixture = Mixture((Plain(1.0), Plain(2.0)), (1.0, 1.0))
    assert mixture.ppf(np.array([0.2, 0.5, 0.6])).tolist() == [1.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("distribution", "says"),
    [
        (Plain(2.0), "2"),
        (Between(0.03, 0.1, UNIT), "0.03 to 0.1 (90 %)"),
        (Uniform(0.0, 1.0), "0 to 1 (uniform)"),
        (Triangular(0.0, 0.5, 1.0), "0 to 1, likeliest 0.5 (triangular)"),
        (pert(0.0, 0.5, 1.0), "0 to 1, likeliest 0.5 (pert)"),
        (Beta(2.0, 3.0), "beta(2, 3)"),
        (Normal(3.0, 0.5, ANY), "3 ± 0.5 (normal)"),
        (Choice((1.0, 2.0), (0.25, 0.75)), "1 (25%), 2 (75%)"),
        (Mixture((Plain(1.0), Plain(2.0)), (1.0, 3.0)), "1 with weight 0.25; or 2 with weight 0.75"),
    ],
)
def test_a_few_words_for_each(distribution, says):
    assert distribution.describe() == says
