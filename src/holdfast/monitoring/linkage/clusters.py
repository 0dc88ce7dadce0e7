"""Pairs cut into incidents that do not grow by chaining.

Incidents merge, the surest first, as long as the mean probability over all pairs between the two is at least LINKED; a pair
that is no candidate counts as 0 (average linkage, cut at LINKED). So where A is like B and B like C but A is not like C, the mean
between {A, B} and C is below a half, and C stays out. No incident holds two reports of a data set that has each event once, or
two that a person said are not the same; what a person said is the same is together before anything else merges.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from jaxtyping import Float, Int

from holdfast.monitoring.linkage.untyped import csgraph, sparse

__all__ = ["LINKED", "cut"]

LINKED = 0.5
"""Mean probability at which two incidents are taken to be one."""

Edge = tuple[int, int, float, float]
"""Two rows, the probability that they are of one event, and how far they are apart."""


def cut(
    number: int,
    left: Int[np.ndarray, " pairs"],
    right: Int[np.ndarray, " pairs"],
    probability: Float[np.ndarray, " pairs"],
    apart: Float[np.ndarray, " pairs"],
    data_set: Int[np.ndarray, " reports"],
    same: Iterable[tuple[int, int]] = (),
    different: Iterable[tuple[int, int]] = (),
) -> Int[np.ndarray, " reports"]:
    """Return, for each report, the first row of its incident.

    Parameters
    ----------
    number
        How many reports there are.
    data_set
        By report: two of the same number, other than 0, are never put together by probability.
    same, different
        Persons' decisions; they hold whatever the probability and the data set.

    Examples
    --------
    A ~ B, B ~ C, and A is not like C:

    >>> one = np.array([0, 1]), np.array([1, 2]), np.array([0.9, 0.8]), np.zeros(2)
    >>> cut(3, *one, np.zeros(3, dtype=int)).tolist()
    [0, 0, 2]
    """
    together, apart_always = list(same), {(min(p), max(p)) for p in different}
    strong = probability >= LINKED
    ends = np.array(together, dtype=np.int64).reshape(-1, 2)
    rows, columns = np.concatenate([left[strong], ends[:, 0]]), np.concatenate([right[strong], ends[:, 1]])
    graph = sparse.coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(number, number))
    label: np.ndarray = csgraph.connected_components(graph, directed=False)[1]
    size = np.bincount(label, minlength=1)
    # where all are like all, and neither a data set nor a person stands against it, all are one
    busy = np.bincount(label[left[strong]], minlength=len(size)) < size * (size - 1) // 2
    listed = np.flatnonzero((data_set > 0) & (size[label] > 1))
    of, times = np.unique(np.column_stack([label[listed], data_set[listed]]), axis=0, return_counts=True)
    busy[of[times > 1, 0]] = True
    busy[label[[row for pair in (*together, *apart_always) for row in pair]]] = True
    least = np.full(len(size), number)
    np.minimum.at(least, label, np.arange(number))
    first = np.where(busy[label], np.arange(number), least[label])
    inner = (label[left] == label[right]) & busy[label[left]]
    edges: dict[int, list[Edge]] = {}
    for a, b, p, d in zip(
        left[inner].tolist(),
        right[inner].tolist(),
        probability[inner].tolist(),
        apart[inner].tolist(),
        strict=True,
    ):
        edges.setdefault(int(label[a]), []).append((a, b, p, d))
    links: dict[int, list[tuple[int, int]]] = {}
    for a, b in together:
        links.setdefault(int(label[a]), []).append((min(a, b), max(a, b)))
    bars: dict[int, set[tuple[int, int]]] = {}
    for a, b in apart_always:
        if label[a] == label[b]:
            bars.setdefault(int(label[a]), set()).add((a, b))
    for key in {**edges, **links}:
        for members in _cut_one(edges.get(key, []), links.get(key, []), bars.get(key, set()), data_set):
            first[members] = min(members)
    return first


def _cut_one(
    edges: list[Edge],
    links: list[tuple[int, int]],
    different: set[tuple[int, int]],
    data_set: Int[np.ndarray, " reports"],
) -> list[list[int]]:
    """Cut one connected piece: merge the surest two incidents that may be one, until there are none."""
    rows = {row for edge in edges for row in edge[:2]} | {
        row for pair in (*links, *different) for row in pair
    }
    home = _united(links, rows)
    members: dict[int, list[int]] = {}
    for row, key in home.items():
        members.setdefault(key, []).append(row)
    holds = {key: Counter(d for d in data_set[rows].tolist() if d) for key, rows in members.items()}
    barred: dict[int, set[int]] = {key: set() for key in members}
    for a, b in different:
        barred[home[a]].add(home[b])
        barred[home[b]].add(home[a])
    # by incident: the sum of probabilities to each other incident, and the least distance
    beside: dict[int, dict[int, tuple[float, float]]] = {key: {} for key in members}
    for a, b, p, d in sorted(edges):
        x, y = home[a], home[b]
        if x != y:
            total, least = beside[x].get(y, (0.0, np.inf))
            beside[x][y] = beside[y][x] = (total + p, min(least, d))
    queue = [_entry(x, y, *told, members) for x, of in beside.items() for y, told in of.items() if x < y]
    heapq.heapify(queue)
    while queue:
        lost, _, x, y, sizes = heapq.heappop(queue)
        if -lost < LINKED:
            break
        if x not in members or y not in members or sizes != (len(members[x]), len(members[y])):
            continue  # told of incidents that have merged since
        if y in barred[x] or any(d in holds[x] for d in holds[y]):
            continue
        _merge(x, y, members, holds, barred, beside)
        for z, told in beside[x].items():
            heapq.heappush(queue, _entry(min(x, z), max(x, z), *told, members))
    return list(members.values())


Entry = tuple[float, float, int, int, tuple[int, int]]


def _entry(x: int, y: int, total: float, least: float, members: Mapping[int, list[int]]) -> Entry:
    mean = total / (len(members[x]) * len(members[y]))
    # sums of the same probabilities in another order may differ in the last bits, which must not decide
    return -round(mean, 12), least, x, y, (len(members[x]), len(members[y]))


def _united(links: list[tuple[int, int]], rows: set[int]) -> dict[int, int]:
    """Return, for each row, the first of those that links make one with it."""
    home = {row: row for row in sorted(rows)}

    def root(row: int) -> int:
        while home[row] != row:
            row = home[row]
        return row

    for a, b in links:
        x, y = root(a), root(b)
        home[max(x, y)] = min(x, y)
    return {row: root(row) for row in home}


def _merge(
    x: int,
    y: int,
    members: dict[int, list[int]],
    holds: dict[int, Counter[int]],
    barred: dict[int, set[int]],
    beside: dict[int, dict[int, tuple[float, float]]],
) -> None:
    """Merge incident y into x, which comes first."""
    members[x] += members.pop(y)
    holds[x] += holds.pop(y)
    for z in barred.pop(y):
        barred[x].add(z)
        barred[z].discard(y)
        barred[z].add(x)
    gone = beside.pop(y)
    gone.pop(x, None)
    beside[x].pop(y, None)
    for z, (total, least) in gone.items():
        before, nearer = beside[x].get(z, (0.0, np.inf))
        beside[x][z] = beside[z][x] = (before + total, min(least, nearer))
        beside[z].pop(y, None)
