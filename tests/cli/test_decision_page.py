"""The page of `holdfast decide` in a browser: it opens offline, asks for nothing, and does not scroll sideways on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.report.decision import write_decision_page
from holdfast.scenario import load_bodies
from holdfast.study.decide import decide
from tests.cli.test_page import measured

pytestmark = pytest.mark.browser

#: A file, and the bodies of it on one page: one with two rows, one of 27 rows in three panels, several of 57 members.
PAGES = {
    "one": ("un-security-council", ["council"]),
    "rows": ("eu-council", ["qualified-majority"]),
    "several": ("osce", ["consensus", "consensus-minus-any-one"]),
}


@pytest.fixture(scope="module", params=PAGES)
def decided(request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    name, bodies = PAGES[request.param]
    file = load_bodies(root / "catalog" / "bodies" / f"{name}.yaml")
    page = tmp_path_factory.mktemp("decision") / "decision.html"
    write_decision_page(file, [decide(file, body) for body in bodies], page)
    return page


@pytest.mark.parametrize("width", [400, 1400])
def test_it_fits_its_width_and_fetches_nothing(
    chromium: str, decided: Path, tmp_path: Path, width: int
) -> None:
    found, log = measured(chromium, decided, tmp_path, width)
    assert found["width"] == found["scroll"] == width
    assert found["beyond"] == []
    assert found["fetched"] == []
    assert found["smallest"] >= 9
    assert "CONSOLE" not in log
