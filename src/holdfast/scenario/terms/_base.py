"""What every kind of term has, and how a group's members and strengths are written."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from holdfast.scenario._faults import Faults, unknown_key
from holdfast.scenario._fields import Id, Model, Text
from holdfast.scenario._parse import KINDS, NOTES
from holdfast.scenario.quantities import Nonnegative, Positive, Quantity

SHARINGS = ("each", "share", "total")


class TermBase(Model):
    """Fields that every term may have."""

    kind_of_term: ClassVar[str]

    id: Id | None = Field(
        default=None, description="Names the term in paths and results; needed where two would clash."
    )
    description: Text | None = Field(default=None, description="What is promised, for the report.")
    upkeep: dict[Id, Nonnegative] = Field(
        default_factory=dict[str, Quantity],
        description="What the term costs a principal each year of peace, in shares of its own stake.",
    )

    @property
    def default_key(self) -> str:
        """The key of a term without an id."""
        return self.kind_of_term

    @property
    def key(self) -> str:
        """What paths call this term: its id, or whom it concerns."""
        return self.id or self.default_key


def joined(ids: tuple[str, ...]) -> str:
    """Ids in order, for the key of a term by several parties.

    Examples
    --------
    >>> joined(("GBR", "FRA"))
    'FRA+GBR'
    """
    return "+".join(sorted(ids))


class Strength(Model):
    """How strong a pledge or deployment is, in the unit of the parties' strengths: exactly one of these."""

    each: Positive | None = Field(
        default=None, description="What every member adds, in the unit of strength."
    )
    share: Positive | None = Field(
        default=None, description="What every member adds, as a share of its own strength."
    )
    total: Positive | None = Field(
        default=None, description="What all members add together, split by their own strengths."
    )
    plain: Positive | None = Field(
        default=None, description="What a single party adds, in the unit of strength."
    )

    @property
    def kind(self) -> Literal["each", "share", "total", "plain"]:
        """Which of the four is given."""
        return next(name for name in ("each", "share", "total", "plain") if getattr(self, name) is not None)

    @property
    def quantity(self) -> Quantity:
        """The quantity that is given."""
        quantity: Quantity = getattr(self, self.kind)
        return quantity


def _strength(raw: Any) -> Any:
    if isinstance(raw, Strength):
        return raw
    mapping = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
    found = [key for key in SHARINGS if key in mapping]
    if not found:
        near = [key for key in mapping if key not in KINDS and key not in NOTES]
        if near and not any(key in KINDS for key in mapping):
            faults = Faults("strength")
            for key in near:
                faults.add(unknown_key(key, mapping[key], (*SHARINGS, *KINDS)), key, about="key")
            faults.throw()
        return {"plain": cast("Any", raw)}
    if len(found) > 1 or len(mapping) > 1:
        faults = Faults("strength")
        faults.add("must have one of each, share and total, and nothing beside it.")
        faults.throw()
    return mapping


class _StrengthSchema:
    """The JSON Schema of a strength: the plain form is a quantity itself."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(source)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        ways = [
            {
                "type": "object",
                "properties": {
                    way: {"quantity": "above_0", "description": Strength.model_fields[way].description}
                },
                "required": [way],
                "additionalProperties": False,
            }
            for way in SHARINGS
        ]
        return {"anyOf": [*ways, {"quantity": "above_0"}]}


StrengthField = Annotated[Strength, BeforeValidator(_strength), _StrengthSchema()]
