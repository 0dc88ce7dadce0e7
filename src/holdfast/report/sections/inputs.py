"""Every input with its range and its source, grouped as the file groups them, and the sources themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from holdfast.report.blocks import Fold, Heading, Prose, Section, Table
from holdfast.report.names import STANDING
from holdfast.report.words import count, listing, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report.blocks import Block, Cell
    from holdfast.report.study import Study
    from holdfast.scenario import Quantity

#: Above this many inputs the reasons are left to the file, so that the page stays under its limit.
MOST_WITH_REASONS = 2500
#: Above this many, plain numbers are left to the file as well.
MOST_ROWS = 8000


def inputs(study: Study) -> Section:
    """Return the section on inputs and sources."""
    quantities = [q for q in study.scenario.quantities.values() if _shown(study, q.path)]
    uncertain = [q for q in quantities if q.constant is None]
    sourced = sum(q.standing == "sourced" for q in quantities)
    cited = (
        f"{percent(sourced / len(quantities))} rest on sources alone; the rest on judgements as well or only, or on nothing named."
        if sourced
        else "None rests on sources alone: they are judgements, some with a source beside them, or name none."
    )
    blocks: list[Block] = [
        Prose(
            f"The file has {count(len(quantities), 'number')}: {len(uncertain)} with a range, the rest plain. {cited} "
            "Ranges marked “90 %” are 90% intervals, with 5% beyond each end; the ends of uniform, triangular and pert ranges are "
            "limits that the number cannot pass."
        )
    ]
    listed = quantities
    if len(quantities) > MOST_ROWS:
        listed = uncertain[:MOST_ROWS]
        blocks.append(
            Prose(
                f"So many are too long a list for a page: {count(len(listed), 'number')} with a range are listed here."
            )
        )
    reasons = len(listed) <= MOST_WITH_REASONS
    groups: dict[str, list[Quantity]] = {}
    for quantity in listed:
        groups.setdefault(_group(study, quantity.path), []).append(quantity)
    blocks += [
        _fold(study, name, members, reasons=reasons) for name, members in sorted(groups.items(), key=_order)
    ]
    blocks += _sources(study)
    return Section("inputs", "Every input, its range and its source", tuple(blocks))


def _shown(study: Study, path: str) -> bool:
    """Leave out the numbers of proposals that this study did not ask about."""
    parts = path.split(".", 2)
    return parts[0] != "proposals" or any(p.id == parts[1] for p in study.answers.proposals)


def _group(study: Study, path: str) -> str:
    """Name the group of an input: a principal, the other parties, a body, a proposal, or a part of the file."""
    parts = path.split(".")
    if parts[0] == "parties":
        if study.scenario.parties[parts[1]].principal:
            return f"Principal: {study.names.party(parts[1])}"
        return "Other parties"
    if parts[0] == "bodies":
        return f"Body: {study.names.body(parts[1])}"
    if parts[0] == "proposals":
        title = next((f"{p.rank} {p.title}" for p in study.answers.proposals if p.id == parts[1]), parts[1])
        return f"Proposal: {title}"
    return {"war": "War", "detection": "Detection", "no_agreement": "No agreement"}.get(parts[0], parts[0])


def _order(group: tuple[str, Sequence[Quantity]]) -> tuple[int, int, str]:
    name = group[0]
    kinds = ("Principal", "War", "Detection", "No agreement", "Proposal", "Body", "Other parties")
    kind = name.partition(":")[0]
    digits = name.partition(": ")[2].split(" ")[0]
    return (kinds.index(kind) if kind in kinds else len(kinds), int(digits) if digits.isdigit() else 0, name)


def _fold(study: Study, name: str, members: Sequence[Quantity], *, reasons: bool) -> Fold:
    bare = sum(q.standing != "sourced" for q in members)
    note = "all sourced" if not bare else f"{bare} not sourced"
    table = Table(
        name,
        ("Input", "value or range", "median", "rests on", *(("because",) if reasons else ())),
        tuple(_row(study, quantity, reasons=reasons) for quantity in members),
        numeric=False,
    )
    return Fold(f"{name} – {len(members)} {'number' if len(members) == 1 else 'numbers'}, {note}", (table,))


def _row(study: Study, quantity: Quantity, *, reasons: bool) -> tuple[Cell, ...]:
    name = Markup('{} <code class="path">{}</code>').format(study.names.place(quantity.path), quantity.path)
    rests: Cell = STANDING[quantity.standing]
    cited = [source for source in quantity.source if source in study.scenario.sources]
    if cited:
        links = Markup(", ").join(Markup('<a href="#source-{0}">{0}</a>').format(source) for source in cited)
        rests = links if quantity.standing == "sourced" else Markup("{}; {}").format(links, rests)
    cells: tuple[Cell, ...] = (name, quantity.describe(), f"{quantity.median:.3g}".replace("-", "−"), rests)
    return (*cells, quantity.because or "") if reasons else cells


def _sources(study: Study) -> list[Block]:
    """Return the list of sources, with how many numbers rest on each."""
    sources = study.scenario.sources
    if not sources:
        return [Heading("Sources"), Prose("The file names no source.")]
    used: dict[str, int] = {}
    for quantity in study.scenario.quantities.values():
        for source in quantity.source:
            used[source] = used.get(source, 0) + 1
    rows: list[tuple[Cell, ...]] = []
    for name, source in sorted(sources.items()):
        title: Cell = source.title
        if source.link and source.link.startswith(("https://", "http://")):
            title = Markup('<a href="{}" rel="noreferrer">{}</a>').format(source.link, source.title)
        about = listing([text for text in (source.says, source.note) if text], "Note:")
        rows.append(
            (
                Markup('<span id="source-{0}">{0}</span>').format(name),
                title,
                source.publisher,
                source.date,
                about,
                str(used.get(name, 0)),
            )
        )
    table = Table(
        "Sources", ("Id", "title", "publisher", "date", "what it says", "numbers"), tuple(rows), numeric=False
    )
    return [Heading("Sources"), Fold(f"{count(len(rows), 'source')}", (table,))]
