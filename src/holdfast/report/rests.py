"""What bodies rest on: the sources of their members, rules and support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from holdfast.report.blocks import Points, Section, Table
from holdfast.report.words import capital, listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.report.blocks import Block, Cell
    from holdfast.report.coalitions import Decision
    from holdfast.scenario import BodyFile, Quantity

__all__ = ["rests_on"]

_JUDGEMENT = "judgement"


def rests_on(file: BodyFile, decisions: Sequence[Decision]) -> Section:
    """Return what the rules and the support rest on, and the sources themselves."""
    lines: list[Cell] = []
    cited: dict[str, None] = {}
    for body in {d.found["body"]: d for d in decisions}.values():
        own = list(body.body.source or ())
        support = [*body.body.support.values(), *body.body.abstains.values()]
        others = [s for q in support for s in q.source if s not in own]
        for name in (*own, *others):
            cited.setdefault(name)
        name = capital(body.body.name or body.found["body"])
        lines.append(
            Markup("{}: members and rule rest on {}{}").format(
                name, _links(file, own), _support(file, support)
            )
        )
    rows: list[tuple[Cell, ...]] = []
    for name in cited:
        source = file.sources.get(name)
        if source is not None:
            title: Cell = source.title
            if source.link and source.link.startswith(("https://", "http://")):
                title = Markup('<a href="{}" rel="noreferrer">{}</a>').format(source.link, source.title)
            about = listing([text for text in (source.says, source.note) if text], "Note:")
            place = Markup('<span id="source-{0}">{0}</span>').format(name)
            rows.append((place, title, source.publisher, source.date, about))
    blocks: list[Block] = [Points(tuple(lines))]
    if rows:
        head = ("Id", "title", "publisher", "date", "what it says")
        blocks.append(Table("Sources", head, tuple(rows), numeric=False))
    return Section("sources", "What it rests on", tuple(blocks))


def _support(file: BodyFile, support: Sequence[Quantity]) -> Markup:
    """Say what the members' support rests on."""
    named = list(dict.fromkeys(s for q in support for s in q.source))
    return Markup("; support rests on {}.").format(_links(file, named)) if support else Markup(".")


def _links(file: BodyFile, names: Sequence[str]) -> Markup:
    found = [
        Markup('<a href="#source-{0}">{0}</a>').format(name)
        if name in file.sources
        else Markup("{}").format("a judgement" if name == _JUDGEMENT else name)
        for name in names
    ]
    if not found:
        return Markup("nothing named")
    return Markup(" and ").join([Markup(", ").join(found[:-1]), found[-1]]) if len(found) > 1 else found[0]
