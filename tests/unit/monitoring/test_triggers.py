"""Triggers: each state by hand, probabilities against every outcome of a few incidents, windows, units, sources, and what would change."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from holdfast.errors import InputError
from holdfast.monitoring._mixed import Mixed
from holdfast.monitoring._tails import Moments, at_least, between, bounds
from holdfast.monitoring._units import Measure
from holdfast.monitoring._windows import Items, Span, Times, Windows
from holdfast.monitoring.agreement import load_agreement
from holdfast.monitoring.claims import first_grades, settle_findings, settle_incidents
from holdfast.monitoring.findings import findings
from holdfast.monitoring.formats import read
from holdfast.monitoring.observed import not_observed
from holdfast.monitoring.triggers import fall_due

from .agreement.example import TEXT
from .agreement.example import read as read_agreement
from .happened import FIRST, NOTHING, agreement, due, every_outcome, gap, happened, tables, tally

THREE = "articles: ceasefire, count: {at_least: 3}, within_days: 7"
DAY = dt.timedelta(days=1)


# --- the three states, by hand --------------------------------------------------------------------


def test_met_on_the_day_of_the_third_breach_in_a_week() -> None:
    found = due(agreement(THREE), [happened(day) for day in (1, 5, 7, 9, 20)])
    assert found.state == "met"
    assert found.probability == (1.0, 1.0)
    assert found.window == (FIRST + 1 * DAY, FIRST + 7 * DAY)
    assert found.first_met == FIRST + 7 * DAY
    assert found.count == (3.0, 3.0)
    assert found.rests_on == ("r000", "r001", "r002")
    assert found.rests_on_all == 3
    (said,) = found.would_change
    assert said == (
        "Not met in the week to 8 January 2020 if 1 of the 3 incidents and tallies that count there did not happen, "
        "or was no breach. 3 other windows reach it as well."
    )


def test_not_met_says_how_many_more_in_the_fullest_window() -> None:
    found = due(agreement(THREE), [happened(day) for day in (1, 7, 20)])
    assert (found.state, found.probability, found.first_met) == ("not met", (0.0, 0.0), None)
    assert found.window == (FIRST + 1 * DAY, FIRST + 7 * DAY)
    assert found.rests_on == ("r000", "r001")
    assert found.would_change == ("Met if 1 more breach was reported in the week to 8 January 2020.",)


def test_nothing_reported_is_not_met() -> None:
    found = due(agreement(THREE), [])
    assert (found.state, found.window, found.count, found.rests_on) == ("not met", None, (0.0, 0.0), ())
    assert found.would_change == ("Met if 3 more breaches were reported in the week to 31 January 2020.",)


def test_days_that_nobody_saw_leave_it_open() -> None:
    found = due(agreement(THREE), [happened(1)], gaps=gap(10, 14))
    assert (found.state, found.probability, found.probability_reported) == ("cannot be told", (0.0, 1.0), 0.0)
    assert found.would_change[-1] == "Told if the 5 days not observed in West were covered."
    assert found.to_json()["not_observed"] == [
        {"sector": "west", "since": "2020-01-11", "until": "2020-01-15"}
    ]


def test_days_not_observed_elsewhere_or_later_do_not_matter() -> None:
    one = agreement(THREE + ", sectors: west")
    assert due(one, [happened(1)], gaps=gap(10, 14, "east")).state == "not met"
    assert due(one, [happened(1)], gaps=gap(31, 40)).state == "not met"
    assert due(one, [happened(1)], gaps=gap(30, 40)).state == "cannot be told"
    # what was seen suffices
    assert due(one, [happened(1)] * 3, gaps=gap(10, 14)).state == "met"


def test_a_party_that_is_not_known_leaves_it_open() -> None:
    one = agreement(THREE + ", by: A")
    by = {"by": "A", "by_id": "A"}
    rows = [happened(1, **by), happened(2, **by), happened(3), happened(4, by="B", by_id="B")]
    found = due(one, rows)
    assert (found.state, found.probability, found.count) == ("cannot be told", (0.0, 1.0), (2.0, 3.0))
    assert (
        "Told if the party of the one incident in the week to 8 January 2020 were known: met if it counts."
        in (found.would_change)
    )
    rows[2]["not_by"] = ["A"]
    assert due(one, rows).state == "not met"
    assert due(agreement(THREE + ", by: [A, B]"), rows).state == "met"
    rows[2].update(by="a third", not_by=None)
    rows[3].update(occurred=False)
    assert due(agreement(THREE + ", by: [A, B]"), rows).state == "cannot be told"


def test_a_probability_between_leaves_it_open() -> None:
    rows = [happened(1), happened(2), happened(3, p=0.5)]
    found = due(agreement(THREE), rows)
    assert (found.state, found.probability) == ("cannot be told", (0.5, 0.5))
    assert "Met if it were sure of the one incident in the week to 8 January 2020 that it is a breach." in (
        found.would_change
    )
    assert due(agreement(THREE + ", probability: 0.5"), rows).state == "met"
    assert due(agreement(THREE + ", probability: 0.4"), rows).state == "met"
    assert due(agreement(THREE + ", probability: 0.51"), rows).state == "cannot be told"
    rows[2]["p_low"] = rows[2]["p_high"] = 0.04
    assert due(agreement(THREE), rows).state == "not met"


# --- grades ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "incident", "state"),
    [
        ("occurrence: observed", {"occurrence": "observed"}, "met"),
        ("occurrence: observed", {"occurrence": "corroborated"}, "not met"),
        ("occurrence: ruled", {"occurrence": "verified on site"}, "not met"),
        ("breach: observed", {"occurrence": "observed", "breach": "observed"}, "met"),
        ("breach: observed", {"occurrence": "ruled", "breach": "corroborated"}, "not met"),
        ("breach: ruled", {"occurrence": "reported", "breach": "ruled"}, "met"),
        # where the finding does not say breach it could be one, as surely as it happened
        ("breach: observed", {"occurrence": "observed"}, "met"),
        ("breach: ruled", {"occurrence": "ruled"}, "not met"),
        ("attribution: corroborated", {"attribution": "corroborated"}, "met"),
        ("attribution: corroborated", {"attribution": "reported"}, "not met"),
        ("attribution: reported", {}, "not met"),
    ],
)
def test_grades_of_the_three_claims(grade: str, incident: dict[str, str], state: str) -> None:
    one = agreement(f"articles: ceasefire, count: {{at_least: 1}}, within_days: 1, grade: {{{grade}}}")
    assert due(one, [happened(3, **incident)]).state == state


def test_the_fewest_higher_grades_are_named() -> None:
    one = agreement(THREE + ", grade: {occurrence: observed, attribution: reported}")
    low = {"occurrence": "reported", "attribution": "reported"}
    rows = [happened(1, attribution="reported"), *[happened(2, **low) for _ in range(4)], happened(3)]
    assert due(one, rows).would_change == (
        "Met if 2 more breaches were observed in the week to 8 January 2020.",
        "Met if 2 of 4 incidents in the week to 8 January 2020 had the grades that are asked for: occurrence observed.",
    )


# --- windows --------------------------------------------------------------------------------------


def test_days_are_those_of_the_agreements_time_zone() -> None:
    """23:00 UTC is the next day in Kyiv."""
    late = dt.datetime(2020, 1, 5, 23, tzinfo=dt.UTC)
    one = agreement("articles: ceasefire, count: {at_least: 1}, within_days: 1")
    assert due(one, [happened(start=late, end=late)]).first_met == dt.date(2020, 1, 6)


def test_a_window_ends_with_the_period_and_the_day_that_is_looked_at() -> None:
    rows = [happened(day) for day in (1, 2, 3)]
    assert due(agreement(THREE), rows, last=3).state == "met"
    assert due(agreement(THREE), rows, last=2).state == "not met"
    assert due(agreement(THREE + ", since: 2020-01-03"), rows).state == "not met"
    assert due(agreement(THREE + ", until: 2020-01-03"), rows).state == "not met"
    early = due(agreement(THREE + ", since: 2020-06-01"), rows)
    assert early.state == "not met"
    assert early.would_change == (
        "It holds from 1 June 2020 on, which is later than the last day that is looked at.",
    )


def test_an_incident_of_several_days_counts_surely_only_where_it_lies_wholly() -> None:
    """Two days of four: half of its time lies in a window of two, but on three of the four days one of them holds both."""
    pair = agreement("articles: ceasefire, count: {at_least: 2}, within_days: 2")
    found = due(pair, [happened(11), happened(10, until=14)])
    assert found.state == "cannot be told"
    low, high = found.probability
    assert low == 0.0
    assert 0.75 <= high <= 1.0
    assert due(agreement("articles: ceasefire, count: {at_least: 2}, within_days: 4"), [
        happened(11), happened(10, until=14)
    ]).state == "met"  # fmt: skip


def test_an_incident_of_some_day_that_may_lie_later_may_have_met_the_trigger() -> None:
    """Of thirty days 29 are looked at: with 29 in 30 it happened on one of them, though on none with more than 1 in 30."""
    single = agreement("articles: ceasefire, count: {at_least: 1}, within_days: 1")
    month = [happened(0, until=30)]
    found = due(single, month, last=28)
    assert found.state == "cannot be told"
    assert found.probability == pytest.approx((0.0, 29 / 30))
    assert due(single, month, last=0).probability == pytest.approx((0.0, 1 / 30))
    assert due(single, month, last=29).state == "met"


def test_where_it_would_still_be_met_is_said_and_no_window_that_only_holds_what_met_it() -> None:
    """One on the 3rd, and one on some day of the 2nd to the 4th: without the first the second is left, on no day for sure."""
    single = agreement("articles: ceasefire, count: {at_least: 1}, within_days: 1")
    met = "Not met on 4 January 2020 if the one incident or tally that counts there did not happen, or was no breach."
    some_day = happened(2, until=5)
    assert due(single, [happened(3)]).would_change == (met,)
    assert due(single, [happened(3), some_day]).would_change == (
        f"{met} It would still be met in the 3 days to 5 January 2020.",
    )
    # a second one on another day is a window of its own
    assert due(single, [happened(3), happened(9), some_day]).would_change == (
        f"{met} 1 other window reaches it as well.",
    )


def test_incidents_of_some_day_of_a_month_are_not_likely_all_to_lie_on_one() -> None:
    """Three of thirty days on one: each day 1/27000, all days 1/900."""
    three = agreement("articles: ceasefire, count: {at_least: 3}, within_days: 1")
    found = due(three, [happened(0, until=30) for _ in range(3)], last=29)
    assert found.state == "not met"
    assert found.probability == pytest.approx((0.0, 1 / 900))


def test_one_incident_on_some_day_is_one_in_a_day() -> None:
    single = agreement("articles: ceasefire, count: {at_least: 1}, within_days: 1")
    found = due(single, [happened(10, until=14)])
    assert (found.state, found.first_met) == ("met", FIRST + 13 * DAY)
    assert found.window == (FIRST + 10 * DAY, FIRST + 13 * DAY)
    assert due(single, [happened(10, until=14, p=(0.0, 1.0), unknown=2)]).state == "cannot be told"


@pytest.mark.parametrize(
    ("count", "days", "state"), [(100, 1, "met"), (99, 1, "not met"), (199, 2, "met"), (198, 2, "cannot be told"),
                                 (99, 2, "not met"), (298, 3, "met"), (297, 3, "cannot be told")]
)  # fmt: skip
def test_a_tally_of_several_days_cannot_be_spread_too_thin(count: int, days: int, state: str) -> None:
    one = agreement("articles: ceasefire, count: {at_least: 100, unit: effect}, within_days: 1")
    found = due(one, [tally(10, count, days)])
    assert found.state == state
    if state == "met":
        assert found.window == (FIRST + (11 - days) * DAY, FIRST + 10 * DAY)
    if state == "cannot be told":
        assert any("whose day is not known" in said for said in found.would_change)


def test_the_hour_that_clocks_change_does_not_lengthen_a_tally() -> None:
    """From 24 to 25 October 2020, 19:30, are 25 hours in Kyiv."""
    one = agreement("articles: ceasefire, count: {at_least: 100, unit: effect}, within_days: 1")
    end = dt.datetime(2020, 10, 25, 17, 30, tzinfo=dt.UTC)
    row = tally(0, 100, start=end - dt.timedelta(hours=25), end=end)
    found = due(one, [row], last=320)
    assert (found.state, found.first_met) == ("met", dt.date(2020, 10, 25))
    assert found.window == (dt.date(2020, 10, 25), dt.date(2020, 10, 25))


def test_a_breach_lies_in_the_days_of_its_article() -> None:
    """Access is forbidden from 1 June: what lay between 31 May and 2 June and is a breach lay on 1 June."""
    one = agreement("articles: access, count: {at_least: 1}, within_days: 1, probability: 0.5")
    start = dt.datetime(2020, 5, 30, 21, tzinfo=dt.UTC)
    row = happened(start=start, end=start + 2 * DAY, p=0.5, article="access")
    found = due(one, [row], last=200)
    assert (found.state, found.window) == ("met", (dt.date(2020, 6, 1), dt.date(2020, 6, 1)))


def test_a_window_of_part_of_a_day_is_never_surely_met() -> None:
    one = agreement("articles: ceasefire, count: {at_least: 1}, within_days: 0.5")
    assert due(one, [happened(1)]).state == "cannot be told"
    assert due(one, []).state == "not met"
    half = agreement("articles: ceasefire, count: {at_least: 2}, within_days: 1.5")
    assert due(half, [happened(1), happened(2)]).state == "cannot be told"
    assert due(half, [happened(1), happened(3)]).state == "not met"


# --- units, articles, sources ---------------------------------------------------------------------

RATE = "counting: {effects_per_incident: {low: 2, likely: 4, high: 10, source: judgement, because: x}}\n"


@pytest.mark.parametrize(
    ("unit", "row", "count"),
    [
        ("incident", {}, (1, 1)),
        ("effect", {"unit": "effect", "count": 7}, (7, 7)),
        ("incident", {"unit": "effect", "count": 20}, (2, 10)),
        ("effect", {"count": 3}, (6, 30)),
        ("incident", {"unit": "presence", "count": 3}, (1, 3)),
        ("presence", {"count": 2}, (2, 2)),
        ("presence", {"unit": "effect", "count": 2}, (0, 0)),
        ("refusal", {"unit": "refusal", "count": 2}, (2, 2)),
    ],
)
def test_units(unit: str, row: dict[str, object], count: tuple[float, float]) -> None:
    one = agreement(
        f"articles: ceasefire, count: {{at_least: 500, unit: {unit}}}, within_days: 1", counting=RATE
    )
    found = due(one, [happened(1, **row)])
    assert found.state == "not met"
    assert found.count == pytest.approx(count)


def test_rates_that_are_no_whole_numbers() -> None:
    rate = RATE.replace("low: 2", "low: 1.5").replace("high: 10", "high: 8.01")
    one = agreement(
        "articles: ceasefire, count: {at_least: 6.5, unit: effect}, within_days: 1", counting=rate
    )
    found = due(one, [happened(1, count=4)])
    assert (found.state, found.count[0]) == ("cannot be told", 6.0)
    assert found.count[1] == pytest.approx(32.2)  # 8.01 is rounded up to a twentieth
    assert due(one, [happened(1, count=4), happened(1, unit="effect", count=1)]).state == "met"
    back = agreement("articles: ceasefire, count: {at_least: 2}, within_days: 1", counting=rate)
    found = due(back, [happened(1, unit="effect", count=3)])
    assert (found.state, found.count) == ("cannot be told", (1.0, 2.0))


def test_without_a_rate_effects_are_no_incidents_for_sure() -> None:
    one = agreement("articles: ceasefire, count: {at_least: 5}, within_days: 1", counting="")
    found = due(one, [happened(1, unit="effect", count=6)])
    assert (found.state, found.count) == ("cannot be told", (1.0, 6.0))
    assert found.would_change[-1].startswith("Told if the agreement's file said how many effects")
    assert due(one, [happened(1, unit="effect", count=4)]).state == "not met"
    back = agreement("articles: ceasefire, count: {at_least: 5, unit: effect}, within_days: 1", counting="")
    assert due(back, [happened(1)]).count == (0.0, None)


def test_one_incident_against_two_articles_counts_once() -> None:
    one = agreement("articles: [ceasefire, quiet], count: {at_least: 2}, within_days: 1")
    rows = [happened(1), happened(1, article="quiet", incident="r000")]
    incidents, findings = tables(rows)
    found = fall_due(one, incidents.slice(0, 1), findings, NOTHING, FIRST + 9 * DAY)[0]
    assert (found.state, found.count) == ("not met", (1.0, 1.0))
    single = agreement("articles: [ceasefire, quiet], count: {at_least: 1}, within_days: 1")
    half = findings.set_column(2, "p_low", pa.array([0.5, 0.5])).set_column(3, "p_high", pa.array([0.5, 0.5]))
    found = fall_due(single, incidents.slice(0, 1), half, NOTHING, FIRST + 9 * DAY)[0]
    assert found.probability == pytest.approx((0.5, 1.0))


def test_what_may_be_the_same_is_not_added_for_sure() -> None:
    """60 by the mission's tally and 60 by another's are 60 at least and 120 at most; so with incidents."""
    one = agreement("articles: ceasefire, count: {at_least: 100, unit: effect}, within_days: 1")
    found = due(one, [tally(3, 60), tally(3, 60, observers=["other"])])
    assert (found.state, found.count) == ("cannot be told", (60.0, 120.0))
    found = due(one, [tally(3, 60), happened(3, unit="effect", count=60)])
    assert (found.state, found.count) == ("cannot be told", (60.0, 120.0))
    # sectors of one observer are added
    assert due(one, [tally(3, 60), tally(3, 60, sector_id="east")]).state == "met"
    # a tally over a week beside those of its days is not, and cannot be
    week = [tally(8, 90, days=7), *[tally(day, 30) for day in (6, 7, 8)]]
    three = agreement("articles: ceasefire, count: {at_least: 100, unit: effect}, within_days: 7")
    assert (due(three, week).state, due(three, week).count) == ("not met", (90.0, 90.0))
    # nor is a large one lost beside a small one that overlaps it, or the other way round
    assert due(three, [tally(8, 120, days=7), tally(7, 1)]).state == "met"
    assert due(one, [tally(8, 120, days=7), tally(7, 110)]).state == "met"


def test_sectors() -> None:
    one = agreement(THREE + ", sectors: [west]")
    rows = [happened(1), happened(1), happened(1, sector_id="east")]
    assert due(one, rows).state == "not met"
    rows[2]["sector_id"] = None
    assert due(one, rows).state == "cannot be told"
    rows[2]["lat"] = 48.0  # west is drawn: what has a position and no sector lies outside
    assert due(one, rows).state == "not met"


def test_commitments_and_all_triggers_come_out_as_plain_data() -> None:
    one = agreement(THREE + ", commitment: {scenario: s.yaml, proposal: p, pledge: q}", THREE)
    found = fall_due(one, *tables([happened(1)] * 3), NOTHING, FIRST + 3 * DAY)
    assert [part.id for part in found] == ["t0", "t1"]
    plain = json.loads(json.dumps(found[0].to_json()))
    assert plain["commitment"] == {"scenario": "s.yaml", "proposal": "p", "pledge": "q"}
    assert plain["window"] == ["2020-01-01", "2020-01-02"]
    assert found[1].to_json()["commitment"] is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("occurrence", "certain", "must be one of reported"), ("unit", "shot", "must be one of effect")],
)
def test_bad_words_are_named(name: str, value: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        due(agreement(THREE), [happened(1, **{name: value})])


def test_absent_columns_and_times_are_named_or_unknown() -> None:
    incidents, findings = tables([happened(1)])
    with pytest.raises(InputError, match="no column occurrence"):
        fall_due(agreement(THREE), incidents.drop_columns(["occurrence"]), findings, NOTHING, FIRST)
    single = agreement("articles: ceasefire, count: {at_least: 1}, within_days: 7")
    assert due(single, [happened(start=None, end=None)]).state == "cannot be told"
    least = incidents.select(["incident", "start", "end", "unit", "count", "occurrence"])
    by_row = findings.set_column(0, "incident", pa.array([0]))
    assert fall_due(single, least, by_row, NOTHING, FIRST + 9 * DAY)[0].state == "met"


# --- probabilities against every outcome ----------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_a_tail_is_that_of_every_outcome(seed: int) -> None:
    rng = random.Random(seed)
    events = [(rng.choice([0.0, 1.0, rng.random()]), rng.choice([1, 1, 2, 5, 40])) for _ in range(9)]
    need = rng.randint(1, 30)
    weight, p = np.array([w for _, w in events]), np.array([p for p, _ in events])
    expected = every_outcome(events, need)
    assert at_least(weight, p, need) == pytest.approx(expected, abs=1e-12)
    sure = p == 1.0
    q = np.where(sure, 0.0, p * (1 - p))
    heavy = weight.astype(float)
    moments = Moments(
        np.array([heavy[sure].sum()]),
        np.array([(heavy * p)[~sure].sum()]),
        np.array([(heavy**2 * q).sum()]),
        np.array([(heavy**3 * q * (p**2 + (1 - p) ** 2)).sum()]),
        np.array([heavy[~sure & (p > 0)].sum()]),
    )
    lower, upper = bounds(moments, need, float(heavy.max()))
    assert lower[0] - 1e-9 <= expected <= upper[0] + 1e-9


def test_tails_of_many_against_the_binomial_and_in_steps() -> None:
    from scipy.stats import binom

    p, weight = np.full(5000, 0.3), np.ones(5000, dtype=np.int64)
    for need in (1400, 1500, 1560):
        assert at_least(weight, p, need) == pytest.approx(binom.sf(need - 1, 5000, 0.3), abs=1e-11)
    least, most = between(weight * 1_000, p, 1_560_000)
    exact = binom.sf(1559, 5000, 0.3)
    assert least - 1e-11 <= exact <= most + 1e-11
    large = np.array([3_000_000, 2_000_000, 1_000_001])
    least, most = between(large, np.full(3, 0.5), 5_000_000)
    assert least - 1e-9 <= 0.25 <= most + 1e-9
    assert most - least <= 0.25


def window_of(
    events: list[tuple[float, int, int, int, bool]], days: int, width: int, need: int, **how: bool
) -> Mixed:
    starts = np.arange(days + 1) * 86_400.0
    p, weight, first, last = (np.array(part) for part in list(zip(*events, strict=True))[:4])
    tallied = np.array([one[4] for one in events])
    times = Times(first * 86_400.0 + 3_600.0 * (first == last), (last + 1) * 86_400.0, tallied)
    span = Span.of(first, last, days)
    items = Items(np.arange(len(p)), weight.astype(np.int64), p.astype(float), span, times)
    return Mixed([Windows(items, starts, width, need, **how)], [Measure(items.weight, 1)])


def placed(events, assignment, width: int, days: int) -> int:
    """The most in any window when each event lies on the day given."""
    totals = [0] * days
    for (_, weight, *_), day in zip(events, assignment, strict=True):
        totals[day] += weight
    return max(sum(totals[max(end - width + 1, 0) : end + 1]) for end in range(days))


@pytest.mark.parametrize("seed", range(40))
def test_windows_hold_what_every_outcome_says(seed: int) -> None:
    """Surely: below what any placing of the events allows. Possibly: each window's share of the time, exactly."""
    import itertools

    rng = random.Random(seed)
    days, width, need = 6, rng.choice([1, 2, 3]), rng.choice([1, 2, 3])
    events = []
    for _ in range(5):
        first = rng.randint(0, days - 1)
        last = min(days - 1, first + rng.choice([0, 0, 0, 1, 2, 4]))
        events.append((rng.choice([1.0, 0.5, rng.random()]), rng.choice([1, 1, 2]), first, last, False))
    surely = window_of(events, days, width, need, possibly=False)
    for n in range(len(surely.spans)):
        for last in range(days):
            assert surely.refine(n, last)
    least = float(surely.lower.max())
    # whatever days they lie on, and whatever happens: the probability that some window reaches it
    worst = 1.0
    for assignment in itertools.product(*(range(one[2], one[3] + 1) for one in events)):
        reached = 0.0
        for outcome in itertools.product((False, True), repeat=len(events)):
            chance = np.prod([p if yes else 1 - p for (p, *_), yes in zip(events, outcome, strict=True)])
            kept = [(p, w * yes, *rest) for (p, w, *rest), yes in zip(events, outcome, strict=True)]
            if chance:
                reached += chance * (placed(kept, assignment, width, days) >= need)
        worst = min(worst, float(reached))
    assert least <= worst + 1e-9
    possibly = window_of(events, days, width, need, possibly=True)
    for last in range(days):
        assert possibly.refine(0, last)
        begin = max(last - width + 1, 0)
        chances = []
        for p, weight, first, until, _ in events:
            shared = min(until, last) - max(first, begin) + 1
            chances.append((p * max(shared, 0) / (until - first + 1), weight))
        expected = every_outcome(chances, need)
        assert possibly.lower[0, last] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_what_is_screened_holds_what_is_exact(seed: int) -> None:
    """Bounds before any exact work, against exact work on every window."""
    rng = random.Random(seed)
    days, width, need = 20, rng.choice([1, 3, 7]), rng.choice([2, 5, 12])
    events = []
    for _ in range(60):
        first = rng.randint(-2, days + 1)
        last = first + rng.choice([0, 0, 0, 0, 1, 3, 9])
        events.append(
            (rng.choice([1.0, rng.random(), 0.0]), rng.choice([1, 1, 2, 5]), first, last, rng.random() < 0.1)
        )
    for possibly in (False, True):
        windows = window_of(events, days, width, need, possibly=possibly)
        lower, upper = windows.lower.copy(), windows.upper.copy()
        for n in range(len(windows.spans)):
            for last in range(days):
                assert windows.refine(n, last)
        assert np.all(windows.lower >= lower - 1e-9)
        assert np.all(windows.upper <= upper + 1e-9)
        fresh = window_of(events, days, width, need, possibly=possibly)
        assert fresh.best() == pytest.approx((windows.lower.max(), windows.upper.max()), abs=1e-9)
        for p in (0.3, 0.95):
            expected = windows.first(p)
            assert window_of(events, days, width, need, possibly=possibly).first(p) == expected


