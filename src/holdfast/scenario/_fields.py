"""The types of the fields that are no quantities: text, ids, lists of ids, dates, switches and plain numbers."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from holdfast.scenario._faults import Faults, number_fault
from holdfast.scenario.bounds import Bounds

ID = r"^\w[\w-]*$"
MOST_CORRELATED = 200
MOST_OF_ID = 80
_ID = re.compile(rf"\w[\w-]{{0,{MOST_OF_ID - 1}}}\Z")


class Model(BaseModel):
    """What all parts of the file share: no unknown keys, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _fault(title: str, message: str) -> None:
    """Raise the one thing that is wrong with a field."""
    faults = Faults(title)
    faults.add(message)
    faults.throw()


def _text(raw: Any) -> str:
    if isinstance(raw, str) and raw.strip():
        fault = unseen_fault(raw)
        if fault is not None:
            _fault("text", fault)
        return raw
    if raw is None or isinstance(raw, str):
        _fault("text", 'has no text. Write some, in "quotes".')
    if isinstance(raw, dict):
        _fault("text", 'must be text. If the text has a colon in it, write it in "quotes".')
    if isinstance(raw, list):
        _fault("text", 'must be text. If the text begins with a bracket, write it in "quotes".')
    word = "true" if raw is True else "false" if raw is False else f"{raw!s:.60}"
    _fault("text", f'must be text. Write it in "quotes": "{word}".')
    return ""


def _name(raw: Any) -> str:
    text = _text(raw).strip()  # what YAML folds over several lines ends with a line break
    fault = name_fault(text)
    if fault is not None:
        _fault("name", fault)
    return text


def name_fault(text: str) -> str | None:
    """Say that a name does not stand on one line, or what `unseen_fault` says; None if it can be one."""
    if any(c in text for c in "\n\t"):
        return "has a line break or a tab in it, and stands in tables. Write it on one line."
    return unseen_fault(text)


