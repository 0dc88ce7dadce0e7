"""What cannot be used is refused, with where it is, what it is, what is allowed and what to write."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.spatial import (
    BargainForm,
    Interpolation,
    SpatialModel,
    VotingRule,
    matrices,
    run,
    run_draws,
)
from holdfast.errors import HoldfastError, InputError

POSITIONS = np.array([[0.1, 0.4], [0.5, 0.2], [0.9, 0.6]])
SALIENCE = np.full((3, 2), 0.3)
STRENGTH = np.array([10.0, 20.0, 30.0])


def changed(array, at, value):
    array = array.copy()
    array[at] = value
    return array


REFUSED = {
    "a position above the scale": (
        (changed(POSITIONS, (1, 0), 1.5), SALIENCE, STRENGTH),
        r"positions\[1, 0\] = 1.5; must be from 0 to 1\. .*divide by its length",
    ),
    "a position below it": (
        (changed(POSITIONS, (2, 1), -0.1), SALIENCE, STRENGTH),
        r"positions\[2, 1\] = -0.1; must be",
    ),
    "no number": (
        (changed(POSITIONS, (0, 0), np.nan), SALIENCE, STRENGTH),
        r"positions\[0, 0\] = nan; must be",
    ),
    "text": (([["a", "b"]], SALIENCE, STRENGTH), "positions is no array of numbers"),
    "negative salience": (
        (POSITIONS, changed(SALIENCE, (0, 1), -1), STRENGTH),
        r"salience\[0, 1\] = -1; must be",
    ),
    "too much attention": (
        (POSITIONS, changed(SALIENCE, (1, 1), 0.9), STRENGTH),
        r"salience\[1\] sums to 1.2 over the issues; must be at most 1.*Divide by the sum",
    ),
    "negative strength": (
        (POSITIONS, SALIENCE, changed(STRENGTH, 2, -3)),
        r"strength\[2\] = -3; must be 0 or more",
    ),
    "endless strength": (
        (POSITIONS, SALIENCE, changed(STRENGTH, 2, np.inf)),
        r"strength\[2\] = inf; must be 0 or more, and finite",
    ),
    "no strength": (
        (POSITIONS, SALIENCE, 0 * STRENGTH),
        "strength is 0 for every party; must be above 0 for at least two",
    ),
    "no salience": (
        (POSITIONS, 0 * SALIENCE, STRENGTH),
        "salience is 0 for every party; must be above 0 for at least two",
    ),
    "one party left": (
        (POSITIONS, SALIENCE, np.array([1.0, 0.0, 0.0])),
        "1 of 3 parties have both strength and salience; must be at least two",
    ),
    "one party": (
        (POSITIONS[:1], SALIENCE[:1], STRENGTH[:1]),
        "positions has 1 parties, .* One party has nobody to bargain with",
    ),
    "no issue": ((POSITIONS[:, :0], SALIENCE[:, :0], STRENGTH), "positions has 3 parties, 0 issues"),
    "other parties": (
        (POSITIONS, SALIENCE[:2], STRENGTH),
        r"salience is \(2, 2\) by draws and positions \(3, 2\)",
    ),
    "other axes": ((POSITIONS[0], SALIENCE, STRENGTH), "positions has 1 axes; must have 2"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused(name):
    given, message = REFUSED[name]
    for ask in (run, run_draws, matrices):
        with pytest.raises(InputError, match=message) as caught:
            ask(*given)
        assert isinstance(caught.value, HoldfastError)
        assert caught.value.exit_status == 2


def test_the_draw_is_named():
    strength = np.repeat(STRENGTH[:, None], 4, axis=1)
    with pytest.raises(InputError, match=r"strength\[1\] = -1 in draw 3; must be"):
        run_draws(POSITIONS, SALIENCE, changed(strength, (1, 3), -1))
    with pytest.raises(InputError, match="strength is 0 for every party in draw 2"):
        run_draws(POSITIONS, SALIENCE, changed(strength, (slice(None), 2), 0))
    with pytest.raises(
        InputError, match=r"salience has 3, strength has 4 draws; must be the same number, or 1"
    ):
        run_draws(POSITIONS, np.repeat(SALIENCE[..., None], 3, axis=-1), strength)
    with pytest.raises(InputError, match=r"4 draws; run takes one\. Use run_draws"):
        run(POSITIONS, SALIENCE, strength)


ACCOMMODATION = {
    "shape": (np.eye(2), r"accommodation has shape \(2, 2\); must be \(3, 3\)"),
    "sum": (np.full((3, 3), 0.5), r"accommodation\[0\] sums to 1.5; must be at most 1"),
    "range": (-np.eye(3), r"accommodation\[0, 0\] = -1; must be from 0 to 1"),
}


@pytest.mark.parametrize("name", ACCOMMODATION)
def test_accommodation_that_cannot_be_used(name):
    matrix, message = ACCOMMODATION[name]
    with pytest.raises(InputError, match=message):
        run(POSITIONS, SALIENCE, STRENGTH, accommodation=matrix)


def test_nobody_follows_a_party_that_takes_no_part():
    follow = np.eye(3) * 0.5
    follow[0, 2] = 0.1
    with pytest.raises(InputError, match=r"accommodation\[0, 2\] = 0.1, but party 2 has no strength"):
        run(POSITIONS, SALIENCE, np.array([10.0, 20.0, 0.0]), accommodation=follow)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"min_turns": 5, "max_turns": 4}, "min_turns = 5, max_turns = 4; must be whole numbers"),
        ({"max_turns": 5000}, "max_turns = 5000; must be whole numbers"),
        ({"quiet_ratio": 0}, "quiet_ratio = 0; must be above 0"),
        (
            {"as_ktab": True, "interpolation": Interpolation.S1P1, "form": BargainForm.POWER_WEIGHTED},
            "as_ktab = True with form = POWER_WEIGHTED and interpolation = S1P1; must be S2P2",
        ),
    ],
)
def test_models_that_cannot_be_used(given, message):
    with pytest.raises(InputError, match=message):
        SpatialModel(**given)


def test_the_callers_arrays_are_left_alone():
    arrays = POSITIONS.copy(), SALIENCE.copy(), STRENGTH.copy()
    run(*arrays, with_matrices=True)
    for given, expected in zip(arrays, (POSITIONS, SALIENCE, STRENGTH), strict=True):
        np.testing.assert_array_equal(given, expected)


def test_thirds_may_sum_to_a_hair_above_1():
    run(np.ones((2, 3)) * 0.5, np.full((2, 3), np.nextafter(1 / 3, 1)), [1.0, 1.0])


def test_ktabs_words_name_the_choices():
    assert [rule.value for rule in VotingRule] == [
        "Binary",
        "PropBin",
        "Prop",
        "PropCbc",
        "Cubic",
        "ASymProsp",
    ]
