"""The types of a decision rule's fields: words or ids, quotas and weights."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from holdfast.scenario._faults import Faults, number_fault
from holdfast.scenario._fields import ID, id_fault, read_ids
from holdfast.scenario.bounds import Bounds

POSITIVE = Bounds(0.0, low_open=True)
_RATIO = re.compile(r"[0-9]{1,12}/0*[1-9][0-9]{0,11}\Z", re.ASCII)


class QuotaShare(NamedTuple):
    """A quota as a share of the whole weight, such as 0.65 or "2/3": at least so much of it, or more than that where `above`."""

    share: float | str
    above: bool


def _fault(title: str, message: str, *loc: str) -> None:
    faults = Faults(title)
    faults.add(message, *loc)
    faults.throw()


@dataclass(frozen=True, slots=True)
class WordField:
    """Tells pydantic how to read one of some words, or else a list of ids."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        words = " or ".join(self.words)

        def read(raw: Any) -> Any:
            if isinstance(raw, str) and raw in self.words:
                return raw
            if not isinstance(raw, list):
                hint = f" Write [{raw}]." if isinstance(raw, str) and id_fault(raw) is None else ""
                _fault("members", f"must be {words}, or a list of members.{hint}")
            return read_ids(raw)

        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        ids = {
            "type": "array",
            "items": {"type": "string", "pattern": ID},
            "minItems": 1,
            "uniqueItems": True,
        }
        return {"anyOf": [{"type": "string", "enum": list(self.words)}, ids]}


def _quota(raw: Any) -> float | str | QuotaShare:
    if raw == "all":
        return "all"
    if isinstance(raw, dict):
        given = cast("dict[Any, Any]", raw)
        if len(given) != 1 or not (set(given) & {"share", "above"}):
            _fault("quota", "must have one of share and above. Write {share: 0.65} or {above: 0.5}.")
        ((kind, raw_share),) = given.items()
        share = ratio(raw_share)
        value = raw_share if share is None else float(Fraction(share))
        fault = number_fault(value, Bounds(0.0, 1.0), ranges=False)
        if fault is None and kind == "share" and value == 0:
            fault = "must be above 0: nobody's yes would be needed. Write a share such as 0.65."
        if fault is None and kind == "above" and value == 1:
            fault = "must be below 1: nothing is more than the whole weight. Write quota: all."
        if fault is not None:
            _fault("quota", f'{fault} A share is one number or a ratio: 0.65, "2/3".', kind)
        return QuotaShare(share or float(value), kind == "above")
    if (written := ratio(raw)) is not None:
        return written
    fault = number_fault(raw, POSITIVE)
    if fault is not None:
        way = "all, a number above 0: the weight of yes votes needed, or a share of the whole such as {share: 0.65}."
        _fault("quota", f"must be {way}")
    return float(cast("float", raw))


def ratio(raw: Any) -> str | None:
    """Return a ratio of whole numbers above 0 as it is written, such as "2/3"; None if it is none."""
    text = raw.strip() if isinstance(raw, str) else ""
    return text if _RATIO.match(text) and Fraction(text) > 0 else None


def _weight(raw: Any) -> float | str:
    if (written := ratio(raw)) is not None:
        return written
    fault = number_fault(raw, POSITIVE)
    if fault is not None:
        small = (
            "must be above 0. "
            if isinstance(raw, int | float) and not isinstance(raw, bool) and raw <= 0
            else ""
        )
        finite = "must be a finite number. " if isinstance(raw, float) and raw != raw else ""  # noqa: PLR0124 - NaN
        _fault(
            "weight",
            small or finite or "must be a number above 0, or a ratio in quotes. " + 'Write 3, 0.5 or "1/3".',
        )
    return float(cast("float", raw))


def _count(raw: Any) -> int:
    fault = number_fault(raw, Bounds(1.0, 1000.0), ranges=False)
    if fault is None and float(cast("float", raw)) != int(cast("float", raw)):
        fault = "must be a whole number."
    if fault is not None:
        _fault("count", fault)
    return int(cast("int", raw))


@dataclass(frozen=True, slots=True)
class ReadField:
    """Tells pydantic to read a field with a function, and what its JSON Schema is."""

    read: Any
    json: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return _SCHEMAS[self.json]


_ABOVE_0 = {
    "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": "^[0-9]+/[0-9]+$"}]
}
_SHARE = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": "^[0-9]+/[0-9]+$"},
    ]
}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "quota": {
        "anyOf": [
            {"type": "string", "enum": ["all"]},
            *_ABOVE_0["anyOf"],
            {
                "type": "object",
                "properties": {
                    "share": {**_SHARE, "description": "At least this share of the whole weight."},
                    "above": {**_SHARE, "description": "More than this share of the whole weight."},
                },
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
            },
        ]
    },
    "weight": _ABOVE_0,
    "count": {"type": "integer", "minimum": 1},
}

Quota = Annotated[float | str | QuotaShare, ReadField(_quota, "quota")]
Weight = Annotated[float | str, ReadField(_weight, "weight")]
Count = Annotated[int, ReadField(_count, "count")]
Veto = Annotated[Literal["all"] | tuple[str, ...], WordField(("all",))]
Recusal = Annotated[
    Literal["attacker", "principals"] | tuple[str, ...], WordField(("attacker", "principals"))
]
