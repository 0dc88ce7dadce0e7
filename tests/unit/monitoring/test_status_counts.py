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


def test_tallies_of_days_out_of_force_are_held_against_nothing(tmp_path: Path) -> None:
    """Those of 2019 do not agree with each other; the agreement is of 2020. The last one reaches into its first day."""
    begun(tmp_path / "record")
    rows = (
        "West region,2019-12-28T19:30,2019-12-29T19:30,10,,mission",
        "West region,2019-12-29T19:30,2019-12-30T19:30,20,11,mission",
        "West region,2019-12-31T19:30,2020-01-01T19:30,20,,mission",
        "West region,2020-01-01T19:30,2020-01-02T19:30,20,20,mission",
    )
    head = HEAD.replace("violations,", "violations,previous_period_violations,")
    (tmp_path / "tally.csv").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    add(tmp_path / "record", [tmp_path / "tally.csv"], How(format="tally"))
    told = status(tmp_path / "record", dt.date(2020, 5, 3))["tallies"]
    assert (told["agree"], told["differ"]) == (1, 0)
