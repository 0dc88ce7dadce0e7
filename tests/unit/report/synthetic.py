"""A made-up study in the shape that `holdfast run` writes: scenario file, draws, summary and manifest.

The numbers are made with a fixed seed and are not the model's; they only have its ranges and nulls, so that
the page can be tested without solving anything, and with shapes that the model seldom gives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.scenario import Scenario, load_scenario
from tests.unit.report.synthetic_file import PRINCIPALS, Shape, guarantors, proposals, scenario_text

CURVE = (0.25, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20)


@dataclass
class Study:
    """A scenario with everything that `write_page` takes."""

    scenario: Scenario
    summary: dict[str, Any]
    draws: pa.Table
    manifest: dict[str, Any]
    text: str = field(repr=False, default="")


def build(folder: Path, shape: Shape | None = None) -> Study:
    """Write the scenario file into a folder and make up its study."""
    shape = shape or Shape()
    text = scenario_text(shape)
    path = folder / "made-up.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = load_scenario(path)
    columns = {proposal: outcomes(shape, k) for k, proposal in enumerate(proposals(shape))}
    for values in columns.values():
        for name in shape.null_columns:
            values[name] = np.full(shape.draws, np.nan)
    return Study(scenario, summary_of(shape, columns), table_of(shape, columns), manifest_of(shape), text)


def outcomes(shape: Shape, k: int) -> dict[str, np.ndarray]:
    """Return made-up columns of one proposal."""
    rng = np.random.default_rng([shape.seed, k])
    n = shape.draws

    def spread(mean: float, concentration: float = 6.0) -> np.ndarray:
        if shape.constant:
            return np.full(n, mean)
        return rng.beta(mean * concentration, (1 - mean) * concentration, n)

    place = k / max(shape.proposals - 1, 1)
    signed, hazard = spread(0.85 - 0.7 * place), 0.02 + 0.3 * spread(0.8 - 0.6 * place)
    found = {"accept.ARD": np.sqrt(signed), "accept.BEN": np.sqrt(signed), "signed": signed}
    for years in CURVE:
        found[f"holds_curve.{years:g}"] = np.exp(-hazard * (years + 1.5 * (1 - np.exp(-years))))
    for years in (1, 5, 10):
        found[f"holds.{years}"] = found[f"holds_curve.{years}"]
    failed = 1 - found["holds.10"]
    found |= {
        "causes.10.ARD": 0.6 * failed,
        "causes.10.BEN": 0.25 * failed,
        "causes.10.accident": 0.15 * failed,
        "signed_and_holds_10": signed * found["holds.10"],
    }
    for i, principal in enumerate(PRINCIPALS):
        found |= _principal_columns(shape, principal, i, k, spread)
    if shape.pledges and k > 0:
        found |= _pledge_columns(shape, spread, found)
    return found


def _principal_columns(shape: Shape, principal: str, i: int, k: int, spread: Any) -> dict[str, np.ndarray]:
    troops, land = -0.3 * abs(min(k, 1) - i) * np.ones(shape.draws), -0.35 * np.ones(shape.draws)
    relief = (0.03 if principal == "ARD" and shape.pledges and k else 0.0) * np.ones(shape.draws)
    value = 1 + troops + land + relief - 0.2 * spread(0.4)
    early, late = spread(0.3), spread(0.15)
    falling = 0.1 if shape.preventive and principal == "ARD" else -0.1
    return {
        f"value.{principal}": value,
        f"fighting.{principal}": 0.25 + 0.3 * spread(0.5),
        f"utility.{principal}.land": land,
        f"utility.{principal}.troops": troops,
        f"peace.{principal}.relief": relief,
        f"peace.{principal}.upkeep": np.zeros(shape.draws),
        f"red_line.{principal}": np.full(shape.draws, 0.4 if principal == "ARD" and k else 0.0),
        f"deter.{principal}.0": early,
        f"deter.{principal}.5": late,
        f"attack_value.{principal}.0": 0.3 * np.ones(shape.draws),
        f"attack_value.{principal}.5": (0.3 - falling) * np.ones(shape.draws),
        f"standing_value.{principal}.0": value,
        f"standing_value.{principal}.5": value,
        f"detect.{principal}": np.full(shape.draws, 0.7),
        f"without_help.deter.{principal}.0": early + (0.2 if principal == "ARD" else -0.05),
    }


def _pledge_columns(shape: Shape, spread: Any, found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    columns: dict[str, np.ndarray] = {"decide.council": spread(0.6)}
    pledges = [*(f"force/{guarantor}" for guarantor in guarantors(shape)), "arms"]
    for place, pledge in enumerate(pledges):
        columns[f"honour.{pledge}"] = spread(0.3 + 0.4 * place / len(pledges))
        columns[f"honour_alone.{pledge}"] = columns[f"honour.{pledge}"] + (0.06 if place == 0 else 0.0)
    help_ = 0.7 * columns["decide.council"] * columns[f"honour.{pledges[0]}"]
    columns |= {
        "delivered.ARD": help_,
        "delivered_low.ARD": 0.8 * help_,
        "delivered_high.ARD": 1.2 * help_,
        "gain.detect": 0.02 * spread(0.5),
        "gain.decide": 0.08 * spread(0.5),
        "gain.honour": 0.05 * spread(0.5),
        "without_help.holds.10": 0.9 * found["holds.10"],
    }
    return {name: values for name, values in columns.items() if not (shape.sanctions and "delivered" in name)}


def summarise(values: np.ndarray | None) -> dict[str, float] | None:
    """Return a summary entry, None where nothing is known."""
    if values is None or np.isnan(values).all():
        return None
    low, high = np.quantile(values, [0.05, 0.95])
    return {"mean": float(values.mean()), "p05": float(low), "p95": float(high)}


def summary_of(shape: Shape, columns: dict[str, dict[str, np.ndarray]]) -> dict[str, Any]:
    """Return the summary of made-up columns."""
    first = next(iter(columns.values()))
    both = np.nan_to_num(np.stack([values["signed_and_holds_10"] for values in columns.values()]))
    best = (both == both.max(axis=0)) / (both == both.max(axis=0)).sum(axis=0)
    return {
        "scenario": shape.title,
        "as_of": "2025-09-04",
        "draws": shape.draws,
        "seed": 1,
        "fragile": shape.fragile,
        "not_converged": shape.not_converged,
        "no_agreement": {"value": {p: summarise(first.get(f"fighting.{p}")) for p in PRINCIPALS}},
        "proposals": {
            proposal: _entry(shape, k, columns[proposal], float(best[k].mean()))
            for k, proposal in enumerate(columns)
        },
        "hinges": _hinges(shape) if shape.hinges and not shape.constant else [],
    }


def _entry(shape: Shape, k: int, values: dict[str, np.ndarray], best: float) -> dict[str, Any]:
    def under(prefix: str) -> dict[str, Any]:
        return {
            name.removeprefix(prefix): summarise(v) for name, v in values.items() if name.startswith(prefix)
        }

    pledged = shape.pledges and k > 0
    gains = {link: float(values[f"gain.{link}"].mean()) for link in ("detect", "decide", "honour") if pledged}
    return {
        "title": shape.proposal_title.format(k + 1),
        "signed": summarise(values["signed"]),
        "accept": under("accept."),
        "value": under("value."),
        "holds": {str(years): summarise(values[f"holds.{years}"]) for years in (1, 5, 10)},
        "causes": {"10": under("causes.10.")},
        "signed_and_holds_10": summarise(values["signed_and_holds_10"]),
        "deter": {p: {t: summarise(values[f"deter.{p}.{t}"]) for t in ("0", "5")} for p in PRINCIPALS},
        "detect": under("detect."),
        "decide": under("decide."),
        "honour": under("honour."),
        "delivered": {"ARD": summarise(values.get("delivered.ARD"))},
        "weakest_link": {**gains, "weakest": max(gains, key=gains.__getitem__)}
        if gains
        else {"detect": None, "decide": None, "honour": None, "weakest": None},
        "best": best,
        "fragile": shape.fragile,
    }


def _hinges(shape: Shape) -> list[dict[str, Any]]:
    ids = proposals(shape)
    tip = {"value": 0.07, "error": 0.004, "from": ids[0], "to": ids[-1]}
    inputs = [
        ("parties.ARD.war_cost", 0.31, False, tip),
        ("war.accidents_per_year", 0.18, False, None),
        ("parties.ARD.strength", 0.12, True, None),
        ("parties.BEN.crises_per_year", 0.06, False, None),
        ("terms.strengthening.BEN.add", 0.03, False, None),
    ]
    outcomes_of = [("signed", p) for p in proposals(shape)]
    outcomes_of += [("holds_10", p) for p in proposals(shape)]
    outcomes_of += [("signed_and_holds_10", p) for p in proposals(shape)]
    return [
        {
            "outcome": outcome,
            "proposal": proposal,
            "input": name,
            "share_of_variance": share,
            "error": 0.02,
            "sourced": sourced,
            "tipping_value": tipping if outcome == "best" else None,
        }
        for outcome, proposal in [*outcomes_of, ("best", None)]
        for name, share, sourced, tipping in inputs
    ]


def table_of(shape: Shape, columns: dict[str, dict[str, np.ndarray]]) -> pa.Table:
    """Return the table of draws, draw-major."""
    names = sorted({name for values in columns.values() for name in values})
    ids = list(columns)
    order = np.arange(shape.draws * len(ids)).reshape(len(ids), shape.draws).T.ravel()
    data: dict[str, pa.Array] = {
        "draw": pa.array(np.repeat(np.arange(shape.draws), len(ids))),
        "proposal": pa.array(ids * shape.draws),
    }
    for name in names:
        stacked = np.concatenate([columns[p].get(name, np.full(shape.draws, np.nan)) for p in ids])[order]
        data[name] = pa.array(stacked, mask=np.isnan(stacked))
    flags = np.zeros(shape.draws * len(ids), dtype=bool)
    flags[: int(shape.fragile * flags.size)] = True
    data["fragile"], data["converged"] = pa.array(flags), pa.array(np.ones_like(flags))
    return pa.table(data)


def manifest_of(shape: Shape) -> dict[str, Any]:
    """Return a manifest."""
    return {
        "holdfast": "0.1.0",
        "file": {"name": "made-up.yaml", "sha256": "0" * 64},
        "seed": 1,
        "draws": shape.draws,
        "proposals": proposals(shape),
        "settings": [],
        "device": "cpu",
        "seconds": 1.5,
        "explained": [{"outcome": "best", "proposal": None, "share_of_variance": 0.8, "unsourced": 0.6}],
        "overlaps": [],
        "versions": {"jax": "0.10.2", "numpy": "2.4.0"},
    }
