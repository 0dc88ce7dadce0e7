"""The summary of a table of draws, worked by hand: means, quantiles, shares, the weakest link and the best."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.scenario import load_scenario
from holdfast.study.store import json_text
from holdfast.study.summary import spread, summarise

PROPOSALS = ["council-decides", "no-guarantees", "three-pledges"]
DRAWS = 5


@pytest.fixture(scope="module")
def scenario(root):
    return load_scenario(root / "catalog" / "three-guarantors" / "scenario.yaml")


def table(folder, **columns):
    """A table of draws: each column is given as [proposal][draw], None where a proposal has none."""
    rows = {"draw": np.repeat(np.arange(DRAWS), 3), "proposal": PROPOSALS * DRAWS}
    for name, by_proposal in columns.items():
        cells = [None if v is None else v[d] for d in range(DRAWS) for v in by_proposal]
        rows[name.replace("__", ".")] = pa.array(cells)
    path = folder / "draws.parquet"
    pq.write_table(pa.table(rows), path)
    return path


@pytest.fixture
def path(tmp_path):
    same = [0.5] * DRAWS
    return table(
        tmp_path,
        signed=[[0.1, 0.2, 0.3, 0.4, 0.5], same, same],
        accept__ALD=[same, same, [0.0, 0.0, 0.0, 0.0, 1.0]],
        fighting__ALD=[same, same, same],
        holds__10=[same, same, [0.2, 0.4, 0.6, 0.8, 1.0]],
        signed_and_holds_10=[[0.5, 0.1, 0.3, 0.2, 0.0], [0.5, 0.2, 0.3, 0.1, 0.0], [0.1, 0.2, 0.3, 0.3, 0.4]],
        gain__detect=[[0.1] * DRAWS, None, [0.0, 0.0, 0.0, 0.0, 0.5]],
        gain__decide=[[0.3] * DRAWS, None, [0.0] * DRAWS],
        gain__honour=[[0.2] * DRAWS, None, [0.09] * DRAWS],
        **{"honour__rescue/CED": [same, None, [0.9] * DRAWS], "decide__council": [same, None, None]},
        delivered__ALD=[same, None, [0.5, 0.5, None, None, None]],
        fragile=[[True, False, False, False, False], [False] * DRAWS, [True, True, False, False, False]],
        converged=[[True] * DRAWS, [True] * DRAWS, [True, True, True, True, False]],
    )


@pytest.fixture
def found(scenario, path):
    return summarise(scenario, PROPOSALS, path, DRAWS, 7, [])


def test_mean_and_interval():
    values = np.arange(101) / 100
    assert spread(values) == pytest.approx({"mean": 0.5, "p05": 0.05, "p95": 0.95})
    assert spread(np.array([0.2, np.nan, 0.4])) == pytest.approx({"mean": 0.3, "p05": 0.21, "p95": 0.39})
    assert spread(np.array([np.nan, np.nan])) is None


def test_each_proposal_gets_its_own_rows(found):
    assert found["proposals"]["council-decides"]["signed"] == pytest.approx(
        {"mean": 0.3, "p05": 0.12, "p95": 0.48}
    )
    assert found["proposals"]["three-pledges"]["holds"]["10"]["mean"] == pytest.approx(0.6)
    assert found["proposals"]["no-guarantees"]["holds"]["10"]["mean"] == 0.5
    assert found["proposals"]["three-pledges"]["accept"]["ALD"]["mean"] == pytest.approx(0.2)


def test_what_does_not_apply_is_null(found):
    without = found["proposals"]["no-guarantees"]
    assert without["weakest_link"] is None
    assert without["delivered"] == {"ALD": None, "BIR": None}
    assert without["decide"] == {}
    assert without["honour"] == {}
    assert found["proposals"]["council-decides"]["decide"]["council"]["mean"] == 0.5
    assert found["proposals"]["three-pledges"]["decide"] == {}
    assert found["proposals"]["three-pledges"]["delivered"]["ALD"]["mean"] == 0.5


def test_the_weakest_link_gains_most_on_average(found):
    assert found["proposals"]["council-decides"]["weakest_link"] == {
        "detect": pytest.approx(0.1), "decide": pytest.approx(0.3), "honour": pytest.approx(0.2), "weakest": "decide"
    }  # fmt: skip
    assert (
        found["proposals"]["three-pledges"]["weakest_link"]["weakest"] == "detect"
    )  # .5 once is more than .09 each time


def test_ties_for_the_best_are_shared(found):
    """Draw by draw: two share, two share, all three share, one, one."""
    best = {p: a["best"] for p, a in found["proposals"].items()}
    expected = {
        "council-decides": (1 / 2 + 1 / 3) / 5,
        "no-guarantees": (1 / 2 + 1 / 2 + 1 / 3) / 5,
        "three-pledges": (1 / 2 + 1 / 3 + 1 + 1) / 5,
    }
    assert best == pytest.approx(expected)


def test_fragile_and_unsolved_draws_are_counted(found):
    assert found["fragile"] == pytest.approx(3 / 15)
    assert found["not_converged"] == pytest.approx(1 / 15)
    assert found["proposals"]["three-pledges"]["fragile"] == pytest.approx(2 / 5)


def test_it_says_what_was_run_and_is_json(found, scenario):
    assert (found["draws"], found["seed"], found["as_of"]) == (DRAWS, 7, "2025-01-01")
    assert found["scenario"] == scenario.title
    assert found["no_agreement"]["value"]["ALD"]["mean"] == 0.5
    assert "NaN" not in json_text(found)
    assert list(found["proposals"]) == PROPOSALS


def test_every_entry_of_the_documented_shape_is_there(found):
    keys = "title signed accept value holds causes signed_and_holds_10 deter detect decide honour delivered weakest_link best fragile"
    for answers in found["proposals"].values():
        assert set(answers) == set(keys.split())
        assert set(answers["holds"]) == {"1", "5", "10"}
        assert set(answers["causes"]["10"]) == {"ALD", "BIR", "accident"}
        assert set(answers["deter"]["BIR"]) == {"0", "5"}
    pledges = {"rescue/CED", "rescue/ELM", "rescue/FIR"}
    assert set(found["proposals"]["three-pledges"]["honour"]) == pledges


def test_a_column_is_read_once_for_all_proposals(scenario, path, monkeypatch):
    reads = Counter()

    read = pq.ParquetFile.read

    def counted(self, columns):
        reads.update(columns)
        return read(self, columns)

    monkeypatch.setattr(pq.ParquetFile, "read", counted)
    summarise(scenario, PROPOSALS, path, DRAWS, 7, [])
    assert reads.pop("signed_and_holds_10") == 2  # the best are found from it, too
    assert {"signed", "holds.10", "gain.detect"} <= set(reads)
    assert set(reads.values()) == {1}
