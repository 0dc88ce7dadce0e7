"""From dates and times as written to intervals in UTC.

A day is that day in local time; a time is as long as what it is written to: 19:30 is a minute, 19:30:05 a second. Which of two numbers
is the month is never guessed: a date such as 09/05/2014 is read only if the whole file decides it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holdfast.errors import InputError

Span = tuple[int, int, int]
"""Start and end in microseconds since 1970 in UTC, and the offset of local time at the start in minutes."""

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
FIRST_YEAR, LAST_YEAR = 1900, 2100
MOST_CACHED = 200_000

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TIME = (
    r"(?:[T\s]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?\Z"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})" + _TIME, re.ASCII
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _TIME, re.ASCII)
_NUMBERS = re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/. ])(?P<b>\d{1,2})(?P=sep)(?P<year>\d{4})" + _TIME, re.ASCII)
_NAMED = re.compile(
    r"(?P<day>\d{1,2})[-\s.]\s*(?P<name>[A-Za-z]{3,9})[-.,\s]\s*(?P<year>\d{4})" + _TIME, re.ASCII
)
_NAME_FIRST = re.compile(
    r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _TIME, re.ASCII
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WRITE = "Write year-month-day, such as 2014-01-22."


def zone_of(name: str | None) -> ZoneInfo | None:
    """Return the time zone of that name.

    Raises
    ------
    InputError
        When there is none.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"{name!r} is no time zone. Write one such as Europe/Kyiv or Africa/Khartoum, or UTC."
        ) from None


def order_of(texts: Iterable[str]) -> str:
    """Say in which order all these dates write day and month: dmy, mdy, or nothing if they do not decide it.

    Examples
    --------
    >>> order_of(["09/05/2014", "8/29/2014"]), order_of(["09/05/2014"]), order_of(["13/1/2014", "1/13/2014"])
    ('mdy', '', '')
    """
    day_first = month_first = False
    for text in texts:
        if (match := _NUMBERS.match(text.strip())) is not None:
            day_first = day_first or int(match["a"]) > 12
            month_first = month_first or int(match["b"]) > 12
    if day_first == month_first:
        return ""
    return "dmy" if day_first else "mdy"


