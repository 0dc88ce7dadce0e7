"""Reads "Decision-making in the European Union", version III: who stood where on 353 issues, and what was decided.

Thomson et al., doi:10.34810/data53, CC BY 4.0; read from ../shared, as no part of the project. The table is tab-separated with a quoted
header; a first row without a name holds one number for each actor (unlabelled; they look like gross domestic products); missing values
are empty; dates are garbled, so that the rule in force is told from the year in a proposal's number.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from holdfast.voting import shapley_shubik, simple_game, weighted
from holdfast.voting.rules import Quota

FILE = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "bargaining" / "deu3.csv"

FIFTEEN = ["be", "dk", "de", "el", "es", "fr", "ie", "it", "lu", "nl", "at", "pt", "fi", "se", "uk"]
TEN = ["cy", "cz", "ee", "hu", "lv", "lt", "mt", "pl", "si", "sk"]

VOTES_OF_1995 = dict(zip(FIFTEEN, [5, 3, 10, 5, 8, 10, 3, 10, 2, 5, 4, 5, 3, 4, 10], strict=True))
"""62 of 87."""

VOTES_OF_NICE = {
    **dict.fromkeys(["de", "fr", "it", "uk"], 29), **dict.fromkeys(["es", "pl"], 27), "ro": 14, "nl": 13,
    **dict.fromkeys(["be", "cz", "el", "hu", "pt"], 12), **dict.fromkeys(["at", "bu", "se"], 10),
    **dict.fromkeys(["dk", "ie", "lt", "sk", "fi"], 7), **dict.fromkeys(["cy", "ee", "lv", "lu", "si"], 4), "mt": 3,
}  # fmt: skip
"""232 of 321 among 25 members, 255 of 345 among 27, and a majority of members."""

MILLIONS = {
    "de": 82.2, "fr": 66.8, "uk": 65.4, "it": 60.7, "es": 46.4, "pl": 38.0, "ro": 19.8, "nl": 17.0, "be": 11.3, "el": 10.8, "cz": 10.6,
    "pt": 10.3, "se": 9.9, "hu": 9.8, "at": 8.7, "bu": 7.2, "dk": 5.7, "fi": 5.5, "sk": 5.4, "ie": 4.7, "cr": 4.2, "lt": 2.9, "si": 2.1,
    "lv": 2.0, "ee": 1.3, "cy": 0.8, "lu": 0.6, "mt": 0.4,
}  # fmt: skip
"""People in 2016, to a tenth of a million: 65 % of them and 55 % of 28 members since November 2014."""


class Issues(NamedTuple):
    """All issues with an outcome; who has no position has no salience."""

    actors: tuple[str, ...]
    proposal: tuple[str, ...]
    positions: np.ndarray
    """Actors × issues, 0 to 100; 0 where there is none."""
    stands: np.ndarray
    salience: np.ndarray
    """Actors × issues, 0 to 1."""
    power: np.ndarray
    """Actors × issues: Shapley–Shubik index of the decision rule in force."""
    size: np.ndarray
    """Actors: the unlabelled row."""
    reference: np.ndarray
    """What would be without a decision; not a number where unknown."""
    outcome: np.ndarray


def read(path: Path = FILE) -> Issues:
    """Return the issues whose outcome is known."""
    with path.open(encoding="latin-1", newline="") as file:
        header, sizes, *rows = csv.reader(file, delimiter="\t")
    column = {name: k for k, name in enumerate(header)}
    actors = tuple(name[1:] for name in header[column["pcom"] : column["scom"]])
    rows = [row for row in rows if row[column["out"]].strip()]

    def numbers(prefix: str) -> np.ndarray:
        return np.array([[number(row[column[prefix + a]]) for row in rows] for a in actors])

    positions, salience = numbers("p"), numbers("s") / 100
    stands = np.isfinite(positions) & np.isfinite(salience)
    return Issues(
        actors=actors,
        proposal=tuple(row[column["prnr"]] for row in rows),
        positions=np.where(stands, positions, 0.0),
        stands=stands,
        salience=np.where(stands, salience, 0.0),
        power=np.array([powers(row, column, actors) for row in rows]).T,
        size=np.array([number(sizes[column["p" + a]]) for a in actors]),
        reference=np.array([number(row[column["rp"]]) for row in rows]),
        outcome=np.array([number(row[column["out"]]) for row in rows]),
    )


def number(text: str) -> float:
    return float(text) if text.strip() else np.nan


def powers(row: list[str], column: dict[str, int], actors: tuple[str, ...]) -> list[float]:
    """Return each actor's Shapley–Shubik index: of the Council's rule, the Commission and, in codecision, the Parliament."""
    digits = int(row[column["prnr"]][1:3])
    year = 1900 + digits if digits > 50 else 2000 + digits
    newest = any(row[column["p" + a]].strip() for a in ("bu", "ro"))
    era = "1995" if year < 2003 else "2014" if year >= 2012 else "27" if newest else "25"
    found = index(era, row[column["counvte"]] == "Unan", row[column["proc"]] == "COD")
    return [found.get(a, 0.0) for a in actors]


@cache
def index(era: str, unanimous: bool, codecision: bool) -> dict[str, float]:
    """Return power under a rule.

    By qualified majority the Council accepts what the Commission proposes, which must then agree; unanimous, it may decide otherwise.
    Nice's clause on population, which changes next to nothing, is left out.
    """
    nice = [*FIFTEEN, *TEN, *(["bu", "ro"] if era == "27" else [])]
    members = {"1995": FIFTEEN, "25": nice, "27": nice, "2014": list(MILLIONS)}[era]
    needed: list[Quota | str] = []
    if unanimous:
        needed += members
    elif era == "1995":
        needed += [weighted(62, VOTES_OF_1995)]
    elif era == "2014":
        tenths = {m: round(10 * v) for m, v in MILLIONS.items()}
        needed += [majority(16, members), weighted(-(-sum(tenths.values()) * 65 // 100), tenths)]
    else:
        quota = 255 if era == "27" else 232
        needed = [
            weighted(quota, {m: VOTES_OF_NICE[m] for m in members}),
            majority(len(members) // 2 + 1, members),
        ]
    needed += [] if unanimous else ["com"]
    needed += ["ep"] if codecision else []
    game = simple_game(weighted(len(needed), dict.fromkeys(needed, 1)))
    return dict(zip(game.members, (float(v) for v in shapley_shubik(game).values), strict=True))


def majority(quota: int, members: list[str]) -> Quota:
    return weighted(quota, dict.fromkeys(members, 1))
