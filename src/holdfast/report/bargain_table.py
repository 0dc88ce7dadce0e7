"""What `holdfast bargain` prints: by issue where each model ends, who moved whom, who is for and against; then what each party gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from holdfast.report.words import capital, listing, percent
from holdfast.report.zone_table import zone_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.scenario import PositionFile

__all__ = ["MODEL_NAMES", "bargain_table", "caveats"]

MODEL_NAMES = {
    "mean": "weighted mean",
    "median": "weighted median",
    "challenge": "challenge model",
    "spatial": "spatial model",
    "nash": "Nash",
    "kalai-smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "egalitarian",
}
_MOST = 12
"""Rows of parties that the terminal shows; --json has all."""
_MOVES = 5
"""Moves that the terminal tells of, the largest; --json has all."""
_SIDE = 6
"""Parties that a side is named with."""
_APART = 0.15
"""Models further apart than this, on the scale from 0 to 1, are said to disagree."""


def bargain_table(file: PositionFile, found: Mapping[str, Any]) -> Group:
    """Return what the terminal shows, readable at 80 columns and plain when piped.

    Parameters
    ----------
    file
        What was bargained over.
    found
        What `study.bargain.bargain` returned.
    """
    parts: list[Any] = []
    for issue, about in found["issues"].items():
        ends = file.issues[issue]
        parts += [
            Text(capital(issue.replace("_", " ")), style="bold"),
            Text(f"0: {ends.low}\n1: {ends.high}"),
            _outcomes(about),
            Text(verdict(about)),
            Text(""),
            _stances(file, about),
            *(Text(line) for line in _moves(file, about)),
            *(Text(line) for line in _sides(file, about)),
            Text(""),
        ]
    parts += [Text("What each party gains", style="bold"), _gains(file, found), Text("")]
    if found.get("zone"):
        parts += zone_table(file, found["zone"])
    parts += [Text(line) for line in caveats(found)]
    return Group(*parts)


def verdict(about: Mapping[str, Any]) -> str:
    """Return in a sentence where an issue ends and whether the models agree.

    Examples
    --------
    >>> verdict({"outcome": {"mean": {"mean": 0.4, "p05": 0.3, "p95": 0.5}, "challenge": {"mean": 0.9, "p05": 0.8, "p95": 1.0}}})
    'Expect 0.40 (0.30–0.50), the weighted mean. The models disagree: from 0.40 (weighted mean) to 0.90 (challenge model).'
    """
    means = {m: s["mean"] for m, s in about["outcome"].items() if s}
    low, high = min(means, key=lambda m: means[m]), max(means, key=lambda m: means[m])
    first = f"Expect {_range(about['outcome']['mean'])}, the weighted mean."
    if means[high] - means[low] < _APART:
        return f"{first} The models agree to within {means[high] - means[low]:.2f}."
    return (
        f"{first} The models disagree: from {means[low]:.2f} ({MODEL_NAMES[low]}) to {means[high]:.2f} "
        f"({MODEL_NAMES[high]})."
    )


def caveats(found: Mapping[str, Any]) -> list[str]:
    """Return what a reader must know before using the figures."""
    counted = (
        f"Means over {found['draws']:,} draws, in brackets the 5–95% interval. Positions run from 0 to 1; power is salience × "
        "influence, as a share."
    )
    tested = (
        "On 353 decisions of the EU with known outcomes no model here was better than the weighted mean by more than its noise, and none "
        "was tested on wars: read models that differ from it as what-ifs."
    )
    lines = [counted, tested]
    if found["influence_is_strength"]:
        lines.append(
            "Influence is not given, so that military strength stands in for it. Clout among allies is another thing: write "
            "parties.PARTY.influence."
        )
    unsettled = {
        m for about in found["issues"].values() for m, share in about["settled"].items() if share < 0.95
    }
    for model in sorted(unsettled):
        shares = ", ".join(
            f"{issue} {percent(about['settled'][model])}"
            for issue, about in found["issues"].items()
            if model in about["settled"]
        )
        lines.append(
            f"The {MODEL_NAMES[model]} does not settle in every draw ({shares} do): where it ends depends on how many rounds are played."
        )
    lines += [f"{issue} is left out: {why}." for issue, why in found["left_out"].items()]
    if missing := found["models_left_out"]:
        names = listing([MODEL_NAMES[m] for m in missing])
        lines.append(f"Left out: {names}, as {next(iter(missing.values()))}.")
    return lines


def _outcomes(about: Mapping[str, Any]) -> Table:
    grid = _grid("model", "ends at", "5–95%", "settled in")
    for model, spread in about["outcome"].items():
        if spread is None:
            grid.add_row(MODEL_NAMES[model], "none", "", "")
            continue
        settled = about["settled"].get(model)
        grid.add_row(
            MODEL_NAMES[model],
            f"{spread['mean']:.2f}",
            f"{spread['p05']:.2f}–{spread['p95']:.2f}",
            "" if settled is None else percent(settled),
        )
    return grid


def _stances(file: PositionFile, about: Mapping[str, Any]) -> Table:
    grid = _grid("party", "position", "salience", "power")
    rows = sorted(about["stances"].items(), key=lambda row: -row[1]["power"]["mean"])
    for party, stance in rows[:_MOST]:
        grid.add_row(
            Text(file.parties[party].name),
            _range(stance["position"]),
            f"{stance['salience']['mean']:.2f}",
            percent(stance["power"]["mean"]),
        )
    if rest := rows[_MOST:]:
        power = sum(stance["power"]["mean"] for _, stance in rest)
        grid.add_row(f"{len(rest)} others", "", "", percent(power))
    return grid


def _moves(file: PositionFile, about: Mapping[str, Any]) -> list[str]:
    """Return by model who moved whom, the commonest moves first."""
    lines: list[str] = []
    for model, moves in about["moves"].items():
        if not moves:
            lines.append(f"In the {MODEL_NAMES[model]} nobody moves.")
            continue
        told = sorted(moves, key=lambda m: -m["share"] * abs(m["step"]))[:_MOVES]
        each = [
            f"round {m['round']}, {_name(file, m['party'])} to {_name(file, m['by'])} by {abs(m['step']):.2f} ({percent(m['share'])})"
            for m in sorted(told, key=lambda m: m["round"])
        ]
        more = f", and {len(moves) - len(told)} smaller" if len(moves) > len(told) else ""
        lines.append(f"Moves in the {MODEL_NAMES[model]} (share of draws): {'; '.join(each)}{more}.")
    return lines


def _sides(file: PositionFile, about: Mapping[str, Any]) -> list[str]:
    """Return for the two outermost positions who would rather have them than the weighted mean."""
    rows = sorted(about["for_and_against"]["mean"], key=lambda r: r["position"]["mean"])
    lines: list[str] = []
    for row in (rows[0], rows[-1]):
        for_, against = (_some(file, row[side]) for side in ("parties_for", "parties_against"))
        where = f"{_name(file, row['party'])}'s position {row['position']['mean']:.2f} rather than the weighted mean"
        sides = f"for {percent(row['for']['mean'])} of the power ({for_}), against {percent(row['against']['mean'])} ({against})"
        lines.append(f"{where}: {sides}.")
    return lines


def _some(file: PositionFile, parties: Sequence[str]) -> str:
    """Name a few parties, and say how many more there are."""
    names = [_name(file, p) for p in parties]
    if len(names) > _SIDE:
        names = [*names[: _SIDE - 1], f"{len(names) - _SIDE + 1} more"]
    return listing(names) if names else "nobody"


def _gains(file: PositionFile, found: Mapping[str, Any]) -> Table:
    models = [m for m in found["gains"] if m not in ("kalai-smorodinsky", "egalitarian")]  # as Nash, nearly
    grid = _grid("party", *(MODEL_NAMES[m].replace(" ", "\n") for m in models), "beside no\nagreement")
    parties = sorted(
        found["parties"],
        key=lambda p: found["gains"]["mean"][p]["ideal"]["mean"] if found["gains"]["mean"][p]["ideal"] else 0,
    )
    for party in parties[:_MOST]:
        own = [found["gains"][m][party]["ideal"] for m in models]
        beside = found["gains"]["mean"][party]["no_agreement"]
        grid.add_row(
            Text(file.parties[party].name),
            *("–" if s is None else f"{s['mean']:+.2f}" for s in own),
            "not known" if beside is None else f"{beside['mean']:+.2f}",
        )
    if len(parties) > _MOST:
        grid.add_row(f"{len(parties) - _MOST} others lose less", *("" for _ in models), "")
    return grid


def _grid(first: str, *headings: str) -> Table:
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column(first, min_width=16, overflow="fold")
    for heading in headings:
        grid.add_column(heading, justify="right", no_wrap=True)
    return grid


def _name(file: PositionFile, party: str) -> str:
    return file.parties[party].name


def _range(spread: Mapping[str, float]) -> str:
    if spread["p05"] == spread["p95"]:
        return f"{spread['mean']:.2f}"
    return f"{spread['mean']:.2f} ({spread['p05']:.2f}–{spread['p95']:.2f})"
