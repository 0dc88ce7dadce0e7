"""The Spatial Model of Politics party by party and pair by pair, in plain Python: slow, and without a line of the library's.

Written from the equations on docs/explanation/spatial-model.md. Elections multiply and iterate where the library adds logarithms
and eliminates. Deterministic only; of equals the first.
"""

from __future__ import annotations

from math import dist, floor, prod, sqrt
from typing import Any, NamedTuple


class Told(NamedTuple):
    positions: list[Any]
    attitude: list[Any]
    probability: list[Any]
    target: list[Any]
    chance: list[Any]
    gain: list[Any]


def response(rule, gain):
    if abs(gain) < 1e-12:
        return 0.0
    step = max(-1.0, min(1.0, gain / 1e-8))
    return {
        "Binary": step,
        "PropBin": 0.8 * gain + 0.2 * step,
        "Prop": gain,
        "PropCbc": 0.5 * gain + 0.5 * gain**3,
        "Cubic": gain**3,
        "ASymProsp": gain if gain < 0 else 2 * gain / 3,
    }[rule]


def support(rule, weights, worth, a, b, from_first):
    """The coalition for option a against option b; worth is by party, then option."""
    total = 1e-8
    for weight, own in zip(weights, worth, strict=True):
        gain = own[a] - own[b]
        if gain < 1e-12:
            continue
        if rule != "ASymProsp":
            total += weight * response(rule, gain)
        elif from_first and 0 in (a, b):
            total += weight * gain * (2 / 3 if b == 0 else 1)
        else:
            total += weight * gain * 5 / 6
    return total


def prevails(kind, ours, theirs):
    if kind == "Binary":
        if ours >= 1.1 * theirs:
            return 1 / (1 + 1e-6)
        if theirs >= 1.1 * ours:
            return 1e-6 / (1 + 1e-6)
        line = (ours / (ours + theirs) * 2.1 - 1) / 0.1
        return min(max(line, 1e-6 / (1 + 1e-6)), 1 / (1 + 1e-6))
    power = {"Linear": 1, "Square": 2, "Quartic": 4, "Octic": 8}[kind]
    return 1 / (1 + (theirs / ours) ** power)


def elected(model, weights, worth, among, from_first=False):
    """By option: its probability; the election is among those named."""
    c = {
        (a, b): 1e-8 if a == b else support(model.voting.value, weights, worth, a, b, from_first)
        for a in among
        for b in among
    }
    v = {(a, b): 0.5 if a == b else prevails(model.victory.value, c[a, b], c[b, a]) for a, b in c}
    if model.election.value == "Conditional":
        wins = {a: prod(v[a, b] for b in among) for a in among}
        return {a: wins[a] / sum(wins.values()) for a in among}
    if model.election.value == "MarkovUniform":
        challenge = dict.fromkeys(c, 1 / len(among))
    else:
        urge = {(a, b): c[a, b] * v[a, b] + (1e-10 if a == b else 0) for a, b in c}
        challenge = {(a, b): urge[a, b] / sum(urge[k, b] for k in among) for a, b in c}
    p = dict.fromkeys(among, 1 / len(among))
    for _ in range(100_000):
        q = {
            a: sum(v[a, b] * (p[a] * challenge[b, a] + p[b] * challenge[a, b]) for b in among) for a in among
        }
        change = max(abs(q[a] - p[a]) for a in among)
        p = {a: (p[a] + q[a]) / 2 for a in among}
        if change < 1e-15:
            break
    return p


def away(ideal, place, salience):
    top = sum((s * (y - x)) ** 2 for s, y, x in zip(salience, ideal, place, strict=True))
    return sqrt(top / sum(s * s for s in salience))


def worth_of(distance, attitude):
    return (1 - distance) * (1 + distance * attitude)


def third_vote(model, weight, chance, to_i, to_j, own):
    """Sums of the three positions' utilities, as each contest ends, having backed one side or the other."""
    kind = model.commitment.value
    backed_i = {
        "FullCommit": (3 * to_i, 3 * to_j),
        "SemiCommit": (2 * to_i + own, 3 * to_j),
        "NoCommit": (2 * to_i + own, 2 * to_j + own),
    }[kind]
    backed_j = {
        "FullCommit": (3 * to_i, 3 * to_j),
        "SemiCommit": (3 * to_i, 2 * to_j + own),
        "NoCommit": (2 * to_i + own, 2 * to_j + own),
    }[kind]
    with_i = chance * backed_i[0] + (1 - chance) * backed_i[1]
    with_j = chance * backed_j[0] + (1 - chance) * backed_j[1]
    return weight * response(model.voting.value, with_i - with_j)


