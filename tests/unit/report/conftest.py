"""The made-up scenario that tests of bargaining's words and pictures speak of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.report.synthetic import build


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return build(tmp_path_factory.mktemp("scenario")).scenario


@pytest.fixture(scope="module")
def ids(scenario: Any) -> list[str]:
    return sorted(scenario.proposals)
