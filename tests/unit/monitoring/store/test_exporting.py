"""An export for a party: nothing that is withheld can be found in it, and it verifies like the whole record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.errors import InputError
from holdfast.monitoring.agreement import read_agreement
from holdfast.monitoring.record import adding, entries, make_key, packed, read_key, sign, verify
from holdfast.monitoring.store.beginning import begin
from holdfast.monitoring.store.exporting import export_for
from holdfast.monitoring.store.saying import claim, correct, decide
from tests.unit.monitoring.agreement.example import maps
from tests.unit.monitoring.store.small import AGREEMENT, added, begun, rows_of
from tests.unit.monitoring.store.test_sectors import agreement_text

RULES = """\
confidential:
  - {kept_from: A, observers: mission, fields: [text, weapon]}
  - {kept_from: A, sectors: east}
  - {kept_from: B, fields: [by]}
"""
CONFIDENTIAL = AGREEMENT[: AGREEMENT.index("confidential:")] + RULES


def exported(folder: Path, party: str, out: Path) -> bytes:
    found = export_for(folder, party, out)
    assert verify(out).ok
    assert [path.name for path in out.iterdir()] == ["export.log"]
    return found.path.read_bytes()


def ids(folder: Path) -> dict[str, str]:
    return dict(rows_of(folder, "select native_id, id from reports"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = begun(tmp_path_factory.mktemp("export") / "record", CONFIDENTIAL)
    far = {"since": "2020-06-01T10:00:00", "until": "2020-06-01T11:00:00"}
    added(
        folder,
        {
            "no": "n-mission",
            "sector": "West",
            "side": "Southland",
            "text": "xylophone quarry",
            "weapon": "zither howitzer",
        },
        {"no": "n-bad", "text": "bassoon", "lat": "mandolin"},
        name="cello.csv",
    )
    added(
        folder,
        {"no": "n-east", "who": "viola", "sector": "East", "text": "trombone", "weapon": "spinet", **far},
        name="harpsichord.csv",
    )
    added(
        folder,
        {"no": "n-press", "who": "press", "sector": "West", "text": "for all to read", "side": "Northland"},
        name="open.csv",
    )
    added(
        folder, {"no": "n-moved", "who": "oboe", "sector": "West", "text": "clavichord"}, name="timpani.csv"
    )
    of = ids(folder)
    correct(folder, of["n-moved"], {"sector": "East"}, "bugle", "bandoneon")
    claim(folder, of["n-east"], "occurrence", "observed", "ocarina", "dulcimer")
    claim(folder, of["n-press"], "occurrence", "observed", "shown to all", "plain")
    decide(folder, of["n-mission"], of["n-press"], same=False, by="lute", why="gamelan")
    with adding(folder) as writer:  # as if enough had been reported to learn from
        writer.append("model", {"model": json.dumps({"common": ["xylophone", "trombone"]})})
    return folder


def test_nothing_that_is_withheld_is_in_the_export(folder: Path, tmp_path: Path) -> None:
    data = exported(folder, "A", tmp_path / "out")
    whole = (folder / "record.log").read_bytes()
    of = ids(folder)
    secret = [
        *(
            "xylophone",
            "zither",
            "bassoon",
            "mandolin",
            "trombone",
            "spinet",
            "clavichord",
        ),  # texts, weapons, rows
        *("cello", "harpsichord", "timpani", "viola", "oboe"),  # files, observers
        *("bugle", "bandoneon", "ocarina", "dulcimer", "lute", "gamelan"),  # what persons said
        *("n-mission", "n-bad", "n-east", "n-moved"),
        *(of[no] for no in ("n-mission", "n-east", "n-moved")),
    ]
    for entry in entries(folder):
        if entry.kind == "aside":
            secret += [entry.sealed["received"]["id"], entry.sealed["received"]["reason"]]
        if entry.kind == "file" and entry.open["name"] != "open.csv":
            secret.append(entry.sealed["sha256"])
    for word in secret:
        assert word.encode() in whole, word  # or the search would find nothing
        assert word.encode() not in data, word
    for shown in ("open.csv", "for all to read", of["n-press"], "shown to all"):
        assert shown.encode() in data, shown


def test_what_is_left_out_leaves_the_rest_and_its_proofs(folder: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    make_key(key)
    checkpoint = sign(folder, read_key(key))
    exported(folder, "A", tmp_path / "out")
    verdict = verify(tmp_path / "out", checkpoint)
    assert verdict.ok
    # cello, harpsichord and timpani with their reports of the east, and the model; the mission's report in part
    assert verdict.withheld_entries == 3 + 2 + 1
    kinds = [entry.kind for entry in entries(folder)]
    left = [entry.kind for entry in entries(tmp_path / "out")]
    assert [kind for kind, shown in zip(kinds, left, strict=True) if not shown] == [
        *("file", "file", "report", "file", "report", "model"),
    ]
    mission = next(entry for entry in entries(tmp_path / "out") if entry.kind == "report")
    assert set(mission.withheld) == {"received", "text", "weapon"}
    assert mission.sealed == {"by": "Southland"}
    assert "cello" not in mission.open.values()


def test_another_party_is_told_other_things(folder: Path, tmp_path: Path) -> None:
    data = exported(folder, "B", tmp_path / "out")
    assert b"xylophone quarry" in data
    assert b"Southland" not in data.replace(b'name: \\"Southland\\"', b"")
    assert b"for all to read" in data


def test_a_field_that_an_amendment_makes_confidential_goes_with_its_report(tmp_path: Path) -> None:
    """Earlier entries show it among other things, and it cannot be left out of them by itself."""
    folder = begun(tmp_path / "record", AGREEMENT[: AGREEMENT.index("confidential:")])
    added(folder, {"no": "1", "text": "xylophone"}, {"no": "2", "who": "press", "text": "for all to read"})
    rules = "confidential:\n  - {kept_from: A, observers: mission, fields: [text]}\n"
    text = AGREEMENT[: AGREEMENT.index("confidential:")] + rules
    files = {"a.yaml": text.encode(), "maps.geojson": json.dumps(maps(), indent=1).encode()}
    with adding(folder) as writer:
        writer.append("amendment", *packed(files))
    data = exported(folder, "A", tmp_path / "out")
    assert b"xylophone" not in data
    assert b"for all to read" in data
    assert b"xylophone" in exported(folder, "B", tmp_path / "other")


def test_without_rules_nothing_is_left_out(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record", AGREEMENT[: AGREEMENT.index("confidential:")])
    added(folder, {"no": "1"}, {"no": "2", "lat": "x"})
    assert exported(folder, "A", tmp_path / "out") == (folder / "record.log").read_bytes()


def test_a_report_that_names_no_sector_may_be_from_one_that_is_kept(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record", CONFIDENTIAL)
    added(
        folder,
        {"no": "1", "who": "press", "text": "xylophone"},
        {"no": "2", "who": "press", "text": "for all to read", "sector": "West region"},
    )
    data = exported(folder, "A", tmp_path / "out")
    assert b"xylophone" not in data
    assert b"for all to read" in data


def test_whom_and_where(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--for C: is no party; must be one of A, B"):
        export_for(folder, "C", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="is not empty"):
        export_for(folder, "A", folder)
    assert not (folder / "export.log").exists()


EAST = "eastern quarry"
KEPT_EAST = agreement_text()[: agreement_text().index("confidential:")] + (
    "confidential:\n  - {kept_from: A, sectors: east}\n"
)
"""West and east are drawn, and meet at 37.5 degrees of longitude."""
NEAR = {"who": "press", "sector": "West", "text": EAST}


def two_sectors(tmp_path: Path) -> Path:
    drawn = maps()
    corners = [[37.5, 47.5], [38.0, 47.5], [38.0, 48.0], [37.5, 48.0], [37.5, 47.5]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    drawn["features"].append({"type": "Feature", "id": "eastern", "properties": {}, "geometry": shape})
    begin(
        tmp_path / "record",
        read_agreement(KEPT_EAST.encode(), "a.yaml", {"maps.geojson": json.dumps(drawn).encode()}),
    )
    return tmp_path / "record"


@pytest.mark.parametrize(
    ("lon", "km", "kept"),
    [
        ("37.7", "1", True),  # names West, and lies in East
        ("37.5", "1", True),  # on the border
        ("37.4", "3.5", True),  # 7.5 km from it, which is 2.1 standard deviations: 1.6 %
        ("37.4", "3.0", False),  # 2.5 of them: 0.6 %
        ("37.2", "1", False),
    ],
)
def test_a_position_that_may_lie_in_a_sector_that_is_kept_is_kept(
    tmp_path: Path, lon: str, km: str, kept: bool
) -> None:
    folder = two_sectors(tmp_path)
    added(folder, {"no": "1", **NEAR, "lon": lon, "km": km})
    data = exported(folder, "A", tmp_path / "out")
    assert (EAST.encode() in data) is not kept
    assert EAST.encode() in exported(folder, "B", tmp_path / "other")


@pytest.mark.parametrize(
    "changes",
    [
        [{"lon": "37.7"}],
        [{"lon": "37.7"}, {"lon": "37.2"}],  # it may have been there, and somebody has said so
        [{"sd_along_km": "40", "sd_across_km": "40"}],
        [{"sector": "East"}, {"sector": "West"}],
        [{"sector": ""}],  # without a sector it may be from anywhere
    ],
)
def test_so_is_one_that_was_corrected_into_it_at_any_time(
    tmp_path: Path, changes: list[dict[str, str]]
) -> None:
    folder = two_sectors(tmp_path)
    added(folder, {"no": "1", **NEAR})
    assert EAST.encode() in exported(folder, "A", tmp_path / "before")
    [(own,)] = rows_of(folder, "select id from reports")
    for change in changes:
        correct(folder, own, change, "bugle", "bandoneon")
    data = exported(folder, "A", tmp_path / "out")
    for word in (EAST, own, "bugle", "bandoneon", "reports.csv"):
        assert word.encode() not in data, word


def test_so_are_all_revisions_of_one_that_is(tmp_path: Path) -> None:
    folder = two_sectors(tmp_path)
    added(folder, {"no": "1", **NEAR, "text": "first western quarry"}, name="first.csv")
    added(folder, {"no": "1", **NEAR, "sector": "East", "lon": "37.7"}, name="second.csv")
    added(folder, {"no": "1", **NEAR, "text": "third western quarry"}, name="third.csv")
    data = exported(folder, "A", tmp_path / "out")
    for word in (EAST, "first western", "third western", "first.csv"):
        assert word.encode() not in data, word


def test_a_sector_that_is_not_drawn_is_what_no_other_takes_up(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record", CONFIDENTIAL)
    added(
        folder,
        {"no": "1", **NEAR, "lon": "37.8"},  # names West, lies outside it, and East is drawn nowhere
        {"no": "2", **NEAR, "text": "for all to read"},
    )
    data = exported(folder, "A", tmp_path / "out")
    assert EAST.encode() not in data
    assert b"for all to read" in data
