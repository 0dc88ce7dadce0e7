"""Changes of what stands behind an order: two neighbouring statements of a party change places, or one is left out.

One such change moves many states at once, which no change of one neighbouring pair of states does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from holdfast.bargaining.conflict import Change, parse, ranks_of_statements, truth
from holdfast.study.conflict.load import LoadedConflict

__all__ = ["priorities"]


def priorities(file: LoadedConflict) -> list[tuple[Change, dict[str, Any]]]:
    """Return the changes of all parties that have statements, each with what the answer says of it.

    Changes that leave the order as it is are left out, and of several that make the same order all but the first.
    """
    built = file.built
    found: list[tuple[Change, dict[str, Any]]] = []
    for party, id_ in enumerate(built.parties):
        statements = file.preferences[id_].statements
        if statements is None or built.combinations is None:
            continue
        first = np.array(
            [np.flatnonzero(built.combinations.state_of == s)[0] for s in range(len(built.states))]
        )
        taken = built.combinations.taken[first]
        place = {option: n for n, option in enumerate(file.options)}
        rows = np.array([truth(parse(s.says, file.options), taken, place) for s in statements])
        seen = [built.conflict.rank[party]]
        todo = [("reordered", n, n + 1) for n in range(len(rows) - 1)]
        todo += [("dropped", n, -1) for n in range(len(rows))]
        for kind, one, other in todo:
            order = [n for n in range(len(rows)) if kind != "dropped" or n != one]
            if kind == "reordered":
                order[one], order[other] = other, one
            rank = ranks_of_statements(rows[order])
            if any(np.array_equal(rank, other) for other in seen):
                continue
            seen.append(rank)
            against = [statements[other].says] if other >= 0 else []
            said = {"party": id_, "kind": kind, "first": statements[one].says, "second": against}
            found.append((Change(party, kind, -1, (), rank), said))
    return found
