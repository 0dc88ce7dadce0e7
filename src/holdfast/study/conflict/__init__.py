"""A conflict as a file: parties, options or states, moves, preferences; and what is stable, for whom and how surely."""

from holdfast.study.conflict.answer import stability
from holdfast.study.conflict.build import Built
from holdfast.study.conflict.load import CONFLICT, LoadedConflict, load_conflict, read_conflict
from holdfast.study.conflict.model import ConflictFile
from holdfast.study.conflict.schema import conflict_schema

__all__ = [
    "CONFLICT",
    "Built",
    "ConflictFile",
    "LoadedConflict",
    "conflict_schema",
    "load_conflict",
    "read_conflict",
    "stability",
]