def test_what_would_suffice_suffices() -> None:
    """So many more as the sentence says make it met, and one fewer does not."""
    one = agreement("articles: ceasefire, count: {at_least: 8}, within_days: 3")
    rng = random.Random(4)
    for _ in range(10):
        rows = [happened(rng.randint(10, 12), p=rng.choice([1.0, 0.9, 0.3])) for _ in range(7)]
        found = due(one, rows)
        said = next(said for said in found.would_change if " more breach" in said)
        number = int(said.split()[2])
        day = int(said.split(" to ")[1].split()[0]) - 1
        assert due(one, [*rows, *[happened(day)] * number]).state == "met"
        assert due(one, [*rows, *[happened(day)] * (number - 1)]).state != "met"


def chosen(said: str, total: int) -> tuple[int, int]:
    """How many incidents a sentence says must change, and among how many of the first ones."""
    which = said.split(" if ")[1].split(" incidents and tallies", maxsplit=1)[0]
    numbers = [int(word) for word in which.split() if word.isdigit()]
    if which.startswith("all "):
        return total, total
    if which.startswith("the "):
        number = numbers[0] if len(numbers) > 1 else 1
        return number, number
    return numbers[0], numbers[1]


def test_what_would_undo_it_undoes_it() -> None:
    """So many of those that the sentence names fall away, whichever they are, and it is met no longer; with any fewer it is."""
    rng = random.Random(5)
    seen = set()
    for unit, need in [("incident", 5), ("effect", 30)] * 12:
        one = agreement(
            f"articles: ceasefire, count: {{at_least: {need}, unit: {unit}}}, within_days: 1, probability: 0.9"
        )
        rows = [
            happened(
                5,
                p=rng.choice([1.0, 1.0, 0.9, 0.6]),
                unit=unit,
                count=1 if unit == "incident" else rng.choice([1, 5, 12, 40]),
            )
            for _ in range(6)
        ]
        found = due(one, rows)
        if found.state != "met":
            continue
        number, among = chosen(found.would_change[0], len(rows))
        rows.sort(key=lambda row: (-row["p_low"] * row["count"], -row["count"]))
        for gone in itertools.combinations(range(among), number):
            assert due(one, [row for n, row in enumerate(rows) if n not in gone]).state != "met"
        assert due(one, rows[number - 1 :]).state == "met"
        seen.add((number, among == len(rows), among == number))
    assert len(seen) > 4


