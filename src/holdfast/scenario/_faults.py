"""How validators say what is wrong: one fault is a place below the field, a message, and what to show.

Validators raise pydantic's own error type, so that all faults of a file come out of one validation; the
message is written here, where the meaning is known, and the position is added where the file is known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Literal, cast

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from holdfast.scenario.bounds import Bounds

FAULT = "holdfast"
LARGEST = 1e12
MOST_KNOWN = 500  # more than that are not searched for a near word, nor listed

Loc = tuple[str | int, ...]
About = Literal["value", "key", "missing"]


class Faults:
    """Collects what is wrong with one field, to be raised at once.

    Parameters
    ----------
    title
        What is being read, for the exception's title.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.details: list[InitErrorDetails] = []

    def add(self, message: str, *loc: str | int, about: About = "value") -> None:
        """Note a fault at the place below this field."""
        # a template, so that braces in what the user wrote stay as they are
        error = PydanticCustomError(FAULT, "{text}", {"text": message, "about": about})
        self.details.append(InitErrorDetails(type=error, loc=loc, input=None))

    def throw(self) -> None:
        """Raise what was collected, if anything was."""
        if self.details:
            raise ValidationError.from_exception_data(self.title, self.details)


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words for a sentence: 'a, b and c'.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a", "b"], "or")
    ('a, b and c', 'a or b')
    """
    words = list(words)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, in figures.

    Examples
    --------
    >>> counted(1, "issue"), counted(2_000, "party", "parties")
    ('1 issue', '2,000 parties')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant; None if none is near, or too many are known."""
    by_lower = {name.lower(): name for name in sorted(set(known))}
    if len(by_lower) > MOST_KNOWN:
        return None
    near = get_close_matches(word.lower()[:80], by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, or list the known ones if they are few.

    Examples
    --------
    >>> did_you_mean("strenght", ["strength", "noise"])
    'Did you mean strength?'
    """
    known = sorted(set(known))
    if near := nearest(word, known):
        return f"Did you mean {near}?"
    if len(known) > MOST_KNOWN:
        return f"{len(known):,} are known."
    if 0 < len(known) <= 25:
        return f"Known: {', '.join(known)}."
    return f"{len(known)} are known." if known else "None is defined."


def unknown_key(key: str, value: Any, allowed: Iterable[str]) -> str:
    """Say that a key means nothing here, and what may have been meant."""
    if key == "<<":
        return "is not a key: YAML 1.2 has no merge. Repeat the entries, or use an anchor for a whole value."
    if value is None:
        return (
            "is not a key here, and it has no value. Is it text after a comma? Text with a comma, inside "
            f"{{...}} or [...], needs quotes. {did_you_mean(key, allowed)}"
        )
    known = sorted(allowed)
    return f"is not a key here. {did_you_mean(key, known)}" if known else "is not a key here."


_PERCENT = re.compile(r"([-+]?[0-9]*[.,]?[0-9]+)\s*(?:%|percent)\Z", re.ASCII)
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[_' ][0-9]{3})+\Z", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+\Z", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)
_YES = {"yes", "no", "on", "off", "y", "n", "true", "false"}


def _text_for_number(text: str, bounds: Bounds, ranges: bool) -> str:
    """Say what to write instead of text where a number belongs."""
    text = text.strip()[:100]
    if match := _PERCENT.match(text):
        return f"must be a number. Write {float(match[1].replace(',', '.')) / 100:g}."
    if text.lower() in _YES:
        return f"must be a number; this is a word. {_between(bounds)}"
    if _DECIMAL_COMMA.match(text):
        return f"must be a number. Write {text.replace(',', '.')}."
    if _GROUPED.match(text):
        return f"must be a number. Write {re.sub('[^0-9+-]', '', text)}."
    if _NUMBER.match(text):
        return "must be a number; in quotes it is text. Take the quotes away."
    return f"must be a number, such as 0.5{', or a range, such as between: [0.2, 0.8]' if ranges else ''}."


def _between(bounds: Bounds) -> str:
    """Say which numbers can be written where a word stands."""
    if (bounds.low, bounds.high) != (0.0, 1.0):
        return f"Write a number{'' if bounds == Bounds() else f', {bounds}'}."
    return f"Write 1 for {bounds.ends[1]}, 0 for {bounds.ends[0]}, or a number between."


def decimal_commas(raw: Any, count: int) -> str:
    """Say how decimals are written where commas seem to have cut each number in two."""
    items = cast("list[Any]", raw) if isinstance(raw, list) else []
    cut = len(items) == 2 * count and all(type(item) is int for item in items)
    return " A comma parts entries; write decimals with a point, such as 0.5." if cut else ""


def number_fault(raw: Any, bounds: Bounds, *, ranges: bool = True) -> str | None:
    """Say why this is no number within the bounds; None if it is one. Where no ranges are possible, none is offered.

    Examples
    --------
    >>> number_fault("50%", Bounds(0.0, 1.0))
    'must be a number. Write 0.5.'
    >>> number_fault(0, Bounds(0.0, low_open=True))
    'must be above 0. Use a small number such as 0.01.'
    """
    fault = _no_number(raw, bounds, ranges)
    return fault if fault is not None else _outside(raw, bounds)


def _no_number(raw: Any, bounds: Bounds, ranges: bool) -> str | None:
    if raw is None:
        return "has no value. Write a number after the colon."
    if isinstance(raw, bool):
        return f"must be a number; true and false are not. {_between(bounds)}"
    if isinstance(raw, str):
        return _text_for_number(raw, bounds, ranges)
    if isinstance(raw, list):
        return f"must be one number.{' For a range write between: [0.2, 0.8].' if ranges else ''}"
    return None if isinstance(raw, int | float) else "must be one number."


def _outside(raw: float, bounds: Bounds) -> str | None:
    if not math.isfinite(raw):
        return "must be a finite number."
    if abs(raw) > LARGEST:
        return f"must be at most {LARGEST:.0e} in size. Choose a larger unit."
    if bounds.holds(raw):
        return None
    if bounds.high == 1.0 and raw > 1.0:
        percent = (
            f"If it is a percentage, write {raw / 100:g}."
            if 2.0 <= raw <= 100.0
            else f"Write 1 for {bounds.ends[1]}."
        )
        return f"must be {bounds}. {percent}"
    if bounds.low == 1.0 and raw > 0.0:
        return f"must be {bounds}. Write 1 for no excess."
    small = "Use a small number" if bounds.example < 0.1 else "Write a number"
    hint = f" {small} such as {bounds.example:g}." if bounds.low_open and bounds.low == 0.0 else ""
    return f"must be {bounds}.{hint}"
