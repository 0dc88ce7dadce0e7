"""What every test and doctest shares: float64, a compilation cache, checked array shapes, fixed seeds.

This file is read before any module of Holdfast is imported, which the import hook below needs.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest
from jaxtyping import install_import_hook

import tests.typecheck

# Before JAX is imported anywhere. The cache keeps compiled kernels between runs of the tests. JAX writes its files in
# place, so that another process could read half of one: each of several processes of the tests has a folder of its own.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "holdfast" / "jax"
os.environ.setdefault("JAX_ENABLE_X64", "1")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_CACHE))
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # begun by a process that has set the folder above
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(Path(os.environ["JAX_COMPILATION_CACHE_DIR"]) / worker)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

# Where arrays flow, every call is checked against the shapes and types in its signature.
_CHECKED = ("holdfast.chain", "holdfast.voting", "holdfast.games", "holdfast.bargaining")
install_import_hook(_CHECKED, f"{tests.typecheck.__name__}.checked")

hypothesis.settings.register_profile("holdfast", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("holdfast")

ROOT = Path(__file__).resolve().parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared, which is no part of the repository. Use it with `@pytest.mark.needs_shared`."""
    if not SHARED.is_dir():
        pytest.skip("../shared is absent")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium for tests of pages; the test is skipped where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no chromium on this machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that read ../shared are skipped, with the reason, where it is absent."""
    if SHARED.is_dir():
        return
    absent = pytest.mark.skip(reason="../shared is absent")
    for item in items:
        if item.get_closest_marker("needs_shared"):
            item.add_marker(absent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests that need ../shared ran, so that a log shows what was and what was not checked."""
    outcomes = [
        (report.nodeid, outcome)
        for outcome in ("passed", "failed", "skipped")
        for report in terminalreporter.stats.get(outcome, [])
        if "needs_shared" in getattr(report, "keywords", {})
        and (report.when == "call" or outcome != "passed")
    ]
    if outcomes:
        terminalreporter.section("tests that need ../shared")
        for nodeid, outcome in sorted(outcomes):
            terminalreporter.line(f"{outcome:8} {nodeid}")
