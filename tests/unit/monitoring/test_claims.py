"""The ladder: first grades from reports, and what claims of persons change."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from holdfast.errors import InputError
from holdfast.monitoring.claims import claim_fault, first_grades, settle_findings, settle_incidents

from .agreement.example import TEXT, read

AGREEMENT = read(
    TEXT.replace(
        "observers:\n",
        'observers:\n  press: {name: "Press", kind: press}\n  watch: {name: "Watch", kind: party}\n',
    )
)
CLAIM = {"entry": 9, "report": "a", "grade": "ruled", "holds": True, "by": "the court", "why": "its ruling"}
TEXTS = ("report", "claim", "grade", "article", "party", "by", "why")


def said(*reports: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Incidents, members and reports; each report says of which incident it is."""
    names = ("id", "observer", "observer_id", "evidence", "by", "by_id", "incident")
    full = [{"observer": "Press", "evidence": "reported", "incident": "x", **one} for one in reports]
    table = pa.table({name: pa.array([one.get(name) for one in full], pa.string()) for name in names})
    table = table.append_column("superseded", pa.array([bool(one.get("superseded")) for one in full]))
    members = pa.table({"report": table["id"], "incident": table["incident"]})
    incidents = pa.table({"incident": pa.array(sorted({one["incident"] for one in full}), pa.string())})
    return incidents, members, table


def graded(*reports: dict[str, Any]) -> list[dict[str, Any]]:
    return first_grades(AGREEMENT, *said(*reports)).to_pylist()


def claims(*entries: dict[str, Any]) -> Any:
    full = [{**CLAIM, "entry": n + 1, **one} for n, one in enumerate(entries)]
    columns: dict[str, Any] = {name: pa.array([one.get(name) for one in full], pa.string()) for name in TEXTS}
    columns["entry"] = pa.array([one["entry"] for one in full], pa.int64())
    columns["holds"] = pa.array([one["holds"] for one in full], pa.bool_())
    return pa.table(columns)


