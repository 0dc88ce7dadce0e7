"""Rules as the file writes them, against who wins by hand."""

from __future__ import annotations

from itertools import product

import pytest

from holdfast import voting
from holdfast.scenario import load_bodies
from holdfast.study.rules import game_of

FILE = """
holdfast: 1
title: "A body"
as_of: 2025-01-01
parties:
  A: {name: "A"}
  B: {name: "B"}
  C: {name: "C"}
  D: {name: "D"}
  E: {name: "E"}
groups:
  big: [A, B]
  small: [C, D, E]
bodies:
  body:
    members: [big, small]
    rule:
"""
EVERYONE = "ABCDE"


def bodies(tmp_path, rule, more=""):
    file = tmp_path / "body.yaml"
    lines = "\n".join(f"      {line}" for line in rule.strip("\n").splitlines())
    file.write_text(f"{FILE.strip()}\n{lines}\n{more}", encoding="utf-8")
    return load_bodies(file)


def outcomes(tmp_path, rule, attacker=None):
    """Who wins, for every vote of yes, no and abstention."""
    file = bodies(tmp_path, rule)
    game = game_of(file, file.bodies["body"], attacker)
    votes = product("yna", repeat=len(game.members))
    return {
        "".join(vote): voting.passes(
            game.rule,
            {m for m, v in zip(game.members, vote, strict=True) if v == "y"},
            {m for m, v in zip(game.members, vote, strict=True) if v == "n"},
        )
        for vote in votes
    }


@pytest.mark.parametrize(
    ("rule", "wins"),
    [
        ("quota: 3", lambda v: v.count("y") >= 3),
        ("quota: all", lambda v: v == "yyyyy"),
        ("quota: {share: 0.6}", lambda v: v.count("y") >= 3),
        ("quota: {above: 0.6}", lambda v: v.count("y") > 3),
        ('quota: 1\nweights: {A: "1/3", B: "1/3", C: "1/3", D: 0.1, E: 0.1}', lambda v: v.startswith("yyy") or sum(w for w, x in zip((20, 20, 20, 6, 6), v, strict=True) if x == "y") >= 60),  # noqa: E501
        ('quota: {share: "3/5"}', lambda v: v.count("y") >= 3),
        ('quota: "5/2"', lambda v: v.count("y") >= 3),
        ("quota: 2\nof: [small]\nveto: [A]", lambda v: v[2:].count("y") >= 2 and v[0] == "y"),
        ("quota: 2\nveto: [C]\nblocs:\n  three:\n    members: [small]\n    rule: {quota: 2}", lambda v: v[2] == "y" and (v[0] == "y") + (v[1] == "y") + (v[2:].count("y") >= 2) >= 2),  # noqa: E501
        ("quota: 2\nof: [small]", lambda v: v[2:].count("y") >= 2),
        ("quota: 3\nveto: [big]", lambda v: v.count("y") >= 3 and v[:2] == "yy"),
        ("quota: 3\nveto: all", lambda v: v == "yyyyy"),
        ("quota: 3\nveto: [big]\nabstentions: true", lambda v: v.count("y") >= 3 and "n" not in v[:2]),
        ("most_against: 0", lambda v: "n" not in v),
        ("most_against: 1", lambda v: v.count("n") <= 1),
        ("most_against: 1\nweights: {A: 2}", lambda v: v.count("n") + (v[0] == "n") <= 1),
        ("all_of:\n- quota: 3\n- quota: 2\n  of: [small]", lambda v: v.count("y") >= 3 and v[2:].count("y") >= 2),
        ("any_of:\n- quota: 4\n- quota: all\n  of: [big]", lambda v: v.count("y") >= 4 or v[:2] == "yy"),
        ("at_least:\n  number: 2\n  of:\n  - quota: 1\n    of: [A]\n  - quota: 1\n    of: [B]\n  - quota: 3\n    of: [small]", lambda v: (v[0] == "y") + (v[1] == "y") + (v[2:] == "yyy") >= 2),  # noqa: E501
        ("quota: 2\nblocs:\n  three:\n    members: [small]\n    rule: {quota: 2}", lambda v: (v[0] == "y") + (v[1] == "y") + (v[2:].count("y") >= 2) >= 2),  # noqa: E501
        ("quota: 5\nweights: {three: 3}\nblocs:\n  three:\n    members: [small]\n    rule: {quota: 2}", lambda v: v[:2] == "yy" and v[2:].count("y") >= 2),  # noqa: E501
        ("quota: 2\nveto: [three]\nblocs:\n  three:\n    members: [small]\n    rule: {quota: 2}", lambda v: v[2:].count("y") >= 2 and "y" in v[:2]),  # noqa: E501
    ],
)  # fmt: skip
def test_a_rule_of_the_file_means_what_it_says(tmp_path, rule, wins):
    for vote, won in outcomes(tmp_path, rule).items():
        assert won == wins(vote), vote


@pytest.mark.parametrize(
    ("rule", "attacker", "wins"),
    [
        ("quota: all\nveto: all\nrecuse: attacker", "B", lambda v: v == "yyyy"),
        ("quota: 3\nrecuse: [big]", None, lambda v: v == "yyy"),
        ("quota: {share: 0.5}\nrecuse: [A]", None, lambda v: v.count("y") >= 2),
        ("quota: 3\nveto: [big]\nrecuse: attacker\nabstentions: true", "A", lambda v: v.count("y") >= 3 and v[0] != "n"),
    ],
)  # fmt: skip
def test_the_recused_neither_vote_nor_are_needed(tmp_path, rule, attacker, wins):
    found = outcomes(tmp_path, rule, attacker)
    assert len(next(iter(found))) < len(EVERYONE)
    for vote, won in found.items():
        assert won == wins(vote), vote


def test_a_bloc_is_left_out_when_all_its_members_are_recused(tmp_path):
    rule = (
        "quota: {share: 0.5}\nrecuse: [small]\nblocs:\n  three:\n    members: [small]\n    rule: {quota: 2}"
    )
    for vote, won in outcomes(tmp_path, rule).items():
        assert won == (vote.count("y") >= 1)
