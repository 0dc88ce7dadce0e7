"""A game as a diagram: members vote one after the other, and votes that leave the same question open are taken together.

Each level has states; from a state, a member's vote leads to a state of the next level. At the end there are two states,
0 (does not pass) and 1 (passes). States that no later vote can tell apart are one (a reduced ordered decision diagram), so
that any rule, however nested, is gone through in time and memory that grow with the number of states and not with 2^n.

On the way a state is the sum reached in each gate, or that the gate is settled: it has opened, can open no more, or nothing
depends on it any longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Shaped

from holdfast.errors import InputError
from holdfast.voting.game import Game

__all__ = ["MOST_STATES", "Diagram", "diagram", "unpacked"]

MOST_STATES = 1_000_000
_SETTLED, _PASSED, _FAILED = -1, -2, -3
NO, YES, ABSTAIN = 0, 1, 2


@dataclass(frozen=True)
class Diagram:
    """A game's diagram.

    `order` gives the members in the order in which they vote; `levels[k]` ["votes states"] leads from the states before the
    vote of `order[k]` to those after it, by vote: 0 no, 1 yes, and 2 abstention where the game has it. Before the first vote there is
    one state, after the last there are two.
    """

    order: tuple[int, ...]
    levels: tuple[Int[np.ndarray, "votes _"], ...]

    @property
    def states(self) -> int:
        """Number of states before the end."""
        return sum(level.shape[1] for level in self.levels)

    @property
    def size_shift(self) -> int:
        """Bits for one coefficient when numbers of coalitions by size are packed into one whole number: Σ_k c_k 2^(k × bits)."""
        return len(self.order) + 1

    def forward(self, shifts: Sequence[int]) -> list[list[int]]:
        """Return by level and state the ways to reach it, packed: a member's yes multiplies by 2^shift."""
        ways: list[list[int]] = [[1]]
        for k, (member, level) in enumerate(zip(self.order, self.levels, strict=True)):
            after = [0] * (self.levels[k + 1].shape[1] if k + 1 < len(self.levels) else 2)
            for number, n, y in zip(ways[-1], level[NO].tolist(), level[YES].tolist(), strict=True):
                after[n] += number
                after[y] += number << shifts[member]
            ways.append(after)
        return ways

    def backward(self, shifts: Sequence[int]) -> list[list[int]]:
        """Return by level and state the ways to pass from it, packed likewise."""
        ways: list[list[int]] = [[0, 1]]
        for member, level in zip(reversed(self.order), reversed(self.levels), strict=True):
            after = ways[-1]
            pairs = zip(level[NO].tolist(), level[YES].tolist(), strict=True)
            ways.append([after[n] + (after[y] << shifts[member]) for n, y in pairs])
        return ways[::-1]

    def swings(self, shifts: Sequence[int]) -> list[int]:
        """Return by member the coalitions of others that pass with it and not without, packed likewise."""
        before, after = self.forward(shifts), self.backward(shifts)
        pairs: Iterable[tuple[int, int, int]]
        found = [0] * len(self.order)
        for k, (member, level) in enumerate(zip(self.order, self.levels, strict=True)):
            pairs = zip(before[k], level[NO].tolist(), level[YES].tolist(), strict=True)
            total: int = 0
            for ways, n, y in pairs:
                if n != y:
                    total += ways * (after[k + 1][y] - after[k + 1][n])
            found[member] = total
        return found

    def winning_by_size(self) -> list[int]:
        """Return the number of winning coalitions by how many vote yes; votes are yes or no."""
        bits = self.size_shift
        return unpacked(self.backward([bits] * len(self.order))[0][0], bits, len(self.order) + 1)

    def swings_by_size(self) -> list[list[int]]:
        """Return by member the number of coalitions, by how many others vote yes, that pass with it and not without."""
        bits, count = self.size_shift, len(self.order)
        return [unpacked(number, bits, count) for number in self.swings([bits] * count)]


def unpacked(number: int, bits: int, count: int) -> list[int]:
    """Return the first coefficients c_k of Σ_k c_k 2^(k × bits).

    Examples
    --------
    >>> unpacked(3 + (5 << 4), 4, 3)
    [3, 5, 0]
    """
    return [(number >> (k * bits)) & ((1 << bits) - 1) for k in range(count)]


def _order(game: Game) -> tuple[int, ...]:
    """Return an order that keeps the members of a gate together, the heavy ones first."""
    found: dict[int, None] = {}

    def visit(number: int) -> None:
        gate = game.gates[number]
        weights = {
            m: gate.yes.get(m, 0) + gate.unopposed.get(m, 0) for m in gate.yes.keys() | gate.unopposed.keys()
        }
        inside = sorted(gate.gates, key=lambda g: (len(game.gates[g].gates) > 0, _few(game, g), g))
        for g in inside:
            visit(g)
        for member in sorted(weights, key=lambda m: (-weights[m], m)):
            found.setdefault(member)

    visit(len(game.gates) - 1)
    return (*found, *(m for m in range(len(game.members)) if m not in found))


