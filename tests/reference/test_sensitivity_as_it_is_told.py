"""Every change of the answer, done as its words say, breaks and makes the equilibria that the answer says: by plain search."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

from holdfast.bargaining.conflict import changes
from holdfast.report.stability_words import changed
from holdfast.study.conflict import read_conflict, stability
from tests.reference.conflict_twin import OptionTwin, Twin

CONCEPTS = ("nash", "gmr", "smr", "seq")


def tiers_of(rank):
    """The states of an order, the best first, those that tie together."""
    order = sorted(rank, key=lambda state: -rank[state])
    return [set(tier) for _, tier in groupby(order, key=lambda state: rank[state])]


def done(tiers, change):
    """Put one state just above, level with or just below the states that are named, which are all that tie there."""
    tiers = [tier - {change["first"]} for tier in tiers]
    tiers = [tier for tier in tiers if tier]
    assert set(change["second"]) in tiers
    place = tiers.index(set(change["second"]))
    if change["kind"] == "level":
        tiers[place].add(change["first"])
    else:
        tiers.insert(place + (change["kind"] == "below"), {change["first"]})
    return tiers


def ranks_of(tiers):
    return {state: -height for height, tier in enumerate(tiers) for state in tier}


def listed_file(seed):
    """Three parties, five states, moves of which some have no way back, and orders with ties; also its arcs."""
    rng = np.random.default_rng(seed)
    names = "abcde"
    arcs = [
        {(s, t) for s in range(5) for t in range(5) if s != t and rng.random() < 0.25} | {(0, 1)}
        for _ in "ABC"
    ]
    moves = [
        ", ".join(
            f"{names[s]}: [{', '.join(names[t] for a, t in sorted(own) if a == s)}]"
            for s in sorted({s for s, _ in own})
        )
        for own in arcs
    ]
    ranks = [", ".join(f"{s}: {rng.integers(0, 4)}" for s in names) for _ in "ABC"]
    text = (
        'holdfast: 1\ntitle: "t"\nas_of: 2025-01-01\nparties: {A: {name: "Ash"}, B: {name: "Birch"}, C: {name: "Cedar"}}\n'
        f"states: {{{', '.join(f'{s}: {{}}' for s in names)}}}\nmoves:\n"
        + "".join(f"  {p}: {{to: {{{own}}}}}\n" for p, own in zip("ABC", moves, strict=True))
        + "preferences:\n"
        + "".join(f"  {p}: {{ranks: {{{own}}}}}\n" for p, own in zip("ABC", ranks, strict=True))
    )
    return read_conflict(text.encode(), "t.yaml"), arcs


BUILT = """\
holdfast: 1
title: "t"
as_of: 2025-01-01
parties: {G: {name: "Government"}, R: {name: "Rebels"}, U: {name: "United Nations"}}
options:
  talk: {by: G, name: "talk"}
  attack: {by: G, name: "attack"}
  stop: {by: R, name: "stop"}
  disarm: {by: R, name: "disarm", can: take}
  send: {by: U, name: "send a mission"}
infeasible: [{says: "talk and attack"}, {says: "disarm and not stop"}]
preferences:
  G: {statements: [{says: "disarm"}, {says: "not attack if stop"}, {says: "attack iff not stop"}]}
  R: {statements: [{says: "not disarm or send"}, {says: "talk if stop"}, {says: "not attack"}]}
  U: {statements: [{says: "stop and not attack"}, {says: "send iff stop and not attack"}]}