def test_only_the_largest_would_undo_it() -> None:
    """83 effects of which 60 are needed: without the 40 they are too few, without any other not."""
    one = agreement("articles: ceasefire, count: {at_least: 60, unit: effect}, within_days: 1")

    def said(*counts: int) -> str:
        found = due(one, [happened(5, unit="effect", count=count) for count in counts])
        assert found.state == "met"
        return found.would_change[0]

    many = "incidents and tallies that count there did not happen, or"
    assert (
        said(14, 40, 14, 14, 3) == f"Not met on 6 January 2020 if the largest of the 5 {many} was no breach."
    )
    assert (
        said(40, 2, 40) == f"Not met on 6 January 2020 if 1 of the 2 largest of the 3 {many} was no breach."
    )
    assert (
        said(40, 40, 40, 2)
        == f"Not met on 6 January 2020 if 2 of the 3 largest of the 4 {many} were no breaches."
    )
    assert said(20, 20, 22) == f"Not met on 6 January 2020 if 1 of the 3 {many} was no breach."
    assert said(70, 80, 2) == f"Not met on 6 January 2020 if the 2 largest of the 3 {many} were no breaches."


def test_what_two_sources_show_is_not_undone_by_one() -> None:
    one = agreement("articles: ceasefire, count: {at_least: 60, unit: effect}, within_days: 1")
    rows = [tally(5, 70), tally(5, 80, observers=["press"], sector_id="east")]
    (said,) = due(one, rows).would_change
    assert said == (
        "Not met on 6 January 2020, as far as one source counts, if the one incident or tally that counts there did not happen, "
        "or was no breach. What another source counts in these days reaches it by itself."
    )
    rows[1]["count"] = 50
    (said,) = due(one, rows).would_change
    assert said.startswith("Not met on 6 January 2020 if the one incident")