def settled(reports: list[dict[str, Any]], *entries: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    incidents, members, table = said(*reports)
    found, unused = settle_incidents(
        AGREEMENT, first_grades(AGREEMENT, incidents, members, table), members, claims(*entries)
    )
    return found.to_pylist()[0], unused


A, B, C = (
    {"id": name, "observer": who} for name, who in (("a", "Press"), ("b", "Watch"), ("c", "The mission"))
)


@pytest.mark.parametrize(
    ("reports", "grade"),
    [
        ([A], "reported"),
        ([A, {**A, "id": "b"}], "reported"),
        ([A, B], "corroborated"),
        ([{**A, "evidence": "corroborated"}], "corroborated"),
        ([A, {**B, "evidence": "verified on site"}], "verified on site"),
        ([C], "observed"),  # as the mission knows by the agreement
        ([{**A, "observer": "MISSION"}], "observed"),
        ([{**A, "observer": "m", "observer_id": "mission"}], "observed"),
        ([{**C, "evidence": "corroborated"}], "corroborated"),  # the report itself says so
        ([A, {**B, "superseded": True}], "reported"),
        ([{**A, "superseded": True}], None),
        ([{**A, "observer": "Press"}, {**A, "id": "b", "observer": "unheard of"}], "corroborated"),
    ],
)  # fmt: skip
def test_the_first_grade_of_an_occurrence(reports: list[dict[str, Any]], grade: str | None) -> None:
    assert graded(*reports)[0]["occurrence"] == grade


@pytest.mark.parametrize(
    ("parties", "grade", "party", "disputed"),
    [
        ([None, None], None, None, False),
        (["A", None], "reported", "A", False),
        (["A", "A"], "corroborated", "A", False),
        (["A", "B"], None, None, True),
        (["a third", None], "reported", None, False),
        (["A", "a third"], None, None, True),
    ],
)
def test_the_first_grade_of_an_attribution(parties, grade, party, disputed: bool) -> None:
    reports = [
        {**one, "by": name, "by_id": name if name in ("A", "B") else None}
        for one, name in zip((A, B), parties, strict=True)
    ]
    found = graded(*reports)[0]
    assert (found["attribution"], found["by_id"], found["by_disputed"]) == (grade, party, disputed)
    alone = graded({**A, "by_id": "A"}, {**A, "id": "b", "by_id": "A"})[0]
    assert alone["attribution"] == "reported"


def test_each_incident_has_its_own_reports() -> None:
    found = graded(
        A, {**B, "incident": "y"}, {**C, "id": "c", "incident": "z"}, {**A, "id": "d", "incident": "z"}
    )
    assert [(one["incident"], one["occurrence"]) for one in found] == [
        ("x", "reported"), ("y", "reported"), ("z", "observed")
    ]  # fmt: skip


def test_a_claim_changes_one_ladder_and_the_latest_holds() -> None:
    found, unused = settled([A], {"claim": "occurrence", "grade": "verified on site"})
    assert unused == []
    assert (found["occurrence"], found["first_occurrence"], found["attribution"]) == (
        "verified on site",
        "reported",
        None,
    )
    found, _ = settled(
        [A, C], {"claim": "occurrence"}, {"claim": "occurrence", "grade": "corroborated", "report": "c"}
    )
    assert found["occurrence"] == "corroborated"
    # the record's order counts, not the table's
    first, last = (
        {"claim": "occurrence", "grade": "observed", "entry": 5},
        {"claim": "occurrence", "entry": 3},
    )
    assert settled([A], first, last)[0]["occurrence"] == "observed"


def test_what_did_not_happen() -> None:
    found, _ = settled([A], {"claim": "occurrence", "holds": False})
    assert (found["occurred"], found["occurrence"]) == (False, "ruled")
    found, _ = settled([A], {"claim": "occurrence", "holds": False}, {"claim": "occurrence"})
    assert found["occurred"]


def test_claims_on_who_did_it() -> None:
    reports = [{**A, "by_id": "A"}, {**B, "by_id": "B"}]
    found, _ = settled(reports, {"claim": "attribution", "party": "Northland"})
    assert (found["by_id"], found["attribution"], found["by_disputed"], found["not_by"]) == (
        "A",
        "ruled",
        False,
        None,
    )
    found, _ = settled(reports[:1], {"claim": "attribution", "party": "A", "holds": False})
    assert (found["by_id"], found["attribution"], found["not_by"]) == (None, None, ["A"])
    found, _ = settled(reports[:1], {"claim": "attribution", "party": "B", "holds": False})
    assert (found["by_id"], found["attribution"], found["not_by"]) == ("A", "reported", ["B"])
    found, _ = settled(reports[:1], {"claim": "attribution", "holds": False})
    assert (found["by_id"], found["not_by"]) == (None, None)
    found, _ = settled(
        reports[:1],
        {"claim": "attribution", "party": "A", "holds": False},
        {"claim": "attribution", "party": "A", "grade": "observed"},
    )
    assert (found["by_id"], found["attribution"], found["not_by"]) == ("A", "observed", None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"report": None}, "report is missing"),
        ({"report": "q"}, "is of no incident"),
        ({"claim": "guilt"}, "claim = guilt; must be one of occurrence"),
        ({"grade": "certain"}, "grade = certain; must be one of reported"),
        ({"claim": "breach"}, "article = None; must be one of ceasefire"),
        ({"claim": "breach", "article": "peace"}, "article = peace"),
        ({"claim": "attribution"}, "party is missing. Write one of A, B."),
        ({"claim": "attribution", "party": "C"}, "party = C; must be one of A, B."),
        ({"by": " "}, "by is missing"),
        ({"why": None}, "why is missing"),
    ],
)
def test_a_claim_that_cannot_be_used_changes_nothing_and_says_why(change: dict[str, Any], told: str) -> None:
    found, unused = settled([A], {"claim": "occurrence", **change})
    assert (found["occurrence"], found["occurred"]) == ("reported", True)
    assert [one.entry for one in unused] == [1]
    assert told in unused[0].why


def test_a_good_claim_has_no_fault_and_holds_must_be_yes_or_no() -> None:
    assert claim_fault(AGREEMENT, {**CLAIM, "claim": "occurrence"}) is None
    assert "holds = maybe" in str(claim_fault(AGREEMENT, {**CLAIM, "claim": "occurrence", "holds": "maybe"}))


# --- breaches -------------------------------------------------------------------------------------


def breaches(
    reports: list[dict[str, Any]], findings: list[dict[str, Any]], *entries: dict[str, Any]
) -> list[dict[str, Any]]:
    incidents, members, table = said(*reports)
    made = claims(*entries)
    found, _ = settle_incidents(AGREEMENT, first_grades(AGREEMENT, incidents, members, table), members, made)
    full = [
        {"incident": "x", "article": "ceasefire", "verdict": "breach", "p_low": 1.0, "p_high": 1.0, **one}
        for one in findings
    ]
    return settle_findings(AGREEMENT, pa.Table.from_pylist(full), found, members, made).to_pylist()


def test_a_breach_is_no_surer_than_that_it_happened() -> None:
    verdicts = [
        {},
        {"article": "quiet", "verdict": "undetermined", "p_low": 0.5},
        {"article": "access", "verdict": "allowed"},
    ]
    assert [one["breach"] for one in breaches([A, B], verdicts)] == ["corroborated", None, None]
    up, down = {"claim": "occurrence"}, {"claim": "occurrence", "grade": "reported"}
    assert breaches([A, B], [{}], up)[0]["breach"] == "corroborated"
    assert breaches([A, B], [{}], down)[0]["breach"] == "reported"
    assert breaches([{**A, "evidence": "verified on site"}], [{}], up)[0]["breach"] == "verified on site"


