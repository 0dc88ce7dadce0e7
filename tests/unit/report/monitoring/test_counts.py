"""Counts per day observed: gaps are no zeros, observers are not added, a tally of several days is spread."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest

from holdfast.report.monitoring import monitoring_page
from holdfast.report.monitoring.counts import Series, all_series, leading
from holdfast.report.monitoring.watch import Watch
from tests.unit.report.markup import parse

from . import made

FIGHTING = ("explosion", "firing", "clash", "site", "violence")
NOVEMBER = dt.date(2021, 11, 1)


def watch(reports, period=made.PERIOD, **tables) -> Watch:
    agreement = made.donbas()
    found = made.index(agreement, reports, period) | tables
    return Watch(agreement, made.status(agreement, found, period), found, *period)


def tally(day: int, count: int, region: str = "Donetsk", days: int = 1, observer: str = "OSCE SMM"):
    end = dt.datetime(2021, 11, day, 17, 30, tzinfo=dt.UTC)
    return made.tally(1000 * day + count + days, region, end, count, observer, "effect", days)


def one(series, sector: str, by: str | None, unit: str = "effect") -> Series:
    return next(s for s in series if (s.sector, s.by, s.unit) == (sector, by, unit))


def test_a_count_is_per_day_observed_and_a_tally_of_days_is_spread() -> None:
    series = all_series(watch([tally(3, 10), tally(6, 60, days=3), tally(10, 0)]))
    donetsk = one(series, "donetsk", "OSCE Special Monitoring Mission to Ukraine")
    assert [(bar.first.day, bar.last.day, bar.count) for bar in donetsk.bars] == [
        (3, 3, 10),
        (4, 6, 60),
        (10, 10, 0),
    ]
    assert donetsk.observed == 5
    assert donetsk.rate == pytest.approx(70 / 5)
    assert donetsk.highest == 20
    assert {day.day for day in donetsk.gaps} == set(range(1, 31)) - {3, 4, 5, 6, 10}


def test_a_sector_that_nobody_tallied_has_no_rate() -> None:
    luhansk = one(all_series(watch([tally(3, 10)])), "luhansk", "OSCE Special Monitoring Mission to Ukraine")
    assert luhansk.rate is None
    assert luhansk.observed == 0


def test_a_tally_that_began_before_the_period_counts_with_its_share() -> None:
    series = all_series(watch([tally(1, 90, days=3)]))
    donetsk = one(series, "donetsk", "OSCE Special Monitoring Mission to Ukraine")
    assert (donetsk.observed, donetsk.total, donetsk.rate) == (1, 30, 30)


def test_rival_tallies_are_not_added() -> None:
    series = all_series(watch([tally(3, 10), tally(3, 7, observer="Joint Centre")]))
    assert one(series, "donetsk", "Joint Centre").total == 7
    assert one(series, "donetsk", "OSCE Special Monitoring Mission to Ukraine").total == 10


def test_days_that_are_not_observed_leave_both_sides_of_the_rate() -> None:
    gap = pa.table(
        {
            "sector_id": ["donetsk"],
            "since": [NOVEMBER],
            "until": [dt.date(2021, 11, 10)],
            "why": ["no access"],
        }
    )
    reports = [made.report(n, sector="Donetsk") for n in range(30)]
    donetsk = one(all_series(watch(reports, not_observed=gap)), "donetsk", None, "incident")
    assert (donetsk.total, donetsk.observed, donetsk.unseen, donetsk.rate) == (30, 20, 10, 1.0)


def test_what_happened_on_one_of_several_days_counts_on_each_with_its_share() -> None:
    """Four days in Kyiv from 29 November on, of which the period holds two; and one event of 3 November."""
    start = dt.datetime(2021, 11, 28, 22, tzinfo=dt.UTC)
    vague = made.report(1, sector="Donetsk", start=start, end=start + 4 * made.DAY, count=1)
    told = dt.datetime(2021, 11, 3, 8, tzinfo=dt.UTC)
    known = made.report(2, sector="Donetsk", start=told, end=told + dt.timedelta(hours=1), count=1)
    found = watch([vague, known])
    donetsk = one(all_series(found), "donetsk", None, "incident")
    assert [(bar.first.day, bar.count) for bar in donetsk.bars] == [(3, 1.0), (29, 0.25), (30, 0.25)]
    assert donetsk.total == 1.5
    page = monitoring_page(found.agreement, found.status, found.tables, made.PERIOD)
    cells = [[cell.text().strip() for cell in row.find("td")] for row in parse(page).find("tr")]
    assert ["2021-11-29", "0.2", "0.25"] in [row[-3:] for row in cells]


def test_days_tallied_for_fire_are_not_observed_for_weapons() -> None:
    not_watched = pa.table(
        {
            "kind": ["weapon"],
            "sector_id": ["donetsk"],
            "since": [NOVEMBER],
            "until": [dt.date(2021, 11, 30)],
            "why": ["No tally of the mission that counts weapon."],
        }
    )
    reports = [
        made.report(1, sector="Donetsk", kind="weapon", unit="presence"),
        made.report(2, sector="Donetsk"),
    ]
    series = all_series(watch(reports, not_watched=not_watched))
    assert one(series, "donetsk", None, "presence").rate is None
    assert one(series, "donetsk", None, "incident").observed == 30


def unwatched(*kinds: str) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "kind": kind,
                "sector_id": "donetsk",
                "since": NOVEMBER,
                "until": dt.date(2021, 11, 30),
                "why": "x",
            }
            for kind in kinds
        ]
    )


def test_what_nobody_watched_for_takes_no_days_from_what_was_watched() -> None:
    """One hot pixel: nobody tallies fires, and explosions were watched for all the same."""
    fires = [made.report(n, sector="Donetsk", kind="fire", unit="effect", count=7) for n in (3, 4)]
    bangs = [made.report(n, sector="Donetsk", kind="explosion", unit="effect", count=2) for n in (5, 6, 7)]
    alone = one(all_series(watch(bangs)), "donetsk", None)
    both = all_series(watch([*fires, *bangs], not_watched=unwatched("fire")))
    told = {series.kinds: series for series in both if series.sector == "donetsk" and series.by is None}
    assert set(told) == {("fire",), FIGHTING}
    seen, heat = told[FIGHTING], told["fire",]
    assert (seen.observed, seen.total, seen.rate) == (alone.observed, alone.total, alone.rate) == (30, 6, 0.2)
    assert (heat.observed, heat.total, heat.rate) == (0, 14, None)
    # where all that was counted in a unit is counted together, its kinds need not be said
    assert alone.kinds == ()


def test_the_page_names_the_kinds_that_it_tells_apart() -> None:
    reports = [
        made.report(3, sector="Donetsk", kind="fire", unit="effect"),
        *[made.report(n, sector="Donetsk", kind="firing", unit="effect") for n in (5, 6, 7)],
    ]
    found = watch(reports, not_watched=unwatched("fire"))
    page = monitoring_page(found.agreement, found.status, found.tables, made.PERIOD)
    cells = [[cell.text().strip() for cell in row.find("td")] for row in parse(page).find("tr")]
    assert [
        "effects (explosion, firing, clash, a protected site hit, violence)",
        "30 of 30",
        "one by one",
        "3",
    ] in [row[1:5] for row in cells]
    assert ["effects (heat seen from space)", "0 of 30", "one by one", "–"] in [row[1:5] for row in cells]


def test_tallies_of_what_is_not_watched_together_make_series_of_their_own() -> None:
    """A mission that tallies shots every day and flights on one: the flights have no figure of the other days."""
    start = dt.datetime(2021, 11, 3, 17, 30, tzinfo=dt.UTC)
    flight = replace(made.tally(9_999, "Donetsk", start, 4, "OSCE SMM", "effect", 1), kind="flight")
    found = all_series(watch([tally(day, 10) for day in range(1, 11)] + [flight]))
    told = {series.kinds: (series.observed, series.total) for series in found if series.sector == "donetsk"}
    assert sorted(told.values()) == [(1, 4), (10, 100)]


def test_what_no_sector_is_named_of_has_no_rate() -> None:
    """Of a place that the agreement does not watch nobody says that it was watched."""
    elsewhere = one(all_series(watch([made.report(3)])), None, None, "incident")
    assert (elsewhere.total, elsewhere.observed, elsewhere.rate) == (1, 0, None)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (5, "Not observed on any day: Donetsk region (5 reported all the same)"),
        (6, "Donetsk region: 0 a day (1 of 6 days observed), and 5 more reported of days not observed"),
    ],
)
def test_reports_of_days_not_observed_are_told_apart_from_a_zero(last: int, said: str) -> None:
    gap = {"sector_id": ["donetsk"], "since": [NOVEMBER], "until": [dt.date(2021, 11, 5)], "why": ["x"]}
    period = NOVEMBER, dt.date(2021, 11, last)
    agreement = made.donbas()
    reports = [made.report(n, sector="Donetsk") for n in range(5)]
    tables = made.index(agreement, reports, period) | {"not_observed": pa.table(gap)}
    page = monitoring_page(agreement, made.status(agreement, tables, period), tables, period)
    assert said in parse(page).text()


def test_a_gap_without_a_sector_is_everywhere_and_gaps_that_overlap_count_once() -> None:
    gap = pa.table(
        {
            "sector_id": pa.array([None, "donetsk"], pa.string()),
            "since": [NOVEMBER, NOVEMBER],
            "until": [dt.date(2021, 11, 5), dt.date(2021, 12, 24)],
            "why": ["storm", "no access"],
        }
    )
    found = watch([made.report(7, sector="Luhansk")], not_observed=gap)
    assert (found.observed("donetsk"), found.observed("luhansk")) == (0, 25)


def test_the_map_shows_what_has_figures_of_most_days() -> None:
    tallies = [tally(day, 5) for day in range(1, 9)]
    assert leading(all_series(watch([*tallies, made.report(3, sector="Donetsk")]))) == (
        "effect",
        "OSCE Special Monitoring Mission to Ukraine",
        (),
    )
    events = [made.report(n, sector="Donetsk") for n in range(20)]
    assert leading(all_series(watch([tally(3, 5), *events]))) == ("incident", None, ())
    assert leading(all_series(watch([]))) == ("incident", None, ())


def text(reports, period=made.PERIOD, **tables) -> str:
    found = watch(reports, period, **tables)
    return parse(monitoring_page(found.agreement, found.status, found.tables, period)).text()


SMM = "OSCE Special Monitoring Mission to Ukraine"


def test_tallies_of_one_observer_that_overlap_are_counted_once() -> None:
    reports = [tally(3, 10), tally(5, 30, days=3)]
    donetsk = one(all_series(watch(reports)), "donetsk", SMM)
    assert (donetsk.total, donetsk.observed, donetsk.rate) == (30, 3, 10)
    assert f"counting 30 effects (tallied by {SMM})" in text(reports)


def test_what_the_first_screen_counts_is_what_the_table_counts() -> None:
    """A tally that reaches beyond the period counts with its share in both."""
    told = text([tally(1, 90, days=3)])
    assert "Donetsk region: 30 a day (1 of 30 days observed)" in told
    assert f"one finding of breach, counting 30 effects (tallied by {SMM})" in told


def test_counts_of_several_observers_are_not_added_on_the_first_screen() -> None:
    told = text([tally(3, 100), tally(3, 50, observer="Joint Centre"), made.report(4, sector="Donetsk")])
    assert (
        "counting 50 effects (tallied by Joint Centre), "
        f"100 effects (tallied by {SMM}) and 1 incident (reported one by one)"
    ) in told
    assert "150 effects" not in told


def test_what_is_exempt_is_left_out_with_its_share() -> None:
    """A tally of three days of which one lies in the period, 30 of 90 said to be exempt."""
    tables = made.index(made.donbas(), [tally(1, 90, days=3)])
    exempt = tables["findings"].append_column("exempt_most", pa.array([30]))
    told = text([tally(1, 90, days=3)], findings=exempt)
    assert (
        f"counting 20 effects (tallied by {SMM}), besides 10 effects (tallied by {SMM}) said to be exempt"
        in told
    )


def test_tallies_of_a_place_that_is_no_sector_are_of_days_that_nobody_is_known_to_have_watched() -> None:
    found = watch([tally(3, 3, region="Kharkiv")])
    rows = found.incidents.set_column(
        found.incidents.column_names.index("sector_id"), "sector_id", pa.array(["Kharkiv"])
    )
    elsewhere = one(all_series(watch([tally(3, 3, region="Kharkiv")], incidents=rows)), "Kharkiv", SMM)
    assert (elsewhere.total, elsewhere.observed, elsewhere.rate) == (3, 0, None)
