"""Power in one weighted game, in floats, over a dense array of the sums that the yes votes can reach.

Every member says yes with probability p, on its own. Member i is pivotal when the others' yes votes fall short by no more than w_i,

    h_i(p) = P(q − w_i ≤ Σ_{j≠i} w_j Y_j ≤ q − 1),

from which Penrose–Banzhaf is h_i(½) and Shapley–Shubik ∫₀¹ h_i(p) dp, by the multilinear extension of Owen (1972).

1. The sums' probabilities f are built member by member, in ascending order of weight, so that the sums stay few for long.
2. A member is taken out again by an alternating sum in steps of its weight, with r = p/(1 − p) and F the running sum of f:
   h_i = Σ_k (−r)^k (F(q − 1 − k w_i) − F(q − 1 − (k+1) w_i)) / (1 − p). For p ≤ ½ only; past it, the no votes of the dual game are added.
3. Its rounding error is added up beside it. Where that is too much (small members, gaps between the sums), the members concerned
   are left out by halving the set that is left out: nothing is subtracted there, so that each of them is right in itself.
4. `_owen` integrates over p. Where sums are few, `_packed` counts coalitions in whole numbers instead.

In the equations: n members, w weight, q quota, r odds of a yes. A weight of 0 has no power; members of equal weight are solved once.
A member whose yes is needed whatever its weight is one with so much weight that the others do not reach the quota.

References: Owen (1972), Management Science 18; Kakimura & Terai (2025), arXiv:2511.14995.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from holdfast.voting._owen import fading, gauss, likely_size, rarely, sure_size
from holdfast.voting._packed import turned_by_size, turned_coalitions
from holdfast.voting._sums import BLOCK, Sums

__all__ = ["MOST_SUMS", "TooManySumsError", "banzhaf", "collectivity", "log2_winning", "shapley_shubik"]

MOST_SUMS = 50_000_000
"""The longest array of sums that is tried."""

_RELATIVE, _ABSOLUTE = 3e-10, 5e-13
"""Errors of rounding above either have a member left out without subtraction, and of integration, a longer rule."""

_LONGEST = 20_000
"""Terms past which an alternating sum is not tried: it would fail on rounding."""

_FEW = 20_000
"""Sums times distinct weights up to which coalitions are counted in whole numbers, which is faster where they are few."""

_NEVER, _UNIT = 1e-22, 2.0**-53


class TooManySumsError(Exception):
    """The quota is too large for a dense array; the sums that occur are fewer, or must be counted another way."""


class _Game(NamedTuple):
    """A game of `quota`, and of `block` for the no votes; `kinds` are the distinct weights above 0, ascending, capped at both.

    `kind` is the place in them of each member's weight, −1 for a weight of 0.
    """

    quota: int
    block: int
    kinds: list[int]
    counts: list[int]
    kind: Int[np.ndarray, " members"]

    def weights(self) -> list[int]:
        return [w for w, count in zip(self.kinds, self.counts, strict=True) for _ in range(count)]

    def of_members(self, found: Float[np.ndarray, " kinds"]) -> Float[np.ndarray, " members"]:
        return np.append(found, 0.0)[self.kind]


def _game(weights: list[int], quota: int) -> _Game:
    """Return the game with weights capped at the quota, and at the weight that blocks, until neither changes any more."""
    most = max(weights)
    if sum(weights) - most < quota <= most:  # a dictator
        weights, quota = [int(w == most) for w in weights], 1
    total, block = -1, 1
    while sum(weights) != total:
        total = sum(weights)
        weights = [min(w, quota) for w in weights]
        block = sum(weights) - quota + 1
        weights = [min(w, block) for w in weights]
        quota = sum(weights) - block + 1
    if min(quota, block) > MOST_SUMS:
        raise TooManySumsError(min(quota, block))
    kinds, kind, counts = np.unique(np.array(weights), return_inverse=True, return_counts=True)
    zero = int(kinds[0] == 0)
    return _Game(quota, block, kinds[zero:].tolist(), counts[zero:].tolist(), kind.reshape(-1) - zero)


def _left_out(game: _Game, p: float, which: list[int]) -> Float[np.ndarray, " kinds"]:
    """Return h(p) of the kinds `which`, ascending places in `game.kinds`, by leaving each out; nothing is subtracted.

    All but `which` vote; then half of these vote and the other half is solved in the same way. While members of weight t have yet to
    vote or are left out, only the sums from q − t to q − 1 matter, so that every halving costs less than the one before: all in
    all about three times what adding every member once costs. Of the game and its dual, the one with the lower quota is taken.
    """
    quota, p = (game.quota, p) if game.quota <= game.block else (game.block, 1 - p)
    found = np.zeros(len(game.kinds))
    apart = set(which)
    others = [w for k, w in enumerate(game.kinds) for _ in range(game.counts[k] - (k in apart))]

    def vote(sums: Sums, weights: list[int], left: list[int]) -> None:
        to_come = sum(weights) + sum(game.kinds[k] for k in left)
        for w in weights:
            to_come -= w
            sums.add(w, max(0, quota - to_come))

    def halve(sums: Sums, left: list[int]) -> None:
        if len(left) == 1:
            found[left[0]] = sums.upper(game.kinds[left[0]])
            return
        half, floor = len(left) // 2, max(0, quota - sum(game.kinds[k] for k in left))
        for keep, put in ((left[:half], left[half:]), (left[half:], left[:half])):
            new = sums.copy(floor)
            vote(new, [game.kinds[k] for k in put], keep)
            halve(new, keep)

    sums = Sums(quota, p)
    vote(sums, others, which)
    halve(sums, which)
    return found


def _taken_out(game: _Game, p: float) -> tuple[Float[np.ndarray, " kinds"], Float[np.ndarray, " kinds"]]:
    """Return h(p) of each kind by the alternating sum, and its rounding error; infinite where it was not tried.

    The error is a bound, but for the rounding of the running sums, whose size is taken as that of independent errors.
    """
    yes = game.quota <= game.block if p == 0.5 else p < 0.5
    quota, p = (game.quota, p) if yes else (game.block, 1 - p)
    sums = Sums(quota, p)
    w = np.array(game.weights(), dtype=np.float64)
    # the sums between hold all but 1e-22 of the probability (Hoeffding)
    mean, reach = p * np.cumsum(w), np.sqrt(np.cumsum(w**2) * (-math.log(_NEVER) / 2))
    floors, ceilings = np.clip(mean - reach, 0, quota - 1), mean + reach + 2
    for weight, floor, ceiling in zip(game.weights(), floors.tolist(), ceilings.tolist(), strict=True):
        sums.add(weight, int(floor), int(ceiling))
    sums.rescale()
    running = sums.running()
    powers = (-sums.odds) ** np.arange(min(_LONGEST, -(-quota // game.kinds[0])))
    # a member's vote is a multiplication, an addition and the rounding of r
    each = (1 if sums.odds == 1 else 3) * (sums.count + 4 + math.isqrt(BLOCK))
    value, error = np.zeros(len(game.kinds)), np.zeros(len(game.kinds))
    for k, w in enumerate(game.kinds):
        if quota > w * _LONGEST:
            error[k] = np.inf
            continue
        ends = running[::-1][::w]
        windows = ends.copy()
        windows[:-1] -= ends[1:]
        power = powers[: len(ends)]
        value[k] = power @ windows
        error[k] = _UNIT * float(np.abs(power) @ (each * windows + (4 + math.sqrt(w / BLOCK)) * ends))
    return value * sums.scale() / (1 - p), error * sums.scale() / (1 - p) + 4 * sums.count * _NEVER


def _pivotal(
    game: _Game, nodes: Float[np.ndarray, " nodes"], shares: Float[np.ndarray, " nodes"]
) -> tuple[Float[np.ndarray, "kinds nodes"], Float[np.ndarray, "kinds nodes"]]:
    """Return h of each kind at each p, and its rounding error, which is small beside Σ_p share · h."""
    value, error = np.zeros((2, len(game.kinds), len(nodes)))
    certain = 3 * (sum(game.counts) + 30) * _UNIT
    reached = np.cumsum(np.array(game.weights(), dtype=np.float64))
    cost = {quota: float(np.minimum(reached, quota).sum()) for quota in (game.quota, game.block)}
    for k, p in enumerate(nodes.tolist()):
        quota = min(cost) if p == 0.5 else game.quota if p < 0.5 else game.block
        if quota > MOST_SUMS or cost[quota] > 3 * min(cost.values()):
            value[:, k] = _left_out(game, p, list(range(len(game.kinds))))
            error[:, k] = certain * value[:, k]
        else:
            value[:, k], error[:, k] = _taken_out(game, p)
    limit = np.minimum(_RELATIVE * (value @ shares), _ABSOLUTE)
    poor = (error @ shares > limit)[:, None] & (error * shares > limit[:, None] / len(nodes))
    for k in np.flatnonzero(poor.any(axis=0)).tolist():
        again = poor[:, k]
        value[again, k] = _left_out(game, float(nodes[k]), np.flatnonzero(again).tolist())[again]
        error[again, k] = certain * value[again, k]
    return value, error


def banzhaf(weights: list[int], quota: int) -> tuple[Float[np.ndarray, " members"], float]:
    """Return each member's absolute Penrose–Banzhaf power, and how far off these are at most.

    β_i = P(q − w_i ≤ Σ_{j≠i} w_j Y_j ≤ q − 1), every Y_j = 1 with probability ½: the share of the others' coalitions
    that i's vote turns from losing to winning.

    Parameters
    ----------
    weights
        Whole, at least 0; divided by what divides them all, which makes the arrays short.
    quota
        From 1 to the sum of the weights.

    Returns
    -------
    values, error
        Right to 10⁻¹² and to 10⁻⁹ of themselves; exactly 0 for a member who can never decide. The error is an absolute one.

    Raises
    ------
    TooManySumsError
        If the quota, or the weight that blocks where that is less, is above MOST_SUMS.

    Notes
    -----
    Time O(n q) and memory O(q), q the lower of quota and blocking weight.

    Examples
    --------
    Of the four ways in which the two others can vote, the first member decides in three:

    >>> banzhaf([3, 2, 1], 4)[0].tolist()
    [0.75, 0.25, 0.25]
    """
    game = _game(weights, quota)
    n, short = sum(game.counts), min(game.quota, game.block)
    if short * len(game.kinds) * (n + 1) <= 30 * _FEW:
        turned = np.array([t / 2 ** (n - 1) for t in turned_coalitions(game.kinds, game.counts, short)])
        return game.of_members(turned), float(turned.max()) * _UNIT
    value, error = _pivotal(game, np.array([0.5]), np.ones(1))
    return game.of_members(value[:, 0]), float(error.max())


def _winning(weights: list[int], quota: int) -> tuple[float, int]:
    """Return m and e where m 2^e is the share of coalitions that win."""
    game = _game(weights, quota)
    sums = Sums(min(game.quota, game.block), 0.5)
    for w in game.weights():
        sums.add(w)
    share, exponent = float(sums.values.sum()), sums.exponent - sums.count
    return (1 - math.ldexp(share, exponent), 0) if game.quota <= game.block else (share, exponent)


def collectivity(weights: list[int], quota: int) -> float:
    """Return the share of coalitions that win, Coleman's power of a collectivity to act; arguments as for `banzhaf`.

    Examples
    --------
    >>> collectivity([3, 2, 1], 4)
    0.375
    """
    return math.ldexp(*_winning(weights, quota))


def log2_winning(weights: list[int], quota: int) -> float:
    """Return the binary logarithm of the number of winning coalitions; arguments as for `banzhaf`.

    >>> log2_winning([1, 1, 1], 2), log2_winning([1] * 5000, 5000)
    (2.0, 0.0)
    """
    share, exponent = _winning(weights, quota)
    return math.log2(share) + (exponent + len(weights))


def shapley_shubik(weights: list[int], quota: int) -> tuple[Float[np.ndarray, " members"], float]:
    """Return each member's Shapley–Shubik power, and how far off these are at most, as far as can be told.

    φ_i = ∫₀¹ P(q − w_i ≤ Σ_{j≠i} w_j Y_j ≤ q − 1) dp, every Y_j = 1 with probability p: the share of the orders in which members may
    join where i's joining reaches the quota. Their sum is 1; how far it is off is part of the error.

    Parameters, exception and accuracy are those of `banzhaf`; the time is that of `banzhaf` with its larger array, as many times
    as there are nodes, some forty or n/2.

    Examples
    --------
    >>> [round(float(v), 12) for v in shapley_shubik([3, 2, 1], 4)[0]]
    [0.666666666667, 0.166666666667, 0.166666666667]
    """
    game = _game(weights, quota)
    n, short = sum(game.counts), min(game.quota, game.block)
    if short * len(game.kinds) <= _FEW and n <= 60:
        orders = [math.factorial(size) * math.factorial(n - 1 - size) for size in range(n)]
        turned = turned_by_size(game.kinds, game.counts, short)
        found = np.array([sum(map(int.__mul__, by, orders)) / math.factorial(n) for by in turned])
        return game.of_members(found), float(found.max()) * _UNIT
    w, counts = np.array(game.weights(), dtype=np.float64), np.array(game.counts)
    outside = 1e-12 * float(w[0] / w.sum())
    while True:
        low, high = rarely(w, game.quota, outside), 1 - rarely(w, game.block, outside)
        cut = 2 * outside if high - low < 1 else 0.0
        most, missed = sure_size(n, low, high)
        size = likely_size(w, game.quota, low, high)
        while True:
            size = size if 1.25 * size < most else most
            nodes, shares = gauss(size, low, high)
            value, error = _pivotal(game, nodes, shares)
            found = value @ shares
            off = missed * found if size == most else fading(value, shares)
            if size == most or np.all(off <= np.minimum(_RELATIVE * found, _ABSOLUTE)):
                break
            size = math.ceil(1.5 * size)
        least = float(found[found > 0].min())
        if cut <= 1e-10 * least or outside < 1e-280:
            break
        outside = 1e-12 * least
    worst = float((error @ shares + off).max()) + cut
    return game.of_members(found), max(worst, abs(float(counts @ found) - 1))
