"""The challenge model against its twin in plain loops, on random draws and on the published case; the page's table of readings."""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest

from holdfast.bargaining.challenge import KINDS, Choice, Contest, run
from tests.reference import challenge_twin as twin
from tests.reference.challenge_twin import CAR, Reading

READINGS = {
    (Contest.ALL_PAIRS, Choice.MOST_ENFORCED): Reading(),
    (Contest.ALL_PAIRS, Choice.LEAST_MOVE): Reading(choice="least move"),
    (Contest.PAIR, Choice.MOST_ENFORCED): Reading(all_pairs=False),
    (Contest.PAIR, Choice.LEAST_MOVE): Reading(all_pairs=False, choice="least move"),
}
readings = pytest.mark.parametrize(("ours", "theirs"), READINGS.items(), ids=lambda r: "-".join(map(str, r)))


def car(number=float):
    """The car-emission case on the scale from 0 to 1: positions, salience, capability."""
    strength, place, salience = zip(*CAR.values(), strict=True)
    x = [(number(str(p)) - 4) / 6 for p in place]
    return x, [number(str(s)) for s in salience], [number(str(c)) for c in strength]


@readings
@pytest.mark.parametrize(
    ("parties", "levels", "draws"), [(2, 0, 24), (3, 4, 24), (6, 0, 24), (6, 4, 24), (17, 0, 3)]
)
def test_every_party_goes_where_the_twin_says(ours, theirs, parties, levels, draws):
    rng = np.random.default_rng([parties, levels])
    shape = (parties, draws)
    x, s, c = (rng.integers(0, levels + 1, shape) / levels if levels else rng.random(shape) for _ in range(3))
    s[0], c[0] = np.maximum(s[0], 0.1), np.maximum(c[0], 0.1)
    found = run(x, s, c, rounds=4, contest=ours[0], choice=ours[1])
    for draw in range(draws):
        args = [[float(v) for v in a[:, draw]] for a in (x, s, c)]
        path, offers = twin.play(args[0], args[1], args[2], 4, theirs)
        np.testing.assert_allclose(found.positions[..., draw], path, rtol=0, atol=1e-9)
        told = [[KINDS[k] for k in row] for row in found.kind[..., draw]]
        assert told == [[kind for kind, _ in row] for row in offers]
        assert found.by[..., draw].tolist() == [[by for _, by in row] for row in offers]
        assert found.settled[draw] == all(kind == "stays" for kind, _ in offers[-1])
        weight = [a * b for a, b in zip(args[1], args[2], strict=True)]
        middles = [twin.middle(row, weight) for row in path]
        np.testing.assert_allclose(found.median[:, draw], middles, rtol=0, atol=1e-9)


@readings
def test_the_published_case_in_forty_digits(ours, theirs):
    """Rounding decides nothing: floats and Decimals agree for eight rounds."""
    found = run(*(np.array(a)[:, None] for a in car()), contest=ours[0], choice=ours[1])
    with localcontext() as context:
        context.prec = 40
        path, _ = twin.play(*car(Decimal), 8, theirs)
    np.testing.assert_allclose(found.positions[..., 0], np.array(path, dtype=float), rtol=0, atol=1e-9)


ROWS = {
    "all pairs; most enforced (the default)": Reading(),
    "all pairs; most enforced; range of the start": Reading(fixed_range=True),
    "all pairs; least move": Reading(choice="least move"),
    "all pairs; lowest position": Reading(choice="lowest"),
    "the two positions; most enforced": Reading(all_pairs=False),
    "the two positions; least move": Reading(all_pairs=False, choice="least move"),
    "the two positions; lowest position": Reading(all_pairs=False, choice="lowest"),
}


def row(name: str, reading: Reading) -> str:
    """A line of the page's table: medians after rounds 1 to 8, in years."""
    x, s, c = car()
    path, _ = twin.play(x, s, c, 8, reading)
    weight = [a * b for a, b in zip(s, c, strict=True)]
    medians = " | ".join(f"{4 + 6 * twin.middle(p, weight):.2f}" for p in path[1:])
    return f"| {name} | {medians} |"


@pytest.mark.parametrize("name", ROWS)
def test_the_page_says_what_each_reading_gives(root: Path, name: str):
    page = (root / "docs" / "explanation" / "bargaining.md").read_text(encoding="utf-8")
    assert row(name, ROWS[name]) in page.splitlines()
