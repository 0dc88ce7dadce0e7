"""Reads a quantity as it stands in the file, and says all that is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from holdfast.scenario._faults import Faults, decimal_commas, number_fault, unknown_key
from holdfast.scenario.bounds import Bounds
from holdfast.scenario.distributions import (
    TAIL,
    Beta,
    Between,
    Choice,
    Distribution,
    Normal,
    Plain,
    Triangular,
    Uniform,
    pert,
)

JUDGEMENT = "judgement"
NOTES = ("source", "because")
ANY = Bounds()
ABOVE_ZERO = Bounds(0.0, low_open=True)

Loc = tuple[str | int, ...]


@dataclass(slots=True)
class Parsed:
    """A quantity read, before it knows its place."""

    kind: str
    distribution: Distribution
    source: tuple[str, ...] = ()
    because: str | None = None
    same_as: str | None = None
    alternatives: list[tuple[Parsed, float]] = field(default_factory=list[tuple["Parsed", float]])


@dataclass(slots=True)
class _Reader:
    """Reads one quantity; what is wrong goes into ``faults``."""

    bounds: Bounds
    faults: Faults

    def read(self, raw: Any, loc: Loc, *, nested: bool = False, extra: tuple[str, ...] = ()) -> Parsed:
        """Read a number or a mapping with exactly one kind."""
        if not isinstance(raw, dict):
            return Parsed("plain", Plain(self.number(raw, self.bounds, loc)))
        mapping = cast("dict[str, Any]", raw)
        kinds = [
            kind for kind in KINDS if kind in mapping and not (nested and kind in ("alternatives", "same_as"))
        ]
        allowed = (*KINDS, *NOTES, *extra)
        for key in mapping:
            if nested and key in ("alternatives", "same_as"):
                self.faults.add(
                    "cannot stand inside alternatives. Give numbers here.", *loc, key, about="key"
                )
            elif key not in allowed:
                self.faults.add(unknown_key(key, mapping[key], allowed), *loc, key, about="key")
        source, because = self.source(mapping, loc), self.because(mapping, loc)
        if len(kinds) != 1:
            if kinds:
                message = (
                    f"has {' and '.join(kinds)}; keep one of them. For conflicting sources use alternatives."
                )
                self.faults.add(message, *loc)
            elif all(key in allowed for key in mapping):
                self.faults.add("has no number. Write one of " + ", ".join(KINDS) + ".", *loc)
            return Parsed("plain", Plain(math.nan))
        kind = kinds[0]
        parsed = KINDS[kind](self, mapping[kind], (*loc, kind))
        parsed.source, parsed.because = source, because
        return parsed

    def number(self, raw: Any, bounds: Bounds, loc: Loc) -> float:
        """Read one number within the bounds; NaN, with a fault, if it is none."""
        fault = number_fault(raw, bounds)
        if fault is None:
            return float(raw) + 0.0
        self.faults.add(fault, *loc)
        return math.nan

    def numbers(self, raw: Any, names: str, loc: Loc, bounds: Bounds) -> list[float] | None:
        """Read a list of as many numbers as there are names; None, with faults, if it is not one."""
        count = len(names.split(", "))
        if not isinstance(raw, list) or len(cast("list[Any]", raw)) != count:
            hint = decimal_commas(raw, count)
            self.faults.add(f"must be a list of {count} numbers: [{names}].{hint}", *loc)
            return None
        values = [self.number(item, bounds, (*loc, i)) for i, item in enumerate(cast("list[Any]", raw))]
        return None if any(math.isnan(value) for value in values) else values

    def points(self, raw: Any, names: str, loc: Loc) -> list[float] | None:
        """Read a list of ascending points within the field's bounds, first and last apart."""
        values = self.numbers(raw, names, loc, self.bounds)
        if values is None:
            return None
        shown = ", ".join(f"{value:g}" for value in sorted(values))
        if values != sorted(values):
            self.faults.add(f"must ascend. Write [{shown}].", *loc)
            return None
        if values[0] == values[-1]:
            self.faults.add(f"is no range: the ends are equal. Write the number alone: {values[0]:g}.", *loc)
            return None
        return values

    def source(self, mapping: dict[str, Any], loc: Loc) -> tuple[str, ...]:
        """Read ``source``: an id or a list of ids."""
        if "source" not in mapping:
            return ()
        raw = mapping["source"]
        ids = cast("list[Any]", raw) if isinstance(raw, list) else [raw]
        if not ids or not all(isinstance(item, str) and item for item in ids):
            message = f"must be the id of a source, a list of ids, or {JUDGEMENT}. Define the source under sources:."
            self.faults.add(message, *loc, "source")
            return ()
        return tuple(cast("list[str]", ids))

    def because(self, mapping: dict[str, Any], loc: Loc) -> str | None:
        """Read ``because``: text."""
        text = mapping.get("because")
        if "because" in mapping and not (isinstance(text, str) and text.strip()):
            self.faults.add('must be text: the reason for this number, in "quotes".', *loc, "because")
            return None
        return text

    def checked(self, kind: str, distribution: Distribution, loc: Loc) -> Parsed:
        """Refuse what no draw could use: a tail that overflows or leaves the bounds."""
        with np.errstate(all="ignore"):
            ends = distribution.ppf(np.array([TAIL, 0.5, 1.0 - TAIL]))
        if not all(number_fault(float(end), self.bounds) is None for end in ends):
            self.faults.add(
                f"is so wide that some draws leave the range allowed ({self.bounds}). Narrow it.", *loc
            )
        return Parsed(kind, distribution)


def _nothing(kind: str) -> Parsed:
    return Parsed(kind, Plain(math.nan))