_SEEN_OR_NEEDED = frozenset("\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
"""Format characters that are part of words (joiners of Persian, of India's scripts and of emojis) or are seen (Arabic and Syriac signs)."""


def unseen_fault(text: str) -> str | None:
    """Say that a text holds what a terminal would act on, or what nobody sees and may change how the rest reads; None if not.

    Examples
    --------
    >>> unseen_fault("A" + chr(0x202E) + "B")
    'holds U+202E, which is not seen but can change how the rest reads. Take it out.'
    >>> unseen_fault("line" + chr(10) + "line")
    """
    for c in text:
        kind = unicodedata.category(c)
        if kind == "Cc" and c not in "\n\t":
            return "holds control characters, which a terminal would act on. Take them out."
        if kind in ("Cf", "Zl", "Zp") and c not in _SEEN_OR_NEEDED:
            return f"holds U+{ord(c):04X}, which is not seen but can change how the rest reads. Take it out."
    return None


def id_fault(raw: Any) -> str | None:
    """Say why this is no id; None if it is one.

    Examples
    --------
    >>> id_fault("p5"), id_fault("a b")
    (None, 'must be an id: letters, digits, - and _ only. Write a_b.')
    >>> id_fault("x" * 120)
    'has 120 characters; an id has at most 80. Write a shorter one.'
    """
    if isinstance(raw, str):
        if _ID.match(raw):
            return None
        if len(raw) > MOST_OF_ID and re.fullmatch(r"\w[\w-]*", raw):
            return f"has {len(raw):,} characters; an id has at most {MOST_OF_ID}. Write a shorter one."
        better = re.sub(r"[^\w-]+", "_", raw[:60]).strip("_-")
        hint = f" Write {better}." if better else ""
        return f"must be an id: letters, digits, - and _ only.{hint}"
    if isinstance(raw, bool | int | float):
        return f'must be an id; write it in "quotes": "{str(raw)[:60]}".'
    if raw is None:
        return "has no value. Write an id."
    return "must be an id: one word of letters, digits, - and _."


def _id(raw: Any) -> Any:
    fault = id_fault(raw)
    if fault:
        _fault("id", fault)
    return raw


def read_ids(raw: Any) -> Any:
    """Read one id or a list of ids."""
    items = cast("list[Any]", raw) if isinstance(raw, list) else [raw]
    faults = Faults("ids")
    if not items:
        faults.add("is empty. Name at least one.")
    for index, item in enumerate(items):
        fault = id_fault(item)
        if fault:
            faults.add(fault, *((index,) if isinstance(raw, list) else ()))
        elif item in items[:index]:
            faults.add("stands in this list twice. Remove one.", index)
    faults.throw()
    return tuple(items)


def _listed_ids(raw: Any) -> Any:
    if not isinstance(raw, list):
        _fault(
            "ids",
            f"must be a list of ids. Write [{raw}]." if isinstance(raw, str) else "must be a list of ids.",
        )
    return read_ids(raw)


def _flag(raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else raw
    better = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
    _fault("flag", f"must be true or false. Write {better.get(str(word), 'true or false')}.")
    return raw


def _date(raw: Any) -> Any:
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        try:
            return dt.date.fromisoformat(raw)
        except ValueError:
            _fault("date", "is no day of the calendar. Write year-month-day, such as 2025-09-04.")
    if isinstance(raw, dt.date):
        return raw
    _fault("date", "must be a date. Write year-month-day, such as 2025-09-04.")
    return raw


Text = Annotated[str, BeforeValidator(_text)]
Name = Annotated[str, BeforeValidator(_name)]
"""Text on one line."""
Id = Annotated[str, BeforeValidator(_id)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Date = Annotated[dt.date, BeforeValidator(_date)]


@dataclass(frozen=True, slots=True)
class IdsField:
    """Tells pydantic how to read ids: a list, or also a single one."""

    single: bool

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(read_ids if self.single else _listed_ids)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        word = {"type": "string", "pattern": ID}
        many = {"type": "array", "items": word, "minItems": 1, "uniqueItems": True}
        return {"anyOf": [word, many]} if self.single else many


Ids = Annotated[tuple[str, ...], IdsField(single=True)]
IdList = Annotated[tuple[str, ...], IdsField(single=False)]


@dataclass(frozen=True, slots=True)
class NumberField:
    """Tells pydantic how to read a plain number that takes no range."""

    bounds: Bounds

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(raw: Any) -> float:
            fault = number_fault(raw, self.bounds, ranges=False)
            if fault is not None:
                mapping = "must be a plain number; a range is not possible here. Write one number."
                _fault("number", mapping if isinstance(raw, dict) else fault)
            return float(cast("float", raw))

        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        low = "exclusiveMinimum" if self.bounds.low_open else "minimum"
        found: dict[str, Any] = {"type": "number"}
        if self.bounds.low > float("-inf"):
            found[low] = self.bounds.low
        if self.bounds.high < float("inf"):
            found["maximum"] = self.bounds.high
        return found


Share = Annotated[float, NumberField(Bounds(0.0, 1.0))]
WholeWeight = Annotated[float, NumberField(Bounds(0.0))]
Horizon = Annotated[float, NumberField(Bounds(10.0, 200.0))]
Correlated = Annotated[float, NumberField(Bounds(-0.999, 0.999))]


def _paths(raw: Any) -> Any:
    items = cast("list[Any]", raw) if isinstance(raw, list) else []
    if len(items) < 2:
        _fault(
            "paths", "must be a list of two or more paths. Write [parties.A.strength, parties.B.strength]."
        )
    if len(items) > MOST_CORRELATED:
        _fault("paths", f"names {len(items):,} paths; at most {MOST_CORRELATED} can be correlated together.")
    faults = Faults("paths")
    for index, item in enumerate(items):
        if not (isinstance(item, str) and item.strip()):
            faults.add("must be the path of a number, such as parties.A.strength.", index)
        elif item in items[:index]:
            faults.add("stands in this list twice. Remove one.", index)
    faults.throw()
    return tuple(items)


@dataclass(frozen=True, slots=True)
class PathsField:
    """Tells pydantic how to read two or more paths."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_paths)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": True}


Paths = Annotated[tuple[str, ...], PathsField()]
