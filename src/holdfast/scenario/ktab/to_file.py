"""From a KTAB file to a file of positions."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal

from holdfast.scenario.ktab.actors import Actors, plain

__all__ = ["position_file"]

_SCALE = Decimal(100)


def position_file(actors: Actors, name: str, as_of: dt.date) -> str:
    """Return the text of a file of positions: KTAB's 0–100 as 0–1, saliences in per cent as shares, influence as it is.

    Parameters
    ----------
    actors
        What the KTAB file says.
    name
        What it is called, for the entry under `sources`.
    as_of
        The day whose state of affairs it describes, which KTAB's files do not say.

    Examples
    --------
    >>> from holdfast.scenario.ktab import Actor, Actors
    >>> d = Decimal
    >>> a = Actor("A", "", d(5), (d("44.7"),), (d(60),))
    >>> print(position_file(Actors("T", "", ("tax",), (a,)), "t.csv", dt.date(2020, 1, 2)).split("parties:")[1])
    <BLANKLINE>
      A:
        name: "A"
        influence: 5
        positions: {tax: 0.447}
        salience: {tax: 0.6}
    <BLANKLINE>
    """
    issues, parties = _ids(actors.dimensions), _ids([actor.name for actor in actors.actors])
    lines = ["holdfast: 1", f"title: {_text(actors.title or name)}", f"as_of: {as_of.isoformat()}"]
    if actors.description:
        lines.append(f"description: {_text(actors.description)}")
    lines += [
        "sources:",
        "  ktab-file:",
        '    publisher: "not told in the file"',
        f"    title: {_text(name)}",
        f"    date: {as_of.isoformat()}",
        '    says: "All positions, saliences and influence of this file, which was imported from it; not whom they rest on."',
        "issues:",
    ]
    for issue, dimension in zip(issues, actors.dimensions, strict=True):
        lines += [
            f"  {issue}:",
            f"    low: {_text(f'0 on the scale of {dimension}')}",
            f"    high: {_text(f'100 on the scale of {dimension}')}",
        ]
    lines.append("parties:")
    for party, actor in zip(parties, actors.actors, strict=True):
        lines += [f"  {party}:", f"    name: {_text(actor.name)}"]
        if actor.description:
            lines.append(f"    description: {_text(actor.description)}")
        lines += [
            f"    influence: {plain(actor.influence)}",
            f"    positions: {_flow(issues, actor.positions)}",
            f"    salience: {_flow(issues, actor.salience)}",
        ]
    return "\n".join(lines) + "\n"


def _flow(issues: list[str], values: tuple[Decimal, ...]) -> str:
    return "{" + ", ".join(f"{k}: {plain(v / _SCALE)}" for k, v in zip(issues, values, strict=True)) + "}"


def _text(text: str) -> str:
    """Return text in double quotes, which YAML and JSON escape alike."""
    return json.dumps(text, ensure_ascii=False)


def _ids(names: list[str] | tuple[str, ...]) -> list[str]:
    """Return an id for each name: the name where it can be one, else what is left of it, numbered where two would be the same.

    Examples
    --------
    >>> _ids(["XJ", "Li Keqiang", "Li_Keqiang", "100", "%"])
    ['XJ', 'Li_Keqiang', 'Li_Keqiang_2', 'a100', 'a']
    """
    found: list[str] = []
    for name in names:
        slug = re.sub(r"[^\w-]+", "_", name).strip("_-")[:70]
        # what YAML would read as something else than text
        if (
            not slug
            or re.match(r"[\d.]", slug)
            or slug.lower() in {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
        ):
            slug = f"a{slug}"
        unique, number = slug, 1
        while unique in found:
            number += 1
            unique = f"{slug}_{number}"
        found.append(unique)
    return found
