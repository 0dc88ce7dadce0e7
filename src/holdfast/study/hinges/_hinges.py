"""What answers hinge on: inputs ranked by the share of variance they explain, with their tipping values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.study.hinges._additive import Additive, Sample, fit_additive
from holdfast.study.hinges._basis import Basis, InputInfo
from holdfast.study.hinges._exact import OUTCOME_BITS, Floats, on_grid
from holdfast.study.hinges._shares import Cluster, Estimates, estimate, shares
from holdfast.study.hinges._tipping import Means, tipping
from holdfast.study.hinges._types import Explained, Hinge, HingesResult, Overlap, TippingValue

Quantile = Callable[[str, float], float | None]

OUTCOMES = ("signed", "holds.10", "signed_and_holds_10")
"""The outcomes of each proposal that hinges are worked out for."""

BEST = "best"
"""The outcome that says which proposal is best, which belongs to no single proposal."""

LISTED = 20
"""Inputs listed for each outcome."""

MOST_DRAWS = 16_384
"""Hinges are estimated from the first draws, up to this many."""

FEWEST_DRAWS = 64
"""With fewer draws there are no hinges to speak of."""

GROUPS = 32
"""Jackknife groups; fewer where a group would have fewer than eight draws."""

SPREAD = 1e-12
"""An outcome whose draws differ by no more than this hinges on nothing."""


@dataclass(frozen=True, slots=True)
class _Target:
    """An outcome, its proposal and the columns of the matrix of outcomes that hold it."""

    outcome: str
    proposal: str | None
    columns: NDArray[np.intp]


def best_shares(values: Floats) -> Floats:
    """How much of being best each proposal has in each draw, ties shared [draws, proposals].

    Examples
    --------
    >>> best_shares(np.array([[0.2, 0.5, 0.5]])).tolist()
    [[0.0, 0.5, 0.5]]
    """
    highest = values == np.max(values, axis=1, keepdims=True)
    return highest / np.sum(highest, axis=1, keepdims=True)


class Hinges:
    """Collects draws block by block, then says what the outcomes hinge on.

    The share of variance is the first-order Sobol index Var(E[y | x_j]) / Var(y), estimated from the draws of
    the study alone: the outcome is regressed on orthonormal functions of every input's quantile, those that matter
    all at once, and each squared coefficient is taken less its own sampling variance. For which proposal is best,
    variances are summed over the proposals' indicators (Lamboni, Monod & Makowski 2011). Errors are jackknife
    standard errors over 32 groups of draws. An estimate below 0, which can only be noise, is given as 0.

    Limits. With 400 inputs and 4,096 draws, an input without effect got 0.004 at most in trials (0.15 without
    regressing on all at once), through interplay of strong inputs that so few Sobol points cannot tell from it; the
    stated error does not cover this. A sheer step in a continuous input loses 0.07 of its share. Correlated inputs:
    each one's share includes what it carries of the others, so that shares overlap; `overlaps` gives them jointly.

    Parameters
    ----------
    inputs
        Inputs with a range, in the order of the columns of the matrices of uniforms.
    proposals
        Ids, in the order of the columns of the outcomes.
    draws
        How many draws will be added in all.
    correlated
        Sets of keys that are correlated with each other, disjoint.

    References
    ----------
    Sobol 1993; Lamboni, Monod & Makowski 2011; Blatman & Sudret 2011.
    """

    def __init__(
        self,
        inputs: Sequence[InputInfo],
        proposals: Sequence[str],
        draws: int,
        correlated: Sequence[Sequence[str]] = (),
    ) -> None:
        self._inputs = list(inputs)
        self._proposals = list(proposals)
        index = {info.key: i for i, info in enumerate(inputs)}
        clusters = ([index[key] for key in keys if key in index] for keys in correlated)
        self._clusters = [cluster for cluster in clusters if len(cluster) > 1]
        self._draws = min(draws, MOST_DRAWS)
        self._have = 0
        self._uniforms = np.empty((self._draws, len(inputs)), dtype=np.float32)
        self._outcomes = np.empty((self._draws, len(OUTCOMES) * len(proposals)))

    @property
    def complete(self) -> bool:
        """Whether further draws would be left out."""
        return self._have == self._draws

    def add(self, uniforms: Floats, outcomes: Mapping[str, Floats]) -> None:
        """Take in the next draws, in order; those beyond the first 16,384 are left out.

        Parameters
        ----------
        uniforms
            Quantiles of the inputs [block, inputs].
        outcomes
            `signed`, `holds.10` and `signed_and_holds_10`, each [block, proposals].

        Raises
        ------
        ValueError
            If an outcome or a uniform is not a number.
        """
        rows = slice(self._have, min(self._have + len(uniforms), self._draws))
        count = rows.stop - rows.start
        values = np.concatenate([outcomes[name][:count] for name in OUTCOMES], axis=1)
        if not (np.all(np.isfinite(values)) and np.all(np.isfinite(uniforms[:count]))):
            raise ValueError("an outcome or a uniform is not a number; hinges need every draw.")
        self._uniforms[rows] = uniforms[:count]
        self._outcomes[rows] = values
        self._have = rows.stop

    def result(self, quantile: Quantile) -> HingesResult:
        """Work out the hinges.

        Parameters
        ----------
        quantile
            The value of the input with this key at this quantile; None where it has none of its own.

        Raises
        ------
        ValueError
            If fewer draws were added than announced.
        """
        if not self.complete:
            raise ValueError(f"{self._have} of {self._draws} draws were added.")
        nothing = HingesResult([], [], [], self._draws)
        if self._draws < FEWEST_DRAWS or not self._inputs:
            return nothing
        values, targets = self._targets()
        if not targets:
            return nothing
        centred = values - np.mean(values, axis=0)
        # Powers of two: scaling back is exact.
        scale = np.exp2(np.ceil(np.log2(np.maximum(np.max(np.abs(centred), axis=0), SPREAD))))
        groups = min(GROUPS, self._draws // 8)
        sample = Sample(Basis(self._inputs), self._uniforms, on_grid(centred / scale, OUTCOME_BITS), groups)
        fit = fit_additive(sample)
        estimates, clusters = estimate(sample, fit, self._clusters)
        tips = self._tips(sample.basis, estimates, np.mean(values, axis=0), scale, quantile)
        result = HingesResult([], [], [], self._draws)
        for target in targets:
            # Variances of several indicators add up in their own units.
            weights = scale[target.columns] / np.max(scale[target.columns])
            result.hinges.extend(self._ranked(target, sample.basis, estimates, weights, tips))
            result.overlaps.extend(self._overlaps(target, clusters, estimates, weights))
            result.explained.append(self._explained(target, sample, fit, estimates, weights))
        return result

    def _targets(self) -> tuple[Floats, list[_Target]]:
        """Return all outcomes, the best indicators last, and which of their columns vary and are to be explained."""
        count = len(self._proposals)
        values = np.concatenate([self._outcomes, best_shares(self._outcomes[:, -count:])], axis=1)
        varies = np.ptp(values, axis=0) > SPREAD
        targets = [
            _Target(outcome, proposal, np.array([o * count + p], dtype=np.intp))
            for o, outcome in enumerate(OUTCOMES)
            for p, proposal in enumerate(self._proposals)
            if varies[o * count + p]
        ]
        best = np.flatnonzero(varies)
        best = best[best >= len(OUTCOMES) * count].astype(np.intp)
        if len(best):
            targets.append(_Target(BEST, None, best))
        return values, targets

    def _ranked(
        self,
        target: _Target,
        basis: Basis,
        estimates: Estimates,
        weights: Floats,
        tips: Mapping[int, TippingValue],
    ) -> list[Hinge]:
        """Rank the inputs by their share of one outcome."""
        found: list[Hinge] = []
        for i, info in enumerate(self._inputs):
            if target.proposal and info.proposals is not None and target.proposal not in info.proposals:
                continue
            at = np.ix_(basis.columns[i], target.columns)
            share, error = shares(
                estimates.coefficients[at] * weights,
                estimates.without[:, at[0], at[1]] * weights,
                estimates.variance[target.columns] * weights**2,
                estimates.variance_without[:, target.columns] * weights**2,
            )
            found.append(
                {
                    "outcome": target.outcome,
                    "proposal": target.proposal,
                    "input": info.key,
                    "share_of_variance": max(share, 0.0),
                    "error": error,
                    "sourced": info.sourced,
                    "tipping_value": tips.get(i),
                }
            )
        return sorted(found, key=lambda hinge: (-hinge["share_of_variance"], hinge["input"]))[:LISTED]

    def _overlaps(
        self, target: _Target, clusters: Sequence[Cluster], estimates: Estimates, weights: Floats
    ) -> list[Overlap]:
        """Work out the joint share of each set of correlated inputs."""
        found: list[Overlap] = []
        for cluster in clusters:
            share, error = shares(
                cluster.joint[:, target.columns] * weights,
                cluster.joint_without[:, :, target.columns] * weights,
                estimates.variance[target.columns] * weights**2,
                estimates.variance_without[:, target.columns] * weights**2,
            )
            found.append(
                {
                    "outcome": target.outcome,
                    "proposal": target.proposal,
                    "inputs": sorted(self._inputs[i].key for i in cluster.inputs),
                    "share_of_variance": max(share, 0.0),
                    "error": error,
                }
            )
        return found

    def _explained(
        self, target: _Target, sample: Sample, fit: Additive, estimates: Estimates, weights: Floats
    ) -> Explained:
        """Add up what the inputs' own effects explain, and those of inputs without a source."""
        unsourced = np.array([not info.sourced for info in self._inputs])
        total, without_source = 0.0, 0.0
        for column, weight in zip(target.columns, weights, strict=True):
            taken = np.flatnonzero(fit.taken[: sample.basis.size, column]).astype(np.intp)
            own = taken[unsourced[sample.basis.owner[taken]]]
            total += _variance(fit, taken, column) * weight**2
            without_source += _variance(fit, own, column) * weight**2
        variance = float(np.sum(estimates.variance[target.columns] * weights**2))
        return {
            "outcome": target.outcome,
            "proposal": target.proposal,
            "share_of_variance": float(min(total / variance, 1.0)),
            "unsourced": float(min(without_source / variance, 1.0)),
        }

    def _tips(
        self, basis: Basis, estimates: Estimates, mean: Floats, scale: Floats, quantile: Quantile
    ) -> dict[int, TippingValue]:
        """Find the tipping value of each input that has one, by the input's index."""
        count = len(self._proposals)
        both = slice((len(OUTCOMES) - 1) * count, len(OUTCOMES) * count)
        found: dict[int, TippingValue] = {}
        for i, info in enumerate(self._inputs):
            columns = basis.columns[i]
            means = Means(
                mean[both],
                estimates.mean_without[:, both] * scale[both],
                estimates.coefficients[columns, both] * scale[both],
                estimates.without[:, columns, both] * scale[both],
            )
            points = basis.points(i)
            crossing = tipping(means, basis.at(i, points), points, bool(basis.levels[i]))
            place = crossing and crossing.in_unit(lambda u, key=info.key: quantile(key, u))
            if crossing and place:
                value, error = place
                before, after = self._proposals[crossing.before], self._proposals[crossing.after]
                found[i] = {"value": value, "error": error, "from": before, "to": after}
        return found


def _variance(fit: Additive, columns: NDArray[np.intp], outcome: int) -> float:
    """Variance of the part of the fit made of these columns."""
    coefficients = fit.coefficients[columns, outcome]
    return float(np.sum(coefficients[:, None] * fit.gram(columns) * coefficients))
