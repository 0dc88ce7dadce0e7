"""A quantity: a number of the scenario, how sure anyone is of it, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from holdfast.scenario._parse import JUDGEMENT, Parsed, parse_quantity
from holdfast.scenario.bounds import Bounds
from holdfast.scenario.distributions import Distribution, Mixture, Plain, quantile

Standing = Literal["sourced", "judgement", "unsourced"]

UNIT = Bounds(0.0, 1.0)
PLACE = Bounds(0.0, 1.0, ends=("its low end", "the issue’s high end"))
SHARE = Bounds(0.0, 1.0, ends=("none", "all"))
NONNEGATIVE = Bounds(0.0)
POSITIVE = Bounds(0.0, low_open=True)
YEARS = Bounds(0.0, low_open=True, example=2.0)
ORDINARY = Bounds(0.0, low_open=True, example=1.0)
AT_LEAST_ONE = Bounds(1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A number of the scenario with its range, its source and its place in the file.

    Parameters
    ----------
    kind
        ``plain``, ``between``, ``uniform``, ``triangular``, ``pert``, ``normal``, ``beta``, ``choice``,
        ``same_as`` or ``alternatives``.
    distribution
        Its distribution; that of the quantity it points to for ``same_as``.
    bounds
        What its field allows.
    source
        Ids of sources, or ``judgement``; empty where the file gives none.
    standing
        What it rests on: sources alone, a judgement (as soon as ``judgement`` is among the sources), or nothing;
        the weakest of several alternatives, of which one without a source has that of the whole.
    because
        Why, in the author's words.
    alternatives
        For ``alternatives``, the conflicting quantities in an order that does not depend on the file.
    same_as
        For ``same_as``, the full path it points to.
    path, key, line
        Full path, path without the proposal (quantities with one key share a quantile), line in the file.
    """

    kind: str
    distribution: Distribution
    bounds: Bounds
    source: tuple[str, ...] = ()
    standing: Standing = "unsourced"
    because: str | None = None
    alternatives: tuple[Quantity, ...] = ()
    same_as: str | None = None
    path: str = ""
    key: str = ""
    line: int = 0

    def ppf(self, u: ArrayLike) -> NDArray[np.float64]:
        """Quantiles at u from 0 to 1 (the ends moved in by 2**-33); of the mixture, for alternatives."""
        return quantile(self.distribution, u)

    @property
    def constant(self) -> float | None:
        """The number, where it is known for sure; None where it has a range."""
        return self.distribution.value if isinstance(self.distribution, Plain) else None

    @property
    def median(self) -> float:
        """The 50 % quantile."""
        return float(self.ppf(0.5))

    @property
    def interval90(self) -> tuple[float, float]:
        """The 5 % and 95 % quantiles."""
        low, high = self.ppf([0.05, 0.95])
        return float(low), float(high)

    def describe(self) -> str:
        """Name number or range in a few words, such as '0.03 to 0.1 (90 %)'."""
        text = self.distribution.describe()
        return f"{text}, the same as {self.same_as}" if self.same_as else text

    def place(self, path: str, key: str, line: int) -> None:
        """Say where in the file it stands; the loader does, once."""
        for name, value in (("path", path), ("key", key), ("line", line)):
            object.__setattr__(self, name, value)

    def point(self, target: Quantity) -> None:
        """Take over the distribution that ``same_as`` points to; the loader does, once."""
        object.__setattr__(self, "distribution", target.distribution)
        object.__setattr__(self, "alternatives", target.alternatives)
        if not self.source:
            object.__setattr__(self, "source", target.source)
            object.__setattr__(self, "standing", target.standing)


def _standing(source: tuple[str, ...], alternatives: tuple[Quantity, ...]) -> Standing:
    own: Standing = "judgement" if JUDGEMENT in source else "sourced" if source else "unsourced"
    if not alternatives or own == "judgement":
        return own
    found = {own if part.standing == "unsourced" else part.standing for part in alternatives}
    return "unsourced" if "unsourced" in found else "judgement" if "judgement" in found else "sourced"


def _build(parsed: Parsed, bounds: Bounds) -> Quantity:
    parts = [(_build(part, bounds), weight) for part, weight in parsed.alternatives]
    parts.sort(key=lambda pair: (repr(pair[0].distribution), pair[1]))
    alternatives = tuple(part for part, _ in parts)
    distribution = parsed.distribution
    sources = list(parsed.source)
    if alternatives:
        weights = tuple(weight for _, weight in parts)
        distribution = Mixture(tuple(part.distribution for part in alternatives), weights)
        sources += sorted(s for part in alternatives for s in part.source)
    return Quantity(
        kind=parsed.kind,
        distribution=distribution,
        bounds=bounds,
        source=tuple(dict.fromkeys(sources)),
        standing=_standing(parsed.source, alternatives),
        because=parsed.because,
        alternatives=alternatives,
        same_as=parsed.same_as,
    )


@dataclass(frozen=True, slots=True)
class QuantityField:
    """Tells pydantic how to read a quantity with these bounds.

    Parameters
    ----------
    bounds
        What the field allows.
    name
        Of its definition in the JSON Schema.
    """

    bounds: Bounds
    name: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(raw: Any) -> Quantity:
            return raw if isinstance(raw, Quantity) else _build(parse_quantity(raw, self.bounds), self.bounds)

        return core_schema.no_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"quantity": self.name}  # schema.py turns it into a reference to one shared definition


UNIT_FIELD = QuantityField(UNIT, "from_0_to_1")
NONNEGATIVE_FIELD = QuantityField(NONNEGATIVE, "0_or_more")
POSITIVE_FIELD = QuantityField(POSITIVE, "above_0")
AT_LEAST_ONE_FIELD = QuantityField(AT_LEAST_ONE, "1_or_more")
FIELDS = (UNIT_FIELD, NONNEGATIVE_FIELD, POSITIVE_FIELD, AT_LEAST_ONE_FIELD)

Unit = Annotated[Quantity, UNIT_FIELD]
Place = Annotated[Quantity, QuantityField(PLACE, UNIT_FIELD.name)]
"""Where something stands on an issue."""
ShareOf = Annotated[Quantity, QuantityField(SHARE, UNIT_FIELD.name)]
"""A share that may be uncertain."""
Nonnegative = Annotated[Quantity, NONNEGATIVE_FIELD]
Positive = Annotated[Quantity, POSITIVE_FIELD]
Years = Annotated[Quantity, QuantityField(YEARS, POSITIVE_FIELD.name)]
Ordinary = Annotated[Quantity, QuantityField(ORDINARY, POSITIVE_FIELD.name)]
"""Above 0, and usually about 1: a strength, how decisive it is."""
AtLeastOne = Annotated[Quantity, AT_LEAST_ONE_FIELD]
