"""The table of the terminal: 80 columns, plain when piped, text as text."""

from __future__ import annotations

import io
import re
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


def heading(status: dict[str, Any], **given: Any) -> list[str]:
    """The first lines, up to the first table."""
    lines = printed(status, **given).split("\nWhat falls due")[0].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("Breaches"))
    return [line.rstrip() for line in lines[first:] if line.strip()]


def test_the_first_lines_say_how_it_stands_and_how_sure_that_is() -> None:
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, made.made_up()))
    status["record"] |= {"set_aside": 5, "outside": 3, "not_indexed": 1}
    status["tallies"] |= {"agree": 90, "differ": 15, "not_comparable": 24}
    [trigger] = status["triggers"]
    status["triggers"] = [trigger, trigger | {"state": "cannot be told", "first_met": None}]
    lines = heading(status, agreement=agreement)
    assert len(lines) <= 6
    rows = status["findings"]
    breach, undetermined = (sum(row[name] for row in rows) for name in ("breach", "undetermined"))
    graded = {
        grade: sum(row["grades"].get(grade, 0) for row in rows)
        for grade in ("verified on site", "observed", "corroborated", "reported")
    }
    assert breach == sum(graded.values()) > 0
    told = ", ".join(f"{number} {grade}" for grade, number in graded.items() if number)
    text = " ".join(" ".join(lines).split())
    assert text.startswith(f"Breaches {breach}: {told}; {undetermined} undetermined.")
    assert f"Due 1 of 2 triggers met (the first on {trigger['first_met']}); of 1 it cannot be told." in text
    gaps = made.index(agreement, made.made_up())["not_observed"].to_pylist()
    lost = sum((gap["until"] - gap["since"]).days + 1 for gap in gaps)
    assert f"Not seen {lost} of 60 days of sectors; what happened then is not known." in text
    assert "Set aside 5 rows; 3 reports of days out of force; 1 entry not read yet." in text
    assert "Differ 15 of 105 tallies from what the next one repeats; " in text
    assert re.search(r"; \d of \d rival pairs\.$", text)
    assert max(len(line) for line in printed(status, agreement=agreement).splitlines()) <= 80


def test_the_first_lines_are_no_surer_than_what_was_seen() -> None:
    """Days outside the status are no days of it, and where the agreement names no sector, days are days."""
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, []))
    status["triggers"] = []
    assert " ".join(" ".join(heading(status, agreement=agreement)).split()) == (
        "Breaches none found; 0 undetermined. Due the agreement names no trigger. Not seen no gap in observation is recorded. "
        "Set aside 0 rows. Differ no tally can be held against another."
    )
    gap = {"sector": "donetsk", "since": "2021-10-01", "until": "2021-11-02", "why": "x"}
    status["not_observed"] = [gap, gap | {"since": "2021-11-02", "until": "2022-01-01"}]
    assert "Not seen  30 of 60 days of sectors" in "\n".join(heading(status, agreement=agreement))
    status["not_observed"] = [gap | {"sector": "everywhere"}]
    bare = agreement.model_copy(update={"sectors": {}})
    assert "Not seen  2 of 30 days; what happened then is not known." in heading(status, agreement=bare)


def test_a_count_without_a_greatest_value_is_told() -> None:
    """What no rate converts may be any number."""
    agreement = made.donbas()
    tables = made.index(agreement, [])
    status = made.status(agreement, tables)
    status["triggers"][0]["count"] = [2.0, None]
    assert "2 or more" in printed(status)
    assert "2 or more" in parse(monitoring_page(agreement, status, tables, made.PERIOD)).text()