class Table:
    """How things stand, and what each makes of it."""

    def __init__(self, model, positions, ideals, salience, strength):
        self.model, self.positions, self.ideals, self.salience = model, positions, ideals, salience
        top = max(strength)
        self.strength = [100 * s / top for s in strength]
        self.n = range(len(strength))
        self.d = [[away(ideals[i], positions[j], salience[i]) for j in self.n] for i in self.n]
        neutral = [[1 - d for d in row] for row in self.d]
        p = elected(model, self.strength, neutral, list(self.n))
        low, high = min(p.values()), max(p.values())
        least = {"Min": 0.0, "Mid": -0.5, "Max": -1.0}[model.risk_range.value]
        even = high - low <= 1e-10 * high
        self.attitude = [0.0 if even else least + (1 - least) * (p[i] - low) / (high - low) for i in self.n]
        self.u = [[worth_of(self.d[i][j], self.attitude[i]) for j in self.n] for i in self.n]
        self.probability = self.places()

    def near(self, i, j):
        return dist(self.positions[i], self.positions[j]) < 1e-3

    def places(self):
        """By party: the probability of its place."""
        if self.model.as_ktab:
            firsts: list[int] = []
            for i in self.n:
                if not any(self.near(i, j) for j in firsts):
                    firsts.append(i)
            p = elected(self.model, self.strength, self.u, firsts)
            return [p[max(j for j in firsts if self.near(i, j))] for i in self.n]
        groups: list[set[int]] = []
        for i in self.n:
            joined = [group for group in groups if any(self.near(i, j) for j in group)]
            groups = [group for group in groups if group not in joined] + [{i}.union(*joined)]
        centres = [
            [sum(self.positions[i][k] for i in group) / len(group) for k in range(len(self.positions[0]))]
            for group in groups
        ]
        worth = [
            [worth_of(away(self.ideals[i], centre, self.salience[i]), self.attitude[i]) for centre in centres]
            for i in self.n
        ]
        p = elected(self.model, self.strength, worth, list(range(len(groups))))
        return [next(p[g] for g, group in enumerate(groups) if i in group) for i in self.n]

    def seen(self, judge, party, place):
        share = {"None": 0, "OneThird": 1 / 3, "Half": 1 / 2, "TwoThirds": 2 / 3, "Full": 1}[
            self.model.risk_adjustment.value
        ]
        attitude = (1 - share) * self.attitude[judge] + share * self.attitude[party]
        return worth_of(self.d[party][place], attitude)

    def challenge(self, judge, gainer, i, j):
        """The chance that i wins against j, and what somebody gains by its trying, by one party's estimate."""
        rule, weight = (
            self.model.voting.value,
            [c * sum(s) for c, s in zip(self.strength, self.salience, strict=True)],
        )
        ours = theirs = 1e-10
        for k in (i, j):
            vote = weight[k] * response(rule, self.seen(judge, k, i) - self.seen(judge, k, j))
            ours, theirs = ours + max(vote, 0), theirs + max(-vote, 0)
        all_ours, all_theirs = ours, theirs
        for k in self.n:
            if k in (i, j):
                continue
            to_i, to_j, own = (self.seen(judge, k, at) for at in (i, j, k))
            vote = weight[k] * response(rule, to_i - to_j)
            chance = (ours + max(vote, 0)) / (ours + theirs + abs(vote))
            vote = third_vote(self.model, weight[k], chance, to_i, to_j, own)
            all_ours, all_theirs = all_ours + max(vote, 0), all_theirs + max(-vote, 0)
        chance = all_ours / (all_ours + all_theirs)
        to_i, to_j = self.seen(judge, gainer, i), self.seen(judge, gainer, j)
        resists = sum(self.salience[j])
        expected = (1 - resists) * 2 * to_i + resists * (chance * 2 * to_i + (1 - chance) * 2 * to_j)
        return chance, expected - to_i - to_j

    def between(self, i, j, chance):
        """Where a bargain puts i and j."""
        ends: list[list[float]] = [[], []]
        for x, y, s, t in zip(
            self.positions[i], self.positions[j], self.salience[i], self.salience[j], strict=True
        ):
            kind = self.model.interpolation.value
            if kind == "S2PMax":
                far, near = max(0.0, 1 - 2 * chance), max(0.0, 2 * chance - 1)
                far = far * t * t / (far * t * t + 1e-6 + (1 - far) * s * s)
                near = near * s * s / (near * s * s + 1e-6 + (1 - near) * t * t)
                ends[0].append(x + far * (y - x))
                ends[1].append(y + near * (x - y))
                continue
            power = 1 if kind == "S1P1" else 2
            a, b = (s * chance) ** power, (t * (1 - chance)) ** power
            ends[0].append(floor(0.5 + 1e4 * ((a + 1e-6) * x + b * y) / (a + b + 1e-6)) / 1e4)
            ends[1].append(floor(0.5 + 1e4 * (a * x + (b + 1e-6) * y) / (a + b + 1e-6)) / 1e4)
        return ends

    def bargains(self, i, j):
        own = self.between(i, j, self.challenge(i, i, i, j)[0])
        chance, gain = self.challenge(j, i, i, j)
        other = self.between(i, j, gain if self.model.as_ktab else chance)
        if self.model.form.value == "InitOnlyInterp":
            return [own]
        if self.model.form.value == "InitRcvrInterp":
            return [own, other]
        a = self.strength[i] * sum(self.salience[i])
        b = self.strength[i if self.model.as_ktab else j] * sum(self.salience[j])
        return [
            [
                [(a * x + b * y) / (a + b) for x, y in zip(p, q, strict=True)]
                for p, q in zip(own, other, strict=True)
            ]
        ]

    def best(self, i):
        gains = {j: self.challenge(i, i, i, j)[1] for j in self.n if j != i}
        j = next(j for j in gains if gains[j] >= max(gains.values()) - 1e-12)
        return j if gains[j] > 1e-5 else -1

    def step(self):
        targets = [self.best(i) for i in self.n]
        options: list[Any] = [None]
        for i, j in enumerate(targets):
            options += [(i, j, ends) for ends in self.bargains(i, j)] if j >= 0 else []
        worth = [[self.mean_worth(party, option) for option in options] for party in self.n]
        after: list[Any] = []
        for party in self.n:
            among = [m for m, option in enumerate(options) if option is None or party in option[:2]]
            p = elected(self.model, self.strength, worth, among, from_first=True)
            chosen = next(m for m in among if p[m] >= max(p.values()) - 1e-12)
            option = options[chosen]
            after.append(
                self.positions[party] if option is None else option[2][0 if option[0] == party else 1]
            )
        return targets, after

    def mean_worth(self, party, option):
        places = list(self.positions)
        if option is not None:
            places[option[0]], places[option[1]] = option[2]
        return sum(
            worth_of(away(self.ideals[party], place, self.salience[party]), self.attitude[party])
            for place in places
        ) / len(places)


def run(model, positions, salience, strength, turns, accommodation=None):
    """Return so many turns."""
    positions, ideals = (
        [list(map(float, row)) for row in positions],
        [list(map(float, row)) for row in positions],
    )
    told = Told([positions], [], [], [], [], [])
    for _ in range(turns + 1):
        table = Table(model, positions, ideals, salience, strength)
        told.attitude.append(table.attitude)
        told.probability.append(table.probability)
        if len(told.positions) > turns:
            return told
        targets, positions = table.step()
        made = [table.challenge(i, i, i, j) if j >= 0 else (float("nan"),) * 2 for i, j in enumerate(targets)]
        told.target.append(targets)
        told.chance.append([chance for chance, _ in made])
        told.gain.append([gain for _, gain in made])
        told.positions.append(positions)
        if accommodation is None:
            ideals = positions
        else:
            ideals = [
                [
                    sum(a * x[k] for a, x in zip(row, positions, strict=True)) + (1 - sum(row)) * old[k]
                    for k in range(len(old))
                ]
                for row, old in zip(accommodation, ideals, strict=True)
            ]
    return told
