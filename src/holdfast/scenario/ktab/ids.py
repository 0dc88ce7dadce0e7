"""Ids for the names that KTAB's actors and dimensions have, and back: which name an id was made of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.scenario.ktab.limits import cut

__all__ = ["ids_of", "made_of"]

_NOT_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
"""Words that YAML would read as something else than text."""

_TAKEN = {"accident"}
"""Ids that mean something in a file already."""


def ids_of(names: Sequence[str], most: int) -> list[str]:
    """Return an id of at most so many bytes for each name: the name where it can be one, else what is left of it.

    Two ids differ by more than upper and lower case, since nobody tells XJ from xj; a number at the end sees to it.

    Examples
    --------
    >>> ids_of(["XJ", "Li Keqiang", "Li_Keqiang", "100", "%", "xj"], 25)
    ['XJ', 'Li_Keqiang', 'Li_Keqiang_2', 'a100', 'a', 'xj_2']
    """
    found: list[str] = []
    taken: set[str] = set()
    last: dict[str, int] = {}
    for name in names:
        slug = _slug(name, most)
        unique, number = slug, last.get(slug.casefold(), 1)
        while unique.casefold() in taken:
            number += 1
            unique = cut(slug, most - len(f"_{number}")) + f"_{number}"
        last[slug.casefold()] = number
        taken.add(unique.casefold())
        found.append(unique)
    return found


def made_of(id_: str, name: str) -> bool:
    """Return whether `ids_of` makes this id of this name, perhaps with a number at its end.

    Examples
    --------
    >>> made_of("Oil_price_USD", "Oil price (USD)"), made_of("Oil_price_USD_2", "Oil price USD"), made_of("price", "Oil price")
    (True, True, False)
    """
    most = len(id_.encode())
    if _slug(name, most) == id_:
        return True
    numbered = re.fullmatch(r"(.+)_\d+", id_)
    return bool(numbered and _slug(name, len(numbered[1].encode())) == numbered[1])


def _slug(name: str, most: int) -> str:
    slug = re.sub(r"[^\w-]+", "_", name).strip("_-")
    if not slug or re.match(r"\d", slug) or slug.lower() in _NOT_TEXT | _TAKEN:
        slug = f"a{slug}"
    return cut(slug, most).rstrip("_-")
