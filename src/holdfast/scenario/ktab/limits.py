"""What KTAB takes, and how text is made to fit. KTAB counts a text in bytes of UTF-8, not in signs [ktabsource]."""

from __future__ import annotations

import re

__all__ = ["DESCRIPTION", "DIMENSION", "FEWEST", "MOST", "NAME", "TITLE", "cut", "fits", "one_line"]

FEWEST, MOST = 3, 250
"""Actors."""

NAME, DESCRIPTION = 25, 256
"""Longest name and description of an actor, in bytes."""

TITLE = 512
"""Longest name and description of a scenario, in bytes."""

DIMENSION = 256 - len(" Position")
"""Longest name of a dimension, in bytes: KTAB counts the whole heading."""


def one_line(text: str) -> str:
    r"""Return text with a blank for each line break; all else stays.

    Examples
    --------
    >>> one_line("Oil \n  reform"), one_line("a  b")
    ('Oil reform', 'a  b')
    """
    return " ".join(part.strip() for part in re.split(r"[\r\n]", text) if part.strip())


def fits(text: str, most: int) -> bool:
    """Return whether a text is in one line and has at most so many bytes.

    Examples
    --------
    >>> fits("Li Keqiang", 25), fits("Ж" * 13, 25)
    (True, False)
    """
    return len(text.encode()) <= most and one_line(text) == text


def cut(text: str, most: int, end: str = "") -> str:
    """Return text in one line of at most so many bytes, with a mark at its end where some is cut off.

    Examples
    --------
    >>> cut("Ministry of Land", 8), cut("ЖЖЖ", 5), cut("Ministry of Land", 11, "…"), cut("Land", 8, "…")
    ('Ministry', 'ЖЖ', 'Ministry…', 'Land')
    """
    line = one_line(text)
    if len(line.encode()) <= most:
        return line
    return line.encode()[: most - len(end.encode())].decode(errors="ignore").rstrip() + end
