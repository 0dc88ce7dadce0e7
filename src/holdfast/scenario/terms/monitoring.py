"""Monitoring: who watches whom, how much of it they see, and how much they contain."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from holdfast.scenario._fields import IdList, Ids
from holdfast.scenario.quantities import Unit
from holdfast.scenario.terms._base import TermBase, joined


class Monitoring(TermBase):
    """Monitors raise the probability that an attack is attributed and contain incidents."""

    kind_of_term: ClassVar[str] = "monitoring"

    by: Ids = Field(description="Whose monitors: a party, a group, or a list.")
    watches: IdList = Field(description="The principals they watch.")
    coverage: Unit = Field(description="Share of the line that they watch.")
    access: Unit = Field(description="Share of the time that they get where they must be.")
    containment: Unit = Field(description="Share of the incidents that they keep from escalating.")

    @property
    def default_key(self) -> str:
        """The monitors, such as FRA+GBR."""
        return joined(self.by)
