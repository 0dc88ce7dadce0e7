"""What persons may say, and what they may not: a mistake is found before it is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import InputError
from holdfast.monitoring.record import entries, verify
from holdfast.monitoring.store.adding import How, add
from holdfast.monitoring.store.index import rebuilt
from holdfast.monitoring.store.saying import claim, correct, decide
from tests.unit.monitoring.store.small import TALLIES, added, begun, held, rows_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("saying")
    folder = begun(base / "record")
    later = {"since": "2020-06-01T10:00:00", "until": "2020-06-01T11:00:00"}
    added(
        folder,
        *(
            {"no": str(n), "since": f"2020-07-0{n}T10:00:00", "until": f"2020-07-0{n}T11:00:00"}
            for n in range(1, 5)
        ),
        {"no": "old", "text": "first"},
        {"no": "nowhere", "lat": "", "lon": "", "km": "", "sector": "East", **later},
    )
    added(folder, {"no": "old", "text": "then"}, name="later.csv")
    tallies = base / "tallies.csv"
    tallies.write_text(TALLIES)
    add(folder, [tallies], How(observer="mission"))
    return folder


def ids(folder: Path) -> dict[str, str]:
    return dict(rows_of(folder, "select coalesce(native_id, id) || superseded, id from reports"))


def of(folder: Path, no: str) -> str:
    return ids(folder)[f"{no}false"]


BAD_CHANGES = [
    ({}, "a correction changes something"),
    ({"text": "x"}, "text: cannot be corrected; must be one of kind, start"),
    ({'kind" = 1; --': "x"}, "cannot be corrected"),
    ({"kind": "bang"}, "kind = bang: must be one of explosion"),
    ({"kind": ""}, "must be one of"),
    ({"lat": "x"}, "lat = x: must be a number from -90 to 90"),
    ({"lat": "nan"}, "must be a number from -90 to 90"),
    ({"lat": "91"}, "must be a number from -90 to 90"),
    ({"lat": ""}, "lat and lon: are given both or not at all"),
    ({"count": "-1"}, "must be a whole number from 0 to 1,000,000,000,000"),
    ({"count": "1000000000000001"}, "must be a whole number from 0 to 1,000,000,000,000"),
    ({"count": "1.5"}, "must be a whole number"),
    ({"count": "²"}, "must be a whole number"),
    ({"count": "9" * 5000}, "must be a whole number"),
    ({"start": "yesterday"}, "such as 2021-05-20T16:30:00"),
    ({"start": "2021-05-20T16:30:00"}, "says how far from UTC it is"),
    ({"start": "0001-01-01T00:00:00+14:00"}, "says how far from UTC it is"),
    ({"start": "2022-01-01T00:00:00Z"}, "end = .* must be after start"),
    ({"start": "2999-01-01T00:00:00Z", "end": "2999-01-01T01:00:00Z"}, "after the reports were received"),
    ({"lat": "37.2", "lon": "47.7"}, "lat = 37.2 and lon = 47.7 seem to be swapped: the place lies outside"),
    ({"lat": "0", "lon": "0"}, "lat and lon are 0, which files write for no position"),
    ({"by": "Somebody"}, "by = Somebody: is not in the agreement; must be one of A, B"),
    ({"sector": "Wset"}, "is not in the agreement; must be one of west, east"),
    ({"evidence": "ruled"}, "must be one of reported, corroborated, observed, verified on site"),
]


@pytest.mark.parametrize(("changes", "told"), BAD_CHANGES)
def test_corrections_that_are_none(folder: Path, changes: dict[str, str], told: str) -> None:
    before = (folder / "record.log").read_bytes()
    with pytest.raises(InputError, match=told):
        correct(folder, of(folder, "1"), changes, "me", "why not")
    assert (folder / "record.log").read_bytes() == before


def test_a_position_needs_its_error(folder: Path) -> None:
    report = of(folder, "nowhere")
    with pytest.raises(InputError, match="sd_along_km, sd_across_km, azimuth_deg must be given too"):
        correct(folder, report, {"lat": "47.7", "lon": "37.2"}, "me", "the log")
    with pytest.raises(InputError, match="sd_along_km = 900: must be a number from 0 to 500"):
        correct(folder, report, {"sd_along_km": "900"}, "me", "the log")
    whole = {"lat": "47.7", "lon": "37.2", "sd_along_km": "1", "sd_across_km": "1", "azimuth_deg": "0"}
    correct(folder, report, whole, "me", "the log")
    assert rows_of(
        folder, "select lat, lon, sd_along_km from incidents where lon = 37.2 and sector_id = 'east'"
    )


def test_claims_that_are_none(folder: Path) -> None:
    before = (folder / "record.log").read_bytes()
    report = of(folder, "1")
    for what, grade, more, told in (
        ("guilt", "ruled", {}, "must be one of occurrence, breach, attribution"),
        ("occurrence", "sure", {}, "must be one of reported"),
        ("breach", "ruled", {}, "names its article"),
        ("occurrence", "ruled", {"article": "ceasefire"}, "names its article"),
        ("attribution", "ruled", {}, "names the party"),
        (
            "breach",
            "ruled",
            {"article": "peace"},
            "--article peace: is not in the agreement; must be one of ceasefire",
        ),
        ("attribution", "ruled", {"party": "C"}, "--party C: is not in the agreement; must be one of A, B"),
    ):
        with pytest.raises(InputError, match=told):
            claim(folder, report, what, grade, "me", "why", **more)
    for by, why, told in ((" ", "why", "--by"), ("me", "", "--why")):
        with pytest.raises(InputError, match=told):
            claim(folder, report, "occurrence", "ruled", by, why)
    with pytest.raises(InputError, match="no such report"):
        claim(folder, "r0000000000000000", "occurrence", "ruled", "me", "why")
    assert (folder / "record.log").read_bytes() == before


def test_a_report_that_was_revised_is_named_by_what_holds_now(folder: Path) -> None:
    old, now = ids(folder)["oldtrue"], of(folder, "old")
    with pytest.raises(InputError, match=f"{old}: was revised since. Say it of {now}"):
        claim(folder, old, "occurrence", "ruled", "me", "why")


def test_decisions_that_contradict_each_other_are_not_recorded(folder: Path) -> None:
    """With them no index could be made, ever after."""
    one, two, three, four = (of(folder, str(n)) for n in range(1, 5))
    decide(folder, one, two, same=True, by="me", why="a")
    decide(folder, two, three, same=True, by="me", why="b")
    decide(folder, three, four, same=False, by="me", why="c")
    before = (folder / "record.log").read_bytes()
    with pytest.raises(InputError, match="this contradicts what was said before"):
        decide(folder, three, one, same=False, by="me", why="d")
    with pytest.raises(InputError, match="this contradicts what was said before"):
        decide(folder, one, four, same=True, by="me", why="e")
    assert (folder / "record.log").read_bytes() == before
    # what was said is taken back by what is said last
    decide(folder, two, one, same=False, by="me", why="f")
    decide(folder, three, one, same=False, by="me", why="g")
    index = held(folder)
    rebuilt(folder)
    assert held(folder) == index
    assert verify(folder).ok


def test_decisions_that_are_none(folder: Path) -> None:
    one = of(folder, "1")
    [tally] = rows_of(folder, "select id from reports where format = 'tally' limit 1")
    for other, told in ((one, "is one report"), (tally[0], "is a tally"), ("rx", "no such report")):
        with pytest.raises(InputError, match=told):
            decide(folder, one, other, same=True, by="me", why="a")


def test_what_is_said_is_sealed(folder: Path) -> None:
    claim(folder, of(folder, "4"), "occurrence", "ruled", "me", "why")
    said = [entry for entry in entries(folder) if entry.kind in ("claim", "correction", "link")]
    assert {entry.kind for entry in said} == {"claim", "correction", "link"}
    assert all(entry.open == {} and set(entry.sealed) == {entry.kind} for entry in said)
