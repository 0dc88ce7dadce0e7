"""A small record that every kind of entry is in, and what tests ask of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from holdfast.monitoring.record import Verdict, adding, create

AT = datetime(2026, 11, 22, 22, tzinfo=UTC)
FILES = {"agreement.yaml": b"holdfast: 1\n", "zones/a.geojson": b"\xff\xfe"}
# markup, quotes, control characters, line ends of other systems, a formula, a lone surrogate, an emoji
TEXT = "<script>alert(\"1\")</script>\t\n\r\x00\x1b[31m\u2028\x85 =cmd|' /C calc'!A0 \\ \udc80 \U0001f600 Обстрел"


def record(folder: Path) -> Path:
    """Make it: 8 entries, commits at 2, 6 and 8. Return its log."""
    log = create(folder, FILES, AT)
    with adding(folder, at=AT) as writer:
        writer.append("report", {"id": "r1", "lat": 48.1}, {"raw": "a;b", "text": TEXT})
        writer.append("aside", {"line": 3, "reason": "no date"}, {"raw": ""})
        writer.append("report", {"id": "r2", "lat": None}, {"raw": "c"})
    with adding(folder, at=AT) as writer:
        writer.append("claim", {"of": "r1", "grade": "observed"})
    return log


def named(verdict: Verdict) -> set[int]:
    """The entries that a verdict names as changed, missing, misplaced or cut short."""
    tail = verdict.unfinished
    return {fault.entry for fault in verdict.faults} | ({tail.last} if tail and tail.cut else set())
