"""Reports to incidents: quality on simulated truth, laws, determinism, new on top of known, decisions, bad input."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from holdfast.errors import InputError
from holdfast.monitoring.linkage import DEFAULT, Decision, Known, Linked, by_windows, estimate, link, near
from holdfast.monitoring.linkage.untyped import pc
from holdfast.monitoring.reports import REPORT_SCHEMA, table_of
from tests.unit.monitoring.linkage.scores import calibration, scores
from tests.unit.monitoring.linkage.simulated import Simulated, simulate
from tests.unit.monitoring.linkage.test_model import AT, report


@pytest.fixture(scope="module")
def medium() -> Simulated:
    return simulate(1500, days=60, side_km=90, seed=11)


@pytest.fixture(scope="module")
def model(medium: Simulated):
    return estimate(medium.reports)


@pytest.fixture(scope="module")
def linked(medium: Simulated, model) -> Linked:
    return link(medium.reports, model)


def same(one: Linked, other: Linked) -> bool:
    return one.pairs.equals(other.pairs) and one.incidents.equals(other.incidents)


# name, events, days, side; the least precision and recall of incidents, and how much better pairs must be than fixed windows
@pytest.mark.parametrize(
    ("days", "side", "precision", "recall"),
    [(1500, 300, 0.99, 0.97), (150, 150, 0.97, 0.95), (60, 90, 0.94, 0.80), (10, 50, 0.90, 0.55)],
)
def test_quality_is_not_below_its_floor(days: float, side: float, precision: float, recall: float) -> None:
    simulated = simulate(1500, days=days, side_km=side, seed=12)
    found = link(simulated.reports)
    told = scores(simulated, found.incidents)
    assert told.precision >= precision
    assert told.recall >= recall
    fixed = scores(simulated, by_windows(simulated.reports))
    both = lambda s: 2 * s.precision * s.recall / (s.precision + s.recall)
    assert both(told) > both(fixed)


def test_probabilities_mean_what_they_say(medium: Simulated, linked: Linked) -> None:
    for stated, right, number in calibration(medium, linked.pairs, steps=5):
        assert abs(stated - right) < 0.12 + 2 * np.sqrt(0.25 / number)


def test_order_of_rows_and_threads_change_nothing(medium: Simulated, model, linked: Linked) -> None:
    mixed = medium.reports.take(pa.array(np.random.default_rng(5).permutation(medium.reports.num_rows)))
    assert same(link(mixed, model, threads=1), linked)
    assert estimate(mixed, threads=1) == model


def test_relabelling_changes_nothing_but_names(medium: Simulated, model, linked: Linked) -> None:
    ids = medium.reports["id"].to_pylist()
    new = dict(zip(ids, (f"r{k:016x}" for k in np.random.default_rng(6).permutation(len(ids))), strict=True))
    renamed = medium.reports.set_column(0, REPORT_SCHEMA.field("id"), pa.array([new[i] for i in ids]))
    found = link(renamed, model)
    assert estimate(renamed) == model
    told = lambda pairs, name: {
        frozenset((name(a), name(b))): p
        for a, b, p in zip(
            pairs["one"].to_pylist(),
            pairs["other"].to_pylist(),
            pairs["probability"].to_pylist(),
            strict=True,
        )
    }
    assert told(found.pairs, lambda i: i) == told(linked.pairs, new.__getitem__)
    assert groups(found, lambda i: i) == groups(linked, new.__getitem__)


def groups(linked: Linked, name) -> set[frozenset[str]]:
    by: dict[str, set[str]] = {}
    for row in linked.incidents.to_pylist():
        by.setdefault(row["incident"], set()).add(name(row["report"]))
    return {frozenset(members) for members in by.values()}


def test_far_away_reports_change_nothing(medium: Simulated, model, linked: Linked) -> None:
    away = simulate(200, days=60, side_km=90, seed=13, centre=(-20.0, 10.0), first=10_000)
    found = link(pa.concat_tables([medium.reports, away.reports]), model)
    ours = set(medium.reports["id"].to_pylist())
    assert found.pairs.filter(pc.is_in(found.pairs["one"], pa.array(sorted(ours)))).equals(linked.pairs)
    mine = found.incidents.filter(pc.is_in(found.incidents["report"], pa.array(sorted(ours))))
    assert mine.equals(linked.incidents)


@pytest.mark.parametrize("which", ["last day", "anywhere"])
def test_new_on_known_is_as_all_at_once(medium: Simulated, model, linked: Linked, which: str) -> None:
    starts = np.argsort(medium.reports["start"].to_numpy(), kind="stable")
    rows = starts[-60:] if which == "last day" else np.random.default_rng(7).permutation(starts)[:150]
    new = np.isin(np.arange(len(starts)), rows)
    before = link(medium.reports.filter(pa.array(~new)), model)
    known = Known(medium.reports.filter(pa.array(~new)), before.pairs, before.crowded)
    found = link(medium.reports.filter(pa.array(new)), model, known=known)
    assert same(found, linked)
    assert found.counts.anew < (0.3 if which == "last day" else 1) * linked.counts.anew


def test_new_on_known_is_as_all_at_once_where_the_bound_bites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "NEAREST", 4)
    crowd = simulate(600, days=4, side_km=25, seed=14).reports
    new = np.arange(crowd.num_rows) % 5 == 0
    old = crowd.filter(pa.array(~new))
    before = link(old, DEFAULT)
    found = link(crowd.filter(pa.array(new)), DEFAULT, known=Known(old, before.pairs, before.crowded))
    whole = link(crowd, DEFAULT)
    assert whole.counts.not_looked_at > 10_000
    assert same(found, whole)
    # of the whole, whichever part was linked last
    assert found.counts.not_looked_at == whole.counts.not_looked_at > before.counts.not_looked_at
    assert found.crowded.equals(whole.crowded)
    assert whole.crowded.num_rows == whole.counts.crowded


def test_a_crowd_is_bounded_and_said() -> None:
    crowd = simulate(4000, days=1, side_km=20, seed=15).reports
    counts = link(crowd, DEFAULT).counts
    assert (
        counts.looked_at <= counts.reports * near.NEAREST * 5
    )  # one for the class, the mixed ones, and group
    assert counts.crowded > 0.9 * counts.reports
    assert counts.not_looked_at > 10 * counts.looked_at


def test_nobody_reports_twice(linked: Linked, medium: Simulated) -> None:
    who = dict(
        zip(
            medium.reports["id"].to_pylist(),
            zip(medium.reports["format"].to_pylist(), medium.reports["observer"].to_pylist(), strict=True),
            strict=True,
        )
    )
    for members in groups(linked, lambda i: i):
        once = [who[m] for m in members if who[m][0] != "firms"]
        assert len(once) == len(set(once))


def test_pixels_of_one_fire_are_one_event() -> None:
    later = AT + dt.timedelta(hours=1)
    fire = {
        "format": "firms",
        "kind": "fire",
        "text": "",
        "sd_along_km": 0.19,
        "sd_across_km": 0.19,
        "shape": "box",
    }
    pixels = [
        report("r1", "Orbit 1", **fire),
        report("r2", "Orbit 1", **fire, lat=48.003),
        report("r3", "Orbit 2", **fire, start=later, end=later + dt.timedelta(minutes=1)),
    ]
    assert len(groups(link(table_of(pixels), DEFAULT), lambda i: i)) == 1
    twice = [report("r1", "a"), report("r2", "a")]
    assert link(table_of(twice), DEFAULT).counts.candidates == 0


def test_tallies_and_the_vague_stand_alone() -> None:
    rows = [
        report("r1", "a"),
        report("r2", "b", format="tally", count=40),
        report(
            "r3",
            "c",
            lat=None,
            lon=None,
            sd_along_km=None,
            sd_across_km=None,
            azimuth_deg=None,
            shape=None,
            sector="east",
        ),
        report("r4", "d", sd_along_km=60.0),
        report("r5", "e", end=AT + dt.timedelta(days=30)),
    ]
    linked = link(table_of(rows), DEFAULT)
    assert (
        linked.counts.linkable,
        linked.counts.tallies,
        linked.counts.without_position,
        linked.counts.vague,
    ) == (1, 1, 1, 2)
    assert linked.pairs.num_rows == 0
    assert linked.incidents["probability"].to_pylist() == [1.0] * 5
    assert len(set(linked.incidents["incident"].to_pylist())) == 5


def test_kinds_that_cannot_be_one_event() -> None:
    rows = [report("r1", "a"), report("r2", "b", kind="access"), report("r3", "c", kind="works")]
    assert link(table_of(rows), DEFAULT).counts.candidates == 0


def test_decisions_are_respected() -> None:
    rows = table_of(
        [
            report("r1", "a"),
            report("r2", "b"),
            report("r3", "c", lat=49.0),
            report("r4", "a", lat=49.0, format="tally"),
        ]
    )
    assert groups(link(rows, DEFAULT), str) == {frozenset({"r1", "r2"}), frozenset({"r3"}), frozenset({"r4"})}
    apart = link(rows, DEFAULT, decisions=[Decision("r2", "r1", same=False)])
    assert groups(apart, str) == {frozenset({name}) for name in ("r1", "r2", "r3", "r4")}
    assert apart.pairs.num_rows == 0
    joined = link(
        rows,
        DEFAULT,
        decisions=[
            Decision("r3", "r1", same=False),
            Decision("r1", "r3", same=True),
            Decision("r9", "r1", same=True),
        ],
    )
    assert frozenset({"r1", "r3"}) in groups(joined, str)
    assert joined.pairs.to_pylist()[1]["probability"] == 1
    assert joined.counts.decisions_unused == 1


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ([("r1", "r2", True), ("r2", "r3", True), ("r3", "r1", False)], "contradict"),
        ([("r1", "r1", True)], "against itself"),
        ([("r1", "r4", True)], "tally"),
    ],
)
def test_decisions_that_cannot_be(decisions, said: str) -> None:
    rows = table_of(
        [report("r1", "a"), report("r2", "b"), report("r3", "c"), report("r4", "a", format="tally")]
    )
    with pytest.raises(InputError, match=said):
        link(rows, DEFAULT, decisions=[Decision(*one) for one in decisions])


def test_bad_input_is_said(linked: Linked, model) -> None:
    rows = table_of([report("r1", "a"), report("r1", "b")])
    with pytest.raises(InputError, match="r1 is given twice"):
        link(rows, DEFAULT)
    with pytest.raises(InputError, match="no column lat"):
        link(rows.drop(["lat"]), DEFAULT)
    with pytest.raises(InputError, match="not among the known"):
        link(rows.slice(0, 1), model, known=Known(rows.slice(0, 0), linked.pairs, linked.crowded))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_few_reports(number: int) -> None:
    rows = table_of([report(f"r{k}", f"observer {k}") for k in range(number)])
    linked = link(rows)
    assert linked.incidents.num_rows == number
    assert linked.model == replace(DEFAULT, common=linked.model.common)
    assert by_windows(rows).num_rows == number


def test_nothing_is_printed(medium: Simulated, capfd: pytest.CaptureFixture[str]) -> None:
    link(medium.reports)
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")
    assert logging.getLogger("splink").level == logging.NOTSET
