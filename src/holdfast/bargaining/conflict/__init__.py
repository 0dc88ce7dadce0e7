"""The graph model for conflict resolution: which states of a conflict hold, for whom, against which countermoves, and how they are reached.

Plain functions on boolean NumPy arrays; `graph` says what a conflict is, `stability` and `simultaneous` judge its states.
"""

from holdfast.bargaining.conflict.graph import Conflict, check, prefers
from holdfast.bargaining.conflict.options import Apart, apart, merged, option_moves, settings
from holdfast.bargaining.conflict.orders import Above, contradiction, dense, ranks_of_pairs, unsaid
from holdfast.bargaining.conflict.reach import Paths, joint_moves, shortest
from holdfast.bargaining.conflict.sensitivity import Change, Survival, changes, survival
from holdfast.bargaining.conflict.simultaneous import simultaneous
from holdfast.bargaining.conflict.stability import (
    CONCEPTS,
    Parts,
    Stability,
    coalitions,
    judged,
    of_coalition,
    of_coalitions,
    of_parties,
    parts,
)
from holdfast.bargaining.conflict.statements import Statement, parse, ranks_of_statements, scores, truth

__all__ = [
    "CONCEPTS",
    "Above",
    "Apart",
    "Change",
    "Conflict",
    "Parts",
    "Paths",
    "Stability",
    "Statement",
    "Survival",
    "apart",
    "changes",
    "check",
    "coalitions",
    "contradiction",
    "dense",
    "joint_moves",
    "judged",
    "merged",
    "of_coalition",
    "of_coalitions",
    "of_parties",
    "option_moves",
    "parse",
    "parts",
    "prefers",
    "ranks_of_pairs",
    "ranks_of_statements",
    "scores",
    "settings",
    "shortest",
    "simultaneous",
    "survival",
    "truth",
    "unsaid",
]