class Clock:
    """Reads dates and times of one file.

    Parameters
    ----------
    zone
        The time zone of local times that say none of their own; UTC where None.
    order
        Gives the order of day and month in the whole file; asked only once, and only if a date leaves it open.
    """

    def __init__(self, zone: ZoneInfo | None, order: Callable[[], str]) -> None:
        self.zone: dt.tzinfo = zone or dt.UTC
        self.order = order
        self.known_order: str | None = None
        self.days: dict[str, Span | str] = {}
        self.spans: dict[str, Span | str] = {}

    def span(self, text: str) -> Span | str:
        """Return the interval that a date or a time means, or what is wrong with it."""
        found = self.spans.get(text)
        if found is None:
            if len(self.spans) > MOST_CACHED:
                self.spans.clear()
            found = self.spans[text] = self._span(text, whole_day=False)
        return found

    def day(self, text: str) -> Span | str:
        """Return the day that a date means, whatever time stands beside it, or what is wrong with it."""
        found = self.days.get(text)
        if found is None:
            if len(self.days) > MOST_CACHED:
                self.days.clear()
            found = self.days[text] = self._span(text, whole_day=True)
        return found

    def _span(self, text: str, *, whole_day: bool) -> Span | str:
        text = text.strip()
        if not text:
            return f"has no date. {_WRITE}"
        match = _YEAR_FIRST.match(text) or _COMPACT.match(text)
        if match is not None:
            year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
        elif (match := _NUMBERS.match(text)) is not None:
            ordered = self._ordered(int(match["a"]), int(match["b"]), match["year"])
            if isinstance(ordered, str):
                return ordered
            year, (month, day) = int(match["year"]), ordered
        elif (match := _NAMED.match(text) or _NAME_FIRST.match(text)) is not None:
            month = month_of(match["name"])
            if month == 0:
                return f"names no month. {_WRITE}"
            year, day = int(match["year"]), int(match["day"])
        else:
            return f"is no date that can be read. {_WRITE}"
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return f"lies outside {FIRST_YEAR} to {LAST_YEAR}. {_WRITE}"
        try:
            date = dt.datetime(year, month, day)  # noqa: DTZ001 - local; the zone comes below
        except ValueError:
            return f"is no day of the calendar. {_WRITE}"
        if whole_day or match["hour"] is None:
            return self.whole_day(date)
        return self._moment(date, match)

    def _ordered(self, a: int, b: int, year: str) -> tuple[int, int] | str:
        """Return month and day."""
        if a > 12 or a == b:
            return b, a
        if b > 12:
            return a, b
        if self.known_order is None:
            self.known_order = self.order()
        if self.known_order == "dmy":
            return b, a
        if self.known_order == "mdy":
            return a, b
        first, second = f"{a} {_MONTHS[b - 1].title()}", f"{b} {_MONTHS[a - 1].title()}"
        return f"may be {first} or {second} {year}, and the file does not decide it. {_WRITE}"

    def whole_day(self, date: dt.datetime) -> Span:
        """Return a day of local time."""
        start = date.replace(tzinfo=self.zone)
        end = (date + dt.timedelta(days=1)).replace(tzinfo=self.zone)
        return microseconds(start), microseconds(end), _offset(start)

    def _moment(self, date: dt.datetime, match: re.Match[str]) -> Span | str:
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
        if match["half"]:
            if not 1 <= hour <= 12:
                return "has no such hour on a clock of twelve hours. Write the time as 19:30."
            hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
        part = int((match["part"] or "0").ljust(6, "0")[:6])
        try:
            local = date.replace(hour=hour, minute=minute, second=second, microsecond=part)
        except ValueError:
            return "has no such time of the day. Write the time as 19:30."
        length = MINUTE if match["second"] is None else 1_000_000 if match["part"] is None else 1
        if match["zone"]:
            said = match["zone"].replace(":", "")
            minutes = (
                0 if said[0] not in "+-" else int(said[0] + "1") * (int(said[1:3]) * 60 + int(said[3:5]))
            )
            if abs(minutes) > 15 * 60:
                return "has no such offset from UTC. Write it as +02:00."
            start = microseconds(local.replace(tzinfo=dt.UTC)) - minutes * MINUTE
            return start, start + length, minutes
        return self.local(local, length)

    def local(self, local: dt.datetime, length: int) -> Span | str:
        """Return a moment of local time; both of the two that it means where clocks went back."""
        first, second = local.replace(tzinfo=self.zone), local.replace(tzinfo=self.zone, fold=1)
        start, later = microseconds(first), microseconds(second)
        if later < start:
            utc = first.astimezone(dt.UTC)
            return (
                f"is no time in {self.zone}: clocks went forward past it. Write the time in UTC, with a Z after it, such as "
                f"{utc:%Y-%m-%dT%H:%M}Z."
            )
        return start, later + length, _offset(first)

    def readings(self, moment: int) -> list[int]:
        """Return what clocks show at a moment, in microseconds since 1970: where they are put then, what before that, and what after.

        Examples
        --------
        >>> clock = Clock(zone_of("Asia/Beirut"), str)
        >>> change = microseconds(dt.datetime(2025, 3, 29, 22, tzinfo=dt.UTC))
        >>> [moment_of(shown).strftime("%d %H:%M") for shown in clock.readings(change)]
        ['30 00:00', '30 01:00']
        """
        found = [
            moment + _offset(moment_of(at).astimezone(self.zone)) * MINUTE for at in (moment - 1, moment)
        ]
        return list(dict.fromkeys(found))


def month_of(name: str) -> int:
    """Return the number of a month from its English name or the first three letters; 0 for none."""
    low = name.lower()
    for number, month in enumerate(_MONTHS, start=1):
        if low == month or low == month[:3] or (low == "sept" and number == 9):
            return number
    return 0


def microseconds(moment: dt.datetime) -> int:
    """Return microseconds since 1970 in UTC."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment_of(value: int) -> dt.datetime:
    """Return the moment so many microseconds after 1970 in UTC."""
    return _EPOCH + dt.timedelta(microseconds=value)


def _offset(moment: dt.datetime) -> int:
    offset = moment.utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0
