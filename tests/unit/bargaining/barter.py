"""Nash's own example (1950, p. 161): Bill and Jack barter nine goods; utilities are sums. The solution: Bill +12, Jack +5."""

from __future__ import annotations

import itertools

import numpy as np

BILLS = {"book": (2, 4), "whip": (2, 2), "ball": (2, 1), "bat": (2, 2), "box": (4, 1)}
JACKS = {"pen": (10, 1), "toy": (4, 1), "knife": (6, 2), "hat": (2, 2)}
JACK_GETS = {"book", "whip", "ball", "bat", "hat"}
"""What Jack has in the end: the first four from Bill, and his own hat."""


def barter() -> tuple[list[set[str]], np.ndarray, np.ndarray]:
    """Return what Jack has in each division of the goods, what each division is worth to both, and what no barter is."""
    goods = BILLS | JACKS
    names = list(goods)
    held = [set(itertools.compress(names, to)) for to in itertools.product([0, 1], repeat=len(names))]
    worth = [
        (sum(goods[n][0] for n in names if n not in jack), sum(goods[n][1] for n in jack)) for jack in held
    ]
    before = [sum(w[0] for w in BILLS.values()), sum(w[1] for w in JACKS.values())]
    return held, np.array(worth, float), np.array(before, float)
