"""Numbers into words: one place for every threshold, so that no two sentences of a page disagree.

The page prints this scale (`scale`), and `Spread` carries the three numbers of a summary entry
(mean over draws, 5 % and 95 % quantiles). A word is never more certain than its interval: where the
5-95 % interval is wider than `WIDE`, the word says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

VERY_LIKELY = 0.90
LIKELY = 0.66
EVEN = 0.50
UNLIKELY = 0.34
VERY_UNLIKELY = 0.10
#: An interval this wide (5-95 %) forbids any surer word than "uncertain".
WIDE = 0.50
#: A difference of probabilities below this is not spoken of.
MATERIAL = 0.01
#: A conclusion hinges on no single input if none explains this share of its variance.
SLIGHT = 0.10
#: An effect is said to occur in a proposal when it does in at least this share of draws.
OCCURS = 0.05
#: Below so many draws the 5-95 % intervals are called rough: hardly a dozen draws lie beyond each end.
FEW_DRAWS = 256
_LONGEST_TITLE = 72
_KNOWN = 7
"""Digits after those shown to which a number is taken to be known: what is beyond is floating-point noise."""


@dataclass(frozen=True)
class Spread:
    """A number with its uncertainty over draws.

    Parameters
    ----------
    mean, p05, p95
        Mean and 5 % and 95 % quantiles, in the unit of the outcome (probability, or share of a stake).
    """

    mean: float
    p05: float
    p95: float

    @property
    def width(self) -> float:
        """Width of the 5-95 % interval, in the unit of the outcome."""
        return self.p95 - self.p05


def percent(share: float) -> str:
    """Return a probability or share as a whole percentage that never rounds to a false 0 or 1.

    Examples
    --------
    >>> percent(0.624), percent(0.0), percent(0.001), percent(0.998), percent(1.0)
    ('62%', '0%', '<1%', '>99%', '100%')
    """
    if 0 < share <= 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{number(100 * share, 0)}%"


def interval(spread: Spread) -> str:
    """Return a 5-95 % interval of probabilities.

    Examples
    --------
    >>> interval(Spread(0.5, 0.12, 0.953)), interval(Spread(0.1, 0.001, 0.2))
    ('12–95%', '<1% to 20%')
    """
    low, high = percent(spread.p05), percent(spread.p95)
    if low == high:
        return low
    if {low[0], high[0]} & {"<", ">"}:
        return f"{low} to {high}"
    return f"{low.removesuffix('%')}–{high}"


def chance(spread: Spread | None) -> str:
    """Return a probability with its interval, if it has a width, or a dash where there is none.

    Examples
    --------
    >>> chance(Spread(0.62, 0.4, 0.81))
    '62% (40–81%)'
    >>> chance(None)
    '–'
    """
    if spread is None:
        return "–"
    mean, range_ = percent(spread.mean), interval(spread)
    return mean if mean == range_ else f"{mean} ({range_})"


def inner(spread: Spread) -> str:
    """Return a probability with its interval for use inside brackets.

    Examples
    --------
    >>> inner(Spread(0.62, 0.4, 0.81))
    '62%; 40–81%'
    """
    mean, range_ = percent(spread.mean), interval(spread)
    return mean if mean == range_ else f"{mean}; {range_}"


def number(value: float, digits: int = 2) -> str:
    """Return a number with a true minus sign, and no negative zero; a half is rounded away from zero.

    What two sums of the same numbers differ by in their last bits does not decide which way a half goes: 0.725 is 0.73 however it was
    worked out, which `f"{value:.2f}"` gives as 0.72 or 0.73.

    Examples
    --------
    >>> number(-0.214), number(-0.001)
    ('−0.21', '0.00')
    >>> number(0.7249999999999998), number(0.7250000000000001), number(0.7249)
    ('0.73', '0.73', '0.72')
    """
    noise = math.copysign(10.0 ** -(digits + _KNOWN), value)
    text = f"{value + noise:.{digits}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−")


def signed_number(value: float, digits: int = 2) -> str:
    """Return a number with its sign always written.

    Examples
    --------
    >>> signed_number(0.1), signed_number(-0.1), signed_number(0.0)
    ('+0.10', '−0.10', '0.00')
    """
    text = number(value, digits)
    return f"+{text}" if float(text.replace("−", "-")) > 0 else text


def measured(value: float, error: float) -> str:
    """Return a value with its error, both to the error's last digit: one digit of it, two if the first is a 1.

    Examples
    --------
    >>> measured(0.305, 0.00978), measured(-0.07, 0.004), measured(1234.5, 120), measured(2, 0)
    ('0.305 ± 0.010', '−0.070 ± 0.004', '1235 ± 120', '2 ± 0')
    """
    if error <= 0:
        return f"{value:.3g} ± 0".replace("-", "−")
    first, _, power = f"{error:.0e}".partition("e")
    decimals = max((first == "1") - int(power), 0)
    return f"{number(value, decimals)} ± {number(error, decimals)}"


def worth(spread: Spread | None) -> str:
    """Return a value in shares of a stake with its interval.

    Examples
    --------
    >>> worth(Spread(0.31, -0.1, 0.5))
    '0.31 (−0.10 to 0.50)'
    """
    if spread is None:
        return "–"
    mean, low, high = number(spread.mean), number(spread.p05), number(spread.p95)
    return mean if mean == low == high else f"{mean} ({low} to {high})"


def likelihood(spread: Spread) -> str:
    """Return the word for a probability, never surer than its interval.

    Examples
    --------
    >>> likelihood(Spread(0.95, 0.85, 0.99)), likelihood(Spread(0.7, 0.6, 0.8))
    ('very likely', 'likely')
    >>> likelihood(Spread(0.7, 0.2, 0.98)), likelihood(Spread(0.2, 0.0, 0.6))
    ('uncertain, leaning to yes', 'uncertain, leaning to no')
    >>> likelihood(Spread(0.5, 0.4, 0.6))
    'about even'
    """
    if spread.width > WIDE:
        if spread.mean >= LIKELY:
            return "uncertain, leaning to yes"
        return "uncertain, leaning to no" if spread.mean <= UNLIKELY else "uncertain"
    for least, word in (
        (VERY_LIKELY, "very likely"),
        (LIKELY, "likely"),
        (UNLIKELY, "about even"),
        (VERY_UNLIKELY, "unlikely"),
    ):
        # The middle class includes its lower end only from above, so that 0.34 reads "unlikely".
        if spread.mean >= least and not (least == UNLIKELY and spread.mean == UNLIKELY):
            return word
    return "very unlikely"


def scale() -> list[tuple[str, str]]:
    """Return the words used and what each means, for the page to print."""
    leaning = f"leaning to yes from a mean of {percent(LIKELY)}, to no up to {percent(UNLIKELY)}"
    return [
        ("very likely", f"{percent(VERY_LIKELY)} or more"),
        ("likely", f"{percent(LIKELY)} to {percent(VERY_LIKELY)}"),
        ("about even", f"between {percent(UNLIKELY)} and {percent(LIKELY)}"),
        ("unlikely", f"{percent(VERY_UNLIKELY)} to {percent(UNLIKELY)}"),
        ("very unlikely", f"less than {percent(VERY_UNLIKELY)}"),
        (
            "uncertain",
            f"whatever the mean, if the 5–95% interval is wider than {100 * WIDE:.0f} points; {leaning}",
        ),
        ("more likely than not", f"the mean is {percent(EVEN)} or more"),
        ("on balance", f"the same, where the 5–95% interval has {percent(EVEN)} inside"),
        ("could go either way", f"the 5–95% interval has {percent(EVEN)} inside"),
        (
            "leans to",
            f"could go either way, with a mean of {percent(LIKELY)} or more, or {percent(UNLIKELY)} or less",
        ),
        ("would sign, would refuse", f"the whole 5–95% interval lies on that side of {percent(EVEN)}"),
        (
            "a firm, fair or open lead",
            f"best in {percent(VERY_LIKELY)} of draws or more; in {percent(LIKELY)} or more; in fewer",
        ),
    ]


def listing(items: Sequence[str], last: str = "and") -> str:
    """Join items as a sentence does.

    Examples
    --------
    >>> listing(["A"]), listing(["A", "B"]), listing(["A", "B", "C"], "or")
    ('A', 'A and B', 'A, B or C')
    """
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def numeral(n: int) -> str:
    """Return a whole number, in words up to nine."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return small[n] if 0 <= n < len(small) else f"{n:,}"


