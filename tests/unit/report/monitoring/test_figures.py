"""The page's figures as tables: they are those that the page shows, without its cut-offs, and every column is documented."""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from holdfast.report.monitoring import write_report
from holdfast.report.monitoring.watch import daily, figure, span
from tests.unit.report.markup import Element, parse

from . import made

DOCUMENT = Path(__file__).parents[4] / "docs" / "reference" / "monitoring-report.md"
NAMES = {
    "breaches_counted",
    "counts_by_day",
    "counts_by_sector",
    "days_observed",
    "findings_by_article",
    "findings_by_sector",
    "rivals",
    "tally_checks",
    "trigger_gaps",
    "triggers",
}


def written(folder: Path, reports: list[Any], period: Any = made.PERIOD) -> tuple[Element, dict[str, Any]]:
    agreement = made.donbas()
    tables = made.index(agreement, reports, period)
    page = write_report(folder, agreement, made.status(agreement, tables, period), tables, period)
    return parse(page.read_text()), {name: pq.read_table(folder / f"{name}.parquet") for name in NAMES}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Element, dict[str, Any]]:
    return written(tmp_path_factory.mktemp("report"), made.made_up())


def shown(tree: Element, caption: str) -> list[tuple[str, ...]]:
    """The cells of a table of the page."""
    for table in tree.find("table"):
        if any(one.text().startswith(caption) for one in table.find("caption")):
            rows = [tuple(cell.text() for cell in row.find("th", "td")) for row in table.find("tr")]
            return rows[1:]
    raise AssertionError(caption)


def test_every_column_of_the_figures_is_documented(report: tuple[Element, dict[str, Any]]) -> None:
    parts = DOCUMENT.read_text(encoding="utf-8").split("## The tables\n")[1].split("\n## ")[0].split("\n### ")
    sections = dict(part.split("\n", 1) for part in parts[1:])
    assert {*sections} - {"Text and numbers"} == NAMES
    for name, table in report[1].items():
        cells = "\n".join(re.findall(r"^\| (`[^|]*) \|", sections[name], flags=re.MULTILINE))
        assert re.findall(r"`(\w+)`", cells) != [], name
        assert {*re.findall(r"`(\w+)`", cells)} == {*table.column_names}, name


def test_the_page_shows_the_figures_of_its_tables(report: tuple[Element, dict[str, Any]]) -> None:
    tree, tables = report
    by_sector = [
        (
            row["sector"],
            "–" if row["per_day_observed"] is None else daily(row["per_day_observed"]),
            f"{row['days_observed']} of {row['days']}",
            row["tallied_by"] or "one by one",
        )
        for row in tables["counts_by_sector"].to_pylist()
    ]
    page = shown(tree, "Counts by sector")
    assert by_sector == [(row[0], row[1], row[3], row[4]) for row in page]
    assert len(page) > 8
    articles = [
        (row["title"], *(f"{row[name]:,}" for name in ("breach", "undetermined", "allowed")))
        for row in tables["findings_by_article"].to_pylist()
    ]
    assert articles == [row[:4] for row in shown(tree, "Findings by article and verdict")]
    ladder = ("reported", "corroborated", "observed", "verified_on_site", "ruled")
    grades = [
        (row["title"], *(f"{row[name]:,}" for name in ladder))
        for row in tables["findings_by_article"].to_pylist()
    ]
    assert grades == shown(tree, "Findings of breach by article and grade")
    sectors = [
        (row["sector"], row["title"], f"{row['breach']:,}")
        for row in tables["findings_by_sector"].to_pylist()
    ]
    assert sectors == [row[:3] for row in shown(tree, "Findings by sector and article")]
    assert [row[1] for row in shown(tree, "Triggers")] == tables["triggers"]["state"].to_pylist()
    observed = [
        (row["sector"], f"{row['days_observed']} of {row['days']}")
        for row in tables["days_observed"].to_pylist()
    ]
    assert observed == [row[:2] for row in shown(tree, "Days observed")]


