"""The fixed scenario of the benchmark: 30 guarantors, two bodies, both principals able to attack, strengthening.

Nothing in it stands for any country. It is made in code so that its size can be read at a glance.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

GUARANTORS = [f"G{number:02d}" for number in range(1, 31)]
FORCE, ARMS, SANCTIONS, OTHER = GUARANTORS[:14], GUARANTORS[8:20], GUARANTORS[20:26], GUARANTORS[26:]


def between(low: float, high: float) -> dict[str, Any]:
    """Return a quantity with a 90 % range."""
    return {"between": [low, high], "source": "judgement", "because": "Made up for the benchmark."}


def scenario() -> dict[str, Any]:
    """Return the scenario as the plain mapping that its file holds."""
    principals = {
        name: {
            "name": f"Principal {name}",
            "principal": True,
            "strength": between(*strength),
            "war_cost": between(0.03, 0.15),
            "crises_per_year": between(0.2, 1.5),
            "noise": between(0.03, 0.08),
            "word_cost": between(0.01, 0.1),
            "positions": {"border": ideal, "troops": ideal},
            "salience": {"border": between(0.8, 1.2), "troops": 0.5},
        }
        for name, strength, ideal in (("A", (0.8, 1.3), 0.0), ("B", (0.5, 0.9), 1.0))
    }
    guarantors = {
        name: {"name": f"Guarantor {name}", "strength": between(0.02 + 0.01 * number, 0.06 + 0.02 * number)}
        for number, name in enumerate(GUARANTORS)
    }
    return {
        "holdfast": 1,
        "title": "Benchmark: thirty guarantors",
        "as_of": "2025-01-01",
        "issues": {
            "border": {"low": "as A asks", "high": "as B asks"},
            "troops": {"low": "none", "high": "many"},
        },
        "parties": principals | guarantors,
        "groups": {"force": FORCE, "arms": ARMS, "sanctions": SANCTIONS, "other": OTHER},
        "bodies": {
            "alliance": {
                "members": GUARANTORS[:10],
                "rule": {"quota": 6},
                "support": {name: between(0.4, 0.95) for name in GUARANTORS[:10]},
            },
            "council": {
                "members": ["A", *GUARANTORS[10:14]],
                "rule": {"quota": 3, "veto": ["G11", "G12"], "recuse": "attacker"},
                "support": {name: between(0.4, 0.95) for name in ["A", *GUARANTORS[10:14]]},
            },
        },
        "war": {
            "years": between(1.5, 5.0),
            "discount": between(0.03, 0.08),
            "decisiveness": between(0.6, 2.0),
            "settling": {"excess": between(3, 10), "years": between(0.5, 2.0)},
            "accidents_per_year": between(0.005, 0.05),
        },
        "detection": {"A": between(0.5, 0.9), "B": between(0.5, 0.9)},
        "no_agreement": {"support": {"B": {"strength": between(0.1, 0.3), "continues": between(0.5, 0.9)}}},
        "proposals": {
            name: {
                "title": title,
                "outcome": {"border": border, "troops": 0.6},
                "signatories": ["A", "B"],
                "terms": _terms(access),
            }
            for name, title, border, access in (
                ("plain", "Guarantees with few monitors", 0.4, (0.1, 0.3)),
                ("watched", "Guarantees with many monitors", 0.5, (0.5, 0.9)),
            )
        },
    }


def _terms(access: tuple[float, float]) -> list[dict[str, Any]]:
    def pledge(name: str, **own: Any) -> dict[str, Any]:
        common = {
            "id": name,
            "by": name,
            "to": "B",
            "against": "A",
            "stake": between(0.3, 0.9),
            "cost": between(0.01, 0.08),
            "break_cost": between(0.01, 0.08),
            "noise": between(0.03, 0.08),
        }
        return {"pledge": common | own}

    return [
        pledge(
            "force",
            kind="force",
            strength={"share": between(0.05, 0.3)},
            body="alliance",
            overrides={
                "G03": {"cost": between(0.03, 0.12)},
                "G07": {"stake": between(0.6, 1.2), "strength": between(0.05, 0.2)},
                "G11": {"break_cost": between(0.05, 0.15)},
            },
        ),
        pledge("arms", kind="arms", strength={"total": between(0.2, 0.6)}, body="council"),
        pledge("sanctions", kind="sanctions", strength={"each": between(0.002, 0.01)}, stake=0.5),
        pledge("other", kind="arms", strength={"each": between(0.03, 0.1)}, to="A", against="B"),
        {
            "deployment": {
                "by": ["G01", "G02"],
                "to": "B",
                "against": "A",
                "place": "in-country",
                "strength": {"each": between(0.01, 0.05)},
                "tripwire": between(0.01, 0.05),
            }
        },
        {
            "deployment": {
                "by": ["G04"],
                "to": "B",
                "against": "A",
                "place": "near-border",
                "readiness": between(0.2, 0.6),
            }
        },
        {"strengthening": {"party": "B", "add": between(0.1, 0.4), "over_years": between(3, 6)}},
        {"strengthening": {"party": "A", "add": between(0.05, 0.2), "over_years": between(1, 3)}},
        {
            "monitoring": {
                "by": ["G05", "G06"],
                "watches": ["A", "B"],
                "coverage": between(0.4, 0.8),
                "access": between(*access),
                "containment": between(0.1, 0.5),
            }
        },
        {"relief": {"to": "A", "worth": between(0.01, 0.05)}},
    ]


def write(path: Path) -> Path:
    """Write the scenario as a file and return its path."""
    yaml = YAML()
    yaml.representer.ignore_aliases = lambda *_: True
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(scenario(), stream)
    return path
