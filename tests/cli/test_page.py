"""The report in a browser: it opens offline, asks for nothing, and its page does not scroll sideways on a phone."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from holdfast.report import write_page
from tests.unit.report.synthetic import build
from tests.unit.report.synthetic_file import Shape

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--v=0",
    "--hide-scrollbars",
]
#: Put into a copy of the page, whose policy then allows this one script: what a browser measures of it.
PROBE = """
<script>
addEventListener('load', () => {
  const root = document.documentElement, right = root.clientWidth + 1;
  const beyond = [...document.querySelectorAll('body *')].filter(
    e => !e.closest('.scroll, svg, .skip') && e.getBoundingClientRect().right > right);
  const texts = [...document.querySelectorAll('svg text')].filter(e => e.textContent);
  const found = {
    width: root.clientWidth,
    scroll: root.scrollWidth,
    beyond: beyond.map(e => e.tagName + '.' + e.className),
    fetched: performance.getEntriesByType('resource').map(e => e.name).filter(name => !name.startsWith('data:')),
    smallest: Math.min(...texts.map(e => e.getBoundingClientRect().height)),
  };
  parent.postMessage(found, '*');
});
</script>
"""
#: A browser's window has a least width; a frame has none. It shows what the page inside measured.
FRAME = """<!doctype html>
<iframe src="{page}" style="border: 0; width: {width}px; height: 900px"></iframe>
<pre id="found"></pre>
<script>addEventListener('message', e => {{ document.getElementById('found').textContent = JSON.stringify(e.data); }});</script>
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    shape = Shape(
        proposals=8,
        guarantors=30,
        draws=128,
        proposal_title="Coalition troops in the country together with commitments that bite on a new attack {}",
    )
    study = build(folder, shape)
    write_page(study.scenario, study.summary, study.draws, study.manifest, folder / "report.html")
    return folder / "report.html"


def opened(chromium: str, page: Path, profile: Path, *, width: int, height: int) -> tuple[str, str]:
    """Return the document and the log of a page opened from a file."""
    command = [
        chromium,
        *FLAGS,
        f"--user-data-dir={profile}",
        f"--window-size={width},{height}",
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, done.stderr


def measured(
    chromium: str, page: Path, folder: Path, width: int, probe: str = PROBE
) -> tuple[dict[str, Any], str]:
    """Return what a browser measures of a page so wide, and its log."""
    text = page.read_text(encoding="utf-8")
    allowed = re.sub(r'(Content-Security-Policy" content=")', r"\1script-src 'unsafe-inline'; ", text)
    assert allowed != text
    probed, frame = folder / "probed.html", folder / "frame.html"
    probed.write_text(allowed.replace("</body>", f"{probe}</body>"), encoding="utf-8")
    frame.write_text(FRAME.format(page=probed.name, width=width), encoding="utf-8")
    document, log = opened(chromium, frame, folder / "profile", width=1500, height=1000)
    found = json.loads(html.unescape(document.split('<pre id="found">')[1].split("</pre>")[0]))
    return found, log


def test_it_opens_without_a_word_on_the_console(chromium: str, report: Path, tmp_path: Path) -> None:
    document, log = opened(chromium, report, tmp_path / "profile", width=1400, height=900)
    assert 'id="limits"' in document
    assert "CONSOLE" not in log
    assert report.stat().st_size < 5 * 1024 * 1024


def test_the_console_would_be_heard(chromium: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><script>console.error('heard')</script>", encoding="utf-8")
    _, log = opened(chromium, page, tmp_path / "profile", width=400, height=400)
    assert "CONSOLE" in log


@pytest.mark.parametrize("width", [400, 1400])
def test_it_fits_its_width_and_fetches_nothing(
    chromium: str, report: Path, tmp_path: Path, width: int
) -> None:
    found, log = measured(chromium, report, tmp_path, width)
    assert found["width"] == width
    assert found["beyond"] == []
    assert found["scroll"] == width
    assert found["fetched"] == []
    assert found["smallest"] >= 9
    assert "CONSOLE" not in log
