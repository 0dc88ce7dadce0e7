"""What an incident says where its reports do not say the same; worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from holdfast.monitoring.agreement import load_agreement
from holdfast.monitoring.grounds import grounds
from holdfast.monitoring.store.adding import How, add
from holdfast.monitoring.store.amending import amend
from holdfast.monitoring.store.beginning import begin
from holdfast.monitoring.store.folder import agreement_of, asked, index_read
from holdfast.monitoring.store.saying import correct, decide
from tests.unit.monitoring.store.small import AGREEMENT, TALLIES, added, agreement, begun, rows_of

UTC = dt.UTC


def made_one(folder: Path, *rows: dict[str, Any]) -> dict[str, Any]:
    """Add reports, say that they are of one event, and return the incident."""
    added(folder, *rows)
    first, *others = [row[0] for row in rows_of(folder, "select id from reports order by entry")]
    for other in others:
        decide(folder, first, other, same=True, by="me", why="for the test")
    with index_read(folder) as con:
        [incident] = asked(con, "select * from incidents").to_pylist()
    assert incident["reports"] == len(rows)
    assert incident["incident"] == "i" + min([first, *others])[1:]
    return incident


def test_reports_that_disagree(tmp_path: Path) -> None:
    incident = made_one(
        begun(tmp_path / "record"),
        # knows best by the ladder, and its weapon is not known
        {
            "no": "1",
            "who": "mission",
            "how": "verified on site",
            "what": "explosion",
            "km": "3",
            "count": "2",
            "lat": "47.70",
            "lon": "37.20",
            "since": "2020-05-01T20:30:00",
            "until": "2020-05-01T23:30:00",
            "side": "",
            "weapon": "",
            "mm": "",
            "exempt": "live-fire exercise",
        },
        # is surest of the place
        {
            "no": "2",
            "who": "press",
            "how": "reported",
            "what": "firing",
            "km": "0.2",
            "count": "7",
            "lat": "47.72",
            "lon": "37.21",
            "since": "2020-05-01T12:00:00",
            "until": "2020-05-02T12:00:00",
            "side": "Southland",
            "weapon": "gun",
            "mm": "30",
            "exempt": "",
        },
        # has the shortest time, and is next on the ladder
        {
            "no": "3",
            "who": "B",
            "how": "observed",
            "what": "clash",
            "km": "1",
            "count": "1",
            "lat": "47.74",
            "lon": "37.22",
            "since": "2020-05-01T21:30:00",
            "until": "2020-05-01T21:45:00",
            "side": "B",
            "weapon": "mortar",
            "mm": "82",
            "exempt": "a drill",
        },
    )
    expected = {
        "observers": ["B", "mission", "press"],
        "kind": "explosion",
        "start": dt.datetime(2020, 5, 1, 21, 30, tzinfo=UTC),
        "end": dt.datetime(2020, 5, 1, 21, 45, tzinfo=UTC),
        "lat": 47.72,
        "lon": 37.21,
        "sd_along_km": 0.2,
        "sd_across_km": 0.2,
        "shape": "normal",
        "sector_id": "west",
        "unit": "effect",
        "count": 7,
        "weapon": "mortar",
        "calibre_mm": 82.0,
        "by": "B",
        "by_id": "B",
        "by_disputed": False,
        "exempt": "a drill; live-fire exercise",
        "tally": False,
        # 21:30 in UTC is half past midnight in Kyiv
        "day": dt.date(2020, 5, 2),
        "occurrence": "verified on site",
        "attribution": "corroborated",
    }
    assert {name: incident[name] for name in expected} == expected
    assert 0.5 < incident["probability"] <= 1


def test_who_did_it_is_taken_over_only_where_all_who_name_anyone_agree(tmp_path: Path) -> None:
    incident = made_one(
        begun(tmp_path / "record"),
        {"no": "1", "side": "A", "how": "verified on site"},
        {"no": "2", "side": "B", "who": "press"},
        {"no": "3", "side": "", "who": "B"},
    )
    assert (incident["by"], incident["by_id"], incident["by_disputed"]) == (None, None, True)
    assert incident["attribution"] is None


def test_two_names_of_one_party_do_not_disagree_and_someone_unknown_is_someone(tmp_path: Path) -> None:
    incident = made_one(
        begun(tmp_path / "one" / "record"),
        {"no": "1", "side": "Government of Northland", "how": "reported", "who": "press"},
        {"no": "2", "side": "A"},
    )
    assert (incident["by"], incident["by_id"], incident["by_disputed"]) == ("A", "A", False)
    incident = made_one(
        begun(tmp_path / "two" / "record"),
        {"no": "1", "side": "the Greens", "who": "press"},
        {"no": "2", "side": "A"},
    )
    assert (incident["by_id"], incident["by_disputed"]) == (None, True)


def test_a_sector_that_only_one_report_names(tmp_path: Path) -> None:
    incident = made_one(
        begun(tmp_path / "record"),
        {"no": "1", "lon": "38.5", "how": "verified on site"},
        {"no": "2", "lat": "", "lon": "", "km": "", "sector": "East", "how": "reported"},
    )
    assert incident["sector_id"] == "east"
    assert (incident["lat"], incident["lon"]) == (47.7, 38.5)


def test_the_least_sure_member_says_how_sure_it_is(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(
        folder,
        {"no": "1", "how": "reported"},
        {"no": "2", "who": "press", "lat": "47.703", "how": "reported"},
    )
    [(reports, probability, occurrence)] = rows_of(
        folder, "select reports, probability, occurrence from incidents where reports = 2"
    )
    members = [p for (p,) in rows_of(folder, "select probability from members")]
    assert reports == 2
    assert 0.5 <= probability == min(members) < 1
    assert occurrence == "observed"  # the mission observes, says the agreement


def test_of_members_that_are_not_equally_sure_the_least_counts(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(
        folder,
        {"no": "1", "how": "reported"},
        {"no": "2", "who": "press", "lat": "47.703", "how": "reported"},
        {"no": "3", "who": "B", "lat": "47.73", "how": "reported"},
    )
    [(probability,)] = rows_of(folder, "select probability from incidents where reports = 3")
    members = [p for (p,) in rows_of(folder, "select probability from members order by probability")]
    assert members[0] < members[-1] - 0.001
    assert probability == members[0]


def test_the_evidence_that_counts_stands_beside_what_was_received(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(
        folder,
        {"no": "1", "how": "reported"},  # the mission observes, says the agreement
        {"no": "2", "who": "press", "how": "reported"},
        {"no": "3", "who": "press", "how": "corroborated"},
        {"no": "4", "how": "verified on site"},
    )
    query = "select native_id, evidence, evidence_counted from reports order by native_id"
    found = [
        ("1", "reported", "observed"),
        ("2", "reported", "reported"),
        ("3", "corroborated", "corroborated"),
        ("4", "verified on site", "verified on site"),
    ]
    assert rows_of(folder, query) == found
    [(own,)] = rows_of(folder, "select id from reports where native_id = '4'")
    correct(folder, own, {"evidence": "reported"}, "me", "why")
    assert rows_of(folder, query) == [*found[:3], ("4", "reported", "observed")]
    text = AGREEMENT.replace("kind: mission, evidence: observed", "kind: mission, evidence: corroborated")
    amend(folder, agreement(text), "me", "why")
    assert [row[2] for row in rows_of(folder, query)] == [
        *("corroborated", "reported", "corroborated", "corroborated")
    ]


def test_a_tally_is_of_the_day_on_which_its_window_ends(tmp_path: Path) -> None:
    from holdfast.monitoring.store.adding import How, add

    folder = begun(tmp_path / "record")
    path = tmp_path / "tallies.csv"
    path.write_text(TALLIES)
    add(folder, [path], How(observer="mission"))
    found = rows_of(folder, "select day, sector_id, tally, count, reports, unit from incidents order by day")
    assert found == [
        (dt.date(2020, 5, 2), "west", True, 12, 1, "effect"),
        (dt.date(2020, 5, 3), "west", True, 20, 1, "effect"),
    ]


@pytest.mark.parametrize(
    ("when", "count_alone", "with_text", "remark"),
    [
        # West is the quiet zone: what holds outside it holds nowhere in West, whatever a report says
        ("{where: {outside: quiet}}", (0, 0), (0, 0), (0, 0)),
        ("{by: A, where: {outside: quiet}}", (0, 0), (0, 0), (0, 0)),
        ('{says: ["live-fire exercise"], where: {outside: quiet}}', (0, 0), (0, 0), (0, 0)),
        # all of West lies in it; but a remark says not how many
        ("{where: {inside: quiet}}", (4, 4), (4, 4), (0, 12)),
        # a part of West does: of which part a text speaks is not known
        ("{where: {nearer_than: {km: 60, of: contact}}}", (4, 4), (0, 4), (0, 12)),
    ],
)
def test_a_tally_is_exempt_only_where_the_exemptions_place_lies_in_its_sector(
    tmp_path: Path,
    when: str,
    count_alone: tuple[int, int],
    with_text: tuple[int, int],
    remark: tuple[int, int],
) -> None:
    text = AGREEMENT.replace(
        'when: {says: ["live-fire exercise"], where: {outside: security}}', f"when: {when}"
    )
    assert text != AGREEMENT
    folder = begun(tmp_path / "record", text)
    head = "region,period_start_local,period_end_local,ceasefire_violations"
    said = (
        ("exempt_count", "4"),
        ("exempt,exempt_count", "a live-fire exercise,4"),
        ("note", "a live-fire exercise"),
    )
    for n, (columns, values) in enumerate(said, 1):
        path = tmp_path / f"tally{n}.csv"
        row = f"West region,2020-05-0{n}T19:30,2020-05-0{n + 1}T19:30,12"
        path.write_text(f"{head},{columns}\n{row},{values}\n", encoding="utf-8")
        add(folder, [path], How(observer="mission"))
    query = (
        "select verdict, f.exempt_least, f.exempt_most from findings f join incidents i using (incident) "
        "where article = 'ceasefire' order by i.start"
    )
    verdict = "undetermined" if remark == (0, 12) else "breach"
    assert rows_of(folder, query) == [("breach", *count_alone), ("breach", *with_text), (verdict, *remark)]


EXERCISE = "2 explosions assessed as live-fire exercise"


@pytest.mark.parametrize(
    ("columns", "values", "verdict", "chance", "exempt"),
    [
        # a remark says neither of how many nor always of which sector: from none to all
        ("note", EXERCISE, "undetermined", (0.0, 1.0), (0, 12)),
        ("note", "an inspection of a training area", "breach", (1.0, 1.0), (0, 0)),  # not what is exempted
        ("note,exempt", f"{EXERCISE},", "breach", (1.0, 1.0), (0, 0)),
        ("note,exempt", f"{EXERCISE},a live-fire exercise", "allowed", (0.0, 0.0), (0, 0)),
        ("note,exempt", f"{EXERCISE},{EXERCISE}", "undetermined", (0.0, 1.0), (0, 12)),
        ("note,exempt_count", f"{EXERCISE},2", "breach", (1.0, 1.0), (2, 2)),
        ("note,exempt,exempt_count", "x,,2", "breach", (1.0, 1.0), (2, 2)),
        ("note,exempt,exempt_count", "x,,12", "allowed", (0.0, 0.0), (12, 12)),
        ("note,exempt,exempt_count", "x,,40", "allowed", (0.0, 0.0), (12, 12)),
    ],
)
def test_a_remark_exempts_no_whole_tally(
    tmp_path: Path,
    columns: str,
    values: str,
    verdict: str,
    chance: tuple[float, float],
    exempt: tuple[int, int],
) -> None:
    folder = begun(tmp_path / "record")
    path = tmp_path / "tally.csv"
    path.write_text(
        f"region,period_start_local,period_end_local,ceasefire_violations,{columns}\n"
        f"West region,2020-05-01T19:30,2020-05-02T19:30,12,{values}\n",
        encoding="utf-8",
    )
    add(folder, [path], How(observer="mission"))
    query = (
        "select verdict, p_low, p_high, exempt_least, exempt_most from findings where article = 'ceasefire'"
    )
    assert rows_of(folder, query) == [(verdict, *chance, *exempt)]
    with index_read(folder) as con:
        said = grounds(agreement_of(con), asked(con, "select * from incidents"), 0, "ceasefire")
    assert ("of how many of the 12, from none to all, it does not say" in said) is (verdict == "undetermined")


@pytest.mark.needs_shared
def test_no_real_tally_is_allowed_for_a_remark(tmp_path: Path, shared: Path) -> None:
    """Eight of the mission's notes mention live fire, such as that of 23 November 2021 for Donetsk: 8 explosions of 376 violations."""
    folder = tmp_path / "record"
    begin(folder, load_agreement(Path(__file__).parents[4] / "catalog" / "donbas-2015" / "agreement.yaml"))
    how = How(observer="OSCE SMM")
    add(folder, [shared / "data" / "monitoring" / "osce_smm_daily_summary_sample.csv"], how)
    query = "select verdict, i.count, f.exempt_least, f.exempt_most from findings f join incidents i using (incident) where i.exempt <> ''"
    found = rows_of(folder, query)
    assert {verdict for verdict, *_ in found} == {"undetermined"}
    assert (376, 0, 376) in [tuple(rest) for _, *rest in found]
    assert rows_of(folder, "select count(*) from findings where verdict = 'allowed'") == [(0,)]
