"""Which concessions are tried first, and what each is said to cost, by hand on made-up answers of the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from holdfast.scenario import Draws, Scenario, load_scenario, sample
from holdfast.study.bargain.concessions import _Case, _cheapest, _cheapest_first, _others, _Question, _tried
from tests.unit.scenario.test_positions import WITH_STANCE


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> _Question:
    """What A would need; B signs too, C has a position on the border and signs nothing."""
    text = (Path(__file__).parent.parent / "scenario" / "small.yaml").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("small") / "small.yaml"
    path.write_text(text.replace(*WITH_STANCE), encoding="utf-8")
    return _Question(load_scenario(path), "ceasefire-alone", "A", ("ceasefire-alone",))


def drawn(scenario: Scenario, count: int) -> Draws:
    return sample(scenario, start=0, count=count, seed=1, bargaining=True)


def made_up(border: list[float], accepts: list[Any]) -> _Case:
    """Return candidates by where they put the border, and by draw how likely A and B accept each."""
    there = np.zeros((len(border), 2, 4))
    there[:, 0] = np.array(border)[:, None]
    both = [np.stack([np.broadcast_to(np.array(x, float), 4) for x in pair]) for pair in accepts]
    return _Case(there, np.stack(both))


def test_only_signatories_losses_count_and_saliences_are_shares(asked: _Question) -> None:
    names, weights, position, salience = _others(asked, drawn(asked.scenario, 4))
    assert names == ["B", "C"]
    assert weights.tolist() == [1, 0]
    assert position[0].tolist() == [0, 1]
    assert salience.tolist() == [pytest.approx([0.6, 0.4]), pytest.approx([1, 0])]


def test_the_cheapest_is_cheapest_for_the_signatories(asked: _Question) -> None:
    """From 0.5 to 0.75 takes 0.6 × 0.25 from B, which signs; what it takes from C, more, is told and not counted."""
    case = made_up([0.5, 1.0, 0.75], [(0.4, 0.9), (0.8, 0.9), (0.6, 0.7)])
    found = _cheapest(asked, drawn(asked.scenario, 4), case, 0.5, 2)
    assert found is not None
    assert found["moves"] == {"border": {"from": 0.5, "to": 0.75}}
    assert found["accepts"] == pytest.approx({"A": 0.6, "B": 0.7})
    assert found["loss"] == pytest.approx({"B": 0.15, "C": 0.25})
    assert found["total"] == pytest.approx(0.15)


def test_of_those_that_came_along_none_is_told_beyond_the_counted(asked: _Question) -> None:
    case = made_up([0.5, 1.0, 0.75], [(0.4, 0.9), (0.45, 0.9), (0.6, 0.7)])
    assert _cheapest(asked, drawn(asked.scenario, 4), case, 0.5, 1) is None
    lost = made_up([0.5, 1.0, 0.75], [(0.4, 0.9), (0.9, 0.4), (0.45, 0.7)])
    assert _cheapest(asked, drawn(asked.scenario, 4), lost, 0.5, 2) is None


def test_what_may_work_is_judged_by_its_change_and_tried_cheapest_first(asked: _Question) -> None:
    """On all draws A accepts with 0.4, on the few with 0.45: 0.1 more is needed, less one standard error of the change.

    A change of 0 or 0.16 by turns has mean 0.08 and standard error 0.08 / √4 = 0.04: enough. One of 0.08 always is not, though on the
    few draws it comes to 0.53. What drives B out is not tried, however well A likes it.
    """
    case = made_up(
        [0.5, 0.9, 0.8, 0.6, 0.55],
        [
            (0.45, 0.9),
            (0.55, 0.9),  # always 0.1 more
            ([0.45, 0.61, 0.45, 0.61], 0.9),
            (0.53, 0.9),
            (0.9, 0.3),
        ],
    )
    few, now = drawn(asked.scenario, 4), np.array([0.4, 0.9])
    assert _cheapest_first(asked, few, case, now, 0.5, 9) == [2, 1]
    assert _cheapest_first(asked, few, case, now, 0.5, 1) == [2]
    assert _cheapest_first(asked, few, case, np.array([0.5, 0.9]), 0.5, 9) == []  # blocks on few draws only


def test_a_step_goes_a_part_of_the_way_to_the_blockers_ideal(asked: _Question) -> None:
    """From 0.5 and 0 towards 1 and 0: half the way on the border, the whole on both, which moves the border alone."""
    found = _tried(asked, drawn(asked.scenario, 2), [((0,), 0.5), ((0, 1), 1.0)])
    assert found.outcomes[:, :, 0].tolist() == [[0.5, 0.0], [0.75, 0.0], [1.0, 0.0]]
    assert found.accepts.shape == (3, 2, 2)