def test_claims_on_breaches_replace_the_finding() -> None:
    ruled = {"claim": "breach", "article": "ceasefire"}
    open_ = {"verdict": "undetermined", "p_low": 0.2, "p_high": 0.7}
    (one,) = breaches([A], [open_], ruled)
    assert (one["verdict"], one["p_low"], one["p_high"], one["breach"], one["claimed"]) == (
        "breach",
        1,
        1,
        "ruled",
        1,
    )
    (one,) = breaches([A], [{}], {**ruled, "holds": False})
    assert (one["verdict"], one["p_low"], one["p_high"], one["breach"], one["claimed"]) == (
        "allowed",
        0,
        0,
        None,
        1,
    )
    (one,) = breaches([A], [{}], {**ruled, "holds": False}, {**ruled, "grade": "observed"})
    assert (one["verdict"], one["breach"], one["claimed"]) == ("breach", "observed", 2)
    # of another article: that finding stays, and one is added
    one, two = breaches([A], [open_], {**ruled, "article": "access"})
    assert (one["verdict"], one["claimed"]) == ("undetermined", None)
    assert (two["incident"], two["article"], two["verdict"], two["breach"]) == (
        "x",
        "access",
        "breach",
        "ruled",
    )
    assert len(breaches([A], [open_], {**ruled, "article": "access", "holds": False})) == 1


def test_findings_as_they_are_made_keep_their_columns() -> None:
    from holdfast.monitoring.findings import FINDING_SCHEMA

    incidents, members, table = said(A)
    made = claims({"claim": "breach", "article": "quiet"})
    found, _ = settle_incidents(AGREEMENT, first_grades(AGREEMENT, incidents, members, table), members, made)
    none = FINDING_SCHEMA.empty_table()
    (one,) = settle_findings(AGREEMENT, none, found, members, made).to_pylist()
    assert (one["incident"], one["article"], one["p_low"], one["exemption"]) == (0, "quiet", 1.0, None)


def test_grades_that_are_none_are_named() -> None:
    with pytest.raises(InputError, match="must be one of reported"):
        graded({**A, "evidence": "hearsay"})
    incidents, members, table = said(A)
    with pytest.raises(InputError, match="no column evidence"):
        first_grades(AGREEMENT, incidents, members, table.drop_columns(["evidence"]))


def test_no_incidents_and_no_claims() -> None:
    incidents, members, table = said()
    found, unused = settle_incidents(
        AGREEMENT, first_grades(AGREEMENT, incidents, members, table), members, claims()
    )
    assert (found.num_rows, unused) == (0, [])


def test_a_million_against_one_by_one() -> None:
    """Grades of many, against the same rules written out for a sample; the limit of time is wide."""
    rng = np.random.default_rng(0)
    count = 1_000_000
    incident = rng.integers(0, 400_000, count)
    observer = np.array(["Press", "Watch", "another"])[rng.integers(0, 3, count)]
    evidence = np.array(["reported", "reported", "corroborated", "observed"])[rng.integers(0, 4, count)]
    party = rng.integers(-1, 2, count)
    reports = pa.table(
        {
            "id": np.arange(count).astype(str),
            "observer": observer,
            "evidence": evidence,
            "by_id": pa.array(np.array(["A", "B", ""])[party], pa.string(), mask=party < 0),
        }
    )
    members = pa.table({"report": reports["id"], "incident": incident.astype(str)})
    incidents = pa.table({"incident": np.arange(400_000).astype(str)})
    begun = time.process_time()
    found = first_grades(AGREEMENT, incidents, members, reports)
    assert time.process_time() - begun < 30
    order = np.argsort(incident, kind="stable")
    steps = ["reported", "corroborated", "observed"]
    for row in rng.integers(0, 400_000, 300):
        own = order[
            np.searchsorted(incident[order], row) : np.searchsorted(incident[order], row, side="right")
        ]
        best = max((steps.index(evidence[n]) for n in own), default=-1)
        if len({str(observer[n]) for n in own}) > 1:
            best = max(best, 1)
        accused = {int(party[n]) for n in own if party[n] >= 0}
        who = {str(observer[n]) for n in own if party[n] >= 0}
        one = found.slice(int(row), 1).to_pylist()[0]
        assert one["occurrence"] == (steps[best] if best >= 0 else None)
        assert one["by_disputed"] == (len(accused) > 1)
        assert one["by_id"] == ("AB"[next(iter(accused))] if len(accused) == 1 else None)
        assert one["attribution"] == (
            ("corroborated" if len(who) > 1 else "reported") if len(accused) == 1 else None
        )
