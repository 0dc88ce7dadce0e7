"""Which proposals lie in the zone of possible agreement, who blocks the others, what would bring the blocker in: words and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from holdfast.report.words import listing, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.scenario import PositionFile

__all__ = ["basis", "concession", "headline", "zone_table"]


def zone_table(file: PositionFile, zone: Mapping[str, Any]) -> list[Any]:
    """Return the zone's part of the terminal's table.

    Parameters
    ----------
    file
        The scenario.
    zone
        What `study.bargain.zone.agreement_zone` returned.
    """
    parties = sorted({s for row in zone["proposals"].values() for s in row["accepts"]})
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("proposal", min_width=16, overflow="fold")
    for party in parties:
        grid.add_column(f"{file.parties[party].name}\naccepts", justify="right", no_wrap=True)
    grid.add_column("who blocks it")
    for name in zone["closest"]:
        row = zone["proposals"][name]
        blocks = listing([file.parties[b].name for b in row["blocks"]]) if row["blocks"] else "nobody"
        cells = (_share(row["accepts"].get(p)) for p in parties)
        grid.add_row(Text(name), *cells, Text(blocks))
    lines = [headline(zone)]
    for name in zone["closest"]:
        for blocker, found in zone["proposals"][name]["concessions"].items():
            lines.append(f"{name}: {concession(file, blocker, found)}")
    lines.append(basis(zone))
    return [
        Text("Which proposals could be signed", style="bold"),
        grid,
        *(Text(line) for line in lines),
        Text(""),
    ]


def basis(zone: Mapping[str, Any]) -> str:
    """Return what the zone rests on."""
    return (
        "Each signatory accepts with the probability that the chain gives it, war being what it has instead; means of "
        f"{zone['draws']} draws. Concessions change outcomes and leave terms (troops, pledges) as they are."
    )


def headline(zone: Mapping[str, Any]) -> str:
    """Return in a sentence whether there is a zone of possible agreement."""
    inside = [name for name in zone["closest"] if zone["proposals"][name]["inside"]]
    least = percent(zone["threshold"])
    if inside:
        verb = "lies" if len(inside) == 1 else "lie"
        return f"{listing(inside)} {verb} in the zone of possible agreement: every signatory accepts with at least {least}."
    nearest = zone["closest"][0]
    worst = min((s["mean"], p) for p, s in zone["proposals"][nearest]["accepts"].items())
    return (
        f"The zone is empty: no proposal is accepted by every signatory with at least {least}. Closest is {nearest}, which {worst[1]} "
        f"accepts with {percent(worst[0])}."
    )


def concession(file: PositionFile, blocker: str, found: Mapping[str, Any]) -> str:
    """Return the cheapest concession in words, or that none was found and how near the best comes."""
    name = file.parties[blocker].name
    if found["cheapest"] is None:
        most = found["most"]
        return (
            f"none of {found['tried']} concessions brings {name} in and keeps the others; at most it would accept with "
            f"{percent(most['accepts'])}."
        )
    best = found["cheapest"]
    moves = listing([f"{k} from {m['from']:.2f} to {m['to']:.2f}" for k, m in best["moves"].items()])
    accepts = ", ".join(f"{file.parties[p].name} {percent(a)}" for p, a in best["accepts"].items())
    return (
        f"the cheapest of {found['tried']} concessions to {name} that works moves {moves} (then {accepts})."
    )


def _share(spread: Mapping[str, float] | None) -> str:
    if spread is None:
        return "not asked"
    return f"{percent(spread['mean'])} ({percent(spread['p05']).removesuffix('%')}–{percent(spread['p95'])})"
