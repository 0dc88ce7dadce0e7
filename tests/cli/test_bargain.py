"""`holdfast bargain` as a user meets it, and that docs/reference/bargain.md has every entry of its JSON."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from holdfast.cli import app
from tests.unit.study.test_bargain import TWO

SPREAD = {"mean", "p05", "p95"}


def asked(*arguments: Any) -> Any:
    return CliRunner().invoke(app, ["bargain", *map(str, arguments)])


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    path = tmp_path / "towns.yaml"
    path.write_text(TWO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def real(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A real run of a small scenario in which somebody blocks: the folder, and what the terminal said."""
    out = tmp_path_factory.mktemp("bargain") / "made" / "here"
    file = root / "catalog" / "three-guarantors" / "scenario.yaml"
    return out, asked(
        file, "--draws", "8", "--accept", "0.7", "--model", "challenge", "--model", "nash", "--out", out
    )


def test_page_and_json_are_written_and_the_page_is_named(real: tuple[Path, Any]) -> None:
    out, said = real
    assert said.exit_code == 0, said.output
    assert sorted(p.name for p in out.iterdir()) == ["bargaining.html", "bargaining.json"]
    assert f"Page: {out / 'bargaining.html'}" in said.stderr
    assert "Which proposals could be signed" in said.stdout


def test_the_page_says_what_the_terminal_says(real: tuple[Path, Any]) -> None:
    out, said = real
    zone = json.loads((out / "bargaining.json").read_text("utf-8"))["zone"]
    page = (out / "bargaining.html").read_text("utf-8")
    inside = [row["inside"] for row in zone["proposals"].values()]
    whole = " ".join(said.stdout.split())
    assert ("The zone of possible agreement is empty" in page) == (not any(inside))
    assert ("The zone of possible agreement is empty" in whole) == (not any(inside))


def entries(value: Any, names: dict[str, str], path: str = "") -> Iterator[str]:
    """Yield the paths of a JSON value's leaves, ids written as what they are ids of."""
    if isinstance(value, dict) and value and value.keys() != SPREAD:
        for key, inner in value.items():
            yield from entries(inner, names, f"{path}.{names.get(key, key)}" if path else names.get(key, key))
    elif isinstance(value, list):
        for inner in value:
            yield from entries(inner, names, f"{path}[]")
    else:
        yield path


def test_every_entry_of_the_json_is_documented_and_no_other(
    real: tuple[Path, Any], root: Path, tmp_path: Path
) -> None:
    page = (root / "docs" / "reference" / "bargain.md").read_text(encoding="utf-8")
    issue_part = page.split("## Each issue")[1].split("\n## ")[0]
    told = set(re.findall(r"^\| `([^`]+)` \|", page.replace(issue_part, ""), re.MULTILINE))
    told |= {f"issues.ISSUE.{e}" for e in re.findall(r"^\| `([^`]+)` \|", issue_part, re.MULTILINE)}
    found: set[str] = set()
    file = tmp_path / "towns.yaml"
    cove = '  C: {name: "Cove", influence: 1, positions: {berths: 0.6}, salience: {berths: 0.9}}\n'
    text = TWO.replace("no_agreement", f"{cove}no_agreement").replace("influence: 3", "influence: 1")
    file.write_text(text, encoding="utf-8")
    towns = tmp_path / "out"
    assert asked(file, "--model", "challenge", "--draws", "4", "--out", towns).exit_code == 0
    for folder in (real[0], towns):
        written = json.loads((folder / "bargaining.json").read_text("utf-8"))
        names = dict.fromkeys(written["parties"], "PARTY") | dict.fromkeys(written["issues"], "ISSUE")
        names |= dict.fromkeys(written["gains"], "MODEL") | dict.fromkeys(written["models_left_out"], "MODEL")
        zone = written.pop("zone")
        found |= set(entries(written, names))
        if zone is not None:
            names = {k: v for k, v in names.items() if v != "MODEL"}
            names |= dict.fromkeys(zone["proposals"], "PROPOSAL") | dict.fromkeys(zone["solutions"], "RULE")
            found |= {f"zone.{e}" for e in entries(zone, names)}
    may_lack = {"scaled_down.PARTY", "left_out.ISSUE", "models_left_out.MODEL", "no_agreement_why.PARTY"}
    empty = {
        "left_out",
        "scaled_down",
        "models_left_out",
        "no_agreement_why",
        "came_out",
        "issues.ISSUE.settled",
        "zone.search.issues[]",
    }
    assert found - empty - told == set()
    assert told - found - may_lack == set()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--issue", "piers"], "--issue piers: is no issue of"),
        (["--model", "poker"], "--model poker: is none."),
        (["--among", "Z"], "--among Z: is no party or group of"),
        (
            ["--among", "A"],
            "--among A: only A bargains then, and a bargain takes two. Name another with --among",
        ),
        (["--draws", "0"], "--draws 0: must be from 1 to 65536. Write --draws 512."),
        (["--draws", "2147483648"], "--draws 2147483648: must be from 1 to 65536."),
        (["--accept", "abc"], "'abc' is no number. Write one above 0 and at most 1, such as 0.5."),
        (["--accept", "0.9"], "towns.yaml has no proposals to accept. Leave it out."),
        (["--accept", "0"], "--accept 0: must be above 0 and at most 1."),
        (["--out", ""], "names no folder."),
        (["--set", "parties.A.influence=0"], "towns.yaml:"),
        (
            ["--set", "parties.A.influence=0"],
            "parties.A.influence is 0, and the spatial model takes two parties",
        ),
        (["--draws", "x"], "is no whole number"),
        (["--seed", "-1"], "--seed -1: must be 0 or more."),
        (["--set", "parties.A.influence=-1"], "parties.A.influence"),
    ],
)
def test_bad_options(towns: Path, options: list[str], said: str) -> None:
    done = asked(towns, *options)
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("\u2502", " ").split())
    assert "Traceback" not in done.output


