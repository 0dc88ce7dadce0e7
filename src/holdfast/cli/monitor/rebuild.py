"""holdfast monitor rebuild: the index anew from the record."""

from __future__ import annotations

from holdfast.cli.monitor._shared import Folder, failing_clearly, printed, showing_work


def rebuild(folder: Folder) -> None:
    """Make the index anew from the record, which alone counts."""
    with failing_clearly():
        from holdfast.monitoring.store.index import rebuilt

        with showing_work("making the index"):
            last = rebuilt(folder)
        printed(f"{folder}: the index is made from entries 1 to {last:,} of the record.")
