"""Days and numbers as one says them."""

from __future__ import annotations

import datetime as dt

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def spoken(day: dt.date) -> str:
    """Write a date as one says it.

    Examples
    --------
    >>> spoken(dt.date(2021, 3, 4))
    '4 March 2021'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def spoken_days(first: dt.date, last: dt.date) -> str:
    """Say when something is, from the first to the last day.

    Examples
    --------
    >>> spoken_days(dt.date(2021, 3, 4), dt.date(2021, 3, 4)), spoken_days(dt.date(2021, 3, 4), dt.date(2021, 3, 5))
    ('on 4 March 2021', 'in the 2 days to 5 March 2021')
    """
    length, day = (last - first).days + 1, spoken(last)
    if length == 1:
        return f"on {day}"
    return f"in the week to {day}" if length == 7 else f"in the {length} days to {day}"


def number_of(number: int, one: str, several: str) -> str:
    """Write a number with what it counts."""
    return f"{number} {one if number == 1 else several}"


def some_of(
    number: int,
    total: int | None = None,
    one: str = "incident",
    several: str = "incidents",
    article: str = "",
) -> str:
    """Say how many of how many; all of them where no total is given.

    Examples
    --------
    >>> some_of(2, 4), some_of(1, 4), some_of(1, 1), some_of(3, 3), some_of(1), some_of(4)
    ('2 of 4 incidents', '1 of 4 incidents', 'the one incident', 'all 3 incidents', 'the one incident', '4 incidents')
    """
    if (number if total is None else total) == 1:
        return f"the one {one}"
    if total is None:
        return f"{number} {several}"
    return f"all {total} {several}" if number == total else f"{number} of {article}{total} {several}"


def largest_of(number: int, among: int, word: str) -> str:
    """Say which of several: the first so many, or so many among the first; ``word`` says by what they are the first.

    Examples
    --------
    >>> largest_of(1, 1, "largest"), largest_of(2, 2, "largest"), largest_of(1, 3, "weightiest")
    ('the largest', 'the 2 largest', '1 of the 3 weightiest')
    """
    if among > number:
        return f"{number} of the {among} {word}"
    return f"the {word}" if number == 1 else f"the {number} {word}"
