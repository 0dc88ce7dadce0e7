"""Which keys the file's form knows at a place, for suggestions in errors."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import BaseModel

from holdfast.scenario._faults import Loc
from holdfast.scenario.terms import TermEntry, TermField


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Names of the keys that the model knows at a place of the file; empty where keys are free.

    Parameters
    ----------
    model
        Of the whole file.
    loc
        Keys and indices that lead to the place.

    Examples
    --------
    >>> from holdfast.scenario.model import Scenario
    >>> keys_at(Scenario, ("war", "settling"))
    ['excess', 'years']
    >>> keys_at(Scenario, ("proposals", "any", "terms", 0, "relief"))
    ['id', 'description', 'upkeep', 'to', 'worth']
    """
    here = _model_at(model, loc)
    return list(here.model_fields) if here is not None else []


def description_at(model: type[BaseModel], loc: Loc) -> str:
    """Say what belongs at a place of the file, the first sentence of its schema; nothing where that says nothing.

    Examples
    --------
    >>> from holdfast.scenario.model import Scenario
    >>> description_at(Scenario, ("war", "years"))
    'How long a war lasts on average, in years (1.5 to 5)'
    """
    here = _model_at(model, loc[:-1])
    field = here.model_fields.get(str(loc[-1])) if here is not None and loc else None
    told = (field.description or "") if field is not None else ""
    return told.partition(". ")[0].removesuffix(".")


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """Return the model of the mapping at a place; None where keys are free."""
    here: type[BaseModel] | None = model
    entry: type[BaseModel] | None = None  # of the mapping or list whose key or index comes next
    for step in loc:
        if here is None:
            here, entry = entry, None
            continue
        field = here.model_fields.get(str(step))
        if field is None:
            return None
        found = _model_in(field.annotation)
        many = get_origin(field.annotation) in (dict, tuple)
        here, entry = (None, found) if many else (found, None)
    return here


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the model named in an annotation, if there is one."""
    if any(isinstance(meta, TermField) for meta in getattr(annotation, "__metadata__", ())):
        return TermEntry
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)