def test_graded_higher_only_the_largest_would_do() -> None:
    one = agreement(
        "articles: ceasefire, count: {at_least: 30, unit: effect}, within_days: 1, grade: {occurrence: verified on site}"
    )
    found = due(one, [happened(5, unit="effect", count=count) for count in (40, 3, 3)])
    assert (
        found.would_change[1]
        == "Met if the largest of 3 incidents on 6 January 2020 had the grades that are asked for: occurrence verified on site."
    )


def test_of_unknown_places_only_the_largest_would_do() -> None:
    one = agreement("articles: ceasefire, count: {at_least: 30, unit: effect}, within_days: 1")
    rows = [happened(5, unit="effect", count=count, p=(0.0, 1.0), unknown=2) for count in (40, 3, 3)]
    assert (
        "Told if the place of 3 incidents on 6 January 2020 were known: met if the largest of them counts."
        in (due(one, rows).would_change)
    )


def test_only_days_of_its_articles_can_be_unobserved() -> None:
    """Two articles, from 5 to 9 and from 20 January on: gaps before, between and after, as far as one of them holds."""
    text = TEXT.replace(
        "forbids: [explosion, firing]",
        "forbids: [explosion, firing], since: 2020-01-05, until: 2020-01-09",
    )
    text = text.replace("forbids: [weapon]", "forbids: [weapon], since: 2020-01-20")
    triggers = "".join(
        f"  {name}: {{title: T, articles: {articles}, count: {{at_least: 3}}, within_days: 30, source: judgement, because: x}}\n"
        for name, articles in (
            ("one", "ceasefire"),
            ("both", "[ceasefire, heavy-weapons]"),
            ("late", "heavy-weapons"),
        )
    )
    one = read_agreement(text[: text.index("triggers:")] + "triggers:\n" + triggers)

    def told(gaps: Any, last: int = 30) -> dict[str, Any]:
        found = fall_due(one, *tables([]), gaps, FIRST + last * DAY)
        return {
            due.id: [(str(gap.since)[8:], str(gap.until)[8:]) for gap in due.not_observed] for due in found
        }

    assert told(gap(0, 3)) == {"one": [], "both": [], "late": []}
    assert {due.state for due in fall_due(one, *tables([]), gap(0, 3), FIRST + 30 * DAY)} == {"not met"}
    assert told(gap(0, 24)) == {
        "one": [("05", "09")],
        "both": [("05", "09"), ("20", "25")],
        "late": [("20", "25")],
    }
    by_article = gap(0, 30).append_column("article", pa.array(["heavy-weapons"]))
    assert told(by_article) == {"one": [], "both": [("20", "31")], "late": [("20", "31")]}
    found = fall_due(one, *tables([happened(5)]), gap(0, 3), FIRST + 8 * DAY)
    assert found[0].window == (dt.date(2020, 1, 5), dt.date(2020, 1, 9))
    assert found[2].would_change == (
        "It holds from 20 January 2020 on, which is later than the last day that is looked at.",
    )


