"""The table of the terminal: 80 columns, plain when piped, text as text."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from holdfast.report.monitoring import monitoring_page, status_table
from tests.unit.report.markup import parse

from . import made


def printed(status: dict[str, Any], **given: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=80, color_system=None).print(status_table(status, **given))
    return out.getvalue()


def test_it_fits_80_columns_and_says_what_falls_due() -> None:
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, made.made_up()))
    text = printed(status, agreement=agreement)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "Coordination mechanism" in text
    assert "98–100%" in text
    assert "Donetsk region" in text
    assert "\x1b" not in text
    assert "not whether war has restarted" in text
    assert "donetsk" in printed(status)


def test_square_brackets_are_text_and_nothing_is_nothing() -> None:
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, []))
    status["triggers"] = []
    status["not_observed"] = [
        {"sector": "[bold]", "since": "2021-11-01", "until": "2021-11-02", "why": "[red]no access"}
    ]
    text = printed(status)
    assert "[bold], 2021-11-01 to 2021-11-02: [red]no access" in text
    assert "The agreement names no trigger." in text
    assert "Nothing was counted." in text


def test_a_trigger_without_a_window_has_a_line_of_its_own() -> None:
    """What would change it stands below its own title, not below that of the trigger before it."""
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, []))
    [trigger] = status["triggers"]
    status["triggers"] = [
        trigger | {"title": "first", "window": ["2021-11-03", "2021-11-03"], "would_change": ["One."]},
        trigger | {"title": "second", "window": None, "would_change": ["Two."]},
    ]
    lines = [
        line for line in printed(status).splitlines() if line.startswith(("first:", "second:", "  Would"))
    ]
    assert lines == [
        "first: 2021-11-03.",
        "  Would change it: One.",
        "second: nothing counts towards it.",
        "  Would change it: Two.",
    ]


def test_one_report_and_one_row_are_one() -> None:
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, [made.report(1)]))
    status["record"] |= {"set_aside": 1, "superseded": 1}
    text = " ".join(printed(status).split())
    assert "1 report from one file; 1 row set aside, 1 report replaced by later ones." in text
    assert "1 incident" in text


def test_reports_outside_the_agreements_days_are_told_in_the_status_and_on_the_page() -> None:
    agreement = made.donbas()
    tables = made.index(agreement, [])
    status = made.status(agreement, tables)
    assert "not in force" not in printed(status)
    status["record"] |= {"outside": 3}
    said = "of days on which the agreement was not in force"
    assert f"3 reports {said}: in the record, and not counted." in " ".join(printed(status).split())
    page = parse(monitoring_page(agreement, status, tables, made.PERIOD)).text()
    assert f"Three reports are {said}, and not counted." in page


def test_pairs_of_tallies_that_differ_are_told_one_by_one() -> None:
    """No figure is followed by the number of the others."""
    pairs = [f"West: the tally of that period gave {n}." for n in (3, 14, 5, 6)]
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, []))
    status["tallies"] = {"agree": 1, "differ": 4, "not_comparable": 0, "pairs": pairs}
    lines = printed(status).splitlines()
    at = lines.index("West: the tally of that period gave 3.")
    assert lines[at + 1 : at + 3] == [
        "West: the tally of that period gave 14.",
        "Two more pairs of tallies differ.",
    ]
