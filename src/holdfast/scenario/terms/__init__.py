"""Terms of a proposal: one file and one class a kind.

A term stands in the file as a mapping with one key, its kind. To add a kind: write its class, and name it in
``TermEntry`` and ``Term`` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from holdfast.scenario._faults import Faults
from holdfast.scenario._fields import Model
from holdfast.scenario.terms._base import Strength, TermBase
from holdfast.scenario.terms.deployment import Deployment
from holdfast.scenario.terms.monitoring import Monitoring
from holdfast.scenario.terms.pledge import Override, Pledge
from holdfast.scenario.terms.relief import Relief
from holdfast.scenario.terms.strengthening import Strengthening

__all__ = [
    "KINDS",
    "Deployment",
    "Monitoring",
    "Override",
    "Pledge",
    "Relief",
    "Strength",
    "Strengthening",
    "Term",
    "TermBase",
    "TermField",
]

Term = Pledge | Deployment | Strengthening | Monitoring | Relief


class TermEntry(Model):
    """A term as it stands in the file: one key, its kind."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    pledge: Pledge | None = Field(
        default=None, description="Force, arms or sanctions, should a principal be attacked."
    )
    deployment: Deployment | None = Field(
        default=None, description="Troops in the country or near its border."
    )
    strengthening: Strengthening | None = Field(
        default=None, description="A principal's forces grow over years."
    )
    monitoring: Monitoring | None = Field(
        default=None, description="Monitors watch principals and contain incidents."
    )
    relief: Relief | None = Field(
        default=None, description="What peace grants a principal, such as the end of sanctions."
    )


KINDS: dict[str, type[TermBase]] = {
    kind.kind_of_term: kind for kind in (Pledge, Deployment, Strengthening, Monitoring, Relief)
}


def _only(entry: TermEntry) -> Term:
    given = [getattr(entry, name) for name in entry.model_fields_set if getattr(entry, name) is not None]
    if len(given) != 1:
        faults = Faults("term")
        faults.add(f"must have one key, its kind: {', '.join(KINDS)}. Begin each term with its own dash.")
        faults.throw()
    return given[0]


@dataclass(frozen=True, slots=True)
class TermField:
    """Tells pydantic that a term is read from its one-key mapping."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_only, handler.generate_schema(TermEntry))


TermInFile = Annotated[Term, TermField()]
