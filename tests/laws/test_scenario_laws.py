"""Laws of whole scenarios, from the file to the answers: names and order do not matter, nor does a like proposal's name."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import numpy as np

from holdfast.chain import escalate
from holdfast.chain.escalate import solve_draws
from holdfast.scenario import Draws, read_scenario, sample
from holdfast.study.assemble import assemble
from holdfast.study.columns import columns
from holdfast.study.places import Size
from tests.laws.chain_inputs import BODIES, MONITORS, OTHERS, PLEDGES, RAMPS, SANCTIONS

#: The shape of `chain_inputs`, so that one compiled kernel serves both.
SIZE = Size((PLEDGES,) * 2, (SANCTIONS,) * 2, (BODIES,) * 2, RAMPS, MONITORS, OTHERS)
COUNT = 64


def pledge(name, by, to, against, kind="force", **more):
    return {
        "pledge": {
            "id": name, "by": by, "to": to, "against": against, "kind": kind,
            "strength": {"each": {"uniform": [0.02, 0.05] if kind == "sanctions" else [0.1, 0.6]}},
            "stake": {"uniform": [0.2, 1.0]}, "cost": {"uniform": [0.0, 0.15]},
            "break_cost": {"uniform": [0.0, 0.1]}, "noise": {"uniform": [0.1, 0.3]}, **more,
        }
    }  # fmt: skip


def principal(position):
    return {
        "name": "One of two", "principal": True, "strength": {"uniform": [0.7, 1.4]},
        "war_cost": {"uniform": [0.03, 0.15]}, "crises_per_year": {"uniform": [0.1, 2.0]},
        "noise": {"uniform": [0.02, 0.08]}, "word_cost": {"uniform": [0.01, 0.1]},
        "positions": {"border": position, "troops": 1 - position}, "salience": {"border": 2, "troops": 1},
        "red_lines": [{"id": "line", "crosses": {"border": {"above": 0.45}}, "firmness": {"uniform": [0.1, 0.5]}}],
    }  # fmt: skip


def situation() -> dict[str, Any]:
    """A file in which all that the chain knows occurs, on both sides."""
    terms = [
        pledge("rescue", ["friends"], "SOUTH", "NORTH", body="council", overrides={"WEST": {"body": None}}),
        pledge("arms", "FAR", "SOUTH", "NORTH", "arms"),
        pledge("squeeze", "EAST", "SOUTH", "NORTH", "sanctions", body="board"),
        pledge("return", ["FAR", "WEST"], "NORTH", "SOUTH", body="council"),
        {"deployment": {"by": "friends", "to": "SOUTH", "against": "NORTH", "place": "in-country",
                        "strength": {"each": {"uniform": [0.0001, 0.1]}}, "tripwire": {"uniform": [0.0, 0.2]}}},
        {"deployment": {"by": "WEST", "to": "SOUTH", "against": "NORTH", "place": "near-border", "readiness": 0.5}},
        {"strengthening": {"party": "SOUTH", "add": {"uniform": [0.0, 0.4]}, "over_years": {"uniform": [2, 6]}}},
        {"monitoring": {"by": "FAR", "watches": ["NORTH", "SOUTH"], "coverage": 0.6, "access": 0.7, "containment": 0.3}},
        {"relief": {"to": "NORTH", "worth": {"uniform": [0.0, 0.1]}}},
    ]  # fmt: skip
    proposal = {
        "title": "A plan", "outcome": {"border": {"uniform": [0.4, 0.5]}, "troops": 0.5},
        "signatories": ["NORTH", "SOUTH", "FAR"], "accepts": {"FAR": 0.9}, "terms": terms,
    }  # fmt: skip
    return {
        "holdfast": 1, "title": "Two, and three who might help", "as_of": "2025-01-01",
        "issues": {"border": {"low": "here", "high": "there"}, "troops": {"low": "none", "high": "many"}},
        "parties": {
            "NORTH": principal(1), "SOUTH": principal(0),
            "EAST": {"name": "East"}, "WEST": {"name": "West"}, "FAR": {"name": "Far"},
        },
        "groups": {"friends": ["EAST", "WEST"]},
        "bodies": {
            "council": {"members": ["EAST", "WEST", "FAR"], "rule": {"quota": 2, "veto": ["FAR"]},
                        "support": {"EAST": 0.9, "WEST": 0.6, "FAR": {"uniform": [0.5, 1.0]}}},
            "board": {"members": ["SOUTH", "EAST"], "rule": {"quota": 2}, "support": {"SOUTH": 1, "EAST": 0.7}},
        },
        "war": {"years": 3, "discount": 0.05, "decisiveness": {"uniform": [0.5, 2.0]},
                "settling": {"excess": {"uniform": [1, 12]}, "years": 1}, "accidents_per_year": 0.02},
        "detection": {"NORTH": {"uniform": [0.3, 1.0]}, "SOUTH": 0.8},
        "no_agreement": {"support": {"SOUTH": {"strength": 0.2, "continues": 0.5}}},
        "proposals": {"plan": proposal},
    }  # fmt: skip


def read(data):
    return read_scenario(json.dumps(data).encode(), "f")


def answers(scenario, proposal, draws):
    """Every outcome of a proposal by column."""
    built = assemble(scenario, scenario.proposals[proposal], draws, SIZE)
    return columns(scenario, scenario.proposals[proposal], draws, built, solve_draws(built.inputs))


def agree(found, expected, within=1e-11):
    assert set(found) == set(expected)
    for name in expected:
        np.testing.assert_allclose(
            np.asarray(found[name], float),
            np.asarray(expected[name], float),
            rtol=0,
            atol=within,
            err_msg=name,
        )


def test_names_do_not_matter_at_fixed_draws():
    """New names in another order of the alphabet, so that principals and pledges change places too."""
    data = situation()
    new = {
        "NORTH": "ZETA", "SOUTH": "ALPHA", "EAST": "MU", "WEST": "BETA", "FAR": "KAPPA", "friends": "circle",
        "council": "assembly", "board": "zoo", "border": "water", "troops": "arms-limits", "rescue": "zeal", "arms": "boxes",
        "squeeze": "brake", "return": "again", "plan": "other-plan",
    }  # fmt: skip
    words = re.compile("|".join(rf"(?<![\w-]){re.escape(w)}(?![\w-])" for w in new))
    rename = lambda text: words.sub(lambda m: new[m.group()], text)
    text = json.dumps(data)
    # the keyword of a pledge's kind is no name
    renamed = rename(text).replace('"kind": "boxes"', '"kind": "arms"')
    one, other = read(data), read(json.loads(renamed))
    draws = sample(one, start=0, count=COUNT, seed=5)
    by_new = {rename(path): v for path, v in draws.values.items()}
    assert set(by_new) == set(other.quantities)
    assert other.principals == (new["SOUTH"], new["NORTH"])
    found = answers(other, new["plan"], Draws(by_new, {}, COUNT))
    expected = answers(one, "plan", draws)
    back = {v: k for k, v in new.items()}
    words_back = re.compile("|".join(rf"(?<![\w-]){re.escape(w)}(?![\w-])" for w in back))
    agree({words_back.sub(lambda m: back[m.group()], name): v for name, v in found.items()}, expected)
    assert np.std(expected["holds.10"]) > 0.05


def backwards(value):
    if isinstance(value, dict):
        return {k: backwards(value[k]) for k in reversed(list(value))}
    if isinstance(value, list) and all(isinstance(v, str | dict) for v in value):
        return [backwards(v) for v in reversed(value)]
    return value


def test_order_of_the_file_does_not_matter():
    """Not a bit of any answer: parties, bodies, terms, pledges, members and keys the other way round."""
    one, other = read(situation()), read(backwards(situation()))
    found, expected = (answers(s, "plan", sample(s, start=0, count=COUNT, seed=5)) for s in (other, one))
    agree(found, expected, within=0)


def test_proposals_equal_in_all_but_the_name_agree_in_every_draw():
    data = situation()
    for name in ("a-first", "z-last"):
        data["proposals"][name] = copy.deepcopy(data["proposals"]["plan"]) | {"title": name}
    scenario = read(data)
    draws = sample(scenario, start=0, count=COUNT, seed=6)
    plan = answers(scenario, "plan", draws)
    for name in ("a-first", "z-last"):
        agree(answers(scenario, name, draws), plan, within=0)
    assert np.ptp(plan["honour.arms"]) > 0.1


def test_one_proposals_answers_do_not_depend_on_whether_another_is_there():
    data = situation()
    data["proposals"]["other"] = copy.deepcopy(data["proposals"]["plan"]) | {"title": "other", "terms": []}
    one, both = read(situation()), read(data)
    found, expected = (answers(s, "plan", sample(s, start=0, count=COUNT, seed=5)) for s in (both, one))
    agree(found, expected, within=0)


def test_a_veto_holder_that_never_agrees_makes_promises_worthless(monkeypatch):
    """decide = 0, and the ceasefire holds as it would without that body's pledges."""
    data = situation()
    data["bodies"]["council"]["support"]["FAR"] = 0
    bare = copy.deepcopy(data["proposals"]["plan"]) | {"title": "bare"}
    for term in bare["terms"]:
        own = term.get("pledge")
        if own and own["id"] == "rescue":
            own |= {"by": "WEST", "body": None, "overrides": {}, "strength": own["strength"]["each"]}
    bare["terms"] = [t for t in bare["terms"] if t.get("pledge", {}).get("id") != "return"]
    data["proposals"]["bare"] = bare
    scenario = read(data)
    draws = sample(scenario, start=0, count=COUNT, seed=7)
    # West's strength is written another way under the bare proposal: give it the same draws
    values = dict(draws.values)
    values["proposals.bare.terms.pledge.rescue.strength"] = values[
        "proposals.plan.terms.pledge.rescue.strength.each"
    ]
    draws = Draws(values, draws.uniforms, COUNT)
    as_users_get_it = [answers(scenario, name, draws) for name in ("plan", "bare")]
    # one method for all, so that time is cut into the same pieces
    for tier in ("QUICK", "SHARP"):
        monkeypatch.setattr(escalate, tier, escalate.FINE)
    blocked, without = answers(scenario, "plan", draws), answers(scenario, "bare", draws)
    np.testing.assert_array_equal(blocked["decide.council"], 0.0)
    assert "decide.council" not in without
    for name in (
        "holds.1",
        "holds.10",
        "signed",
        "causes.10.NORTH",
        "deter.SOUTH.5",
        "value.SOUTH",
        "honour.arms",
    ):
        np.testing.assert_allclose(blocked[name], without[name], rtol=0, atol=1e-9, err_msg=name)
        pair = (found[name] for found in as_users_get_it)
        np.testing.assert_allclose(*pair, rtol=0, atol=1e-5, err_msg=name)
    open_ = read(situation())
    usual = answers(open_, "plan", sample(open_, start=0, count=COUNT, seed=7))
    assert np.abs(usual["holds.10"] - blocked["holds.10"]).max() > 0.02
