"""The JSON Schema of the file, from the models, so that an editor completes and explains each key."""

from __future__ import annotations

from typing import Any, cast

from holdfast.scenario._fields import ID
from holdfast.scenario.bounds import Bounds
from holdfast.scenario.model import Scenario
from holdfast.scenario.quantities import FIELDS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NOTES: Schema = {
    "source": {
        "description": "Where the number comes from: the id of a source, several ids, or judgement.",
        "anyOf": [
            {"type": "string", "pattern": ID},
            {"type": "array", "items": {"type": "string", "pattern": ID}, "minItems": 1},
        ],
    },
    "because": {"description": "Why this number; expected where the source is judgement.", "type": "string"},
}


def json_schema() -> Schema:
    """Return the JSON Schema (2020-12) of the scenario file, with a description of every key.

    Examples
    --------
    >>> json_schema()["properties"]["holdfast"]["const"]
    1
    """
    schema = tidy(Scenario.model_json_schema())
    for field in FIELDS:
        schema["$defs"][field.name] = _quantity(field.bounds)
    return {"$schema": DIALECT, **schema}


def tidy(schema: Schema) -> Schema:
    """Return a model's schema with less in it: no titles, no null, no empty defaults."""
    return cast("Schema", _tidy(schema))


def _tidy(node: Any, key: str = "") -> Any:
    """Point quantities to their shared definitions, and leave out null, which only ``body`` may be."""
    if isinstance(node, list):
        return [_tidy(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    found = {name: _tidy(value, name) for name, value in cast("Schema", node).items()}
    if isinstance(found.get("quantity"), str):
        found["$ref"] = f"#/$defs/{found.pop('quantity')}"
    ways = found.get("anyOf")
    if isinstance(ways, list) and key != "body":
        kept = [way for way in cast("list[Schema]", ways) if way != {"type": "null"}]
        if len(kept) == 1:
            del found["anyOf"]
            found = {**kept[0], **found}
        else:
            found["anyOf"] = kept
    if found.get("default", 0) in (None, [], {}):
        del found["default"]
    if isinstance(found.get("title"), str):
        del found["title"]  # pydantic's "Break Cost" says no more than the key
    return found


def _number(bounds: Bounds) -> Schema:
    found: Schema = {"type": "number"}
    if bounds.low > float("-inf"):
        found["exclusiveMinimum" if bounds.low_open else "minimum"] = bounds.low
    if bounds.high < float("inf"):
        found["maximum"] = bounds.high
    return found


def _row(items: Schema, count: int, description: str) -> Schema:
    return {"description": description, "type": "array", "items": items, "minItems": count, "maxItems": count}


def _quantity(bounds: Bounds) -> Schema:
    """Make the definition of a quantity with these bounds: a number, or a mapping with one kind."""
    number = _number(bounds)
    kinds = _kinds(number, bounds)
    simple = {kind: kinds[kind] for kind in kinds if kind not in ("same_as", "alternatives")}
    weight = {
        "description": "Its weight beside the other alternatives.",
        "type": "number",
        "exclusiveMinimum": 0,
    }
    kinds["alternatives"]["items"] = _mapping(simple, {**_NOTES, "weight": weight}, ["weight"])
    return {
        "description": f"A number {bounds}, or a range: a mapping with one kind, and its source.",
        "anyOf": [number, _mapping(kinds, _NOTES, [])],
    }


def _mapping(kinds: Schema, notes: Schema, required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": {**kinds, **notes},
        "required": required,
        "oneOf": [{"required": [kind]} for kind in kinds],
        "additionalProperties": False,
    }


def _kinds(number: Schema, bounds: Bounds) -> dict[str, Schema]:
    chance = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
    outcome: Schema = {
        "type": "object",
        "properties": {
            "value": {"description": "The number.", **number},
            "probability": {"description": "Its probability; all sum to 1.", **chance},
        },
        "required": ["value", "probability"],
        "additionalProperties": False,
    }
    kinds: dict[str, Schema] = {
        "value": {"description": "The number, where it needs a source but no range.", **number},
        "between": _row(number, 2, "Low and high end of a 90 % interval."),
        "uniform": _row(number, 2, "Low and high; all between are equally likely."),
        "triangular": _row(number, 3, "Low, likeliest and high."),
        "pert": _row(number, 3, "Low, likeliest and high; smoother than triangular."),
        "normal": _row({"type": "number"}, 2, "Mean and standard deviation."),
        "beta": _row(
            {"type": "number", "exclusiveMinimum": 0}, 2, "The two parameters of a beta distribution."
        ),
        "choice": {
            "description": "One of several numbers, each with a probability.",
            "type": "array",
            "items": outcome,
            "minItems": 2,
        },
        "same_as": {"description": "The path of the number that this one equals.", "type": "string"},
        "alternatives": {
            "description": "Conflicting sources side by side, each with a weight.",
            "type": "array",
            "minItems": 2,
        },
    }
    if bounds.high != 1.0:
        del kinds["beta"]
    return kinds
