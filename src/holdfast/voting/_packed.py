"""How many coalitions each member turns, exactly, with whole polynomials packed into single integers.

The coalitions by weight and size are counted by Π_i (1 + y x^w_i). Put x and y at powers of two that no count reaches, and the product
is one integer, a member's vote one shift and one addition, and division by 1 + y x^w, which leaves the member out, is the product
of 1 − y x^w, 1 + y² x^2w, 1 + y⁴ x^4w, … up to x^q. Exact for any number of members, and the fastest way while q n² bits are few.
"""

from __future__ import annotations

__all__ = ["turned_by_size", "turned_coalitions"]


def _turned(kinds: list[int], counts: list[int], quota: int, bits: int, size_bits: int) -> list[int]:
    """Return, for each kind, Σ over the sums from q − w to q − 1 of the others' coalitions, `bits` to a sum, packed by size."""
    everything = (1 << quota * bits) - 1
    product = 1
    for w, count in zip(kinds, counts, strict=True):
        for _ in range(count):
            product = (product + (product << w * bits + size_bits)) & everything
    found: list[int] = []
    for w in kinds:
        shift = w * bits + size_bits
        others = product - (product << shift) if w < quota else product
        shift *= 2
        while shift < quota * bits:
            others = (others + (others << shift)) & everything
            shift *= 2
        others = (others & everything) >> (quota - w) * bits
        while w > 1:
            half = w // 2
            others = (others >> half * bits) + (others & ((1 << half * bits) - 1))
            w -= half  # noqa: PLW2901 - how many sums are left to add up
        found.append(others)
    return found


def turned_coalitions(kinds: list[int], counts: list[int], quota: int) -> list[int]:
    """Return how many of the others' coalitions a member of each kind turns from losing to winning.

    Examples
    --------
    >>> turned_coalitions([1, 2, 3], [1, 1, 1], 4)
    [1, 1, 3]
    """
    return _turned(kinds, counts, quota, sum(counts) + 1, 0)


def turned_by_size(kinds: list[int], counts: list[int], quota: int) -> list[list[int]]:
    """Return the same by the size of the coalition, from 0 to n − 1.

    Examples
    --------
    >>> turned_by_size([1, 2, 3], [1, 1, 1], 4)
    [[0, 1, 0], [0, 1, 0], [0, 2, 1]]
    """
    n = sum(counts)
    bits = n + 1
    one = (1 << bits) - 1
    # a size may run over into the next sum while a member is divided out: what runs over is subtracted again
    packed = _turned(kinds, counts, quota, bits * (n + 1), bits)
    return [[many >> bits * size & one for size in range(n)] for many in packed]
