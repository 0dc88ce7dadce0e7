"""What a status counts: tallies apart from incidents, each observer's by themselves and once, and with the share of the days asked for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from holdfast.monitoring.status import status
from holdfast.monitoring.store.adding import How, add
from tests.unit.monitoring.store.small import added, begun

HEAD = "region,period_start_local,period_end_local,ceasefire_violations,observer\n"


def counts(folder: Path, *tallies: str, as_of: str = "2020-05-10") -> list[dict[str, Any]]:
    begun(folder / "record")
    (folder / "tally.csv").write_text(HEAD + "\n".join(tallies) + "\n", encoding="utf-8")
    add(folder / "record", [folder / "tally.csv"], How(format="tally"))
    added(folder / "record", {"no": "1", "since": "2020-05-03T10:00:00", "until": "2020-05-03T11:00:00"})
    return status(folder / "record", dt.date.fromisoformat(as_of))["counts"]


def told(found: list[dict[str, Any]]) -> dict[str | None, tuple[float, int, int]]:
    return {one["tallied_by"]: (one["count"], one["tallies"], one["incidents"]) for one in found}


def test_tallies_are_no_incidents_and_observers_are_not_added(tmp_path: Path) -> None:
    found = counts(
        tmp_path,
        "West region,2020-05-01T19:30,2020-05-02T19:30,100,mission",
        "West region,2020-05-02T19:30,2020-05-03T19:30,0,mission",
        "West region,2020-05-01T19:30,2020-05-02T19:30,90,press",
    )
    assert told(found) == {None: (1, 0, 1), "mission": (100, 2, 0), "press": (90, 1, 0)}


def test_tallies_that_overlap_are_counted_once(tmp_path: Path) -> None:
    found = counts(
        tmp_path,
        "West region,2020-05-01T19:30,2020-05-02T19:30,10,mission",
        "West region,2020-05-01T19:30,2020-05-04T19:30,30,mission",
    )
    assert told(found)["mission"] == (30, 2, 0)


def test_a_tally_counts_with_its_share_of_the_days(tmp_path: Path) -> None:
    """Three days of which two are over: two thirds of what was counted, if it was even."""
    found = counts(tmp_path, "West region,2020-05-01T19:30,2020-05-04T19:30,30,mission", as_of="2020-05-03")
    assert told(found)["mission"] == (20, 1, 0)


def test_kinds_that_are_not_watched_together_are_not_added(tmp_path: Path) -> None:
    """Heat seen from space is no explosion; explosions and shots, which one article forbids, are counted together."""
    begun(tmp_path / "record")
    for n, kind in enumerate(("fire", "explosion", "firing", "flight")):
        added(
            tmp_path / "record",
            {
                "no": str(n),
                "since": f"2020-05-0{n + 2}T10:00:00",
                "until": f"2020-05-0{n + 2}T11:00:00",
                "what": kind,
            },
        )
    found = status(tmp_path / "record", dt.date(2020, 5, 10))["counts"]
    assert [(one["kinds"], one["count"], one["incidents"]) for one in found] == [
        (["explosion", "firing"], 2, 2),
        (["flight"], 1, 1),
        (["fire"], 1, 1),
    ]
