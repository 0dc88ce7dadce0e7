"""Tallies against each other, effects as incidents."""

import datetime as dt

import pytest

from holdfast.errors import InputError
from holdfast.monitoring.formats import read
from holdfast.monitoring.reports import reports_of
from holdfast.monitoring.tallies import DAY, Ratio, Tally, consecutive, converted, rivals, tallies_of

AT = dt.datetime(2021, 5, 20, 16, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def tally(start=0.0, days=1.0, count=100, previous=None, **change):
    fields = {
        "report": "r1",
        "observer": "mission",
        "sector": "Donetsk",
        "kind": "firing",
        "unit": "effect",
        "start": AT + start * DAY,
        "end": AT + (start + days) * DAY,
        "count": count,
        "previous": previous,
        "days": days,
        **change,
    }
    return Tally(**fields)


def other(**change):
    return tally(**{"observer": "party", **change})


def verdicts(*tallies):
    return [pair.verdict for pair in consecutive(tallies)]


def test_figures_that_agree_and_that_differ():
    assert verdicts(tally(count=55), tally(1, previous=55)) == ["agrees"]
    [pair] = consecutive([tally(1, previous=54), tally(count=55)])
    assert (pair.verdict, pair.difference) == ("differs", -1)
    assert pair.why == (
        "Donetsk: the tally to 2021-05-22 16:30 UTC gives 54 for the period before, "
        "2021-05-20 16:30 UTC to 2021-05-21 16:30 UTC; the tally of that period gave 55."
    )


def test_a_day_repeated_by_a_report_of_two_days_is_comparable():
    assert verdicts(tally(count=482), tally(1, days=2, previous=482)) == ["agrees"]


def test_a_one_day_figure_is_not_set_against_a_window_of_two_days():
    [pair] = consecutive([tally(days=2, count=2158), tally(2, previous=579)])
    assert pair.verdict == "not comparable"
    assert "for 2 days, of which the later report may repeat the last" in pair.why


def test_a_part_cannot_be_more_than_the_whole():
    [pair] = consecutive([tally(days=2, count=100), tally(2, previous=101)])
    assert (pair.verdict, pair.difference) == ("differs", 1)
    assert "A part of it cannot be more." in pair.why


@pytest.mark.parametrize(
    "change",
    [
        {"observer": "x"},
        {"sector": "Luhansk"},
        {"unit": "incident"},
        {"kind": "explosion"},
        {"start": AT + DAY + HOUR},
    ],
)
def test_only_what_follows_is_set_against_each_other(change):
    later = tally(1, previous=100)
    changed = Tally(**{**{name: getattr(later, name) for name in Tally.__slots__}, **change})
    assert verdicts(tally(), changed) == []


def test_a_figure_that_is_not_given_is_not_checked():
    assert verdicts(tally(), tally(1)) == []


def test_two_tallies_of_one_window_are_each_checked():
    assert sorted(verdicts(tally(count=5), tally(count=6), tally(1, previous=5))) == ["agrees", "differs"]


@pytest.mark.needs_shared
def test_the_real_file_agrees_wherever_it_can_be_compared(shared):
    path = shared / "data" / "monitoring" / "osce_smm_daily_summary_sample.csv"
    reports = [
        one
        for batch in read(path, time_zone="Europe/Kyiv", observer="SMM")
        for one in reports_of(batch.reports)
    ]
    pairs = consecutive(tallies_of(reports))
    assert [pair.verdict for pair in pairs].count("agrees") == 27
    [seeming] = [pair for pair in pairs if pair.verdict != "agrees"]
    assert (seeming.verdict, seeming.later.previous, seeming.earlier.count, seeming.earlier.days) == (
        "not comparable",
        579,
        2158,
        2,
    )


def test_a_day_of_23_hours_is_a_day():
    text = (
        "region,period_start_local,period_end_local,ceasefire_violations\n"
        "North,2021-03-27T19:30,2021-03-28T19:30,1\nNorth,2021-03-27T19:30,2021-03-29T19:30,1\n"
        "North,2021-10-30T19:30,2021-10-31T19:30,1\nNorth,2021-05-20T00:00,2021-05-20T12:00,1\n"
    )
    [batch] = read(text.encode(), time_zone="Europe/Kyiv", observer="SMM")
    assert [one.days for one in tallies_of(reports_of(batch.reports))] == [1, 2, 0.5, 1]


def test_a_ratio_is_a_range_with_a_source():
    assert converted(0, Ratio(2, 2, "judgement")) == (0, 0)
    low, high = converted(100, Ratio(4, 12, "judgement"))
    assert low == 9  # 8.33 of 12 each are more than eight
    assert high == 25
    for wrong in ((0.5, 2, "x"), (3, 2, "x"), (1, float("inf"), "x"), (float("nan"), 2, "x"), (1, 2, " ")):
        with pytest.raises(InputError, match="effects per incident"):
            Ratio(*wrong)


def test_rivals_that_count_the_same():
    [pair] = rivals([tally(), other()])
    assert (pair.verdict, pair.difference, pair.left, pair.why) == ("agree", 0, 0, ())
    [pair] = rivals([tally(count=100), other(count=130)])
    assert (pair.verdict, pair.difference, pair.left) == ("differ", 30, 30)


def test_the_window_explains_a_difference_only_where_it_can():
    day = tally(count=100)
    longer = other(days=2, count=180)
    [pair] = rivals([day, longer])
    assert (pair.verdict, pair.left) == ("explained", 0)
    assert pair.why == ("party counts 48 hours, of which mission counts 24.",)
    [pair] = rivals([day, other(days=2, count=60)])
    assert (pair.verdict, pair.left) == ("differ", 40)


def test_windows_of_one_that_span_several_of_the_other_are_summed():
    [pair] = rivals([tally(0), tally(1), tally(2, days=2), other(days=4, count=300)])
    assert (len(pair.first), pair.difference, pair.verdict) == (3, 0, "agree")


def test_the_share_that_was_observed_explains_a_difference():
    [pair] = rivals([tally(count=60, observed_share=0.6), other(count=90)])
    assert (pair.verdict, pair.left) == ("explained", 0)
    assert pair.why == ("mission observed 60% of Donetsk from 2021-05-20 16:30 UTC.",)
    [pair] = rivals([tally(count=60, observed_share=0.6), other(count=130)])
    assert pair.left == pytest.approx(30)
    [pair] = rivals([tally(count=0, observed_share=0.0), other(count=130)])
    assert pair.verdict in ("explained", "differ")
    assert "mission observed 0%" in pair.why[0]


def test_units_are_converted_by_a_stated_ratio_or_not_at_all():
    effects, incidents = tally(count=120), other(count=14, unit="incident")
    [pair] = rivals([effects, incidents])
    assert (pair.verdict, pair.left) == ("not comparable", None)
    [pair] = rivals([effects, incidents], Ratio(4, 12, "judgement"))
    assert (pair.verdict, pair.left) == ("explained", 0)
    assert pair.why[-1] == "An incident is taken to make 4 to 12 effects (judgement)."
    [pair] = rivals([effects, other(count=40, unit="incident")], Ratio(4, 12, "judgement"))
    assert (pair.verdict, pair.left) == ("differ", 10)
    [pair] = rivals([effects, other(unit="presence")], Ratio(4, 12, "judgement"))
    assert pair.verdict == "not comparable"


def test_sectors_of_other_names():
    theirs = other(sector="Donetsk region")
    assert rivals([tally(), theirs]) == []
    [pair] = rivals([tally(), theirs], sectors={"Donetsk region": "Donetsk"})
    assert pair.why == ("mission calls the sector Donetsk, party Donetsk region.",)
    assert pair.verdict == "explained"


def test_tallies_that_overlap_their_own_are_not_added_up():
    [pair] = rivals([tally(), tally(0.5), other()])
    assert (pair.verdict, pair.left) == ("not comparable", None)
    assert "mission has tallies that overlap each other" in pair.why[0]


def test_days_that_only_one_has_are_left_alone():
    assert rivals([tally(0), other(start=1)]) == []
    assert len(rivals([tally(0), tally(1), other(), other(start=1)])) == 2


def test_the_order_of_tallies_makes_no_difference():
    some = [
        tally(0),
        tally(1, count=7),
        other(days=2, count=90),
        other(start=3),
        tally(3, observed_share=0.5),
    ]
    assert rivals(some) == rivals(some[::-1])


def test_sentences_give_times_in_the_zone_that_is_asked_for():
    pairs = [tally(1, previous=54), tally(count=55)]
    [pair] = consecutive(pairs, "Europe/Kyiv")
    assert pair.why == (
        "Donetsk: the tally to 2021-05-22 19:30 gives 54 for the period before, "
        "2021-05-20 19:30 to 2021-05-21 19:30 (times of Europe/Kyiv); the tally of that period gave 55."
    )
    [pair] = rivals([tally(count=60, observed_share=0.6), other(count=90)], time_zone="Europe/Kyiv")
    assert pair.why == ("mission observed 60% of Donetsk from 2021-05-20 19:30.",)


def test_unlike_units_have_no_difference():
    """25 effects and an incident are not 24 of anything apart."""
    rate = Ratio(2, 10, "judgement")
    [pair] = rivals([tally(count=25), other(count=1, unit="incident")], rate)
    # three incidents at least, since two make no more than 20
    assert (pair.difference, pair.verdict, pair.left) == (None, "differ", 2)
    assert rivals([tally(), other(unit="presence")], rate)[0].difference is None
    assert rivals([tally(count=7), other(count=9)], rate)[0].difference == 2


def test_an_effect_that_was_counted_is_of_one_incident_at_least():
    rate = Ratio(2, 10, "judgement")
    [pair] = rivals([tally(count=1), other(count=0, unit="incident")], rate)
    assert (pair.verdict, pair.left) == ("differ", 1)
    [pair] = rivals([tally(count=1), other(count=1, unit="incident")], rate)
    assert (pair.verdict, pair.left) == ("explained", 0)
    assert converted(1, rate) == (1, 1)
    assert converted(15, Ratio(4, 4, "judgement")) == (4, 4)


def test_what_is_left_is_whole():
    """Eleven at most, had all been watched, and twelve were counted: 11.7 is no count."""
    [pair] = rivals([tally(count=7, observed_share=0.6), other(count=12)])
    assert (pair.verdict, pair.left) == ("differ", 1)
