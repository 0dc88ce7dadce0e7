"""The conflict file as pydantic models: every key of the file, with its type and what it means.

Rules that look at one field stand here; rules that look across the file stand in ``checks`` and ``build``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from holdfast.scenario.reading import Bounds, Date, Faults, Id, Ids, Model, Name, NumberField, Source, Text

ORDERS = ("order", "ranks", "statements", "pairs")
"""How a party's preferences can be written: exactly one of these."""

Rank = Annotated[float, NumberField(Bounds())]


def _taken(raw: Any) -> Any:
    """Read the options that are taken: a list, which may be empty."""
    items = cast("list[Any]", raw) if isinstance(raw, list) else None
    faults = Faults("taken")
    if items is None or not all(isinstance(item, str) for item in items):
        faults.add("must be a list of options. Write [] where none is taken.")
    for index, item in enumerate(items or []):
        if item in (items or [])[:index]:
            faults.add("stands in this list twice. Remove one.", index)
    faults.throw()
    return tuple(items or ())


Taken = Annotated[
    tuple[str, ...],
    BeforeValidator(_taken),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "uniqueItems": True}),
]


class Sourced(Model):
    """What says where it comes from."""

    source: Ids | None = Field(
        default=None, description="Where it comes from: an id from `sources`, several, or judgement."
    )
    because: Text | None = Field(
        default=None, description="The reason, in a sentence; required where the source is judgement."
    )


class Party(Sourced):
    """Who can move."""

    name: Name = Field(description="Full name, for tables and pages.")
    description: Text | None = Field(default=None, description="Who this is.")


class Option(Sourced):
    """Something that a party can do or leave undone."""

    by: Id = Field(description="The party whose option it is.")
    name: Name = Field(description="What it is to take it, in a few words.")
    can: Literal["both", "take", "drop"] = Field(
        default="both",
        description="Whether it can be taken and dropped again, only taken, or only dropped; "
        "the last two make moves that cannot be undone.",
    )


class Said(Sourced):
    """A statement over options."""

    says: Text = Field(
        description="Ids of options joined by not, and, or, if, iff and parentheses, such as `not a or b`."
    )


class PairSaid(Sourced):
    """A statement over states."""

    says: Text = Field(
        description="States, the better first, joined by > (better) or = (as good), such as `war > truce = talks`."
    )


class State(Sourced):
    """A state of the conflict."""

    name: Name | None = Field(default=None, description="What it is, in a few words.")
    taken: Taken | None = Field(
        default=None, description="With options: exactly these options are taken and no other."
    )
    where: Text | None = Field(
        default=None,
        description="With options, instead: a statement; all feasible combinations at which it is true are this one state.",
    )


class Arcs(Model):
    """The moves of a party where states are listed."""

    to: dict[Id, Ids] = Field(
        default_factory=dict[str, tuple[str, ...]],
        description="From each state, to which states the party can take the conflict by itself.",
    )
    both_ways: dict[Id, Ids] = Field(
        default_factory=dict[str, tuple[str, ...]],
        description="The same, where it can also go back.",
    )


def _tiers(raw: Any) -> Any:
    """Read an order of states: a list, of which an entry may be a list of states that are as good as each other."""
    items = cast("list[Any]", raw) if isinstance(raw, list) else []
    faults = Faults("order")
    if not items:
        faults.add(
            "must be a list of states, the best first. Put states that are as good in a list: [a, [b, c]]."
        )
    tiers: list[tuple[str, ...]] = []
    for index, item in enumerate(items):
        inner = cast("list[Any]", item) if isinstance(item, list) else [item]
        if not inner or not all(isinstance(state, str) for state in inner):
            faults.add('must be a state\'s id, in "quotes" if it is a number, or a list of ids.', index)
        tiers.append(tuple(str(state) for state in inner))
    faults.throw()
    return tuple(tiers)


_STATE = {"type": "string"}
Tiers = Annotated[
    tuple[tuple[str, ...], ...],
    BeforeValidator(_tiers),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [_STATE, {"type": "array", "items": _STATE, "minItems": 1}]},
        }
    ),
]


class Preference(Sourced):
    """How a party orders the states: exactly one of order, ranks, statements and pairs."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [kind]} for kind in ORDERS]})

    order: Tiers | None = Field(
        default=None, description="All states, the best first; states that are as good together in a list."
    )
    ranks: dict[Id, Rank] | None = Field(
        default=None, description="A number for each state, the higher the better; only the order counts."
    )
    statements: tuple[Said, ...] | None = Field(
        default=None,
        min_length=1,
        description="With options: what the party wants to be true, the most important first; "
        "each outweighs all that come after it together.",
    )
    pairs: tuple[PairSaid, ...] | None = Field(
        default=None,
        min_length=1,
        description="What is better than what, which must settle the whole order and not go in a circle.",
    )


class ConflictFile(Model):
    """A conflict: who can do what, and who prefers what."""

    holdfast: Literal[1] = Field(description="The version of the file's form: 1.")
    title: Name = Field(description="What the conflict is.")
    as_of: Date = Field(description="The day whose situation this describes.")
    description: Text | None = Field(default=None, description="What a reader should know of it.")
    sources: dict[Id, Source] = Field(
        default_factory=dict[str, Source], description="Where it comes from, by id."
    )
    parties: dict[Id, Party] = Field(description="Who can move, by id; two or more.", min_length=1)
    options: dict[Id, Option] = Field(
        default_factory=dict[str, Option],
        description="What each party can do, by id; states are then combinations of these. At most 16.",
    )
    infeasible: tuple[Said, ...] = Field(
        default=(), description="With options: statements; where one is true, the combination cannot be."
    )
    states: dict[Id, State] = Field(
        default_factory=dict[str, State],
        description="States by id. Without options all of them; with options those that are to have a name. "
        "Other feasible combinations are called s1, s2 and so on.",
    )
    moves: dict[Id, Arcs] = Field(
        default_factory=dict[str, Arcs],
        description="Without options: the moves of each party; a party that is not named has none.",
    )
    preferences: dict[Id, Preference] = Field(description="How each party orders the states.")
    status_quo: Id | None = Field(default=None, description="The state that the conflict is in.")
