"""The table of the terminal: 80 columns, plain when piped, text as text."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from holdfast.report.monitoring import status_table

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
