"""Relief: what a principal gains while peace lasts and loses if it attacks, such as the end of sanctions."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from holdfast.scenario._fields import Id
from holdfast.scenario.quantities import Nonnegative
from holdfast.scenario.terms._base import TermBase


class Relief(TermBase):
    """What peace grants a principal."""

    kind_of_term: ClassVar[str] = "relief"

    to: Id = Field(description="The principal that gains.")
    worth: Nonnegative = Field(
        description="What it is worth to it each year of peace, in shares of its stake."
    )

    @property
    def default_key(self) -> str:
        """The principal that gains."""
        return self.to
