"""What each party gains or loses, who moves whom, and who is for and against which position: tables, folded where they are long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from holdfast.report.bargain.fairness import UNITS, no_agreement_told
from holdfast.report.bargain.movement import NO_MOVE, largest
from holdfast.report.bargain.nearer import SIDES, named, shares
from holdfast.report.bargain.words import MODEL_NAMES, range_of
from holdfast.report.blocks import Fold, Prose, Table
from holdfast.report.study import some
from holdfast.report.words import capital, count, listing, percent, signed_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.report.bargain.talk import Talk
    from holdfast.report.blocks import Block, Cell

__all__ = ["gain_blocks", "move_folds", "side_folds"]

_OPEN = 12
"""Rows that a table shows before it is folded."""
_MOVES = 60
"""Moves listed on the page, the largest; the JSON has all."""
_BY = {"war": "fighting on", "no_agreement.outcome": "no agreement, by the file"}


def gain_blocks(talk: Talk) -> list[Block]:
    """Return each party's loss against its ideal and gain against no agreement, by model."""
    mean = talk.found["gains"]["mean"]
    order = sorted(talk.found["parties"], key=lambda p: (_middle(mean[p]["ideal"]), p))
    known = [p for p in order if mean[p]["ideal"] is not None]
    blocks: list[Block] = []
    if known:
        ends = " and ".join(
            f"{signed_number(mean[p]['ideal']['mean'])} ({talk.party(p)})"
            for p in dict.fromkeys((known[0], known[-1]))
        )
        first = (
            f"Beside its ideal the weighted mean leaves a party between {ends}"
            if len(known) > 1
            else f"Beside its ideal the weighted mean leaves a party {ends}"
        )
        blocks.append(Prose(f"{first}. {UNITS} {_beside(talk, mean)}"))
    if len(order) <= _OPEN:
        return [*blocks, *_gain_tables(talk, order)]
    blocks += _gain_tables(talk, order[:_OPEN], f"; the {_OPEN} whose figure is lowest")
    return [*blocks, Fold(f"All {count(len(order), 'party', 'parties')}", _gain_tables(talk, order))]


def _beside(talk: Talk, mean: Mapping[str, Any]) -> str:
    """Say how many would be better off than without an agreement."""
    known = {p: g["no_agreement"] for p, g in mean.items() if g["no_agreement"] is not None}
    why = " ".join(no_agreement_told(talk.names, talk.found))
    if not known:
        return why
    worse = sorted(talk.party(p) for p, s in known.items() if s["mean"] < 0)
    if not worse:
        return f"Beside no agreement nobody for whom it is known loses on average. {why}".strip()
    return f"Beside no agreement {listing(some(worse))} would lose on average. {why}".strip()


def _gain_tables(talk: Talk, parties: list[str], which: str = "") -> tuple[Table, ...]:
    """Return what each model's outcome takes from a party's ideal, and beside it what it gives over no agreement: a column a model."""
    models = list(talk.found["gains"])
    names = tuple(capital(MODEL_NAMES[m]) for m in models)

    def cells(party: str, beside: str) -> list[Cell]:
        return [_gain(talk.found["gains"][m][party][beside]) for m in models]

    ideal = Table(
        "What each model’s outcome takes from a party’s ideal, which is worth 1 to it, in its own unit; 5–95% intervals below"
        f"{which}",
        ("Party", *names),
        tuple((talk.party(p), *cells(p, "ideal")) for p in parties),
    )
    by = talk.found["no_agreement"]
    if all(by[p] is None for p in parties):
        return (ideal,)
    rows = tuple(
        (talk.party(p), *cells(p, "no_agreement"), "not known" if by[p] is None else _BY[by[p]])
        for p in parties
    )
    none = Table(
        f"What each model’s outcome gives a party beside no agreement, in the same unit; 5–95% intervals below{which}",
        ("Party", *names, "No agreement is"),
        rows,
        words=(len(names) + 1,),
    )
    return (ideal, none)


def _gain(spread: Mapping[str, float] | None) -> Cell:
    """Return a gain with its interval, if it has a width, on a line below it."""
    if spread is None:
        return "–"
    mean, low, high = (signed_number(spread[k]) for k in ("mean", "p05", "p95"))
    if low == high:
        return mean
    return Markup('{} <span class="interval">{} to {}</span>').format(mean, low, high)


def _middle(spread: Mapping[str, float] | None) -> float:
    return 1.0 if spread is None else spread["mean"]


def move_folds(talk: Talk) -> list[Block]:
    """Return who moved whom, a folded table an issue and model."""
    blocks: list[Block] = []
    for issue, about in talk.issues.items():
        for model, moves in about["moves"].items():
            place = f"{talk.names.issue(issue)}, {MODEL_NAMES[model]}"
            if not moves:
                blocks.append(Prose(f"{place}: {NO_MOVE}."))
                continue
            listed = largest(moves, _MOVES)
            some_ = (
                f"the {len(listed)} of {len(moves):,} that weigh most, how far × share of draws"
                if len(listed) < len(moves)
                else f"{len(moves)}"
            )
            rows = tuple(
                (
                    str(m["round"]),
                    talk.party(m["party"]),
                    "itself" if m["by"] == m["party"] else talk.party(m["by"]),
                    percent(m["share"]),
                    signed_number(m["step"]),
                )
                for m in listed
            )
            table = Table(
                "Moves made in at least one draw in twenty, of a party towards another’s offer or by itself, along with a bargain of its "
                "own; how far, on the scale from 0 to 1, is the mean where it is made",
                ("Round", "who moves", "moved by", "share of draws", "how far"),
                rows,
                words=(1, 2),
            )
            blocks.append(Fold(f"{place}: who moves whom ({some_})", (table,)))
    return blocks


def side_folds(talk: Talk) -> list[Block]:
    """Return the coalitions for and against each party's position beside the weighted mean, a folded table an issue."""
    blocks: list[Block] = []
    for issue, about in talk.issues.items():
        rows = sorted(about["for_and_against"]["mean"], key=lambda r: (r["position"]["mean"], r["party"]))
        cells = tuple(
            (
                talk.party(r["party"]),
                range_of(r["position"]),
                *shares(r)[:2],
                percent(r["prevails"]),
                named(talk.names, about, r["parties_for"]),
                named(talk.names, about, r["parties_against"]),
            )
            for r in rows
        )
        table = Table(
            "Share of the power that is nearer to a party’s position than to the weighted mean, or farther from it, and in what share of "
            f"draws those nearer outweigh those farther. {SIDES}",
            (
                "Position of",
                "at",
                "nearer",
                "farther",
                "outweigh in",
                "nearer in most draws",
                "farther in most draws",
            ),
            cells,
            words=(5, 6),
        )
        best = max(rows, key=lambda r: (r["prevails"], r["party"]))
        lead = (
            f"of all positions {talk.party(best['party'])}’s is most often preferred to the weighted mean "
            f"({percent(best['prevails'])} of draws)"
        )
        blocks.append(Fold(f"{talk.names.issue(issue)}: {lead}", (table,)))
    return blocks
