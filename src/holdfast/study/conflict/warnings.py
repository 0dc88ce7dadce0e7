"""What to be careful with in a conflict that is in order: states out of reach, parties without moves, orders without a source."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from holdfast.bargaining.conflict import shortest
from holdfast.scenario.reading import JUDGEMENT, listed
from holdfast.study.conflict.load import LoadedConflict

__all__ = ["standings", "warnings"]

MOST_NAMED = 12


def warnings(file: LoadedConflict) -> list[str]:
    """Return cautions, each a sentence."""
    return [*_reaching(file), *_moving(file), *_indifferent(file), *_unsourced(file)]


def _shown(states: list[str]) -> str:
    if len(states) <= MOST_NAMED:
        return listed(states)
    return f"{', '.join(states[:MOST_NAMED])} and {len(states) - MOST_NAMED} more"


def _reaching(file: LoadedConflict) -> Iterator[str]:
    """A state that cannot be reached is no mistake, and what is stable there does not matter."""
    built = file.built
    moves = built.conflict.moves
    if file.status_quo is None:
        nowhere = [state for n, state in enumerate(built.states) if not moves[:, :, n].any()]
        if nowhere:
            verb = "is a state" if len(nowhere) == 1 else "are states"
            yield f"{_shown(nowhere)} {verb} that no move leads to. Name the status_quo to see what can be reached."
        return
    start = built.states.index(file.status_quo)
    away = [built.states[n] for n in np.flatnonzero(shortest(moves, start).steps < 0)]
    if len(built.states) > 1 and len(away) == len(built.states) - 1:
        yield f"No party can leave the status quo, {file.status_quo}: no other state can be reached, stable or not."
    elif away:
        yield f"No sequence of moves leads from the status quo, {file.status_quo}, to {_shown(away)}."


def _moving(file: LoadedConflict) -> Iterator[str]:
    still = [
        party
        for party, own in zip(file.built.parties, file.built.conflict.moves, strict=True)
        if not own.any()
    ]
    if still:
        yield f"{listed(still)} can make no move, so that every state is stable for {'it' if len(still) == 1 else 'them'}."


def _indifferent(file: LoadedConflict) -> Iterator[str]:
    for party, own in zip(file.built.parties, file.built.conflict.rank, strict=True):
        if len(own) > 1 and not own.any():
            yield f"{party} likes all states alike, so that every state is stable for it. Is an order missing?"


def _unsourced(file: LoadedConflict) -> Iterator[str]:
    bare = [party for party, standing in standings(file).items() if standing == "unsourced"]
    if bare:
        yield f"The preferences of {listed(bare)} have no source. Write source: judgement and because: if they are yours."


def standings(file: LoadedConflict) -> dict[str, str]:
    """Return what each party's preferences rest on: sourced, judgement or unsourced."""
    found: dict[str, str] = {}
    for party in file.built.parties:
        given = file.preferences[party]
        inner = [*(given.statements or ()), *(given.pairs or ())]
        cited = {id_ for source in (given.source, *(said.source for said in inner)) for id_ in source or ()}
        whole = given.source is not None or (bool(inner) and all(said.source for said in inner))
        found[party] = "judgement" if JUDGEMENT in cited else "sourced" if cited and whole else "unsourced"
    return found
