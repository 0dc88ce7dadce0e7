"""Made-up findings of bargaining in the shape that `study.bargain` returns, for pages with shapes that the models seldom give."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from holdfast.report.bargain.page import bargain_page
from holdfast.report.bargain_table import bargain_table
from holdfast.scenario import load_positions
from holdfast.study.bargain.answers import BINS
from tests.unit.report.markup import parse
from tests.unit.report.synthetic_file import quote

ROUNDS = {"challenge": 8, "spatial": 23}


def positions(folder: Path, parties: int = 33, issues: int = 2, name: str = "Party {}") -> Any:
    """Return a file of positions with so many parties on so many issues."""
    ids = [f"P{n:02d}" for n in range(parties)]
    lines = ["holdfast: 1", "title: 'Made up'", "as_of: 2025-09-04", "issues:"]
    lines += [f"  issue_{k}: {{low: 'nothing of {k}', high: 'everything of {k}'}}" for k in range(issues)]
    lines.append("parties:")
    for n, party in enumerate(ids):
        called = quote(name.replace("{}", str(n)))
        own = ", ".join(f"issue_{k}: {((n + k) % 11) / 10}" for k in range(issues))
        care = ", ".join(f"issue_{k}: {1 / issues}" for k in range(issues))
        lines.append(
            f"  {party}: {{name: {called}, influence: {1 + n % 5}, positions: {{{own}}}, salience: {{{care}}}}}"
        )
    path = folder / "positions.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_positions(path)


def spread(mean: float, half: float = 0.0) -> dict[str, float]:
    return {"mean": mean, "p05": max(mean - half, -1.0), "p95": min(mean + half, 1.0)}


def found_of(
    file: Any, issues: int = 2, models: tuple[str, ...] = ("mean", "median", "challenge", "spatial")
) -> dict[str, Any]:
    """Make up what bargaining over a file's issues found."""
    rng = np.random.default_rng(5)
    parties = sorted(p for p, own in file.parties.items() if own.positions)
    gains = {
        m: {p: {"ideal": spread(-0.01 * n, 0.05), "no_agreement": None} for n, p in enumerate(parties)}
        for m in models
    }
    return {
        "draws": 512,
        "seed": 1,
        "parties": parties,
        "issues": {k: _issue(rng, parties, models) for k in list(file.issues)[:issues]},
        "gains": gains,
        "no_agreement": dict.fromkeys(parties),
        "influence_is_strength": False,
        "scaled_down": {},
        "left_out": {},
        "models_left_out": {},
        "no_agreement_why": {},
        "came_out": {},
        "zone": None,
    }


def _issue(rng: np.random.Generator, parties: list[str], models: tuple[str, ...]) -> dict[str, Any]:
    places, power = rng.random(len(parties)), rng.dirichlet(np.ones(len(parties)))
    along = {p: np.zeros(BINS) for p in parties}
    for p, place, share in zip(parties, places, power, strict=True):
        along[p][int(place * BINS)] = share
    rounds = {
        m: {
            "middle": [spread(0.5 + 0.01 * t, 0.1) for t in range(ROUNDS[m] + 1)],
            "parties": {
                p: [spread(float(x + (0.5 - x) * (t / ROUNDS[m] if n else 0)), 0.02) for t in range(ROUNDS[m] + 1)]
                for n, (p, x) in enumerate(zip(parties, places, strict=True))
            },
        }
        for m in models
        if m in ROUNDS
    }  # fmt: skip
    sides = [
        {
            "party": p,
            "position": spread(float(x)),
            "for": spread(0.4, 0.1),
            "against": spread(0.6, 0.1),
            "prevails": 0.01 * n,
            "parties_for": parties[: n + 1],
            "parties_against": parties[n + 1 :],
        }
        for n, (p, x) in enumerate(zip(parties, places, strict=True))
    ]
    return {
        "stances": {
            p: {"position": spread(float(x), 0.05), "salience": spread(0.5), "power": spread(float(s), 0.01)}
            for p, x, s in zip(parties, places, power, strict=True)
        },
        "along": {p: a.tolist() for p, a in along.items()},
        "apart": spread(0.3, 0.1),
        "outcome": {m: spread(0.5 + 0.1 * n, 0.1) for n, m in enumerate(models)},
        "settled": {m: 0.4 if m == "challenge" else 1.0 for m in rounds},
        "rounds": rounds,
        "moves": {
            m: [{"round": 1, "party": parties[0], "by": parties[1], "share": 0.5, "step": -0.2}] * (m == "challenge")
            for m in rounds
        },
        "for_and_against": dict.fromkeys(models, sides),
    }  # fmt: skip


def concession(cheapest: bool = True, **changed: Any) -> dict[str, Any]:
    """Make up a concession on `troops`, from 1 to 0.25."""
    moves = {"troops": {"from": 1.0, "to": 0.25}}
    told: dict[str, Any] = {
        "tried": 12,
        "confirmed": 4,
        "now": 0.2,
        "narrow": False,
        "most": {"accepts": 0.7, "enough": True, "moves": moves},
        "cheapest": {
            "moves": moves,
            "accepts": {"ARD": 0.6, "BEN": 0.8},
            "loss": {"BEN": 0.05},
            "total": 0.05,
        },
    }
    if not cheapest:
        told["cheapest"] = None
    return told | changed


def zone_of(accepts: dict[str, tuple[float, float]], threshold: float = 0.5, **more: Any) -> dict[str, Any]:
    """Make up a zone from how likely ARD and BEN accept each proposal, widths of the intervals 0.2."""
    rows = {}
    for p, pair in accepts.items():
        blocks = [s for s, a in zip(("ARD", "BEN"), pair, strict=True) if a < threshold]
        rows[p] = {
            "accepts": {
                s: {"mean": a, "p05": max(a - 0.1, 0.0), "p95": min(a + 0.1, 1.0)}
                for s, a in zip(("ARD", "BEN"), pair, strict=True)
            },
            "signed": spread(pair[0] * pair[1], 0.1),
            "close": [],
            "inside": not blocks,
            "inside_share": 0.9 if not blocks else 0.2,
            "blocks": blocks,
            "concessions": {b: concession() for b in blocks},
        }
    chosen = {p: 1 / len(accepts) for p in accepts}
    return {
        "threshold": threshold,
        "draws": 512,
        "search": {"draws": 64, "confirmed": 512, "issues": [1], "parts": [0.5, 1.0]},
        "proposals": rows,
        "closest": sorted(accepts, key=lambda p: (-min(accepts[p]), p)),
        "open_share": 0.75,
        "open_share_both": 0.625,
        "solutions": {
            rule: {"chosen": chosen, "none": 0.0} for rule in ("nash", "kalai_smorodinsky", "egalitarian")
        },
        **more,
    }


def terminal(file: Any, found: Any, width: int = 80) -> str:
    """Return what the terminal says, on one line."""
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(bargain_table(file, found))
    return " ".join(console.export_text().split())


def paged(file: Any, found: Any) -> str:
    """Return what the page says, on one line."""
    return " ".join(parse(bargain_page(file, found)).text().replace("\u2060", "").split())