def test_a_trigger_that_holds_on_no_day_of_its_articles_says_so() -> None:
    one = agreement("articles: ceasefire, since: 2020-01-10, count: {at_least: 3}, within_days: 30")
    one.articles["ceasefire"].__dict__["until"] = dt.date(2020, 1, 9)
    assert due(one, []).would_change == ("None of its articles is in force on a day on which it holds.",)


def test_the_window_shown_is_the_one_that_is_advised_on() -> None:
    """Two windows may have reached it; the one in which more surely counts came nearest, and the advice is about it."""
    one = agreement("articles: ceasefire, count: {at_least: 4}, within_days: 3")
    rows = [*[happened(3, p=(0.0, 1.0))] * 6, *[happened(12)] * 2, *[happened(12, p=(0.0, 1.0))] * 2]
    found = due(one, rows)
    assert found.state == "cannot be told"
    assert found.window == (FIRST + 12 * DAY, FIRST + 14 * DAY)
    assert found.would_change[0] == "Met if 2 more breaches were reported in the 3 days to 15 January 2020."
    # where another window may have reached it and this one not, that one came nearer, though less surely counts there
    found = due(one, [*[happened(3, p=(0.0, 1.0))] * 6, *[happened(12)] * 2])
    assert found.window == (FIRST + 3 * DAY, FIRST + 5 * DAY)
    assert found.would_change[0] == "Met if 4 more breaches were reported in the 3 days to 6 January 2020."