"""


def built_twin(found):
    """The same by plain search: what is infeasible is what the answer has no state for."""
    states = list(found["states"])
    options = ("talk", "attack", "stop", "disarm", "send")
    state = {
        tuple(option in taken for option in options): n
        for n, name in enumerate(states)
        for taken in found["states"][name]["taken"]
    }
    free = [True] * 5
    rank = [[found["states"][s]["rank"][p] for s in states] for p in found["parties"]]
    return OptionTwin([0, 0, 1, 1, 2], free, [True, True, True, False, True], state, rank, len(states))


def equilibria(twin, concept, states):
    if concept == "sim":
        return {states[s] for s in twin.states if all(twin.simultaneously_stable(i, s) for i in twin.parties)}
    return {states[s] for s in twin.states if all(twin.stable([i], s, concept) for i in twin.parties)}


def claimed(found, place, concept):
    """Which states the answer says are equilibria after a change."""
    told = found["sensitivity"]
    kept = {s for s, own in told["survives"][concept].items() if place not in own["broken_by"]}
    return kept | {s for s, places in told["becomes"][concept].items() if place in places}


def is_of_states(change):
    return change["kind"] in ("above", "level", "below")


@pytest.mark.parametrize("seed", range(10))
def test_a_change_of_a_listed_conflict_is_what_its_words_say(seed):
    file, arcs = listed_file(seed)
    found = stability(file)
    states, parties = list(found["states"]), list(found["parties"])
    rank = {p: {s: found["states"][s]["rank"][p] for s in states} for p in parties}
    for place, change in enumerate(found["sensitivity"]["changes"]):
        after = rank | {change["party"]: ranks_of(done(tiers_of(rank[change["party"]]), change))}
        twin = Twin(arcs, [[after[p][s] for s in states] for p in parties], len(states))
        for concept in CONCEPTS:
            assert claimed(found, place, concept) == equilibria(twin, concept, states), changed(change)


def test_a_change_of_a_conflict_of_options_is_what_its_words_say():
    found = stability(read_conflict(BUILT.encode(), "t.yaml"))
    states, parties = list(found["states"]), list(found["parties"])
    rank = {p: {s: found["states"][s]["rank"][p] for s in states} for p in parties}
    moved = [(n, c) for n, c in enumerate(found["sensitivity"]["changes"]) if is_of_states(c)]
    assert any(len(c["second"]) > 1 for _, c in moved)
    twin = built_twin(found)
    arcs = twin.arcs()
    for place, change in moved[::3]:
        after = rank | {change["party"]: ranks_of(done(tiers_of(rank[change["party"]]), change))}
        rows = [[after[p][s] for s in states] for p in parties]
        graph, twin.rank = Twin(arcs, rows, len(states)), rows
        for concept in (*CONCEPTS, "sim"):
            by = twin if concept == "sim" else graph
            assert claimed(found, place, concept) == equilibria(by, concept, states), changed(change)


def test_no_change_comes_twice_by_its_words_or_its_order():
    found = stability(read_conflict(BUILT.encode(), "t.yaml"))
    told = found["sensitivity"]["changes"]
    words = [changed(change) for change in told]
    assert len(words) == len(set(words))
    rank = {p: {s: found["states"][s]["rank"][p] for s in found["states"]} for p in found["parties"]}
    made = [
        (c["party"], tuple(map(frozenset, done(tiers_of(rank[c["party"]]), c))))
        for c in told
        if is_of_states(c)
    ]
    assert len(made) == len(set(made))
    assert all(list(order) != tiers_of(rank[party]) for party, order in made)


@pytest.mark.parametrize("seed", range(20))
def test_every_order_that_one_state_makes_by_moving_one_place_is_tried(seed):
    """All orders of up to five states in which one state has moved past or onto its neighbours and no further."""
    rng = np.random.default_rng(seed)
    rank = {s: int(rng.integers(0, 4)) for s in range(int(rng.integers(1, 6)))}
    before = tiers_of(rank)
    expected = set()
    for state, own in rank.items():
        higher, lower = (
            [r for r in rank.values() if r > own],
            [r for r in rank.values() if r < own],
        )
        near = {own, *([min(higher)] if higher else []), *([max(lower)] if lower else [])}
        for other in near:
            for height in (other - 0.5, other, other + 0.5):
                after = tiers_of(rank | {state: height})
                if after != before:
                    expected.add(tuple(map(frozenset, after)))
    made = {
        tuple(map(frozenset, tiers_of(dict(enumerate(map(int, c.rank))))))
        for c in changes(np.array([list(rank.values())]))
    }
    assert made == expected
