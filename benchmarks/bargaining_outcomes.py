"""How far the models of positions are off on 353 decisions of the European Union whose outcomes are known.

    python benchmarks/bargaining_outcomes.py [--without-spatial]

Mean absolute error on the scale from 0 to 100, and for each model the difference from the mean weighted by salience, with the interval
that 95 % of 10,000 resamples of the issues give (paired: the same issues for both). Below 0 a model is closer than the mean. Strength is
the same for all, or an actor's Shapley–Shubik index under the rule in force, or the size that the data give without saying of what.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from deu3 import FILE, Issues, read

from holdfast.bargaining import spatial
from holdfast.bargaining.challenge import Choice, Contest, run
from holdfast.bargaining.mean import weighted_mean, weighted_median

RESAMPLES = 10_000
SEED = 20_250_904

Prediction = np.ndarray


def middle(model: Callable[..., object], issues: Issues, weight: np.ndarray) -> Prediction:
    """Return the weighted mean or median; where nobody has weight, that of the plain one."""
    used = np.where((weight > 0).any(0), weight, issues.stands)
    return np.asarray(model(jnp.asarray(issues.positions), jnp.asarray(used)))


def challenged(issues: Issues, strength: np.ndarray, contest: Contest, choice: Choice) -> Prediction:
    """Return the weighted median after eight rounds; actors without a position take part without weight."""
    salience = np.where((issues.salience * strength > 0).any(0), issues.salience, issues.stands)
    found = run(issues.positions / 100, salience, strength, contest=contest, choice=choice)
    return 100 * found.median[-1]


def in_space(issues: Issues, strength: np.ndarray) -> Prediction:
    """Return what the Spatial Model of Politics with KTAB's defaults says of each issue by itself."""
    found: list[float] = []
    for k in range(len(issues.outcome)):
        who = np.flatnonzero((issues.salience[:, k] > 0) & (strength[:, k] > 0))
        x, s, c = issues.positions[who, k] / 100, issues.salience[who, k], strength[who, k]
        if len(who) < 2 or np.ptp(x) == 0:
            found.append(100 * float(x.mean()))
            continue
        found.append(100 * float(spatial.run(x[:, None], s[:, None], c).outcome[0]))
    return np.array(found)


def predictions(issues: Issues, *, with_spatial: bool) -> dict[str, Prediction]:
    """Return what each model says of every issue."""
    same = np.ones_like(issues.salience)
    size = np.broadcast_to(issues.size[:, None], same.shape)
    by = {"salience": same, "salience × power": issues.power, "salience × size": size}
    found: dict[str, Prediction] = {}
    for name, model in (("mean", weighted_mean), ("median", weighted_median)):
        found[f"{name}, unweighted"] = middle(model, issues, issues.stands.astype(float))
        for weights, strength in by.items():
            found[f"{name} by {weights}"] = middle(model, issues, issues.salience * strength)
    found["always 50"] = np.full(len(issues.outcome), 50.0)
    for contest, reads in ((Contest.ALL_PAIRS, "all pairs"), (Contest.PAIR, "the two positions")):
        for choice, takes in ((Choice.MOST_ENFORCED, "most enforced"), (Choice.LEAST_MOVE, "least move")):
            found[f"challenge, {reads}, {takes}"] = challenged(issues, same, contest, choice)
        found[f"challenge, {reads}, most enforced, power"] = challenged(
            issues, issues.power, contest, Choice.MOST_ENFORCED
        )
    if with_spatial:
        found["Spatial Model of Politics"] = in_space(issues, same)
        found["Spatial Model of Politics, power"] = in_space(issues, issues.power)
    return found


def table(found: dict[str, Prediction], outcome: np.ndarray, base: str) -> list[str]:
    """Return a line a model: mean absolute error, the difference from the base and its interval."""
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, len(outcome), (RESAMPLES, len(outcome)))
    off = {name: np.abs(says - outcome) for name, says in found.items()}
    lines: list[str] = []
    for name, error in off.items():
        difference = error - off[base]
        low, high = np.quantile(difference[drawn].mean(1), [0.025, 0.975])
        against = "" if name == base else f"{difference.mean():+.1f} ({low:+.1f} to {high:+.1f})"
        lines.append(f"| {name} | {error.mean():.1f} | {against} |")
    return lines


def agreed(issues: Issues) -> tuple[np.ndarray, np.ndarray]:
    """Return on which issues what would be without a decision is known, and on how many of them somebody loses by any change."""
    known = np.isfinite(issues.reference)
    x = np.where(issues.stands, issues.positions, np.nan)
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    return known, known & (low <= issues.reference) & (issues.reference <= high)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="How far the models of positions are off on known outcomes.")
    parser.add_argument("--without-spatial", action="store_true", help="leave out the slowest model")
    given = parser.parse_args()
    if not FILE.is_file():
        print(f"{FILE} is absent: nothing to compare with.")
        return
    issues = read()
    print(f"{len(issues.outcome)} issues of {len(set(issues.proposal))} proposals; {RESAMPLES:,} resamples")
    print("| model | mean absolute error | more than the mean by salience |")
    print("| --- | --- | --- |")
    found = predictions(issues, with_spatial=not given.without_spatial)
    print("\n".join(table(found, issues.outcome, "mean by salience")))
    known, stuck = agreed(issues)
    print(
        f"What would be without a decision is known on {known.sum()} issues; on {stuck.sum()} of them it lies among the positions,"
    )
    print(
        "where Nash's and all other agreements that nobody may lose by are that point itself. On those issues:"
    )
    same = {name: says[stuck] for name, says in found.items() if name in ("mean by salience", "always 50")}
    print(
        "\n".join(
            table(
                same | {"without a decision": issues.reference[stuck]},
                issues.outcome[stuck],
                "mean by salience",
            )
        )
    )


if __name__ == "__main__":
    main()
