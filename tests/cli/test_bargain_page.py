"""The page of `holdfast bargain` in a browser: it opens offline, asks for nothing, and does not scroll sideways on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.report.bargain.page import write_bargain_page
from holdfast.report.bargain.words import MODEL_NAMES
from tests.cli.test_page import measured
from tests.unit.report.made_up_bargaining import found_of, positions, spread, zone_of
from tests.unit.report.synthetic import build

pytestmark = pytest.mark.browser


WIDE = """
<script>
addEventListener('load', () => parent.postMessage(
  [...document.querySelectorAll('#gains table')].map(t => [t.scrollWidth, t.closest('.scroll').clientWidth]), '*'));
</script>
"""


@pytest.fixture(scope="module", params=["scenario", "many", "long"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bargain")
    if request.param == "many":
        file = positions(folder, parties=33, issues=3, name="The Most Serene Republic of Number {}")
        found = found_of(file, issues=3)
    elif request.param == "long":
        file = positions(folder, parties=3, issues=2, name=f"Donau{'dampfschifffahrts' * 4}gesellschaft {{}}")
        found = found_of(file, issues=2)
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


def test_gains_by_seven_models_fit_a_laptop(chromium: str, tmp_path: Path) -> None:
    """Each with an interval, and each beside no agreement too: 14 columns of them made a table of 2,913 pixels."""
    file = positions(tmp_path, parties=6, issues=3)
    found = found_of(file, issues=3, models=tuple(MODEL_NAMES))
    for gains in found["gains"].values():
        for own in gains.values():
            own |= {"ideal": spread(-0.43, 0.1), "no_agreement": spread(0.34, 0.2)}
    found["no_agreement"] = dict.fromkeys(found["parties"], "no_agreement.outcome")
    write_bargain_page(file, found, tmp_path / "bargaining.html")
    widths, _ = measured(chromium, tmp_path / "bargaining.html", tmp_path, 1280, WIDE)
    assert len(widths) == 2
    assert all(table <= room for table, room in widths)
