"""The JSON Schema of the file, from the models, so that an editor completes and explains each key."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from holdfast.scenario._faults import Loc
from holdfast.scenario.model import Scenario
from holdfast.scenario.terms import TermEntry, TermField


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Names of the keys that the model knows at a place of the file; empty where keys are free.

    Examples
    --------
    >>> keys_at(Scenario, ("war", "settling"))
    ['excess', 'years']
    """
    here: type[BaseModel] | None = model
    annotation: Any = None
    for step in loc:
        if here is not None:
            field = here.model_fields.get(str(step))
            if field is None:
                return []
            annotation = field.annotation
        inner = TermEntry if _is_terms(annotation) else _model_in(annotation)
        if here is not None and _is_container(annotation):
            here = None
            annotation = annotation if inner is None else inner
            continue
        here, annotation = inner, None
        if here is None:
            return []
    return list(here.model_fields) if here is not None else []


def _is_container(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) in (dict, tuple)


def _is_terms(annotation: Any) -> bool:
    return any(isinstance(meta, TermField) for arg in get_args(annotation) for meta in getattr(arg, "__metadata__", ()))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model named in an annotation, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
