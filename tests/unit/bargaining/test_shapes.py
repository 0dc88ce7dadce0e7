"""Arrays that do not fit each other are named in an error of ours: outside the tests, where nothing else checks shapes."""

from __future__ import annotations

import subprocess
import sys

CASES = {
    "axiomatic.nash(np.zeros((2, 2)), np.zeros(3))": "disagreement has shape (3,)",
    "axiomatic.egalitarian(np.zeros((2, 2)), np.zeros(2), np.ones(3))": "weights has shape (3,)",
    "axiomatic.nash(np.zeros(2), np.zeros(2))": "utilities has shape (2,)",
    "axiomatic.Lotteries(np.zeros(2))": "packages has shape (2,)",
    "axiomatic.IssueSpace(np.zeros((2, 1)), np.zeros((1, 2)))": "salience (1, 2)",
    "axiomatic.nash_agreement(axiomatic.Lotteries(np.eye(2)), np.zeros(3))": "disagreement has shape (3,)",
    "alternating.deal(np.zeros(2), np.zeros((2, 3)))": "discount has shape (2,) and outside (2, 3)",
    "alternating.deal(np.zeros(3), np.zeros(3))": "alternating offers are between two parties",
    "alternating.frequent_offers(np.ones(2), np.zeros((2, 3)))": "rate has shape (2,) and outside (2, 3)",
    "legislative.quota(np.ones(2, int), 1, np.ones(3, bool))": "vetoes has shape (3,)",
    "legislative.divide(legislative.quota(np.ones(2, int), 1), np.ones(3) / 3, np.zeros(2))": "recognition has shape (3,)",
    "zone.zone(np.zeros((2, 2)))": "accept has shape (2, 2)",
    "zone.cheapest_concession(np.zeros((2, 1)), np.zeros((3, 1)), one, one, package=0, blocker=0)": "accepts has 2 packages and outcomes 3",
    "zone.cheapest_concession(np.zeros((2, 1)), np.zeros((2, 1)), np.zeros((1, 2)), one, package=0, blocker=0)": "positions has shape (1,",
}
CODE = """
import sys
import numpy as np
from holdfast.bargaining import alternating, axiomatic, legislative, zone
from holdfast.errors import InputError

one = np.zeros((1, 1))
for case in sys.stdin.read().splitlines():
    try:
        eval(case)
    except InputError as error:
        print(error)
    else:
        print("nothing said")
"""


def test_shapes_that_do_not_fit_are_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], input="\n".join(CASES), capture_output=True, text=True, check=True
    )
    said = done.stdout.splitlines()
    assert len(said) == len(CASES)
    for case, expected, line in zip(CASES, CASES.values(), said, strict=True):
        assert expected in line, case