def _few(game: Game, number: int) -> int:
    return len(game.gates[number].yes) + len(game.gates[number].unopposed)


class _Automaton:
    """Steps from vote to vote over rows of states: one column a gate."""

    def __init__(self, game: Game, order: tuple[int, ...]) -> None:
        heaviest = max(
            max(gate.quota, sum(gate.yes.values()) + sum(gate.unopposed.values()) + sum(gate.gates.values()))
            for gate in game.gates
        )
        self.number: type = np.int64 if heaviest < 1 << 62 else object
        self.gates = game.gates
        self.columns = game.columns
        count = len(game.gates)
        # what members who have not voted yet can still add to each gate
        self.left: Shaped[np.ndarray, "levels gates"] = np.zeros((len(order) + 1, count), self.number)
        for k in range(len(order) - 1, -1, -1):
            self.left[k] = self.left[k + 1]
            for gate, yes, unopposed in self.columns[order[k]]:
                self.left[k, gate] += yes + unopposed
        self.above = [[g for g in range(count) if inner in game.gates[g].gates] for inner in range(count)]

    def begin(self) -> Shaped[np.ndarray, "1 gates"]:
        return self._settle(self.left[:1] * 0, 0)

    def vote(
        self, rows: Shaped[np.ndarray, "states gates"], member: int, vote: int, k: int
    ) -> Shaped[np.ndarray, "states gates"]:
        rows = rows.copy()
        for gate, yes, unopposed in self.columns[member]:
            adds = 0 if vote == NO else yes + unopposed if vote == YES else unopposed
            rows[:, gate] += (rows[:, gate] >= 0).astype(self.number) * adds
        return self._settle(rows, k + 1)

    def _settle(self, rows: np.ndarray, k: int) -> Shaped[np.ndarray, "states gates"]:
        """Settle the gates that have their quota, those that cannot reach it, and those on which nothing depends."""
        last = len(self.gates) - 1
        for number, gate in enumerate(self.gates):
            own = rows[:, number]
            live = own >= 0
            could = own + self.left[k, number]
            for inner, weight in gate.gates.items():
                could = could + (rows[:, inner] >= 0).astype(self.number) * weight
            opens, shuts = live & (own >= gate.quota), live & (could < gate.quota)
            for outer in self.above[number]:
                weight = self.gates[outer].gates[number]
                rows[:, outer] += (opens & (rows[:, outer] >= 0)).astype(self.number) * weight
            rows[opens, number], rows[shuts, number] = (
                (_PASSED, _FAILED) if number == last else (_SETTLED, _SETTLED)
            )
        for number in range(last - 1, -1, -1):
            idle = np.ones(rows.shape[0], bool)
            for outer in self.above[number]:
                idle &= rows[:, outer] < 0
            rows[idle, number] = _SETTLED
        return rows


def diagram(game: Game, *, most_states: int = MOST_STATES) -> Diagram:
    """Return a game's diagram.

    Raises
    ------
    InputError
        When it needs more states than allowed.
    """
    order = _order(game)
    votes = 3 if game.abstention else 2
    automaton = _Automaton(game, order)
    rows, total = automaton.begin(), 0
    raw: list[np.ndarray] = []
    for k, member in enumerate(order):
        after = np.concatenate([automaton.vote(rows, member, v, k) for v in range(votes)])
        rows, place = _unique(after)
        raw.append(place.reshape(votes, -1))
        total += rows.shape[0]
        if total > most_states:
            raise InputError(
                f"The rule needs more than {most_states:,} states for its {len(order)} members. "
                "Use fewer members or conditions, or weights with fewer digits."
            )
    # from the end, states from which every vote leads to the same are one
    merged = (rows[:, -1] == _PASSED).astype(np.int64)
    levels: list[np.ndarray] = []
    for place in reversed(raw):
        leads, merged = _unique(merged[place].T)
        levels.append(leads.T)
    return Diagram(order, tuple(reversed(levels)))


def _unique(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different rows, and for each row which of them it is."""
    if rows.shape[0] == 0:
        return rows, np.zeros(0, np.int64)
    by = np.lexsort(rows.T)
    ordered = rows[by]
    new = np.ones(rows.shape[0], bool)
    new[1:] = np.any(ordered[1:] != ordered[:-1], axis=1)
    number = np.empty(rows.shape[0], np.int64)
    number[by] = np.cumsum(new) - 1
    return ordered[new], number
