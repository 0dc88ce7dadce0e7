"""A pledge: military force, arms or sanctions for a party that is attacked."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from holdfast.scenario._fields import Id, Ids, Model
from holdfast.scenario.quantities import Nonnegative, Positive, Quantity
from holdfast.scenario.terms._base import StrengthField, TermBase

PledgeField = Literal["stake", "cost", "break_cost", "noise"]


class Override(Model):
    """Fields of a pledge that differ for one member of the group that gives it."""

    strength: Positive | None = Field(
        default=None, description="This member's own strength in the pledge, in the unit of strength."
    )
    stake: Nonnegative | None = Field(
        default=None, description="This member's stake in the beneficiary prevailing."
    )
    cost: Nonnegative | None = Field(default=None, description="This member's cost of honouring the pledge.")
    break_cost: Nonnegative | None = Field(
        default=None, description="This member's cost of breaking the pledge."
    )
    noise: Positive | None = Field(default=None, description="Spread of this member's private costs.")
    body: Id | None = Field(
        default=None, description="The body that decides for this member; null: it decides alone."
    )


class Pledge(TermBase):
    """A promise to a principal, should the other principal attack it."""

    kind_of_term: ClassVar[str] = "pledge"

    id: Id = Field(description="Names the pledge in paths and results.")  # pyright: ignore[reportGeneralTypeIssues,reportIncompatibleVariableOverride]
    by: Ids = Field(description="Who gives it: a party, a group, or a list; every member decides for itself.")
    to: Id = Field(description="The principal it protects.")
    against: Id = Field(description="The principal whose attack it answers.")
    kind: Literal["force", "arms", "sanctions"] = Field(
        description="force and arms help the victim win; sanctions cost the attacker as long as the war lasts."
    )
    strength: StrengthField = Field(
        description=(
            "What honouring adds: {each: ...}, {share: ...} of a member's own strength or {total: ...}; a number "
            "alone if one party gives it. For sanctions: stakes of the attacker a year, added to its war cost."
        )
    )
    stake: Nonnegative = Field(
        description="What the beneficiary's winning rather than losing is worth to the guarantor."
    )
    cost: Nonnegative = Field(description="What honouring costs the guarantor, in the unit of its stake.")
    break_cost: Nonnegative = Field(description="What breaking the promise costs it, in the same unit.")
    noise: Positive = Field(description="Spread of the guarantor's private costs, in the same unit.")
    body: Id | None = Field(
        default=None, description="The body that must decide first; null: it falls due by itself."
    )
    overrides: dict[Id, Override] = Field(
        default_factory=dict[str, Override], description="Fields that differ for a member, by party."
    )

    def field(self, member: str, name: PledgeField) -> Quantity:
        """Return the member's own value of a field: its override, or the pledge's."""
        override = self.overrides.get(member)
        own: Quantity | None = getattr(override, name) if override is not None else None
        shared: Quantity = getattr(self, name)
        return shared if own is None else own

    def body_of(self, member: str) -> str | None:
        """Return the body that decides for this member, or None where its pledge falls due by itself."""
        override = self.overrides.get(member)
        if override is not None and "body" in override.model_fields_set:
            return override.body
        return self.body
