"""What models of positions refuse, and how they say so."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.bargaining import alternating, axiomatic, legislative, pareto, spatial
from holdfast.bargaining.inputs import checked
from holdfast.errors import InputError

GOOD = {"positions": [[0.0], [1.0]], "salience": [[1.0], [0.5]], "strength": [[2.0], [3.0]]}


def test_good_arrays_come_back_as_they_are():
    for found, given in zip(checked(**GOOD), GOOD.values(), strict=True):
        assert found.tolist() == given
        assert found.dtype == np.float64


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"positions": [[0.0], [1.5]]}, "positions[1, 0] = 1.5; must be a number from 0 to 1. Positions are shares"),
        ({"positions": [[-0.1], [1.0]]}, "positions[0, 0] = -0.1; must be a number from 0 to 1"),
        ({"positions": [[np.nan], [1.0]]}, "positions[0, 0] = nan; must be a number from 0 to 1"),
        ({"salience": [[1.0], [80.0]]}, "salience[1, 0] = 80; must be a number from 0 to 1"),
        ({"salience": [[1.0], [np.inf]]}, "salience[1, 0] = inf; must be a number from 0 to 1"),
        ({"strength": [[-1.0], [1.0]]}, "strength[0, 0] = -1; must be a number, 0 or more"),
        ({"strength": [[np.inf], [1.0]]}, "strength[0, 0] = inf; must be a number, 0 or more"),
        ({"salience": [[0.0], [0.0]]}, "Give at least one party salience above 0"),
        ({"strength": [[0.0], [0.0]]}, "Give at least one party strength above 0"),
        ({"salience": [[0.0], [1.0]], "strength": [[1.0], [0.0]]}, "party salience, or strength above 0"),
        ({"positions": [[0.5]], "salience": [[1.0]], "strength": [[1.0]]}, "one party by itself does not bargain"),
        ({"positions": np.zeros((2, 0)), "salience": np.zeros((2, 0)), "strength": np.zeros((2, 0))}, "0 draws"),
        ({"salience": [[1.0], [1.0], [1.0]]}, "salience is 3 parties × 1 draws and positions 2 parties × 1 draws"),
        ({"strength": [1.0, 1.0]}, "strength has 1 axes; must have two, parties × draws. Write strength[:, None]"),
        ({"strength": [["much"], [1.0]]}, "strength: holds something that is no number"),
    ],
)  # fmt: skip
def test_each_kind_of_bad_input_is_named(change, says):
    with pytest.raises(InputError) as raised:
        checked(**(GOOD | change))
    assert says in str(raised.value)


def test_the_draw_in_which_nobody_counts_is_named():
    with pytest.raises(InputError, match=r"salience\[:, 1\] and strength\[:, 1\]: nobody has both above 0"):
        checked([[0.0, 0.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]])


class TestListsAreTakenAsArrays:
    """What the docstrings call arrays may be lists; what is no table of numbers is an InputError, never an AttributeError."""

    def test_packages(self):
        packages = [[2.0, 0.0], [0.0, 1.0], [0.9, 0.6]]
        assert pareto.efficient(packages).tolist() == [True, True, True]
        for rule in (axiomatic.nash, axiomatic.kalai_smorodinsky, axiomatic.egalitarian):
            assert rule(packages, [0.0, 0.0], [1.0, 1.0]).best.tolist() == [False, False, True]

    def test_agreements(self):
        space = axiomatic.IssueSpace([[0.0], [1.0]], [[1.0], [1.0]])
        for rule in (
            axiomatic.nash_agreement,
            axiomatic.kalai_smorodinsky_agreement,
            axiomatic.egalitarian_agreement,
        ):
            assert rule(space, [0.0, 0.0], [1.0, 1.0]).utilities.tolist() == pytest.approx([0.5, 0.5])
        lottery = axiomatic.nash_agreement(axiomatic.Lotteries([[2.0, 0.0], [0.0, 1.0]]), [0.0, 0.0])
        assert lottery.utilities.tolist() == pytest.approx([1.0, 0.5])

    def test_offers(self):
        assert alternating.deal([0.5, 0.5], [0.0, 0.4]).shares[0].tolist() == pytest.approx([0.6, 0.4])
        shared = legislative.divide(legislative.quota([1, 1, 1], 2), [1 / 3] * 3, [0.9] * 3)
        assert shared.values.tolist() == pytest.approx([1 / 3] * 3)

    @pytest.mark.parametrize("given", [[1.0, 2.0], ["a"], [[1.0], [1.0, 2.0]], [[[1.0]]]])
    def test_what_is_no_table(self, given):
        with pytest.raises(InputError, match="utilities"):
            pareto.efficient(given)

    def test_votes_are_whole(self):
        with pytest.raises(InputError, match=r"weights\[0\] = 1.5; must be a whole number. Multiply"):
            legislative.quota(np.array([1.5, 1, 1]), 3)
        with pytest.raises(InputError, match=r"needed = 2.5; must be a whole number"):
            legislative.quota(np.array([1, 1, 1]), 2.5)

    def test_a_word_that_is_no_choice(self):
        with pytest.raises(
            InputError, match=r"VotingRule\('prop'\): is none; must be 'Binary' or 'PropBin' or"
        ):
            spatial.VotingRule("prop")