def count(n: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun; small counts as words.

    Examples
    --------
    >>> count(0, "draw"), count(1, "draw"), count(2, "party", "parties"), count(12, "draw")
    ('no draws', 'one draw', 'two parties', '12 draws')
    """
    noun = one if n == 1 else (many or f"{one}s")
    return f"{numeral(n)} {noun}"


def points(change: float) -> str:
    """Return a change of a probability in percentage points.

    Examples
    --------
    >>> points(0.081), points(-0.012), points(0.004)
    ('+8 points', '−1 point', 'less than a point')
    """
    if abs(change) < 0.005:
        return "less than a point"
    size = round(100 * abs(change))
    return f"{'+' if change > 0 else '−'}{size} {'point' if size == 1 else 'points'}"


def capital(text: str) -> str:
    """Return a text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


def quoted(title: str) -> str:
    """Return a title in quotation marks, as sentences give it: a very long one is cut."""
    return f"“{shortened(title, _LONGEST_TITLE)}”"


def shortened(text: str, length: int) -> str:
    """Return a text cut at a word to at most `length` characters, the cut shown.

    Examples
    --------
    >>> shortened("a very long title", 12)
    'a very long…'
    """
    if len(text) <= length:
        return text
    head = text[: length - 1]
    cut = head.rfind(" ")
    if cut > length // 2 and text[length - 1] != " ":
        head = head[:cut]
    return f"{head.rstrip()}…"
