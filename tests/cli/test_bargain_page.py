"""The page of `holdfast bargain` in a browser: it opens offline, asks for nothing, and does not scroll sideways on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.report.bargain.page import write_bargain_page
from tests.cli.test_page import measured
from tests.unit.report.made_up_bargaining import found_of, positions, zone_of
from tests.unit.report.synthetic import build

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["scenario", "many"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bargain")
    if request.param == "many":
        file = positions(folder, parties=33, issues=3, name="The Most Serene Republic of Number {}")
        found = found_of(file, issues=3)
    else:
        file = build(folder).scenario
        accepts = [(0.6, 0.6), (0.2, 0.9), (0.1, 0.2), (0.61, 0.59)]
        zone = zone_of(dict(zip(sorted(file.proposals), accepts, strict=True)))
        found = {**found_of(file), "zone": zone}
    write_bargain_page(file, found, folder / "bargaining.html")
    return folder / "bargaining.html"


@pytest.mark.parametrize("width", [400, 1400])
def test_it_fits_its_width_and_fetches_nothing(
    chromium: str, written: Path, tmp_path: Path, width: int
) -> None:
    found, log = measured(chromium, written, tmp_path, width)
    assert found["width"] == found["scroll"] == width
    assert found["beyond"] == []
    assert found["fetched"] == []
    assert found["smallest"] >= 9
    assert "CONSOLE" not in log
