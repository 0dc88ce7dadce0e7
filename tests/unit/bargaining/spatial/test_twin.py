"""Every choice that the model leaves open, against a twin in plain Python."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from holdfast.bargaining.spatial import SpatialModel, run
from holdfast.bargaining.spatial.options import (
    BargainForm,
    Commitment,
    Election,
    Interpolation,
    RiskAdjustment,
    RiskRange,
    VictoryModel,
    VotingRule,
)
from tests.unit.bargaining.spatial import twin

pytestmark = pytest.mark.slow  # each model is a program to compile

PARTIES, ISSUES, TURNS = 5, 2, 4

V, W, E = list(VotingRule), list(VictoryModel), list(Election)
R, A, C, N, B = (
    list(RiskRange),
    list(RiskAdjustment),
    list(Commitment),
    list(Interpolation),
    list(BargainForm),
)


def model(number):
    """One of six models that between them take every choice there is."""
    at = [choices[number % len(choices)] for choices in (V, W, E, R, A, C, N, B)]
    names = [
        "voting",
        "victory",
        "election",
        "risk_range",
        "risk_adjustment",
        "commitment",
        "interpolation",
        "form",
    ]
    return SpatialModel(**dict(zip(names, at, strict=True)), min_turns=TURNS, max_turns=TURNS)


SLIPS = SpatialModel(
    form=BargainForm.POWER_WEIGHTED,
    election=Election.MARKOV_INCENTIVE,
    as_ktab=True,
    min_turns=TURNS,
    max_turns=TURNS,
)


def situations(seed, count):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        positions = rng.uniform(0, 1, (PARTIES, ISSUES))
        salience = rng.uniform(0.05, 0.5, (PARTIES, ISSUES))
        yield positions, salience, rng.uniform(1, 50, PARTIES)


def compare(own, found, accommodation=None):
    positions, salience, strength = own
    told = twin.run(found, positions, salience, strength, TURNS, accommodation)
    answer = run(positions, salience, strength, found, accommodation=accommodation)
    assert answer.turns == TURNS
    np.testing.assert_allclose(answer.attitude, told.attitude, atol=1e-9)
    np.testing.assert_allclose(answer.probability, told.probability, atol=1e-9)
    np.testing.assert_array_equal(answer.bargains.target, told.target)
    np.testing.assert_allclose(answer.bargains.chance, told.chance, atol=1e-9)
    np.testing.assert_allclose(answer.bargains.gain, told.gain, atol=1e-9)
    np.testing.assert_allclose(answer.positions, told.positions, atol=1e-9)
    return answer


def test_the_models_take_every_choice():
    taken = {getattr(model(number), field.name) for number in range(6) for field in fields(SpatialModel)}
    assert {*V, *W, *E, *R, *A, *C, *N, *B} <= taken


@pytest.mark.parametrize("number", range(6))
def test_each_choice_as_the_twin_has_it(number):
    moved = 0.0
    for own in situations(number, 6):
        answer = compare(own, model(number))
        moved += np.abs(np.diff(answer.positions, axis=0)).sum()
    assert moved > 0.5


def test_ideals_that_follow_slowly_and_ktabs_slips():
    rng = np.random.default_rng(7)
    for own in situations(8, 6):
        accommodation = rng.dirichlet(np.ones(PARTIES + 1), PARTIES)[:, :PARTIES]
        answer = compare(own, SLIPS, accommodation)
        assert np.abs(answer.ideals - answer.positions)[1:].max() > 0.01


def test_two_positions_only():
    """KTAB ends in an exception here: no attitude to risk changes what is worth all or nothing."""
    rng = np.random.default_rng(9)
    for ends in [(0.0, 1.0), (0.3, 0.8)]:
        for _ in range(4):
            side = rng.permutation([0, 0, 1, 1, 1])
            positions = np.array(ends)[side][:, None] * np.ones(ISSUES)
            own = positions, rng.uniform(0.05, 0.5, (PARTIES, ISSUES)), rng.uniform(1, 50, PARTIES)
            compare(own, model(2))
