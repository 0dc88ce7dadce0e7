"""Laws of triggers: what must only help, what must not matter, and what must hold together."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.monitoring.claims import first_grades, settle_incidents
from holdfast.monitoring.triggers import Due, fall_due
from tests.unit.monitoring.happened import FIRST, NOTHING, agreement, due, gap, happened, tables, tally

SEVERAL = settings(max_examples=60)
EPS = 1e-9
STATES = ("not met", "cannot be told", "met")
UNITS = ("incident", "effect")

chances = st.sampled_from([0.0, 0.02, 0.5, 0.97, 1.0])
ranges = st.tuples(chances, chances).map(lambda pair: (min(pair), max(pair)))


@st.composite
def triggers(draw: Any, extra: str = "") -> Any:
    need, width = draw(st.integers(1, 5)), draw(st.sampled_from([1, 2, 7]))
    probability = draw(st.sampled_from([0.6, 0.95]))
    unit = draw(st.sampled_from(UNITS))
    return agreement(
        f"articles: ceasefire, count: {{at_least: {need}, unit: {unit}}}, within_days: {width}, probability: {probability}{extra}"
    )


@st.composite
def incidents(draw: Any, **more: Any) -> dict[str, Any]:
    day, longer = draw(st.integers(0, 9)), draw(st.sampled_from([None, None, 1, 2, 4]))
    until = None if longer is None else day + longer
    unit = draw(st.sampled_from(UNITS))
    return happened(day, until, p=draw(ranges), unit=unit, count=draw(st.integers(1, 3)), **more)


@st.composite
def counts(draw: Any) -> dict[str, Any]:
    """A tally; those of one observer never overlap."""
    return tally(draw(st.integers(1, 4)) * 2, draw(st.integers(0, 6)), draw(st.sampled_from([1, 2])))


def some(**more: Any) -> Any:
    return st.lists(incidents(**more), max_size=6)


def at(found: Due) -> int:
    return STATES.index(found.state)


@SEVERAL
@given(triggers(), some(), st.lists(counts(), max_size=1), incidents())
def test_one_breach_more_never_lowers_anything(
    one: Any, rows: list[Any], tallied: list[Any], more: Any
) -> None:
    before, after = due(one, [*rows, *tallied]), due(one, [*rows, *tallied, more])
    assert after.probability[0] >= before.probability[0] - EPS
    assert after.probability[1] >= before.probability[1] - EPS
    assert at(after) >= at(before)
    if before.first_met is not None:
        assert after.first_met is not None
        assert after.first_met <= before.first_met


@SEVERAL
@given(triggers(), st.lists(incidents(), min_size=1, max_size=6), st.data())
def test_a_surer_breach_never_lowers_anything(one: Any, rows: list[Any], data: Any) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    surer = [dict(row) for row in rows]
    surer[place].update(p_low=max(rows[place]["p_low"], 0.5), p_high=1.0)
    before, after = due(one, rows), due(one, surer)
    assert after.probability[0] >= before.probability[0] - EPS
    assert after.probability[1] >= before.probability[1] - EPS
    assert at(after) >= at(before)


@SEVERAL
@given(triggers(), some())
def test_the_lower_end_is_not_above_the_upper(one: Any, rows: list[Any]) -> None:
    found = due(one, rows)
    assert 0.0 <= found.probability[0] <= found.probability[1] <= 1.0
    assert found.count[1] is None or found.count[0] <= found.count[1] + EPS


@SEVERAL
@given(
    triggers(", sectors: west, by: A"),
    some(by="A", by_id="A"),
    incidents(by="A", by_id="A"),
    st.integers(0, 3),
)
def test_a_report_elsewhere_changes_nothing(one: Any, rows: list[Any], other: Any, how: int) -> None:
    other |= [{"sector_id": "east"}, {"by": "B", "by_id": "B"}, {"article": "quiet"}, {"occurred": False}][
        how
    ]
    assert due(one, rows) == due(one, [*rows, other])


@SEVERAL
@given(triggers(), some(), incidents())
def test_what_happens_later_changes_nothing(one: Any, rows: list[Any], later: Any) -> None:
    later["start"], later["end"] = (later[name] + dt.timedelta(days=60) for name in ("start", "end"))
    assert due(one, rows) == due(one, [*rows, later])


@SEVERAL
@given(triggers(), some(), st.randoms(use_true_random=False))
def test_the_order_and_names_of_incidents_do_not_matter(one: Any, rows: list[Any], rng: Any) -> None:
    named = [{**row, "incident": f"r{n:03d}"} for n, row in enumerate(rows)]
    mixed = [dict(row) for row in named]
    rng.shuffle(mixed)
    before, after = due(one, named), due(one, mixed)
    assert (after.state, after.window, after.first_met) == (before.state, before.window, before.first_met)
    assert set(after.rests_on) == set(before.rests_on)
    assert after.would_change == before.would_change
    assert abs(after.probability[0] - before.probability[0]) < EPS
    renamed = [{**row, "incident": row["incident"] + "x"} for row in named]
    assert due(one, renamed).rests_on == tuple(name + "x" for name in before.rests_on)


@SEVERAL
@given(some(), st.integers(0, 12), st.integers(0, 5))
def test_a_day_that_nobody_saw_only_opens_the_answer(rows: list[Any], since: int, length: int) -> None:
    one = agreement("articles: ceasefire, count: {at_least: 3}, within_days: 2")
    before, after = due(one, rows), due(one, rows, gaps=gap(since, since + length))
    assert after.state == ("met" if before.state == "met" else "cannot be told")
    assert after.probability == (before.probability[0], 1.0)
    assert after.probability_reported == before.probability[1]


@SEVERAL
@given(some(), st.integers(1, 4), st.integers(1, 4))
def test_asking_for_more_or_in_less_time_is_never_easier(rows: list[Any], need: int, width: int) -> None:
    def asked(need: int, width: int) -> Due:
        return due(agreement(f"articles: ceasefire, count: {{at_least: {need}}}, within_days: {width}"), rows)

    plain = asked(need, width)
    for harder in (asked(need + 1, width), *([asked(need, width - 1)] if width > 1 else [])):
        assert harder.probability[0] <= plain.probability[0] + EPS
        assert at(harder) <= at(plain) or plain.state == "not met"


@SEVERAL
@given(some(by="A", by_id="A"))
def test_the_parties_are_alike(rows: list[Any]) -> None:
    """What A did against a trigger on A is as what B did against one on B."""
    of_a, of_b = (
        agreement(f"articles: ceasefire, count: {{at_least: 2}}, within_days: 2, by: {name}") for name in "AB"
    )
    swapped = [{**row, "by": "B", "by_id": "B"} for row in rows]
    one, two = due(of_a, rows), due(of_b, swapped)
    assert (one.state, one.probability, one.window, one.count) == (
        two.state,
        two.probability,
        two.window,
        two.count,
    )
    assert [said.replace("Northland", "Southland") for said in one.would_change] == list(two.would_change)


@SEVERAL
@given(triggers(), some(), st.integers(1, 20))
def test_days_are_alike(one: Any, rows: list[Any], days: int) -> None:
    """Everything so many days later, looked at so many days later, is met so many days later."""
    by = dt.timedelta(days=days)
    moved = [{**row, "start": row["start"] + by, "end": row["end"] + by} for row in rows]
    before, after = due(one, rows, last=20), due(one, moved, last=20 + days)
    assert (after.state, after.first_met) == (before.state, before.first_met and before.first_met + by)
    assert abs(after.probability[1] - before.probability[1]) < EPS


@SEVERAL
@given(
    st.lists(st.tuples(st.sampled_from(["p", "q", "s"]), st.sampled_from(["x", "y"])), max_size=6), st.data()
)
def test_a_report_more_never_lowers_an_occurrence_and_claims_touch_one_incident(
    reports: list[Any], data: Any
) -> None:
    one = agreement("articles: ceasefire, count: {at_least: 1}, within_days: 1")
    steps = data.draw(
        st.lists(
            st.sampled_from(["reported", "corroborated", "observed"]),
            min_size=len(reports),
            max_size=len(reports),
        )
    )
    ladder = [None, "reported", "corroborated", "observed", "verified on site", "ruled"]

    def graded(count: int) -> Any:
        kept = list(zip(reports, steps, strict=True))[:count]
        table = pa.table(
            {
                "id": pa.array([str(n) for n in range(count)], pa.string()),
                "observer": pa.array([who for (who, _), _ in kept], pa.string()),
                "evidence": pa.array([step for _, step in kept], pa.string()),
            }
        )
        members = pa.table(
            {"report": table["id"], "incident": pa.array([what for (_, what), _ in kept], pa.string())}
        )
        return members, first_grades(one, pa.table({"incident": ["x", "y"]}), members, table)

    members, full = graded(len(reports))
    for count in range(len(reports)):
        fewer = graded(count)[1]["occurrence"].to_pylist()
        for before, after in zip(fewer, full["occurrence"].to_pylist(), strict=True):
            assert ladder.index(after) >= ladder.index(before)
    if reports:
        claim = {
            "entry": 1,
            "report": "0",
            "claim": "occurrence",
            "grade": "ruled",
            "holds": False,
            "by": "x",
            "why": "y",
        }
        found, unused = settle_incidents(one, full, members, pa.Table.from_pylist([claim]))
        assert unused == []
        assert found["occurred"].to_pylist() == [what != reports[0][1] for what in ("x", "y")]


def test_triggers_do_not_know_of_each_other() -> None:
    rows = [happened(1), happened(2, p=0.5)]
    few = "articles: ceasefire, count: {at_least: 1}, within_days: 1"
    many = "articles: ceasefire, count: {at_least: 2}, within_days: 7"
    both = fall_due(agreement(few, many), *tables(rows), NOTHING, FIRST + dt.timedelta(days=9))
    other = fall_due(agreement(many, few), *tables(rows), NOTHING, FIRST + dt.timedelta(days=9))
    assert [part.probability for part in both] == [part.probability for part in reversed(other)]
