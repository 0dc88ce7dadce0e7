"""What `holdfast stability --json` prints: who is held where and by what, how states are reached, what hangs on one judgement."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from holdfast.bargaining.conflict import (
    CONCEPTS,
    Change,
    Parts,
    changes,
    coalitions,
    judged,
    of_parties,
    parts,
    prefers,
    shortest,
    survival,
)
from holdfast.bargaining.conflict.graph import every
from holdfast.study.conflict.build import Built, describe
from holdfast.study.conflict.load import LoadedConflict
from holdfast.study.conflict.priorities import priorities
from holdfast.study.conflict.warnings import standings, warnings

__all__ = ["MOST_CHANGES", "MOST_TOGETHER", "Step", "stability"]

Array = np.ndarray

MOST_CHANGES = 3e11
MOST_TOGETHER = 5e10
"""Changes × parties × states³, and coalitions × parties × states³: about half a minute of either on one core. Beyond it, it is not
examined, and the answer says so."""

Step = Callable[[str, int, int], None]
"""Takes what is being looked at, how many of it have been, and how many there are."""


def stability(file: LoadedConflict, step: Step | None = None) -> dict[str, Any]:
    """Return what `holdfast stability --json` prints; docs/reference/stability.md says what each entry means.

    Parameters
    ----------
    file
        From `load_conflict`.
    step
        Called after each coalition, each equilibrium that coalitions may leave and each change of an order, to show that work goes on.
    """
    built, step = file.built, step or _silent
    together = _together(built, step)
    alone = of_parties(built.conflict)
    by_concept: dict[str, Array] = dict(zip(CONCEPTS, alone, strict=True))
    if built.combinations is not None:
        by_concept["sim"] = built.simultaneously(built.conflict.rank)
    equilibria = {c: every(stable) for c, stable in by_concept.items()}
    held = None
    if together is not None:
        stable = zip(*(judged(made) for made in together.values()), strict=True)
        held = {c: every(np.array(rows)) for c, rows in zip(CONCEPTS, stable, strict=True)}
    return {
        "title": file.title,
        "as_of": file.as_of.isoformat(),
        "sha256": file.sha256,
        "parties": {id_: party.name for id_, party in file.parties.items()},
        "status_quo": file.status_quo,
        "equilibria": {c: _named(built, equilibria.get(c)) for c in (*CONCEPTS, "sim")},
        "coalitional_equilibria": None if held is None else {c: _named(built, h) for c, h in held.items()},
        "states": _states(file, by_concept, equilibria, held),
        "coalition_moves": None if together is None else _coalition_moves(built, equilibria, together, step),
        "sensitivity": _sensitivity(file, equilibria, step),
        "preferences": standings(file),
        "warnings": warnings(file),
    }


def _silent(what: str, done: int, of: int) -> None:
    """Tell nobody how far it is."""


def _together(built: Built, step: Step) -> dict[tuple[int, ...], Parts] | None:
    """Return what each coalition and the others can do; none where that is too much work."""
    parties = len(built.parties)
    if 2**parties * parties * len(built.states) ** 3 > MOST_TOGETHER:
        return None
    found: dict[tuple[int, ...], Parts] = {}
    for who in coalitions(parties):
        found[who] = parts(built.conflict, who)
        step("coalitions", len(found), 2**parties - 1)
    return found


def _named(built: Built, chosen: Array | None) -> list[str] | None:
    if chosen is None:
        return None
    return [state for state, is_one in zip(built.states, chosen, strict=True) if is_one]


def _states(
    file: LoadedConflict,
    by_concept: dict[str, Array],
    equilibria: dict[str, Array],
    held: dict[str, Array] | None,
) -> dict[str, Any]:
    built = file.built
    moves = built.conflict.moves
    gains = moves & prefers(built.conflict.rank)
    start = built.states.index(file.status_quo) if file.status_quo is not None else None
    ways = None if start is None else (shortest(moves, start, gains), shortest(gains, start))
    found: dict[str, Any] = {}
    for n, state in enumerate(built.states):
        found[state] = {
            "name": describe(built, file, state),
            "taken": _taken(file, n),
            "rank": {p: int(built.conflict.rank[i, n]) + 1 for i, p in enumerate(built.parties)},
            "score": {p: scores[n] for p, scores in built.scores.items()},
            "stable": {
                p: [c for c, stable in by_concept.items() if stable[i, n]]
                for i, p in enumerate(built.parties)
            },
            "equilibrium": [c for c, stable in equilibria.items() if stable[n]],
            "coalitional": None if held is None else [c for c, stable in held.items() if stable[n]],
            "reached": None
            if ways is None
            else {
                key: None if way.steps[n] < 0 else _told(built, gains, int(start or 0), way.sequence(n))
                for key, way in zip(("moves", "improvements"), ways, strict=True)
            }
            | {"ways": ways[0].ways[n]},
        }
    return found


def _told(built: Built, gains: Array, start: int, way: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return a sequence of moves: who moves, to where, and whether that gains it."""
    origins = [start, *(end for _, end in way)]
    return [
        {"by": built.parties[i], "to": built.states[end], "gains": bool(gains[i, origin, end])}
        for origin, (i, end) in zip(origins, way, strict=False)
    ]


