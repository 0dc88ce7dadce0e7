"""What changed between two studies, as data and as the command prints it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import typer
from typer.testing import CliRunner

from holdfast.cli.compare import compare
from holdfast.errors import InputError
from holdfast.study.compare import OUTCOMES, compare_studies
from holdfast.study.hinges import best_shares
from holdfast.study.store import RunKey, open_store

DRAWS = 256
STRENGTH = {"describe": "0.9 to 1.2 (90 %)", "median": 1.0, "interval90": [0.9, 1.2], "source": ["sipri"]}


def make(folder: Path, shift: float = 0.0, seed: int = 1, proposals=("calm", "force"), **inputs) -> Path:
    """A complete study whose answers are random numbers, those of the first proposal raised by `shift`."""
    key = RunKey(f"{shift}", "0.1.0", seed=seed, draws=DRAWS, proposals=tuple(proposals), settings=())
    rng = np.random.default_rng(seed)
    values = {name: 0.5 * rng.random((DRAWS, len(proposals))) for name in OUTCOMES}
    for columns in values.values():
        columns[:, 0] += shift
    best = best_shares(values["signed_and_holds_10"]).mean(axis=0)

    def spread(name: str, p: int) -> dict:
        low, high = np.quantile(values[name][:, p], [0.05, 0.95])
        return {"mean": float(values[name][:, p].mean()), "p05": float(low), "p95": float(high)}

    summary = {
        "scenario": "Tiny",
        "as_of": "2025-09-04",
        "proposals": {
            name: {
                "title": name.title(),
                "signed": spread("signed", p),
                "holds": {"10": spread("holds.10", p)},
                "signed_and_holds_10": spread("signed_and_holds_10", p),
                "best": float(best[p]),
            }
            for p, name in enumerate(proposals)
        },
    }
    table = pa.table(
        {
            "draw": np.repeat(np.arange(DRAWS), len(proposals)),
            "proposal": list(proposals) * DRAWS,
            **{name: columns.ravel() for name, columns in values.items()},
        }
    )
    with open_store(folder, key) as store:
        store.write_part(0, table)
        store.join(1)
        store.finish(summary, {"inputs": inputs or {"parties.A.strength": STRENGTH}})
    return folder


def answer(found, proposal: str, outcome: str):
    (one,) = [a for a in found.answers if (a.proposal, a.outcome) == (proposal, outcome)]
    return one


def test_a_study_does_not_differ_from_itself(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    found = compare_studies(folder, folder)
    assert found.study == found.added == found.removed == found.changed == ()
    assert all(a.difference == 0 and a.noise == 0 and a.within_noise for a in found.answers)
    assert all(rank.before == rank.after for rank in found.ranking)


def test_with_one_seed_a_small_difference_is_no_noise(tmp_path: Path) -> None:
    found = compare_studies(make(tmp_path / "a"), make(tmp_path / "b", shift=0.005))
    moved = answer(found, "calm", "signed")
    assert moved.difference == pytest.approx(0.005)
    assert moved.noise == pytest.approx(0.0, abs=1e-12)
    assert not moved.within_noise
    assert answer(found, "force", "signed").difference == 0
    assert [change.what for change in found.study] == ["file"]


def test_with_two_seeds_the_same_difference_is_noise(tmp_path: Path) -> None:
    found = compare_studies(make(tmp_path / "a"), make(tmp_path / "b", shift=0.005, seed=2))
    moved = answer(found, "calm", "signed")
    # two means of 256 uniforms on an interval of 0.5: 2 sqrt(2 / 12) 0.5 / 16
    assert moved.noise == pytest.approx(2 * np.sqrt(2 / 12) * 0.5 / 16, rel=0.1)
    assert moved.within_noise
    assert {change.what: (change.before, change.after) for change in found.study}["seed"] == (1, 2)


def test_noise_is_what_seeds_give(tmp_path: Path) -> None:
    studies = [make(tmp_path / str(seed), seed=seed) for seed in range(12)]
    answers = [
        answer(compare_studies(studies[0], other), proposal, outcome)
        for other in studies[1:]
        for proposal in ("calm", "force")
        for outcome in (*OUTCOMES, "best")
    ]
    assert 0.85 < np.mean([bool(a.within_noise) for a in answers]) < 1.0


def test_inputs_added_removed_and_changed(tmp_path: Path) -> None:
    other = {**STRENGTH, "describe": "0.8 to 1.2 (90 %)", "interval90": [0.8, 1.2], "median": 0.98}
    first = make(tmp_path / "a", a=STRENGTH, b=STRENGTH, c=STRENGTH)
    second = make(tmp_path / "b", seed=2, b=other, c=STRENGTH, d=STRENGTH)
    found = compare_studies(first, second)
    assert [change.what for change in found.removed] == ["a"]
    assert [change.what for change in found.added] == ["d"]
    assert [(change.what, change.after) for change in found.changed] == [("b", other)]


def test_proposals_that_only_one_study_has(tmp_path: Path) -> None:
    first = make(tmp_path / "a", proposals=("calm", "force"))
    second = make(tmp_path / "b", shift=0.3, proposals=("veto", "calm"))
    found = compare_studies(first, second)
    assert [(r.proposal, r.after) for r in found.ranking] == [("veto", 1), ("calm", 2), ("force", None)]
    assert answer(found, "veto", "signed").before is None
    assert answer(found, "force", "best").difference is None


def test_ranking_is_by_signed_and_holding(tmp_path: Path) -> None:
    found = compare_studies(make(tmp_path / "a", shift=-0.2), make(tmp_path / "b", shift=0.2))
    assert {r.proposal: (r.before, r.after) for r in found.ranking} == {"calm": (2, 1), "force": (1, 2)}
    assert (found.leader.before, found.leader.after, found.leader.within_noise) == ("force", "calm", False)


def test_a_lead_that_other_seeds_could_turn_is_said(tmp_path: Path) -> None:
    found = compare_studies(make(tmp_path / "a", shift=-0.003), make(tmp_path / "b", shift=0.02))
    assert found.leader.before != found.leader.after
    assert found.leader.within_noise


def test_a_folder_without_a_study(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no complete study"):
        compare_studies(tmp_path, tmp_path)


def test_a_study_whose_manifest_is_damaged(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a"), make(tmp_path / "b")
    (second / "manifest.json").write_text('{"manifest": 1, "di')
    with pytest.raises(InputError, match=r"b: manifest\.json is damaged\. Run the study again with --force"):
        compare_studies(first, second)


def test_a_study_that_was_changed(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    (folder / "summary.json").write_text("{}")
    with pytest.raises(InputError, match=r"summary\.json changed"):
        compare_studies(folder, folder)


# --- the command --------------------------------------------------------------------------------------


@pytest.fixture
def app() -> typer.Typer:
    found = typer.Typer()
    found.command()(compare)
    return found


def test_the_command_prints_for_people(
    tmp_path: Path, app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    make(Path("a"))
    other = {**STRENGTH, "describe": "0.8 to 1.2 (90 %)", "median": 0.98, "source": ["judgement"]}
    inputs = {"parties.A.strength": other, "war.years": STRENGTH}
    make(Path("b"), shift=0.01, seed=2, proposals=("calm-with-a-rather-long-name-indeed", "force"), **inputs)
    done = CliRunner().invoke(app, ["a", "b"])
    assert done.exit_code == 0, done.output
    assert max(len(line) for line in done.output.splitlines()) <= 80
    for text in (
        "seed: 1 → 2",
        "file: another file, or another version of it",
        "0.9 to 1.2 (90 %) → 0.8 to 1.2 (90 %)",
        "source sipri → judgement",
        "Inputs added: 1",
        "≈ ",
        "The best proposal is force in both",
    ):
        assert text in done.output
    assert "\x1b" not in done.output


def test_the_command_says_that_all_is_the_same(tmp_path: Path, app: typer.Typer) -> None:
    first, second = make(tmp_path / "a"), make(tmp_path / "b")
    moved = make(tmp_path / "c", shift=0.1)
    same = CliRunner().invoke(app, [str(first), str(second)]).output
    for what in ("What was asked is the same.", "The inputs are the same.", "The answers are the same."):
        assert what in same
    assert "answers are the same" not in CliRunner().invoke(app, [str(first), str(moved)]).output


def test_the_command_prints_json(tmp_path: Path, app: typer.Typer) -> None:
    first, second = make(tmp_path / "a"), make(tmp_path / "b", shift=0.1)
    done = CliRunner().invoke(app, [str(first), str(second), "--json"])
    data = json.loads(done.output)
    assert list(data) == ["before", "after", "study", "inputs", "answers", "ranking", "leader"]
    assert data["answers"][0]["difference"] == pytest.approx(0.1)


def test_the_command_says_what_is_wrong(tmp_path: Path, app: typer.Typer) -> None:
    done = CliRunner().invoke(app, [str(tmp_path), str(tmp_path)])
    assert done.exit_code == 2
    assert "holds no complete study" in done.stderr
