"""The challenge model once more, in plain loops over parties written from its equations: shares no code with the package.

It also reads the paper in ways that the package does not offer, for the table in docs/explanation/bargaining.md. Numbers may be floats
or Decimals.
"""

from __future__ import annotations

from typing import NamedTuple

SAME = 1e-9

CAR = {
    "NL": (0.08, 4, 0.80),
    "BE": (0.08, 7, 0.40),
    "LU": (0.03, 4, 0.20),
    "DE": (0.16, 4, 0.80),
    "FR": (0.16, 10, 0.60),
    "IT": (0.16, 10, 0.60),
    "UK": (0.16, 10, 0.90),
    "IE": (0.05, 7, 0.10),
    "DK": (0.05, 4, 1.00),
    "GR": (0.08, 7, 0.70),
}
"""The car-emission case: capability, position in years after 1990 from 4 to 10, salience."""


class Reading(NamedTuple):
    """How the paper is read where it leaves a choice."""

    all_pairs: bool = True
    choice: str = "enforced"  # or "least move", "lowest"
    fixed_range: bool = False


def same(a, b):
    return abs(a - b) <= type(a)(SAME)


def play(positions, salience, strength, rounds, reading=Reading()):  # noqa: B008 - it never changes
    """Return the positions after each round, the first being the start, and who took what offer of whom."""
    start = [x for x, s, c in zip(positions, salience, strength, strict=True) if s * c > 0]
    path, offers = [list(positions)], []
    for _ in range(rounds):
        span = start if reading.fixed_range else None
        after, taken = one_round(path[-1], salience, strength, reading, span)
        path.append(after)
        offers.append(taken)
    return path, offers


def one_round(x, s, c, reading, span=None):
    parties = [i for i in range(len(x)) if s[i] * c[i] > 0]
    reach = max(span or [x[i] for i in parties]) - min(span or [x[i] for i in parties])
    new, taken = list(x), [("stays", -1)] * len(x)
    if not reach > type(x[0])(SAME):
        return new, taken
    d = {(i, j): abs(x[i] - x[j]) / reach for i in parties for j in parties}
    d = {
        pair: value * 0 if same(value, 0) else value / value if same(value, 1) else value
        for pair, value in d.items()
    }
    one = x[0] * 0 + 1
    neutral = expectations(parties, d, s, c, dict.fromkeys(parties, one), reading)
    danger = {i: sum(neutral(i, j, i) for j in parties if j != i) for i in parties}
    most, least = max(danger.values()), min(danger.values())
    r = {}
    for i in parties:
        acceptance = one * 0 if same(most, least) else (2 * danger[i] - most - least) / (most - least)
        r[i] = (1 - acceptance / 3) / (1 + acceptance / 3)
    expects = expectations(parties, d, s, c, r, reading)
    for i in parties:
        offered = [o for j in parties if d[i, j] > 0 for o in offer(i, j, x, expects)]
        move, kind, by = pick(offered, x[i], reading)
        if abs(move) > type(move)(SAME):
            new[i], taken[i] = x[i] + move, (kind, by)
    return new, taken


def expectations(parties, d, s, c, r, reading):
    """Return E as a function: what `viewer` expects that `i` gains by challenging `j`."""
    votes = {}
    for i in parties:
        for j in parties:
            votes[i, j] = sum(
                (
                    max(c[k] * s[k] * (power(d[k, j], r[k]) - power(d[k, i], r[k])), 0 * d[k, i])
                    for k in parties
                ),
                start=0 * d[i, j],
            )
    everything = sum((votes[i, j] + votes[j, i] for i in parties for j in parties), start=0 * r[parties[0]])

    def success(i, j):
        against = everything if reading.all_pairs else votes[i, j] + votes[j, i]
        return votes[i, j] / against if against > 0 else 0 * against

    half = r[parties[0]] * 0 + 1
    half = half / 2

    def expects(viewer, i, j):
        attitude = r[viewer]
        wins = 2 - 4 * power(half - half * d[i, j], attitude)
        loses = 2 - 4 * power(half + half * d[i, j], attitude)
        rests = 2 - 4 * power(half, attitude)
        p = success(i, j)
        return s[j] * (p * wins + (1 - p) * loses) + (1 - s[j]) * wins - rests

    return expects


def power(base, exponent):
    return base**exponent if base > 0 else base * 0


def offer(i, j, x, expects):
    """Return the offer that j makes i, as i sees it, if any: its kind, the move, how much j gains by enforcing it."""
    gain, threat = expects(i, i, j), expects(i, j, i)
    margin = type(gain)(SAME)
    if threat <= margin or abs(gain) <= margin:
        return []
    if gain > 0:
        return [("confrontation", x[j] - x[i], threat, j)] if threat > gain + margin else []
    if threat > margin - gain:
        return [("compromise", abs(gain / threat) * (x[j] - x[i]), threat, j)]
    return [("compulsion", x[j] - x[i], threat, j)]


def pick(offered, place, reading):
    for kind in ("confrontation", "compromise", "compulsion"):
        these = [o for o in offered if o[0] == kind]
        if not these:
            continue
        worth = {
            "least move": lambda o: -abs(o[1]),
            "enforced": lambda o: o[2],
            "lowest": lambda o: -(place + o[1]),
        }["least move" if kind == "confrontation" and reading.choice == "enforced" else reading.choice]
        best = max(worth(o) for o in these)
        best_ones = [o for o in these if same(worth(o), best)]
        return sum(o[1] for o in best_ones) / len(best_ones), kind, best_ones[0][3]
    return place * 0, "stays", -1


def middle(x, weight):
    """Return the weighted median, the middle of an interval of them."""
    order = sorted(range(len(x)), key=lambda i: x[i])
    total, upto, found = sum(weight), 0, []
    for i in order:
        before, upto = upto, upto + weight[i]
        margin = type(total)(1e-12) * total
        if weight[i] > 0 and before <= total / 2 + margin and upto >= total / 2 - margin:
            found.append(x[i])
    return (found[0] + found[-1]) / 2
