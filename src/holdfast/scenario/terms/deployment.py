"""A deployment: a guarantor's troops in the country or near its border."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from holdfast.scenario._fields import Id, Ids
from holdfast.scenario.quantities import Nonnegative, Unit
from holdfast.scenario.terms._base import StrengthField, TermBase, joined


class Deployment(TermBase):
    """Troops that stand where an attack would meet them, or where they can come quickly."""

    kind_of_term: ClassVar[str] = "deployment"

    by: Ids = Field(description="Whose troops: a party, a group, or a list.")
    to: Id = Field(description="The principal they protect.")
    against: Id = Field(description="The principal whose attack they await.")
    place: Literal["in-country", "near-border"] = Field(
        description="in-country troops are engaged at once; near-border troops make honouring a pledge cheaper."
    )
    strength: StrengthField | None = Field(
        default=None, description="As of a pledge; counted in-country only, where it is required."
    )
    tripwire: Nonnegative | None = Field(
        default=None, description="In-country only: adds to the guarantor's cost of breaking its pledges."
    )
    readiness: Unit | None = Field(
        default=None, description="Near-border only: lowers the guarantor's cost of honouring by this share."
    )

    @property
    def default_key(self) -> str:
        """Place and guarantors, such as in-country.FRA+GBR."""
        return f"{self.place}.{joined(self.by)}"
