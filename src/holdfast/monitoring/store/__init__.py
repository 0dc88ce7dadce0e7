"""The folder of monitoring: adding to its record, making its index, reading it."""

from holdfast.monitoring.store.adding import Added, How, add
from holdfast.monitoring.store.amending import amend
from holdfast.monitoring.store.beginning import begin
from holdfast.monitoring.store.drawn import swapped_drawings
from holdfast.monitoring.store.exporting import export_for
from holdfast.monitoring.store.folder import INDEX, agreement_of, asked, entry_known, index_read
from holdfast.monitoring.store.index import caught_up, rebuilt
from holdfast.monitoring.store.mending import entry_of, mend, set_aside
from holdfast.monitoring.store.saying import claim, correct, decide

__all__ = [
    "INDEX",
    "Added",
    "How",
    "add",
    "agreement_of",
    "amend",
    "asked",
    "begin",
    "caught_up",
    "claim",
    "correct",
    "decide",
    "entry_known",
    "entry_of",
    "export_for",
    "index_read",
    "mend",
    "rebuilt",
    "set_aside",
    "swapped_drawings",
]
