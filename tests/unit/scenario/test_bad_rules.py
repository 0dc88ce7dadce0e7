"""Decision rules that cannot be meant: line, value, what to write."""

from __future__ import annotations

import pytest

from holdfast.errors import ScenarioError
from holdfast.scenario import load_bodies

HEAD = """\
holdfast: 1
title: "A body"
as_of: 2025-01-01
parties:
  A: {name: "A"}
  B: {name: "B"}
  C: {name: "C"}
groups:
  pair: [A, B]
bodies:
  body:
    members: [pair, C]
    rule:
"""


def problems(tmp_path, rule, more=""):
    file = tmp_path / "body.yaml"
    lines = "\n".join(f"      {line}" for line in rule.splitlines())
    file.write_text(f"{HEAD}{lines}\n{more}", encoding="utf-8")
    try:
        load_bodies(file)
    except ScenarioError as error:
        return [str(problem).removeprefix(f"{tmp_path}/") for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("quota: 4", "body.yaml:14:14: bodies.body.rule.quota = 4; can never be reached: those who may vote (A, B, C) have the weight 3. Write 3 or less, or all."),  # noqa: E501
        ("quota: 0", "quota = 0; must be all, a number above 0"),
        ("quota: -1", "quota = -1; must be all, a number above 0"),
        ("quota: .nan", "must be all, a number above 0"),
        ("quota: {share: 1.2}", "quota.share = 1.2; must be from 0 to 1."),
        ("quota: {above: 1}", "nothing is more than the whole weight. Write quota: all."),
        ("quota: {sahre: 0.5}", "must have one of share and above."),
        ("quota: 2\nweights: {A: -1}", "weights.A = -1; must be above 0."),
        ("quota: 2\nweights: {A: .nan}", "weights.A = .nan; must be a finite number."),
        ('quota: 2\nweights: {A: "1/0"}', "weights.A"),
        ("quota: 2\nweights: {X: 1}", "weights.X: is no member of body."),
        ("quota: 2\nweights: {A: 1, A: 2}", "duplicate key"),
        ("quota: 2\nveto: [X]", "veto.0 = X; is no member of body."),
        ("quota: 2\nveto: [A, A]", "stands in this list twice. Remove one."),
        ("quota: 2\nof: [X]", "of.0 = X; is no member of body."),
        ("quota: 2\nof: [A]", "have the weight 1. Write 1 or less, or all."),
        ("quota: 2\nmost_against: 0", "has quota and most_against; a rule is exactly one of"),
        ("veto: all", "does not say when a decision passes; a rule is exactly one of"),
        ("all_of: []", "all_of"),
        ("all_of:\n- quota: 4", "all_of.0.quota = 4; can never be reached"),
        ("all_of:\n- quota: 1\n  recuse: attacker", "has recuse in the rule inside; it holds for the whole body."),
        ("all_of:\n- quota: 1\nweights: {A: 1}", "belongs to a quota, not beside all_of. Move it into the rules inside."),
        ("at_least:\n  number: 3\n  of:\n  - quota: 1\n  - quota: 2", "number = 3; can never be met: there are 2 rules. Write 2 or less."),
        ("at_least:\n  number: 1.5\n  of:\n  - quota: 1", "must be a whole number."),
        ("quota: 1\nblocs:\n  A:\n    members: [B]\n    rule: {quota: 1}", "is also the id of a member."),
        ("quota: 1\nblocs:\n  x:\n    members: [A, B]\n    rule: {quota: 1}\n  y:\n    members: [B]\n    rule: {quota: 1}", "has B, which is in another bloc of this rule."),  # noqa: E501
        ("quota: 1\nblocs:\n  x:\n    members: [A, B]\n    rule: {quota: 3}", "blocs.x.rule.quota = 3; can never be reached"),
        ("quota: 1\nblocs:\n  x:\n    members: [Z]\n    rule: {quota: 1}", "blocs.x.members.0 = Z; is no member of body."),
        ("quota: 1\nrecuse: [A, B, C]", "every member is recused, and nobody is left to decide. Recuse fewer."),
        ("quota: 1\nweights: {A: 2}\nblocs:\n  x:\n    members: [A, B]\n    rule: {quota: 1}", "weights.A: votes in the bloc x, so that its weight would not count. Give x a weight."),  # noqa: E501
        ("quota: 1\nof: [A]\nblocs:\n  x:\n    members: [A, B]\n    rule: {quota: 1}", "of.0 = A; votes in the bloc x. Name x in its place."),  # noqa: E501
        ("quota: 1\nof: [A]\nweights: {B: 2}", "weights.B: does not count in this part"),
        ("quota: 1\nof: []", "of = []; is empty. Name at least one."),
        ("quota: {share: 0}", "share = 0; must be above 0"),
        ('quota: "7/2"', "can never be reached"),
        ("quota: 2\nweights: {A: '1e999999999'}", 'must be a number above 0, or a ratio in quotes. Write 3, 0.5 or "1/3".'),
        ("quota: 1\nrecuse: [X]", "recuse.0 = X; is no member of body."),
        ("qouta: 1", "qouta: is not a key here. Did you mean quota?"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_meant(tmp_path, rule, says):
    found = problems(tmp_path, rule)
    assert any(says in message for message in found), "\n".join(found) or "no problem found"


def test_members_who_abstain_need_a_rule_that_lets_them(tmp_path):
    (found,) = problems(tmp_path, "quota: 2", "    abstains: {A: 0.5}\n")
    assert "needs a rule under which members may abstain. Write abstentions: true in the rule." in found


def test_all_mistakes_at_once(tmp_path):
    rule = "all_of:\n- quota: 9\n- quota: 2\n  veto: [X]\n- most_against: -1"
    assert len(problems(tmp_path, rule)) == 3


def test_control_characters_do_not_reach_a_terminal(tmp_path):
    (found,) = problems(tmp_path, "quota: 2", '    name: "\\e[31mred"\n')
    assert "bodies.body.name" in found
    assert "holds control characters" in found
    assert "\x1b" not in found


def test_a_source_that_is_none(tmp_path):
    (found,) = problems(tmp_path, "quota: 2", "    source: charter\n")
    assert "bodies.body.source = charter; is no source of this file." in found


def test_a_million_members_are_refused_and_not_counted(tmp_path):
    names = "".join(f"  P{n}: {{name: x}}\n" for n in range(1_000_000))
    file = tmp_path / "body.yaml"
    file.write_text(HEAD.replace("parties:\n", f"parties:\n{names}"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="MB at most"):
        load_bodies(file)
