"""The inputs of a scenario as hinges take them: which there are, their uniforms in the draws, their quantiles.

An input given as alternatives takes two dimensions of the sequence: which alternative, and where in it. What an
answer can hinge on is the number itself, so such an input has one uniform here, its quantile in the whole mixture,

  u = F(x-) + (F(x) - F(x-)) v,

with F the mixture's distribution function, F(x-) its limit from below and v the uniform within the alternative. The
second part matters where an alternative is a plain number: it spreads the draws that have it over their share of the
quantiles, so that u is uniform (the distributional transform; Rüschendorf 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.scenario import Draws, Quantity, Scenario
from holdfast.scenario.distributions import Choice, Distribution, Mixture, Plain
from holdfast.scenario.draws import ALTERNATIVE, correlated, stances
from holdfast.study.hinges._basis import InputInfo

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HingeInputs:
    """The inputs that can matter to some proposals.

    Attributes
    ----------
    infos
        For `Hinges`, sorted by key.
    correlated
        Sets of keys that are correlated with each other.
    """

    infos: tuple[InputInfo, ...]
    correlated: tuple[tuple[str, ...], ...]
    _quantities: dict[str, tuple[Quantity, ...]]

    def uniforms(self, draws: Draws) -> Floats:
        """Return each input's quantile in each draw [count, inputs]."""
        columns: list[Floats] = []
        for info in self.infos:
            shared = _shared(self._quantities.get(info.key, ()))
            if isinstance(shared, Mixture):
                values = draws.values[self._quantities[info.key][0].path]
                low, high = shared.cdf(np.nextafter(values, -np.inf)), shared.cdf(values)
                columns.append(low + (high - low) * draws.uniforms[info.key])
            else:
                columns.append(draws.uniforms[info.key])
        return np.stack(columns, axis=1) if columns else np.empty((draws.count, 0))

    def quantile(self, key: str, uniform: float) -> float | None:
        """Return the input's value at a quantile; None if proposals give it different ranges."""
        quantities = self._quantities.get(key, ())
        return float(quantities[0].ppf(uniform)) if _shared(quantities) is not None else None


def hinge_inputs(scenario: Scenario, proposals: Sequence[str]) -> HingeInputs:
    """Return the inputs with a range that play a part in at least one of `proposals`."""
    quantities: dict[str, list[Quantity]] = {}
    users: dict[str, set[str]] = {}
    apart = stances(scenario)
    for path, quantity in scenario.quantities.items():
        if quantity.key in apart:
            continue
        target = quantity
        while target.same_as is not None:
            target = scenario.quantities[target.same_as]
        if target.constant is not None:
            continue
        if target is quantity:
            quantities.setdefault(quantity.key, []).append(quantity)
        _, _, rest = path.partition("proposals.")
        own = {rest.partition(".")[0]} if path.startswith("proposals.") else set(proposals)
        users.setdefault(target.key, set()).update(own)
    wanted = frozenset(proposals)
    infos: list[InputInfo] = []
    found: dict[str, tuple[Quantity, ...]] = {}
    for key, same in sorted(quantities.items()):
        if not (used := wanted & users[key]):
            continue
        found[key] = tuple(same)
        sourced = all(quantity.standing == "sourced" for quantity in same)
        for name, levels in _dimensions(key, [quantity.distribution for quantity in same]):
            infos.append(InputInfo(name, sourced, levels, None if used == wanted else used))
    clusters = tuple(tuple(key for key in keys if key in found) for keys, _ in correlated(scenario))
    return HingeInputs(tuple(infos), tuple(keys for keys in clusters if len(keys) > 1), found)


def _shared(quantities: Sequence[Quantity]) -> Distribution | None:
    """Return the distribution that all of these have; None if they differ or there are none."""
    first = quantities[0].distribution if quantities else None
    return first if all(quantity.distribution == first for quantity in quantities) else None


def _dimensions(key: str, distributions: Sequence[Distribution]) -> list[tuple[str, tuple[float, ...]]]:
    """Return the names that a key stands under, each with the uniforms at which it steps."""
    if all(distribution == distributions[0] for distribution in distributions):
        return [(key, _steps(distributions[0]))]
    mixtures = [distribution for distribution in distributions if isinstance(distribution, Mixture)]
    if not mixtures:
        return [(key, _common([_steps(distribution) for distribution in distributions]))]
    which = _common([tuple(np.cumsum(mixture.shares())[:-1].tolist()) for mixture in mixtures])
    return [(key, ()), (key + ALTERNATIVE, which)]


def _common(steps: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Return all steps of several distributions; none if one of them is continuous."""
    return tuple(sorted({step for each in steps for step in each})) if all(steps) else ()


def _steps(distribution: Distribution) -> tuple[float, ...]:
    """Return the uniforms at which a distribution of a few values steps; none for a continuous one."""
    if isinstance(distribution, Choice):
        total = float(np.sum(distribution.probabilities))
        return tuple((np.cumsum(distribution.probabilities)[:-1] / total).tolist())
    if isinstance(distribution, Mixture) and all(isinstance(part, Plain) for part in distribution.parts):
        values = np.unique([part.value for part in distribution.parts if isinstance(part, Plain)])
        return tuple(distribution.cdf(values)[:-1].tolist())
    return ()
