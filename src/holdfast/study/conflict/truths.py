"""Statements of a file over its options: parsed, and at which combinations they are true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.bargaining.conflict import parse, truth
from holdfast.errors import InputError
from holdfast.scenario.reading import Finding, Loc, did_you_mean, listed

__all__ = ["Options", "parsed"]

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Options:
    """Options and combinations of them: `taken` is combinations × options."""

    names: tuple[str, ...]
    taken: Array

    def said(self, combination: int) -> str:
        """Return a combination in words."""
        names = [name for name, taken in zip(self.names, self.taken[combination], strict=True) if taken]
        return listed(names) if names else "nothing taken"


def parsed(text: str, options: Options, loc: Loc, faults: list[Finding]) -> Array | None:
    """Return at which combinations a statement is true; where it is no statement, none, with the fault noted."""
    try:
        statement = parse(text, options.names)
    except InputError as error:
        word = str(error).partition('has "')[2].partition('"')[0]
        hint = f" {did_you_mean(word, options.names)}" if str(error).endswith("which is no option.") else ""
        faults.append((loc, f"{error}{hint}", "value"))
        return None
    return truth(statement, options.taken, {name: n for n, name in enumerate(options.names)})
