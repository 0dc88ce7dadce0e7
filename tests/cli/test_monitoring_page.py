"""The page of a period in a browser: it opens offline, asks for nothing, and does not scroll sideways on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.report.monitoring import write_monitoring_page
from tests.cli.test_page import measured, opened
from tests.unit.report.monitoring import made

pytestmark = pytest.mark.browser

REPORTS = {"full": made.made_up(), "empty": []}


@pytest.fixture(scope="module", params=REPORTS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    agreement = made.donbas()
    tables = made.index(agreement, REPORTS[request.param])
    page = tmp_path_factory.mktemp("monitoring") / "report.html"
    write_monitoring_page(page, agreement, made.status(agreement, tables), tables, made.PERIOD)
    return page


def test_it_opens_without_a_word_on_the_console(chromium: str, written: Path, tmp_path: Path) -> None:
    document, log = opened(chromium, written, tmp_path / "profile", width=1400, height=900)
    assert 'id="reading"' in document
    assert "CONSOLE" not in log
    assert written.stat().st_size < 5 * 1024 * 1024


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_width_and_fetches_nothing(
    chromium: str, written: Path, tmp_path: Path, width: int
) -> None:
    found, log = measured(chromium, written, tmp_path, width)
    assert found["width"] == found["scroll"] == width
    assert found["beyond"] == []
    assert found["fetched"] == []
    assert found["smallest"] >= 9
    assert "CONSOLE" not in log
