"""The zone of possible agreement and the cheapest concession: hand-worked cases, brute force, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining.zone import cheapest_concession, zone
from holdfast.errors import InputError


def test_a_hand_worked_zone() -> None:
    """Three packages, two signatories, two draws; means .8 .6 | .7 .4 | .3 .5 at a threshold of one half."""
    accept = np.array([[[0.9, 0.7], [0.4, 0.8]], [[0.7, 0.7], [0.2, 0.6]], [[0.1, 0.5], [0.5, 0.5]]])
    found = zone(accept, 0.5)
    assert found.accepts.round(12).tolist() == [[0.8, 0.6], [0.7, 0.4], [0.3, 0.5]]
    assert found.inside.tolist() == [True, False, False]
    assert found.blocks.tolist() == [[False, False], [False, True], [True, False]]
    assert found.shortfall.round(12).tolist() == [-0.1, 0.1, 0.2]
    assert found.closest.tolist() == [0, 1, 2]
    # in the first draw nothing is reached by both, in the second all three are
    assert found.inside_share.tolist() == [0.5, 0.5, 0.5]
    assert found.open_share == 0.5
    # two draws, so that the 5 % quantile lies 5 % of the way from one to the other
    assert found.accepts_range[:, 0, 0].round(12).tolist() == [0.71, 0.89]
    assert found.shortfall_range[:, 0].round(12).tolist() == [-0.185, 0.085]


def test_an_empty_zone_names_its_closest_misses() -> None:
    """The least willing signatory counts: .4 beats .3 however willing the other is; equal misses stay in their order."""
    accept = np.array([[0.99, 0.3], [0.4, 0.4], [0.3, 0.99], [0.5, 0.0]])[..., None]
    found = zone(accept, 0.5)
    assert not found.inside.any()
    assert found.open_share == 0
    assert found.closest.tolist() == [1, 0, 2, 3]
    assert found.shortfall.round(12).tolist() == [0.2, 0.1, 0.2, 0.5]


def test_a_mean_that_rounding_keeps_below_the_threshold_reaches_it() -> None:
    accept = np.full((1, 1, 10), 0.3)
    assert accept.mean() < 0.3 or zone(accept, 0.3).inside.all()
    found = zone(np.array([[[0.1, 0.2, 0.3, 0.6]]]), 0.3)
    assert found.inside.all()
    assert found.shortfall[0] <= 0


def test_misses_that_differ_by_rounding_stay_in_their_order() -> None:
    """0.5 − 0.3 is a little more than 0.5 − (0.1 + 0.2)."""
    assert 0.5 - 0.3 > 0.5 - (0.1 + 0.2)
    found = zone(np.array([[[0.3]], [[0.1 + 0.2]], [[0.4]]]), 0.5)
    assert found.closest.tolist() == [2, 0, 1]


def test_rounding_of_the_threshold_blocks_nothing_in_any_draw() -> None:
    """0.1 + 0.2 is a little more than 0.3: what accepts with 0.3 reaches it, in each draw, and so does a concession."""
    threshold = 0.1 + 0.2
    assert threshold > 0.3
    found = zone(np.full((1, 2, 3), 0.3), threshold)
    assert found.inside.all()
    assert (found.open_share, found.inside_share.tolist()) == (1.0, [1.0])
    accepts, outcomes = np.array([[0.2], [0.3]]), np.array([[0.0], [0.5]])
    conceded = cheapest_concession(
        accepts, outcomes, np.zeros((1, 1)), np.ones((1, 1)), package=0, blocker=0, threshold=threshold
    )
    assert conceded.package == 1
    with pytest.raises(InputError, match="which reaches the threshold"):
        cheapest_concession(
            accepts, outcomes, np.zeros((1, 1)), np.ones((1, 1)), package=1, blocker=0, threshold=threshold
        )


def test_yes_or_no_draws() -> None:
    """Each signatory accepts in half of the draws, never in the same: both reach ½, and no draw opens the zone."""
    accept = np.array([[[1.0, 0.0], [0.0, 1.0]]])
    found = zone(accept, 0.5)
    assert found.inside.all()
    assert found.open_share == 0


def test_concession_against_every_package() -> None:
    rng = np.random.default_rng(21)
    none = some = 0
    for _ in range(200):
        accepts = rng.integers(0, 3, (6, 3)) / 2
        outcomes = rng.integers(0, 3, (6, 2)) / 2
        positions, salience = rng.integers(0, 3, (2, 2)) / 2, rng.integers(0, 4, (2, 2)) / 4
        weights = rng.integers(0, 3, 2).astype(float)
        for blocker in np.flatnonzero(accepts[0] < 0.5):
            found = cheapest_concession(
                accepts, outcomes, positions, salience, package=0, blocker=int(blocker), weights=weights
            )
            options = []
            for q in range(6):
                kept = all(accepts[q, s] >= 0.5 for s in range(3) if accepts[0, s] >= 0.5 or s == blocker)
                loss = [
                    sum(
                        salience[o, k]
                        * (abs(outcomes[q, k] - positions[o, k]) - abs(outcomes[0, k] - positions[o, k]))
                        for k in range(2)
                    )
                    for o in range(2)
                ]
                total = sum(w * one for w, one in zip(weights, loss, strict=True))
                assert found.works[q] == kept
                if kept:
                    options.append((total, sum(abs(outcomes[q] - outcomes[0])), q, loss))
            if options:
                some += 1
                total, _, package, loss = min(options)
                assert found.package == package
                assert found.total == pytest.approx(total)
                assert found.loss == pytest.approx(np.array(loss))
            else:
                none += 1
                assert found.package == -1
                assert np.isnan(found.loss).all()
                assert np.isnan(found.total)
    assert none > 10
    assert some > 20


def test_nobody_that_accepted_is_lost() -> None:
    """The nearest package would bring the second in and drive the first out; the next keeps both; the third never accepted."""
    accepts = np.array([[0.9, 0.1, 0.0], [0.2, 0.9, 0.9], [0.6, 0.6, 0.0]])
    outcomes = np.array([[0.0], [0.1], [0.4]])
    found = cheapest_concession(accepts, outcomes, np.zeros((1, 1)), np.ones((1, 1)), package=0, blocker=1)
    assert found.package == 2
    assert found.loss.tolist() == [0.4]


@pytest.mark.parametrize(
    ("accept", "threshold", "told"),
    [
        (np.full((1, 1, 1), 1.5), 0.5, r"accept\[0, 0, 0\] = 1.5; must be a number from 0 to 1"),
        (np.full((1, 1, 1), np.nan), 0.5, r"accept\[0, 0, 0\] = nan"),
        (np.zeros((1, 1, 0)), 0.5, "at least one of each"),
        (np.zeros((1, 1, 1)), 0.0, "threshold = 0; must be above 0"),
        (np.zeros((1, 1, 1)), 1.1, "threshold = 1.1"),
    ],
)
def test_bad_zones_are_named(accept, threshold, told) -> None:
    with pytest.raises(InputError, match=told):
        zone(accept, threshold)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"package": 2}, "package = 2; must be from 0 to 1"),
        ({"blocker": -1}, "blocker = -1"),
        ({"blocker": 0}, "signatory 0 accepts package 0 with probability 0.9"),
        ({"outcomes": np.array([[0.0], [2.0]])}, r"outcomes\[1, 0\] = 2"),
        ({"salience": -np.ones((1, 1))}, r"salience\[0, 0\] = -1"),
        ({"weights": np.array([np.nan])}, r"weights\[0\] = nan"),
    ],
)
def test_bad_concessions_are_named(change, told) -> None:
    given = {
        "accepts": np.array([[0.9, 0.1], [0.9, 0.9]]),
        "outcomes": np.array([[0.0], [1.0]]),
        "positions": np.zeros((1, 1)),
        "salience": np.ones((1, 1)),
        "package": 0,
        "blocker": 1,
    }
    with pytest.raises(InputError, match=told):
        cheapest_concession(**{**given, **change})