def _value(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    return Parsed("plain", Plain(reader.number(raw, reader.bounds, loc)))


def _between(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    values = reader.points(raw, "low, high", loc)
    if values is None:
        return _nothing("between")
    low, high = values
    if low <= reader.bounds.low or high >= reader.bounds.high:
        edge = f"{low if low <= reader.bounds.low else high:g}"
        message = f"is a 90 % interval, of which 5 % lie beyond each end, so that neither end can be {edge}. "
        if reader.bounds.low_open or math.isinf(reader.bounds.high):
            message += f"Write an end short of {edge}, such as {low + 0.1 * (high - low):.3g}."
        else:
            message += f"Write uniform: [{low:g}, {high:g}], or an end short of {edge}."
        reader.faults.add(message, *loc)
        return _nothing("between")
    return reader.checked("between", Between(low, high, reader.bounds), loc)


def _uniform(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    values = reader.points(raw, "low, high", loc)
    return reader.checked("uniform", Uniform(*values), loc) if values else _nothing("uniform")


def _triangular(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    values = reader.points(raw, "low, likeliest, high", loc)
    return reader.checked("triangular", Triangular(*values), loc) if values else _nothing("triangular")


def _pert(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    values = reader.points(raw, "low, likeliest, high", loc)
    return reader.checked("pert", pert(*values), loc) if values else _nothing("pert")


def _normal(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    values = reader.numbers(raw, "mean, sd", loc, ANY)
    if values is None:
        return _nothing("normal")
    fault = number_fault(values[1], ABOVE_ZERO)
    if fault:
        reader.faults.add(f"the standard deviation {fault}", *loc, 1)
        return _nothing("normal")
    normal = Normal(values[0], values[1], reader.bounds)
    outside = normal.outside
    if outside > 1e-6:
        message = (
            f"has {outside:.2g} of its weight outside what is allowed ({reader.bounds}); at most 1e-06 may be. "
            "Narrow it, or use between, which keeps to the range."
        )
        reader.faults.add(message, *loc)
        return _nothing("normal")
    return reader.checked("normal", normal, loc)


def _beta(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    if reader.bounds.high != 1.0:
        reader.faults.add(
            "fits only numbers from 0 to 1. Use between, triangular or pert.", *loc, about="key"
        )
        return _nothing("beta")
    values = reader.numbers(raw, "a, b", loc, ABOVE_ZERO)
    return reader.checked("beta", Beta(*values), loc) if values else _nothing("beta")


def _entries(reader: _Reader, raw: Any, loc: Loc, example: str) -> list[tuple[int, dict[str, Any]]] | None:
    items = cast("list[Any]", raw) if isinstance(raw, list) else []
    if len(items) < 2 or not all(isinstance(item, dict) for item in items):
        reader.faults.add(f"must be a list of two or more entries, each {example}.", *loc)
        return None
    return list(enumerate(cast("list[dict[str, Any]]", items)))


def _weight(reader: _Reader, entry: dict[str, Any], name: str, bounds: Bounds, loc: Loc) -> float:
    if name not in entry:
        reader.faults.add(f"is missing. Write {name}: followed by a number.", *loc, name, about="missing")
        return math.nan
    return reader.number(entry[name], bounds, (*loc, name))


def _choice(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    entries = _entries(reader, raw, loc, "{value: a number, probability: a number}")
    if entries is None:
        return _nothing("choice")
    chances: dict[float, float] = {}
    for i, entry in entries:
        for key in entry:
            if key not in ("value", "probability"):
                message = unknown_key(key, entry[key], ("value", "probability"))
                reader.faults.add(message, *loc, i, key, about="key")
        value = _weight(reader, entry, "value", reader.bounds, (*loc, i))
        chance = _weight(reader, entry, "probability", Bounds(0.0, 1.0, low_open=True), (*loc, i))
        if value in chances and not math.isnan(value):
            reader.faults.add("stands here twice. Add the two probabilities up.", *loc, i, "value")
        chances[value] = chance
    total = sum(chances.values())
    if math.isfinite(total) and abs(total - 1.0) > 1e-6:
        reader.faults.add(
            f"has probabilities that sum to {total:g}; they must sum to 1. Change them, or divide each by {total:g}.",
            *loc,
        )
    values = sorted(chances)
    return Parsed("choice", Choice(tuple(values), tuple(chances[value] for value in values)))


def _same_as(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    if not (isinstance(raw, str) and raw.strip()):
        reader.faults.add("must be the path of another number, such as parties.A.strength.", *loc)
        return _nothing("same_as")
    return Parsed("same_as", Plain(math.nan), same_as=raw)


def _alternatives(reader: _Reader, raw: Any, loc: Loc) -> Parsed:
    entries = _entries(reader, raw, loc, "a quantity with a weight")
    parsed = _nothing("alternatives")
    for i, entry in entries or []:
        weight = _weight(reader, entry, "weight", ABOVE_ZERO, (*loc, i))
        parsed.alternatives.append((reader.read(entry, (*loc, i), nested=True, extra=("weight",)), weight))
    return parsed


KINDS: dict[str, Callable[[_Reader, Any, Loc], Parsed]] = {
    "value": _value,
    "between": _between,
    "uniform": _uniform,
    "triangular": _triangular,
    "pert": _pert,
    "normal": _normal,
    "beta": _beta,
    "choice": _choice,
    "same_as": _same_as,
    "alternatives": _alternatives,
}


def parse_quantity(raw: Any, bounds: Bounds) -> Parsed:
    """Read a quantity with these bounds.

    Raises
    ------
    pydantic.ValidationError
        With every fault in it, each at its place.
    """
    faults = Faults("quantity")
    parsed = _Reader(bounds, faults).read(raw, ())
    faults.throw()
    return parsed
