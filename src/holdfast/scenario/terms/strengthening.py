"""A strengthening: a principal's forces grow over years."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from holdfast.scenario._fields import Id
from holdfast.scenario.quantities import Nonnegative, Years
from holdfast.scenario.terms._base import TermBase


class Strengthening(TermBase):
    """Forces that a principal gains, rising in a straight line from signature."""

    kind_of_term: ClassVar[str] = "strengthening"

    party: Id = Field(description="The principal that grows stronger.")
    add: Nonnegative = Field(description="What it gains in the end, in the unit of strength.")
    over_years: Years = Field(description="Years until it has gained it all.")

    @property
    def default_key(self) -> str:
        """The party."""
        return self.party
