"""What is missing, repeated or out of its place, from the numbers of the lines in their order."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import NamedTuple


class Fault(NamedTuple):
    """What is wrong with one entry.

    Attributes
    ----------
    entry
        Its number.
    byte
        Where in the file its line begins; of a missing one, where the line begins before which it should stand.
    message
        What is wrong.
    """

    entry: int
    byte: int
    message: str

    def __str__(self) -> str:
        return f"entry {self.entry} (byte {self.byte}) {self.message}"


class Lines:
    """The lines from the first odd one on: the number of each that is intact, 0 for a damaged one."""

    def __init__(self, base: int) -> None:
        self.base = base  # entries 1 to this stand in order before them
        self.numbers = array("q")
        self.bytes = array("q")
        self.reasons: dict[int, str] = {}
        self.fragments: set[int] = set()

    def intact(self, n: int, byte: int) -> None:
        """Note an intact line."""
        self.numbers.append(n)
        self.bytes.append(byte)

    def damaged(self, byte: int, reason: str, *, fragment: bool) -> None:
        """Note a line that is damaged; a fragment is one that does not begin as an entry."""
        self.reasons[len(self.numbers)] = reason
        if fragment:
            self.fragments.add(len(self.numbers))
        self.intact(0, byte)

    def faults(self, end: int) -> Iterator[Fault]:
        """Yield what is wrong with them.

        Parameters
        ----------
        end
            Where the file ends.
        """
        places = self._once()
        for place, n in enumerate(self.numbers):
            if n and place not in places:
                yield Fault(n, self.bytes[place], "stands here once more than it should.")
        in_order = sorted(places)
        displaced = _displaced([self.numbers[place] for place in in_order])
        for k in sorted(displaced):
            place = in_order[k]
            yield Fault(self.numbers[place], self.bytes[place], "does not stand in its place.")
        in_place = [place for k, place in enumerate(in_order) if k not in displaced]
        yield from self._gaps(in_place, sorted(self.numbers[place] for place in places), end)

    def _once(self) -> set[int]:
        """Return one place of each number: of a repeated one, the first that follows the number before it, or else the first."""
        kept: dict[int, int] = {}
        fits: set[int] = set()
        before = self.base
        for place, n in enumerate(self.numbers):
            follows = before == n - 1
            if n > self.base and (n not in kept or (follows and n not in fits)):
                kept[n] = place
                if follows:
                    fits.add(n)
            before = n or before
        return set(kept.values())

    def _gaps(self, in_place: list[int], present: list[int], end: int) -> Iterator[Fault]:
        """Yield what is damaged or missing between one line that stands in its place and the next."""
        before, place = self.base, -1
        for after_place in [*in_place, len(self.numbers)]:
            damaged = [k for k in range(place + 1, after_place) if not self.numbers[k]]
            last = after_place == len(self.numbers)
            byte = end if last else self.bytes[after_place]
            # behind the last line nobody knows how many there were
            after = max([before, *present[-1:]]) + 1 if last else self.numbers[after_place]
            gaps = list(_gaps(before, after, present))
            free = chain(
                (n for low, high in gaps for n in range(low, high + 1)), count(after) if last else ()
            )
            named, used = after, 0
            for k in damaged:
                # at the end, a piece that does not begin as an entry belongs to the piece before it
                if not last or not used or k not in self.fragments:
                    found = next(free, None)
                    used += found is not None
                    named = found or named
                yield Fault(named, self.bytes[k], f"was changed: this line {self.reasons[k]}.")
            yield from _missing(gaps, used, byte)
            before, place = after, after_place


def _gaps(before: int, after: int, present: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of numbers between two that are not among those present."""
    k = bisect_left(present, before + 1)
    while before + 1 < after:
        upper = present[k] if k < len(present) and present[k] < after else after
        if before + 1 < upper:
            yield before + 1, upper - 1
        before, k = upper, k + 1


def _missing(gaps: list[tuple[int, int]], used: int, byte: int) -> Iterator[Fault]:
    for first, last in gaps:
        skipped = min(used, last - first + 1)
        used -= skipped
        if first + skipped == last:
            yield Fault(last, byte, "is missing; it should stand before this.")
        elif first + skipped < last:
            yield Fault(
                first + skipped,
                byte,
                f"and all up to entry {last} are missing; they should stand before this.",
            )


def _displaced(numbers: list[int]) -> set[int]:
    """Return the places whose numbers do not fit the order: those of lines that changed places, or were moved, whichever is simpler.

    Examples
    --------
    >>> sorted(_displaced([1, 5, 3, 4, 2, 6])), sorted(_displaced([1, 3, 4, 5, 2, 6]))
    ([1, 4], [4])
    """
    swapped = {
        k for k, (n, sorted_n) in enumerate(zip(numbers, sorted(numbers), strict=True)) if n != sorted_n
    }
    if not swapped:
        return swapped
    # the longest run of rising numbers stands; the rest was moved
    ends: list[int] = []
    last_of: list[int] = []  # place of the number that ends the best run of each length
    previous = [-1] * len(numbers)
    for k, n in enumerate(numbers):
        length = bisect_left(ends, n)
        previous[k] = last_of[length - 1] if length else -1
        ends[length : length + 1] = [n]
        last_of[length : length + 1] = [k]
    stands: set[int] = set()
    k = last_of[-1]
    while k >= 0:
        stands.add(k)
        k = previous[k]
    moved = set(range(len(numbers))) - stands
    return swapped if len(swapped) <= 2 * len(moved) else moved
