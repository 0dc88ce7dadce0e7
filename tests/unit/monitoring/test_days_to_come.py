"""Of days yet to come nothing is told: not that they were unseen, and not what happened on them."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from rich.console import Console

from holdfast.errors import InputError
from holdfast.monitoring import status as status_module
from holdfast.monitoring.status import period_tables, status
from holdfast.report.monitoring.terminal import status_table
from tests.unit.monitoring.store.small import AGREEMENT, begun

FORCE = "in_force: {since: 2020-01-01, until: 2021-12-31}"
ENDS = ["in_force: {since: 2020-01-01}", FORCE]
assert AGREEMENT.count(FORCE) == 1


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    now = dt.datetime(2020, 6, 10, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(status_module, "_now", lambda: now)
    return now.date()


@pytest.mark.parametrize("in_force", ENDS)
def test_days_after_tomorrow_are_refused_whether_or_not_the_agreement_has_a_last_day(
    tmp_path: Path, today: dt.date, in_force: str
) -> None:
    folder = begun(tmp_path / "record", AGREEMENT.replace(FORCE, in_force))
    tomorrow, later = (today + dt.timedelta(days=number) for number in (1, 2))
    assert status(folder, tomorrow)["as_of"] == tomorrow.isoformat()
    assert period_tables(folder, today, tomorrow)["incidents"].num_rows == 0
    told = f"to {tomorrow}, since nothing is known of later days"
    with pytest.raises(InputError, match=told):
        status(folder, later)
    with pytest.raises(InputError, match=told):
        period_tables(folder, today, later)


def test_the_last_day_of_an_agreement_that_is_over_is_the_last(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    with pytest.raises(InputError, match="to 2021-12-31, its last day"):
        status(folder, dt.date(2022, 1, 1))
    assert status(folder)["begins"] is None


@pytest.mark.usefixtures("today")
def test_an_agreement_that_is_not_in_force_yet(tmp_path: Path) -> None:
    later = AGREEMENT.replace("in_force: {since: 2020-01-01,", "in_force: {since: 2020-06-12,")
    folder = begun(tmp_path / "record", later)
    told = status(folder)
    assert (told["begins"], told["not_observed"], told["triggers"]) == ("2020-06-12", [], [])
    out = io.StringIO()
    console = Console(file=out, width=200)
    console.print(status_table(told))
    text = out.getvalue()
    assert (
        "Not in force yet: it comes into force on 2020-06-12. Until then nothing of it can be kept or breached."
        in text
    )
    assert "Not seen" not in text
    with pytest.raises(
        InputError, match="comes into force on 2020-06-12, and nothing is known of days yet to come"
    ):
        status(folder, dt.date(2020, 6, 12))


@pytest.mark.usefixtures("today")
def test_an_agreement_that_comes_into_force_tomorrow_can_be_told_of(tmp_path: Path) -> None:
    soon = AGREEMENT.replace("in_force: {since: 2020-01-01,", "in_force: {since: 2020-06-11,")
    assert status(begun(tmp_path / "record", soon))["begins"] is None
