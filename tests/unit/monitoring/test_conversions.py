"""Effects as incidents and incidents as effects: how sure the number of incidents can be if the rate that converts them is not."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pyarrow as pa
import pytest

from holdfast.monitoring.triggers import fall_due

from .happened import FIRST, NOTHING, agreement, dt, due, happened, midnight, tables, tally

DAY = dt.timedelta(days=1)
RATE = "counting: {effects_per_incident: {low: 2, likely: 4, high: 10, source: judgement, because: x}}\n"
LOW, HIGH = 2, 10
SHARES = (0.05, 0.9, 0.05)


def asked(need: float, unit: str = "incident", counting: str | None = RATE, probability: float = 0.95) -> Any:
    return agreement(
        f"articles: ceasefire, count: {{at_least: {need}, unit: {unit}}}, within_days: 1, probability: {probability}",
        counting=counting,
    )


def effects(count: int, day: int = 1, **more: Any) -> dict[str, Any]:
    return happened(day, unit="effect", count=count, **more)


@pytest.mark.parametrize(
    ("need", "expected", "state"),
    [
        # twenty effects are of some incident, however many an incident makes
        (1, (1.0, 1.0), "met"),
        # two incidents of ten, if no more than the high end of the range make one: 95 %
        (2, (0.95, 1.0), "met"),
        (3, (0.05, 0.95), "cannot be told"),
        (10, (0.05, 0.95), "cannot be told"),
        (11, (0.0, 0.05), "not met"),
        (20, (0.0, 0.05), "not met"),
        # there are no more incidents than effects
        (21, (0.0, 0.0), "not met"),
    ],
)
def test_twenty_effects_as_incidents(need: int, expected: tuple[float, float], state: str) -> None:
    found = due(asked(need), [tally(3, 20)])
    assert found.probability == pytest.approx(expected, abs=1e-12)
    assert found.state == state


def test_a_threshold_that_only_the_rate_leaves_open_says_so() -> None:
    found = due(asked(3), [tally(3, 20)])
    assert "Met if it were sure that an incident makes 2 effects or fewer." in found.would_change
    found = due(asked(2, probability=0.99), [tally(3, 20)])
    assert "Met if it were sure that an incident makes 10 effects or fewer." in found.would_change
    assert due(asked(11), [tally(3, 20)]).would_change == (
        "Met if 9 more breaches were reported on 4 January 2020.",
    )


def test_without_a_rate_only_one_incident_is_sure() -> None:
    assert due(asked(1, counting=""), [tally(3, 20)]).probability == (1.0, 1.0)
    assert due(asked(2, counting=""), [tally(3, 20)]).probability == (0.0, 1.0)
    assert due(asked(21, counting=""), [tally(3, 20)]).state == "not met"


@pytest.mark.parametrize(
    ("rows", "incidents"),
    [
        ([tally(3, 0)], 0),
        ([tally(3, 1)], 1),
        # of one sector and window they may be of one incident
        ([tally(3, 1), tally(3, 1, kind="explosion")], 1),
        ([tally(3, 1), tally(3, 1, sector_id="east")], 2),
        # where no sector is named it may be any
        ([tally(3, 1), tally(3, 1, sector_id=None)], 1),
        ([effects(1) for _ in range(9)], 1),
        # an incident lies in one sector; which of the two the third is of does not matter
        ([effects(1), effects(1, sector_id="east"), effects(1, sector_id=None)], 2),
        ([effects(1, sector_id=None), effects(2, sector_id=None)], 1),
        ([effects(1), happened(1)], 2),
    ],
)
def test_how_many_incidents_effects_make_however_many_an_incident_makes(
    rows: list[dict[str, Any]], incidents: int
) -> None:
    for need in (1, 2, 3):
        assert (due(asked(need, counting=""), rows).probability[0] == 1.0) == (incidents >= need), need


def test_two_days_of_effects_are_two_incidents_in_two_days() -> None:
    one = agreement("articles: ceasefire, count: {at_least: 2}, within_days: 2", counting="")
    assert due(one, [tally(3, 1), tally(4, 1)]).probability[0] == 1.0
    assert due(one, [effects(1, day=3), effects(1, day=4)]).probability[0] == 1.0


def test_incidents_as_effects() -> None:
    found = due(asked(6, "effect"), [happened(1, count=3)])
    assert (found.state, found.probability) == ("met", (0.95, 1.0))
    found = due(asked(31, "effect"), [happened(1, count=3)])
    assert (found.state, found.probability) == ("not met", (0.0, 0.05))
    found = due(asked(7, "effect"), [happened(1, count=3)])
    assert found.probability == (0.05, 0.95)
    assert "Met if it were sure that an incident makes 10 effects or more." in found.would_change


def reached(events: list[tuple[float, int]], rate: float, need: int) -> float:
    """The least probability that tallies of effects, each a breach with its own, reach the need: by all outcomes.

    There are as many incidents as the rate says, and no fewer than tallies.
    """
    by_rate = by_tally = 0.0
    for outcome in itertools.product((False, True), repeat=len(events)):
        chance, effects = 1.0, 0
        for (p, count), yes in zip(events, outcome, strict=True):
            chance *= p if yes else 1 - p
            effects += yes * count
        by_rate += chance * (effects / rate >= need - 1e-9)
        by_tally += chance * (sum(outcome) >= need)
    return max(by_rate, by_tally)


@pytest.mark.parametrize("seed", range(25))
def test_the_range_holds_every_distribution_of_the_rate(seed: int) -> None:
    """Whatever the rate's distribution is with these two quantiles, the probability lies between; and the lower end is reached by one."""
    rng = random.Random(seed)
    events = [(rng.choice([1.0, 0.9, 0.5]), rng.randint(1, 25)) for _ in range(rng.randint(1, 4))]
    sectors = ("west", "east")
    # one observer each but two sectors, so that all of them are added
    rows = [
        tally(3, count, p=p, sector_id=sectors[n % 2], **_hours(n // 2))
        for n, (p, count) in enumerate(events)
    ]
    need = rng.randint(1, 8)
    low, high = due(asked(need), rows).probability
    for _ in range(20):
        rates = rng.uniform(1, LOW), rng.uniform(LOW, HIGH), rng.uniform(HIGH, 40 * HIGH)
        true = sum(share * reached(events, rate, need) for share, rate in zip(SHARES, rates, strict=True))
        assert low - 1e-9 <= true <= high + 1e-9
    worst = sum(
        share * reached(events, rate, need) for share, rate in zip(SHARES, (LOW, HIGH, 1e9), strict=True)
    )
    assert low == pytest.approx(worst, abs=1e-9)


def _hours(half: int) -> dict[str, Any]:
    """The first or the second half of one day, so that the windows do not overlap."""
    begin = midnight(3) + dt.timedelta(hours=10 * half)
    return {"start": begin, "end": begin + dt.timedelta(hours=10)}


def test_what_is_exempt_does_not_count() -> None:
    """Of 120, 20 are exempt for sure and 15 more perhaps: between 85 and 100 are left."""
    row = tally(3, 120)
    incidents, findings = tables([row])
    findings = findings.append_column("exempt_least", pa.array([20])).append_column(
        "exempt_most", pa.array([35])
    )
    for need, state in ((85, "met"), (86, "cannot be told"), (100, "cannot be told"), (101, "not met")):
        found = fall_due(asked(need, "effect"), incidents, findings, NOTHING, FIRST + 9 * DAY)[0]
        assert (found.state, found.count) == (state, (85.0, 100.0))


def test_small_tallies_beside_large_ones_are_not_rounded_up() -> None:
    """Seven of 2 and one of 28 make 8 at least as tallies, or 42 / 10 by the rate; not 7 + 2.8."""
    one = agreement("articles: ceasefire, count: {at_least: 9}, within_days: 8", counting=RATE)
    rows = [*[tally(day, 2) for day in range(3, 10)], tally(10, 28)]
    found = due(one, rows)
    assert found.count[0] == 8.0
    assert found.probability[0] == pytest.approx(0.05)


def most_apart(spans: list[tuple[int, int]]) -> int:
    """How many of these can be taken at most so that no two share a day: by all choices."""
    return max(
        number
        for number in range(len(spans) + 1)
        for some in itertools.combinations(spans, number)
        if all(a[1] < b[0] or b[1] < a[0] for a, b in itertools.combinations(some, 2))
    )


def least_of(rows: list[tuple[int, int, float, int, str, str]], need: int, width: int) -> float:
    """The lower end, by all outcomes in every window of so many days, and in every so many windows laid end to end."""
    found = 0.0
    longest = max(math.ceil((row[1] - row[0] + 1) / width) for row in rows)
    for span, last in itertools.product(range(1, longest + 1), range(12)):
        first = max(last - span * width + 1, 0)
        here = [row for row in rows if first <= row[0] and row[1] <= last]
        parts = [0.0, 0.0, 0.0]
        for outcome in itertools.product((False, True), repeat=len(here)):
            chance = math.prod(row[2] if yes else 1 - row[2] for row, yes in zip(here, outcome, strict=True))
            true = [row for row, yes in zip(here, outcome, strict=True) if yes]
            single = sum(row[3] for row in true if row[4] == "incident")
            made = [
                most_apart([row[:2] for row in true if row[4] == "effect" and row[5] == sector])
                for sector in ("west", "east")
            ]
            counted = sum(row[3] for row in true if row[4] == "effect")
            # in parts of an incident, as many as effects make one: no window has the need if each lacks one part of it
            for n, rate in enumerate((LOW, HIGH)):
                parts[n] += chance * (single * rate + counted > span * (need * rate - 1))
            parts[2] += chance * (single + sum(made) > span * (need - 1))
        # however many effects an incident makes, there are as many as lie apart
        found = max(
            found, sum(share * max(part, parts[2]) for share, part in zip(SHARES, parts, strict=True))
        )
    return found


@pytest.mark.parametrize("seed", range(40))
def test_effects_on_days_that_overlap_make_as_many_incidents_as_lie_apart(seed: int) -> None:
    """Against every outcome: of effects on one or several days and in two sectors, with incidents among them, in any order."""
    rng = random.Random(seed)
    rows: list[tuple[int, int, float, int, str, str]] = []
    for _ in range(rng.randint(2, 6)):
        first, unit = rng.randint(0, 6), rng.choice(["effect", "effect", "effect", "incident"])
        last = first + rng.choice([0, 0, 1, 2, 3])
        p, sector = rng.choice([0.02, 0.5, 0.9, 1.0]), rng.choice(["west", "west", "east"])
        rows.append((first, last, p, rng.randint(1, 3), unit, sector))
    need, width = rng.randint(1, 3), rng.choice([1, 2, 4])
    one = agreement(f"articles: ceasefire, count: {{at_least: {need}}}, within_days: {width}", counting=RATE)
    given = [
        happened(
            first,
            None if first == last else last + 1,
            p=p,
            unit=unit,
            count=count,
            sector_id=sector,
        )
        for first, last, p, count, unit, sector in rows
    ]
    expected = least_of(rows, need, width)
    for _ in range(2):
        assert due(one, given, last=11).probability[0] == pytest.approx(expected, abs=1e-9)
        rng.shuffle(given)


def test_an_effect_that_may_be_of_either_of_two_incidents_leaves_both() -> None:
    """On the first and the third day one each; what lies between, on one of the three, neither adds one nor makes them one."""
    one = agreement("articles: ceasefire, count: {at_least: 2}, within_days: 3", counting="")
    apart = [effects(1, day=3, p=0.9), effects(1, day=5, p=0.8)]
    between = happened(3, 6, unit="effect", p=0.5)
    assert due(one, apart).probability[0] == pytest.approx(0.72)
    assert due(one, [*apart, between]).probability[0] == pytest.approx(0.72)


def test_a_report_more_never_lowers_what_is_certain_also_without_a_sector() -> None:
    rng = random.Random(3)
    for _ in range(40):
        rows = [
            effects(
                1,
                day=rng.randint(3, 5),
                p=rng.choice([0.5, 1.0]),
                sector_id=rng.choice(["west", "east", None]),
            )
            for _ in range(5)
        ]
        one = agreement(
            f"articles: ceasefire, count: {{at_least: {rng.randint(1, 4)}}}, within_days: 2", counting=""
        )
        found = [due(one, rows[:count]).probability[0] for count in range(6)]
        assert all(after >= before - 1e-9 for before, after in itertools.pairwise(found))


def test_effects_of_one_day_are_one_incident_if_any_of_them_is_a_breach() -> None:
    rows = [effects(1, p=0.5), effects(1, p=0.5), effects(1, p=0.9)]
    for given in itertools.permutations(rows):
        found = due(asked(1, counting="", probability=0.97), list(given))
        assert found.probability[0] == pytest.approx(0.975)
        assert (found.state, found.rests_on_all) == ("met", 3)


def test_one_of_two_effects_on_a_day_leaves_an_incident() -> None:
    """Both would have to fall away."""
    found = due(asked(1, counting=""), [effects(1), effects(1)])
    assert found.would_change[0].startswith(
        "Not met on 2 January 2020 if all 2 incidents and tallies that count there did not happen"
    )
