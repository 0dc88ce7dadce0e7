"""Formats of reports: bytes become reports, and rows that cannot are set aside with line and reason."""

from holdfast.monitoring.formats.mapping import TableMapping, load_mapping, read_mapping
from holdfast.monitoring.formats.reading import read, sniff

__all__ = ["TableMapping", "load_mapping", "read", "read_mapping", "sniff"]
