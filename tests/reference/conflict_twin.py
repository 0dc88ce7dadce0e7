"""The graph model by plain search: sets, lists and loops that follow the definitions word for word. Shares no code with the package."""

from __future__ import annotations

from itertools import product


class Twin:
    """A conflict as sets of arcs: `arcs[i]` holds pairs of states, `rank[i]` a number a state."""

    def __init__(self, arcs, rank, states):
        self.arcs, self.rank, self.states = arcs, rank, range(states)
        self.parties = range(len(arcs))

    def likes(self, i, s, t):
        """Whether i likes t better than s."""
        return self.rank[i][t] > self.rank[i][s]

    def reached(self, who, start, improving=False):
        """All ends of legal sequences: nobody moves twice in succession."""
        seen = set()
        waiting = [(start, None)]
        while waiting:
            state, last = waiting.pop()
            for i in who:
                if i == last:
                    continue
                for a, b in self.arcs[i]:
                    if a == state and (not improving or self.likes(i, a, b)) and (b, i) not in seen:
                        seen.add((b, i))
                        waiting.append((b, i))
        return {state for state, _ in seen}

    def improvements(self, who, s):
        return [t for t in self.reached(who, s) if all(self.likes(i, s, t) for i in who)]

    def stable(self, who, s, concept):
        others = [i for i in self.parties if i not in who]

        def hurts(u):
            return any(not self.likes(i, s, u) for i in who)

        def sanctions(t):
            if concept == "nash":
                return False
            if concept == "seq":
                return any(hurts(u) for u in self.reached(others, t, improving=True))
            ends = [u for u in self.reached(others, t) if hurts(u)]
            if concept == "gmr":
                return bool(ends)
            return any(all(hurts(v) for v in self.reached(who, u)) for u in ends)

        return all(sanctions(t) for t in self.improvements(who, s))

    def distance(self, start, improving=False):
        """How many moves to each state; None where none leads there."""
        found = {start: 0}
        front = [start]
        while front:
            front = [
                b
                for s in front
                for i in self.parties
                for a, b in self.arcs[i]
                if a == s
                and b not in found
                and (not improving or self.likes(i, a, b))
                and found.setdefault(b, found[s] + 1) is not None
            ]
        return [found.get(s) for s in self.states]

    def ways(self, start, goal, steps):
        """All sequences of so many moves from start to goal, each as how many of its moves do not gain who makes them."""
        if steps == 0:
            return [0] if start == goal else []
        return [
            (not self.likes(i, a, b)) + rest
            for i in self.parties
            for a, b in self.arcs[i]
            if a == start
            for rest in self.ways(b, goal, steps - 1)
        ]


class OptionTwin:
    """A conflict built from options: combinations are tuples of True and False, `state` maps the feasible ones to states."""

    def __init__(self, owner, can_take, can_drop, state, rank, states):
        self.owner, self.can_take, self.can_drop, self.state, self.rank = (
            owner,
            can_take,
            can_drop,
            state,
            rank,
        )
        self.states, self.parties = range(states), range(len(rank))

    def moves(self, i, p):
        """Combinations that i can make of p by changing options of its own."""
        found = []
        for q in product((False, True), repeat=len(p)):
            if q == p or q not in self.state:
                continue
            allowed = all(
                a == b or (self.owner[k] == i and (self.can_take[k] if b else self.can_drop[k]))
                for k, (a, b) in enumerate(zip(p, q, strict=True))
            )
            if allowed:
                found.append(q)
        return found

    def arcs(self):
        """Arcs between states."""
        return [
            {
                (self.state[p], self.state[q])
                for p in self.state
                for q in self.moves(i, p)
                if self.state[p] != self.state[q]
            }
            for i in self.parties
        ]

    def gains(self, i, p):
        return [q for q in self.moves(i, p) if self.rank[i][self.state[q]] > self.rank[i][self.state[p]]]

    def simultaneously_stable(self, i, s):
        """Each improvement is met by some choice of the others among their own improvements and staying."""
        return all(self.met(i, p, q) for p in self.state if self.state[p] == s for q in self.gains(i, p))

    def met(self, i, p, q):
        others = [j for j in self.parties if j != i]
        for choice in product(*([p, *self.gains(j, p)] for j in others)):
            if all(c == p for c in choice):
                continue
            made = list(q)
            for j, c in zip(others, choice, strict=True):
                for k in range(len(p)):
                    if self.owner[k] == j:
                        made[k] = c[k]
            end = self.state.get(tuple(made))
            if end is not None and self.rank[i][end] <= self.rank[i][s := self.state[p]] and s is not None:
                return True
        return False