@pytest.mark.parametrize("threshold", ["0", "-0.5", "1.5"])
def test_a_threshold_that_asks_for_nothing(root: Path, threshold: str) -> None:
    file = root / "catalog" / "three-guarantors" / "scenario.yaml"
    done = asked(file, "--accept", threshold, "--draws", "2", "--model", "mean")
    assert done.exit_code == 2
    assert f"--accept {threshold}: must be above 0 and at most 1. Write --accept 0.5." in done.output


def test_out_is_a_file(towns: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("kept", encoding="utf-8")
    done = asked(towns, "--out", tmp_path / "taken")
    assert done.exit_code == 2
    assert "is a file. Name a folder." in done.output
    assert (tmp_path / "taken").read_text("utf-8") == "kept"


def test_out_lies_in_a_file(towns: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("kept", encoding="utf-8")
    done = asked(towns, "--out", tmp_path / "taken" / "inner", "--model", "mean", "--draws", "2")
    assert done.exit_code == 1
    assert "cannot be made" in done.output


def test_nobody_has_a_position(root: Path, tmp_path: Path) -> None:
    done = asked(root / "catalog" / "bodies" / "un-security-council.yaml")
    assert done.exit_code == 2
    assert "issues" in done.output
    path = tmp_path / "none.yaml"
    text = re.sub(r", positions: \{berths: [01]\}, salience: \{berths: 0.5\}", "", TWO)
    path.write_text(text, encoding="utf-8")
    done = asked(path)
    assert done.exit_code == 2
    assert "position" in done.output


def test_json_is_what_is_written(towns: Path, tmp_path: Path) -> None:
    done = asked(towns, "--model", "mean", "--draws", "4", "--json", "--out", tmp_path / "out")
    assert done.stdout == (tmp_path / "out" / "bargaining.json").read_text("utf-8")
    assert json.loads(done.stdout)["zone"] is None


def interrupted(*_arguments: Any, **_options: Any) -> None:
    raise KeyboardInterrupt


def interrupted_unseen(*_arguments: Any, **_options: Any) -> dict[str, Any]:
    """Be interrupted in a callback of the garbage collector, where Python goes on."""

    def once(_phase: str, _info: Any) -> None:
        gc.callbacks.remove(once)
        raise KeyboardInterrupt

    gc.callbacks.append(once)
    gc.collect()
    return {}


@pytest.mark.parametrize("how", [interrupted, interrupted_unseen])
def test_an_interrupt_ends_it_with_a_message(towns: Path, tmp_path: Path, monkeypatch: Any, how: Any) -> None:
    monkeypatch.setattr("holdfast.study.bargain.bargain", how)
    done = asked(towns, "--out", tmp_path / "out")
    assert done.exit_code == 130
    assert "Interrupted. No file is half-written; the same command begins again." in done.stderr
    assert not (tmp_path / "out").exists()


def test_draws_that_do_not_fit_into_memory(towns: Path, monkeypatch: Any) -> None:
    def full(*_arguments: Any, **_options: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("holdfast.study.bargain.bargain", full)
    done = asked(towns, "--draws", "4096")
    assert done.exit_code == 1
    assert (
        "--draws 4096: do not fit into this machine’s memory. Write --draws 512, or name fewer" in done.stderr
    )
