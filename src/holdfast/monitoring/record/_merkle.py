"""The tree of hashes over the entries, as in RFC 9162: one root stands for all, and a short path leads to it from each.

The tree knows nothing of entries: its leaves are hashes, SHA-256(0x00 ‖ data), and a node is SHA-256(0x01 ‖ left ‖ right). Of n
leaves, the left part holds the largest power of two below n.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

__all__ = ["Tree", "path_to_root", "root_from"]


class Tree:
    r"""A tree that grows at its end and keeps no more than the roots of its full parts.

    Parameters
    ----------
    size
        How many leaves it has.
    peaks
        The roots of its full parts, the largest first: one for each 1 in `size` written in binary.

    Examples
    --------
    >>> tree = Tree()
    >>> for data in (b"a", b"b", b"c"):
    ...     tree.add(sha256(b"\0" + data).digest())
    >>> tree.size, len(tree.peaks)
    (3, 2)
    >>> tree.root() == sha256(b"\1" + tree.peaks[0] + tree.peaks[1]).digest()
    True
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def add(self, leaf: bytes) -> None:
        """Add a leaf's hash at the end."""
        full, peaks = self.size, self.peaks
        self.size = full + 1
        while full & 1:
            leaf = sha256(b"\1" + peaks.pop() + leaf).digest()
            full >>= 1
        peaks.append(leaf)

    def root(self) -> bytes:
        """Return the root over all leaves so far; of none, the hash of nothing."""
        if not self.peaks:
            return sha256().digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = sha256(b"\1" + peak + root).digest()
        return root


def path_to_root(leaves: Sequence[bytes], index: int) -> list[bytes]:
    r"""Return the hashes that, with the leaf at `index`, give the root: the other child of each node on the way up.

    Parameters
    ----------
    leaves
        The hashes of all leaves.
    index
        Counted from 0.

    Examples
    --------
    >>> a, b, c = (sha256(b"\0" + data).digest() for data in (b"a", b"b", b"c"))
    >>> path_to_root([a, b, c], 0) == [b, c]
    True
    """
    path: list[bytes] = []
    level = leaves
    while len(level) > 1:
        if index ^ 1 < len(level):  # the last of an odd number has no neighbour and goes up as it is
            path.append(level[index ^ 1])
        above = [sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) & 1:
            above.append(level[-1])
        level, index = above, index >> 1
    return path


def root_from(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """Return the root that a path leads to; None where no tree of this size has such a path (RFC 9162, 2.1.3.2).

    Parameters
    ----------
    leaf
        The hash of the leaf.
    index
        Which leaf it is said to be, counted from 0.
    size
        How many leaves the tree has.
    path
        As `path_to_root` gives it.
    """
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf
    for other in path:
        if not last:
            return None
        if here & 1 or here == last:
            found = sha256(b"\1" + other + found).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + other).digest()
        here, last = here >> 1, last >> 1
    return None if last else found