def test_counts_by_day_have_every_bar_of_the_page_and_the_days_between(
    report: tuple[Element, dict[str, Any]],
) -> None:
    tree, tables = report
    rows = tables["counts_by_day"].to_pylist()
    page: list[tuple[str, ...]] = []
    for table in tree.find("table"):
        if any(one.text() == "Counts" for one in table.find("caption")):
            page += [tuple(c.text() for c in row.find("th", "td")) for row in table.find("tr")][1:]
    bars = {
        (row["sector"], span(row["since"], row["until"]), figure(row["count"]), daily(row["per_day"]))
        for row in rows
        if row["count"] is not None
    }
    assert len(page) > 60
    assert {*page} <= bars
    # every day of every series stands in exactly one row, as each tally here is of one day
    for series in tables["counts_by_sector"].to_pylist():
        key = ("sector_id", "unit", "tallied_by", "kinds")
        own = [row for row in rows if all(row[name] == series[name] for name in key)]
        days = sum((row["until"] - row["since"]).days + 1 for row in own)
        assert days == series["days"], series
        assert sum(row["days_observed"] for row in own) == series["days_observed"], series
        seen = sum(row["count"] or 0 for row in own if row["days_observed"])
        assert seen == pytest.approx(series["on_days_observed"] or 0)
        assert seen == pytest.approx((series["per_day_observed"] or 0) * series["days_observed"])


def test_rows_beyond_the_cut_offs_of_the_page_are_in_the_tables(tmp_path: Path) -> None:
    """500 days of two observers: more rows than the page shows of counts, and more rivals."""
    first = dt.datetime(2019, 1, 1, 17, 30, tzinfo=dt.UTC)
    reports = []
    for n in range(500):
        end = first + n * made.DAY
        reports.append(made.tally(n, "Donetsk", end, n + 1, "OSCE SMM", "effect"))
        reports.append(made.tally(5000 + n, "Donetsk", end, n + 2, "Joint Centre", "effect"))
    tree, tables = written(tmp_path, reports, (dt.date(2019, 1, 1), dt.date(2020, 5, 14)))
    assert len(shown(tree, "Counts, the first 400; counts_by_day.csv beside the page has all")) == 400
    counts = tables["counts_by_day"].to_pylist()
    assert sum(row["count"] is not None and row["tallied_by"] == "Joint Centre" for row in counts) == 500
    assert len(shown(tree, "Counts of the same sector")) == 40
    assert "460 more pairs are left out here; rivals.csv beside this page has all" in tree.text()
    rivals = tables["rivals"].to_pylist()
    assert [abs(row["difference"]) for row in rivals] == [1] * 500
    assert {abs(row["first_count"] - row["second_count"]) for row in rivals} == {1}
    with (tmp_path / "rivals.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 500


def test_checks_of_tallies_are_those_of_the_period(tmp_path: Path) -> None:
    """A day's page says nothing of the checks of other days."""
    end = dt.datetime(2021, 11, 3, 17, 30, tzinfo=dt.UTC)
    reports = [
        replace(
            made.tally(n, "Donetsk", end + n * made.DAY, 10 + n, "OSCE SMM", "effect"),
            figures={"previous_period": previous},
        )
        for n, previous in ((0, 7.0), (1, 10.0), (2, 10.0), (3, 12.0))
    ]
    agreement = made.donbas()
    whole = made.index(agreement, reports)
    status = made.status(agreement, whole)
    day = dt.date(2021, 11, 5)
    page = write_report(tmp_path, agreement, status, whole, (day, day))
    assert "0 agree, 1 differ, 0 are not" in parse(page.read_text()).text()
    [row] = pq.read_table(tmp_path / "tally_checks.parquet").to_pylist()
    assert (row["count"], row["repeated"], row["difference"], row["verdict"]) == (11, 10, -1, "differs")
    assert (row["observer"], row["sector_id"], row["sector"]) == ("OSCE SMM", "donetsk", "Donetsk")
    assert row["repeated_until"] == end + 2 * made.DAY
    write_report(tmp_path / "all", agreement, status, whole, made.PERIOD)
    checks = pq.read_table(tmp_path / "all" / "tally_checks.parquet").to_pylist()
    assert [one["verdict"] for one in checks] == ["agrees", "differs", "agrees"]


def test_tables_without_rows_keep_their_columns(
    report: tuple[Element, dict[str, Any]], tmp_path: Path
) -> None:
    _, empty = written(tmp_path, [])
    for name, table in report[1].items():
        assert empty[name].schema == table.schema
    assert empty["rivals"].num_rows == 0
    assert (tmp_path / "rivals.csv").read_text().startswith('"sector_id","sector","since"')
