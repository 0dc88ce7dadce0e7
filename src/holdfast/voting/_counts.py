"""Numbers of coalitions that several measures are made of, counted in the way that suits the game's size."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from holdfast.errors import InputError
from holdfast.voting import _halves as halves
from holdfast.voting._diagram import MOST_STATES, Diagram, diagram
from holdfast.voting._profiles import MOST_PROFILES, Profiles, profile_count
from holdfast.voting.game import Game

__all__ = ["Counts", "counts", "profiles_of", "shared_diagram", "sized_rule", "states_needed"]

_FEW_STATES = 50_000


_STATE_BYTES = 512
"""Room for the packed numbers of a state, on average: with many members fewer states are gone through."""

_LARGEST = 5 * MOST_STATES


class Counts(NamedTuple):
    """`winning` by how many vote yes, `swings` by member and how many others do, and how they were counted."""

    winning: list[int]
    swings: list[list[int]]
    method: str


@lru_cache(maxsize=8)
def profiles_of(game: Game) -> Profiles | None:
    """Return a game's profiles; None where there are too many."""
    return Profiles(game) if profile_count(game) <= MOST_PROFILES else None


@lru_cache(maxsize=8)
def shared_diagram(game: Game) -> Diagram:
    """Return a game's diagram, made once.

    Raises
    ------
    InputError
        When it is too large.
    """
    return diagram(game)


@lru_cache(maxsize=32)
def sized_rule(game: Game) -> halves.Sized | None:
    """Return the rule as a quota by number of yes votes; None where it is none, or has too many members."""
    return halves.sized(game)


def states_needed(game: Game) -> int | None:
    """Return at most how many states the diagram of a single quota has: by level the sums below the quota, or the ways to vote."""
    if game.weights is None:
        return None
    left, reached, total = sum(game.weights), 0, 0
    for k, weight in enumerate(sorted(game.weights, reverse=True)):
        # sums that are neither at the quota yet nor out of its reach
        total += min(1 << min(k, 60), max(min(reached, game.quota - 1) - max(game.quota - left, 0) + 1, 1))
        reached, left = reached + weight, left - weight
    return total


def _room(game: Game, states: int) -> int:
    """Return how many states of usual size take as much memory as these do, with their numbers of coalitions by size."""
    return states * max(1, (len(game.members) + 1) ** 2 // 8 // _STATE_BYTES)


@lru_cache(maxsize=8)
def counts(game: Game, *, most_states: int = MOST_STATES) -> Counts | None:
    """Return a game's numbers of coalitions, exactly; None where a single quota is too large for that.

    Raises
    ------
    InputError
        When a rule of several quotas is too large.
    """
    profiles = profiles_of(game)
    if profiles is not None:
        return Counts(profiles.winning_by_size(), profiles.swings_by_size(), "every profile of votes")
    rule = sized_rule(game)
    needed = states_needed(game)
    if rule is not None and (needed is None or needed > _FEW_STATES):
        return Counts(halves.winning_by_size(rule), halves.swings_by_size(rule), "meeting in the middle")
    if needed is not None and _room(game, needed) > most_states:
        return None
    found = shared_diagram(game) if most_states <= MOST_STATES else diagram(game, most_states=most_states)
    if _room(game, found.states) > max(most_states, _LARGEST):
        raise InputError(
            f"The rule's {found.states:,} states for its {len(game.members)} members need too much memory. "
            "Use fewer members or conditions, or weights with fewer digits."
        )
    return Counts(found.winning_by_size(), found.swings_by_size(), "a decision diagram")
