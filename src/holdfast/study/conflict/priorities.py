"""Changes of what stands behind an order: two neighbouring statements of a party change places, or one is left out.

One such change moves many states at once, which no change of one neighbouring pair of states does.
"""

from __future__ import annotations

import numpy as np

from holdfast.bargaining.conflict import Change, parse, ranks_of_statements, truth
from holdfast.study.conflict.load import LoadedConflict

__all__ = ["priorities"]


def priorities(file: LoadedConflict) -> tuple[list[Change], list[dict[str, str | None]]]:
    """Return the changes of all parties that have statements, and what the answer says of each; those that change no order are left out."""
    built = file.built
    found: list[Change] = []
    said: list[dict[str, str | None]] = []
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
        todo = [("reordered", n, n + 1) for n in range(len(rows) - 1)]
        todo += [("dropped", n, -1) for n in range(len(rows))]
        for kind, one, other in todo:
            order = [n for n in range(len(rows)) if kind != "dropped" or n != one]
            if kind == "reordered":
                order[one], order[other] = other, one
            rank = ranks_of_statements(rows[order])
            if np.array_equal(rank, built.conflict.rank[party]):
                continue
            found.append(Change(party, kind, -1, -1, rank))
            second = statements[other].says if other >= 0 else None
            said.append({"party": id_, "kind": kind, "first": statements[one].says, "second": second})
    return found, said
