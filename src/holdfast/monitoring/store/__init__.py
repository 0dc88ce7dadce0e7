"""The folder of monitoring: adding to its record, making its index, reading it."""

from holdfast.monitoring.store.adding import Added, How, add
from holdfast.monitoring.store.beginning import begin
from holdfast.monitoring.store.folder import INDEX, agreement_of, index_read
from holdfast.monitoring.store.index import caught_up, rebuilt

__all__ = ["INDEX", "Added", "How", "add", "agreement_of", "begin", "caught_up", "index_read", "rebuilt"]
