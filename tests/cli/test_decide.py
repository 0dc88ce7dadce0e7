"""`holdfast decide` as a user meets it."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.cli.test_run import HOLDFAST, holdfast

MEMBER_KEYS = [
    "weight", "veto", "dummy", "dictator", "shapley_shubik", "banzhaf", "banzhaf_normalised", "coleman_prevent",
    "coleman_initiate", "johnston", "deegan_packel", "holler", "pivotality",
]  # fmt: skip
KEYS = [
    "body", "attacker", "recused", "members", "winning", "coalitions", "minimal_winning", "minimal_blocking_number",
    "minimal_blocking", "smallest_winning", "collectivity", "passes", "method", "error", "left_out",
]  # fmt: skip


@pytest.fixture(scope="module")
def bodies(root):
    return root / "catalog" / "bodies"


def asked(*arguments, cwd):
    said = holdfast("decide", *arguments, cwd=cwd)
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_the_security_council(bodies, tmp_path):
    found = json.loads(
        asked(bodies / "un-security-council.yaml", "--body", "council", "--json", cwd=tmp_path)
    )
    assert list(found) == KEYS
    assert all(list(own) == MEMBER_KEYS for own in found["members"].values())
    assert (found["winning"], found["coalitions"], found["minimal_winning"]) == (848, 32768, 210)
    assert found["members"]["CHN"]["shapley_shubik"] == pytest.approx(421 / 2145, abs=1e-15)
    assert sorted(m for m, own in found["members"].items() if own["veto"]) == [
        "CHN",
        "FRA",
        "GBR",
        "RUS",
        "USA",
    ]
    assert found["minimal_blocking"][:5] == [["CHN"], ["FRA"], ["GBR"], ["RUS"], ["USA"]]
    assert found["passes"] is None


def test_the_table_fits_80_columns_and_says_who_can_block(bodies, tmp_path):
    said = holdfast(
        "decide",
        bodies / "un-security-council.yaml",
        "--body",
        "council",
        cwd=tmp_path,
        env={"COLUMNS": "80"},
    )
    assert max(len(line) for line in said.stdout.splitlines()) <= 80
    words = " ".join(said.stdout.split())
    assert "Who can block alone? China, France, Britain, Russia and United States: each of them." in words
    assert "How many of all coalitions win? 848 of 32,768 (2.6%)." in words


def test_all_bodies_of_a_file_make_a_list(bodies, tmp_path):
    found = json.loads(asked(bodies / "osce.yaml", "--json", cwd=tmp_path))
    assert [each["body"] for each in found] == sorted(each["body"] for each in found)
    assert len(found) > 1


def test_support_gives_a_probability_and_whose_vote_decides(tmp_path):
    file = tmp_path / "three.yaml"
    file.write_text(
        """\
holdfast: 1
title: "Three"
as_of: 2025-01-01
parties:
  A: {name: "Alba"}
  B: {name: "Bryn"}
  C: {name: "Cleeve"}
bodies:
  trio:
    members: [A, B, C]
    rule: {quota: 2}
    support: {A: 0.9, B: 0.5, C: 0.2}
""",
        encoding="utf-8",
    )
    found = json.loads(asked(file, "--json", cwd=tmp_path))
    # yes from A and B, A and C, B and C, by hand
    expected = 0.9 * 0.5 + 0.9 * 0.5 * 0.2 + 0.1 * 0.5 * 0.2
    assert found["passes"]["mean"] == pytest.approx(expected, abs=1e-12)
    assert found["members"]["B"]["pivotality"] == pytest.approx(0.9 * 0.8 + 0.1 * 0.2, abs=1e-12)
    text = " ".join(asked(file, cwd=tmp_path).split())
    assert "Bryn: a sure yes in place of a sure no would raise the probability by 74 points" in text
    # an attacker votes no
    attacked = json.loads(asked(file, "--json", "--attacker", "A", cwd=tmp_path))
    assert attacked["passes"]["mean"] == pytest.approx(0.5 * 0.2, abs=1e-12)


def test_a_scenario_is_asked_for_the_attacks_its_pledges_are_against(root, tmp_path):
    found = json.loads(
        asked(root / "catalog" / "paris-2025" / "scenario.yaml", "--body", "p5", "--json", cwd=tmp_path)
    )
    assert found["attacker"] == "RUS"
    assert found["passes"] == {"mean": 0.0, "p05": 0.0, "p95": 0.0}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--body", "councel"], "--body councel: no such body in"),
        (["--attacker", "XYZ"], "--attacker XYZ: is no party of"),
        (["--draws", "0"], "--draws 0: must be from 1 to"),
        (["--seed", "-1"], "--seed -1: must be 0 or more."),
    ],
)
def test_what_cannot_be_asked(bodies, tmp_path, arguments, says):
    said = holdfast("decide", bodies / "un-security-council.yaml", *arguments, cwd=tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert says in said.stderr
    assert not list(tmp_path.iterdir())


def test_a_page_and_the_figures_are_written(bodies, tmp_path):
    asked(bodies / "permanent-five.yaml", "--out", tmp_path / "out", cwd=tmp_path)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["decision.html", "decision.json"]
    assert "<!doctype html>" in (tmp_path / "out" / "decision.html").read_text(encoding="utf-8")


def test_output_that_cannot_be_written_is_told_in_a_sentence(bodies, tmp_path):
    command = [*HOLDFAST, "decide", str(bodies / "permanent-five.yaml")]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        said = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, timeout=120
        )
    assert said.returncode == 1
    assert (
        said.stderr
        == "The output cannot be written: No space left on device. Make room, or send it elsewhere.\n"
    )


def test_a_recusal_that_leaves_too_few_votes_says_so(tmp_path):
    file = tmp_path / "two.yaml"
    file.write_text(
        """\
holdfast: 1
title: "Two"
as_of: 2025-01-01
parties:
  A: {name: "Alba"}
  B: {name: "Bryn"}
bodies:
  pair:
    members: [A, B]
    rule: {quota: 2, recuse: attacker}
""",
        encoding="utf-8",
    )
    said = holdfast("decide", file, "--attacker", "A", cwd=tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert "bodies.pair.rule, with A as the attacker: quota = 2; can never be reached" in said.stderr


def test_a_member_without_support_is_named(tmp_path):
    file = tmp_path / "two.yaml"
    file.write_text(
        """\
holdfast: 1
title: "Two"
as_of: 2025-01-01
parties:
  A: {name: "Alba"}
  B: {name: "Bryn"}
bodies:
  pair:
    members: [A, B]
    rule: {quota: 1}
    support: {A: 0.9}
""",
        encoding="utf-8",
    )
    assert "Not known: the file gives no support for Bryn." in asked(file, cwd=tmp_path)
    for out in ("", str(file)):
        assert holdfast("decide", file, "--out", out, cwd=tmp_path).returncode == 2