def test_a_million_incidents_and_ten_triggers_in_seconds() -> None:
    """Not a benchmark: the limit is wide, and catches what would go through incidents one by one."""
    rng = np.random.default_rng(0)
    count, triggers = 1_000_000, [
        f"articles: ceasefire, count: {{at_least: {need}}}, within_days: {width}"
        for need, width in ((400, 1), (2900, 7), (11800, 30), (9, 1), (90_000, 365)) for _ in range(2)
    ]  # fmt: skip
    one = agreement(*triggers)
    start = np.datetime64("2020-01-01T00:00:00") + rng.integers(0, 700 * 86_400, count).astype(
        "timedelta64[s]"
    )
    times = pa.array(start, pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    p = np.where(rng.random(count) < 0.2, rng.random(count), 1.0)
    incidents = pa.table(
        {
            "incident": pa.array(np.arange(count)).cast(pa.string()),
            "start": times,
            "end": times,
            "unit": np.full(count, "incident"),
            "count": np.ones(count),
            "occurrence": np.full(count, "observed"),
        }
    )
    findings = pa.table(
        {"incident": np.arange(count), "article": np.full(count, "ceasefire"), "p_low": p, "p_high": p}
    )
    begun = time.process_time()
    found = fall_due(one, incidents, findings, NOTHING, FIRST + 699 * DAY)
    assert time.process_time() - begun < 20
    assert [part.state for part in found[::2]] == ["met", "met", "met", "met", "met"]


@pytest.mark.needs_shared
def test_the_missions_sample_against_the_agreement_of_the_catalog(shared: Path, root: Path) -> None:
    """From the mission's figures to the trigger: 594 and 427 violations on 2 April 2021 are the first 100 of one day."""
    one = load_agreement(root / "catalog" / "donbas-2015" / "agreement.yaml")
    path = shared / "data/monitoring/osce_smm_daily_summary_sample.csv"
    (batch,) = read(path, "tally", time_zone=one.time_zone, observer="SMM")
    reports = batch.reports
    count = reports.num_rows
    members = pa.table({"report": reports["id"], "incident": reports["id"]})
    incidents = reports.append_column("incident", reports["id"]).append_column(
        "tally", pa.array([True] * count)
    )
    incidents = incidents.append_column("observers", pa.array([["SMM"]] * count))
    sectors = [one.id_of("sectors", name) for name in reports["sector"].to_pylist()]
    incidents = incidents.append_column("sector_id", pa.array(sectors))
    claims = pa.table({name: pa.array([], pa.string()) for name in ("entry", "report", "claim", "grade")})
    settled, unused = settle_incidents(one, first_grades(one, incidents, members, reports), members, claims)
    found = settle_findings(one, findings(one, incidents), settled, members, claims)
    tallied = settled.append_column("observer_id", pa.array(["SMM"] * count))
    last = dt.date(2021, 12, 31)
    blind = not_observed(one, tallied, last)
    (trigger,) = fall_due(one, settled, found, blind, last)
    assert unused == []
    assert (trigger.state, trigger.probability) == ("met", (1.0, 1.0))
    assert trigger.first_met == dt.date(2021, 4, 2)
    assert trigger.count == (594 + 427, 594 + 427)
    assert trigger.rests_on_all == 2
    # by the day before, too few were seen on any one day, and most days were not observed
    early = fall_due(
        one, settled, found, not_observed(one, tallied, dt.date(2021, 4, 1)), dt.date(2021, 4, 1)
    )[0]
    assert early.state == "cannot be told"
    assert early.probability_reported < 0.05
    assert any("not observed in Donetsk region" in said for said in early.would_change)
    # a mission that only hears of it observes nothing
    hearsay = settled.set_column(
        settled.column_names.index("occurrence"), "occurrence", pa.array(["reported"] * count)
    )
    assert fall_due(one, hearsay, found, blind, last)[0].state == "cannot be told"
