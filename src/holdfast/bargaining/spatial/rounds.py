"""Turn after turn until positions settle: one compiled program for one draw, whose arrays have room for the longest run."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from holdfast.bargaining.spatial.options import SpatialModel
from holdfast.bargaining.spatial.stop import is_quiet, movement
from holdfast.bargaining.spatial.turn import Situation, Turn, assess, play
from holdfast.bargaining.spatial.votes import Data

__all__ = ["Course", "compiled_course", "compiled_turn"]

lax: Any = jax.lax  # JAX's types of its loops are incomplete


class Course(NamedTuple):
    """A run with room for the longest: what lies behind the last turn is 0.

    `ends` are the bargains on the table; `initiator` whose bargain each party went along with, −1 for none; `by_order` counts choices
    between equals.
    """

    positions: Float[Data, "room+1 parties issues"]
    ideals: Float[Data, "room+1 parties issues"]
    attitude: Float[Data, "room+1 parties"]
    probability: Float[Data, "room+1 parties"]
    outcome: Float[Data, "room+1 issues"]
    target: Int[Data, "room parties"]
    chance: Float[Data, "room parties"]
    gain: Float[Data, "room parties"]
    ends: Float[Data, "room parties forms 2 issues"]
    initiator: Int[Data, "room parties"]
    turns: Int[Data, ""]
    settled: Bool[Data, ""]
    by_order: Int[Data, ""]


class _State(NamedTuple):
    course: Course
    stands: Situation
    first: Float[Data, ""]


def _follow(
    accommodation: Float[Data, "parties parties"] | None,
    ideals: Float[Data, "parties issues"],
    positions: Float[Data, "parties issues"],
) -> Float[Data, "parties issues"]:
    """Return the next ideals: y_i = Σ_j a_ij x_j + (1 − Σ_j a_ij) y_i; where not given, a party's ideal is its position."""
    if accommodation is None:
        return positions
    return accommodation @ positions + (1 - jnp.sum(accommodation, axis=1))[:, None] * ideals


def _written(course: Course, at: Data, positions: Data, ideals: Data, stands: Situation) -> Course:
    """Return the course with how things stand after `at` turns."""
    return course._replace(
        positions=course.positions.at[at].set(positions),
        ideals=course.ideals.at[at].set(ideals),
        attitude=course.attitude.at[at].set(stands.attitude),
        probability=course.probability.at[at].set(stands.probability),
        outcome=course.outcome.at[at].set(stands.outcome),
    )


def _begun(model: SpatialModel, parties: int, issues: int, forms: int) -> Course:
    room = model.max_turns
    return Course(
        positions=jnp.zeros((room + 1, parties, issues)),
        ideals=jnp.zeros((room + 1, parties, issues)),
        attitude=jnp.zeros((room + 1, parties)),
        probability=jnp.zeros((room + 1, parties)),
        outcome=jnp.zeros((room + 1, issues)),
        target=jnp.full((room, parties), -1),
        chance=jnp.zeros((room, parties)),
        gain=jnp.zeros((room, parties)),
        ends=jnp.zeros((room, parties, forms, 2, issues)),
        initiator=jnp.full((room, parties), -1),
        turns=jnp.zeros((), int),
        settled=jnp.zeros((), bool),
        by_order=jnp.zeros((), int),
    )


def _added(course: Course, at: Data, turn: Turn) -> Course:
    """Return the course with what happened in a turn."""
    forms = turn.bargains.shape[1]
    chosen = turn.choices.chosen
    return course._replace(
        target=course.target.at[at].set(turn.target),
        chance=course.chance.at[at].set(turn.chance[:, 0]),
        gain=course.gain.at[at].set(turn.gain[:, 0, 0]),
        ends=course.ends.at[at].set(turn.bargains),
        initiator=course.initiator.at[at].set(jnp.where(chosen > 0, (chosen - 1) // forms, -1)),
        by_order=course.by_order + jnp.sum(turn.tied) + jnp.sum(turn.choices.by_order),
    )


def _course(
    model: SpatialModel, positions: Data, salience: Data, strength: Data, accommodation: Data, uniform: Data
) -> Course:
    parties, issues = positions.shape
    forms = 2 if model.form.name == "INITIATOR_AND_RECEIVER" else 1
    stands = assess(model, positions, positions, salience, strength)
    course = _written(_begun(model, parties, issues, forms), 0, positions, positions, stands)

    def goes_on(state: _State) -> Data:
        return ~state.course.settled & (state.course.turns < model.max_turns)

    def step(state: _State) -> _State:
        at = state.course.turns
        before, ideals = state.course.positions[at], state.course.ideals[at]
        turn = play(model, before, ideals, salience, strength, state.stands, uniform[at])
        after = turn.choices.position
        ideals = _follow(accommodation, ideals, after)
        stands = assess(model, after, ideals, salience, strength)
        latest = movement(before, after)
        first = jnp.where(at == 0, latest, state.first)
        course = _written(_added(state.course, at, turn), at + 1, after, ideals, stands)
        quiet = is_quiet(model, at + 1, first, latest)
        return _State(course._replace(turns=at + 1, settled=quiet), stands, first)

    return lax.while_loop(goes_on, step, _State(course, stands, jnp.zeros(()))).course


def _turn(
    model: SpatialModel, positions: Data, ideals: Data, salience: Data, strength: Data
) -> tuple[Situation, Turn]:
    stands = assess(model, positions, ideals, salience, strength)
    unread = jnp.zeros(strength.shape)
    return stands, play(model, positions, ideals, salience, strength, stands, unread)


def _compiled(function: Callable[..., Any], model: SpatialModel) -> Callable[..., Any]:
    def fixed(*args: Any) -> Any:
        return function(model, *args)

    return jax.jit(fixed)


@cache
def compiled_course(model: SpatialModel) -> Callable[..., Course]:
    """Return the program that runs one draw: of positions, salience, strength, accommodation or None, and uniform numbers by turn."""
    return _compiled(_course, model)


@cache
def compiled_turn(model: SpatialModel) -> Callable[..., tuple[Situation, Turn]]:
    """Return the program that works out one turn: of positions, ideals, salience and strength."""
    return _compiled(_turn, model)