def _taken(file: LoadedConflict, state: int) -> list[list[str]] | None:
    """Return the combinations of options that a state is; none where states are listed."""
    made = file.built.combinations
    if made is None:
        return None
    rows = made.taken[made.state_of == state]
    return [[o for o, is_taken in zip(file.options, row, strict=True) if is_taken] for row in rows]


def _coalition_moves(
    built: Built, equilibria: dict[str, Array], together: dict[tuple[int, ...], Parts], step: Step
) -> list[dict[str, Any]]:
    """Return where coalitions of two or more can go from an equilibrium so that every member is better off.

    Not where some of its parties could go alone, unless the others have a lesser answer to the larger coalition.
    """
    found: list[dict[str, Any]] = []
    gains = built.conflict.moves & prefers(built.conflict.rank)
    for n, state in enumerate(built.states):
        step("states that coalitions may leave", n, len(built.states))
        if not any(stable[n] for stable in equilibria.values()):
            continue
        seen: dict[int, list[tuple[set[int], int]]] = {}
        for who, made in together.items():
            ends: list[tuple[int, int]] = []
            for end in map(int, np.flatnonzero(made.own[n] & made.better[n])):
                answer = _answer(made, n, end)
                smaller = seen.setdefault(end, [])
                if not any(inner <= set(who) and least <= answer for inner, least in smaller):
                    smaller.append((set(who), answer))
                    ends.append((end, answer))
            if ends and len(who) > 1:
                members = list(who)
                ways = shortest(built.conflict.moves[members], n, gains[members])
                for end, answer in ends:
                    way = [(who[i], s) for i, s in ways.sequence(end)]
                    found.append(
                        {
                            "from": state,
                            "by": [built.parties[i] for i in who],
                            "to": built.states[end],
                            "moves": _told(built, gains, n, way),
                            "to_equilibrium": [c for c, stable in equilibria.items() if stable[end]],
                            "answer": ANSWERS[answer],
                        }
                    )
    held = {s: -sum(bool(e[n]) for e in equilibria.values()) for n, s in enumerate(built.states)}
    return sorted(found, key=lambda move: (held[move["from"]], ANSWERS.index(move["answer"])))


ANSWERS = ("none", "possible", "gainful")
"""What the others can answer so that some member is no better off than at the start: nothing; something; something that gains them."""


def _answer(made: Parts, start: int, end: int) -> int:
    """Return the place in `ANSWERS` of the others' answer to a coalition's move."""
    if (made.gainful[end] & ~made.better[start]).any():
        return 2
    return int((made.answers[end] & ~made.better[start]).any())


def _sensitivity(file: LoadedConflict, equilibria: dict[str, Array], step: Step) -> dict[str, Any] | None:
    """Return which equilibria survive each change of one order; none where there are too many to look at."""
    built = file.built
    todo = _todo(file)
    if len(todo) * len(built.parties) * len(built.states) ** 3 > MOST_CHANGES:
        return None
    done = count(1)

    def counting() -> None:
        step("changed orders", next(done), len(todo))

    also = built.simultaneously if built.combinations is not None else None
    found = survival(built.conflict, [change for change, _ in todo], also, counting)
    survives: dict[str, Any] = {}
    becomes: dict[str, Any] = {}
    for k, (concept, now) in enumerate(equilibria.items()):
        after = found.equilibrium[:, k]
        survives[concept] = {
            built.states[s]: {
                "share": float(after[:, s].mean()) if todo else 1.0,
                "broken_by": np.flatnonzero(~after[:, s]).tolist(),
            }
            for s in np.flatnonzero(now)
        }
        becomes[concept] = {
            built.states[s]: np.flatnonzero(after[:, s]).tolist()
            for s in np.flatnonzero(~now & after.any(axis=0))
        }
    return {"changes": [told for _, told in todo], "survives": survives, "becomes": becomes}


def _todo(file: LoadedConflict) -> list[tuple[Change, dict[str, Any]]]:
    """Return the changes that are tried, each with what the answer says of it, and no order of a party twice."""
    built = file.built
    said = priorities(file)
    # what a change of statements makes is told as that: statements are what was judged
    made = {(change.party, change.rank.tobytes()) for change, _ in said}
    alone = [c for c in changes(built.conflict.rank) if (c.party, c.rank.tobytes()) not in made]
    told = [
        {
            "party": built.parties[c.party],
            "kind": c.kind,
            "first": built.states[c.state],
            "second": [built.states[s] for s in c.beside],
        }
        for c in alone
    ]
    return [*zip(alone, told, strict=True), *said]
