"""From names to arrays: who is where, how groups split a strength, and what deployments, red lines and recusal do."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.scenario import Draws, read_scenario
from holdfast.scenario._nodes import parse
from holdfast.study.assemble import assemble
from holdfast.study.places import Size, promises, shared_size, size_of

FILE = """
holdfast: 1
title: "Two who fought, and four who might help"
as_of: 2025-01-01
issues:
  border: {low: "here", high: "there"}
  troops: {low: "none", high: "many"}
parties:
  NORTH:
    name: "North"
    principal: true
    strength: 3
    war_cost: 0.1
    crises_per_year: 1
    noise: 0.05
    word_cost: 0.02
    positions: {border: 1, troops: 0}
    salience: {border: 3, troops: 1}
    red_lines:
      - {id: many, crosses: {troops: {above: 0.5}}, firmness: 0.4}
      - {id: both, crosses: {troops: {above: 0.2}, border: {below: 0.5}}, firmness: 0.3}
  SOUTH:
    name: "South"
    principal: true
    strength: 2
    war_cost: 0.2
    crises_per_year: 0.5
    noise: 0.04
    word_cost: 0.03
    positions: {border: 0, troops: 1}
    salience: {border: 1, troops: 1}
    red_lines:
      - {id: few, crosses: {troops: {below: 0.5}}, firmness: 0.2}
  EAST: {name: "East", strength: 4}
  WEST: {name: "West", strength: 2}
  ISLE: {name: "Isle", strength: 1}
  FAR: {name: "Far", strength: 5}
groups:
  pair: [EAST, WEST]
  all: [pair, ISLE]
bodies:
  council:
    members: [NORTH, SOUTH, all]
    rule: {quota: 3}
    support: {NORTH: 0.9, SOUTH: 0.8, EAST: 0.7, WEST: 0.6, ISLE: 0.5}
war:
  years: 2
  discount: 0.05
  decisiveness: 1
  settling: {excess: 4, years: 1}
  accidents_per_year: 0.02
detection: {NORTH: 0.8, SOUTH: 0.9}
no_agreement:
  support:
    SOUTH: {strength: 1, continues: 0.25}
proposals:
  plan:
    title: "A plan"
    outcome: {border: 0.4, troops: 0.5}
    signatories: [NORTH, SOUTH, FAR]
    accepts: {FAR: 0.7}
    terms:
      - pledge:
          id: rescue
          by: all
          to: SOUTH
          against: NORTH
          kind: force
          strength: {total: 1.4}
          stake: 0.5
          cost: 0.2
          break_cost: 0.1
          noise: 0.05
          body: council
          upkeep: {SOUTH: 0.01}
"""
PLAN = "plan"


def changed(*edits):
    """The file with each (path, value) set; a value of None removes the key."""
    import json

    data = parse(FILE, "f")[0].data()
    for path, value in edits:
        *way, last = path
        place = data
        for key in way:
            place = place[key]
        if last == "+":
            place.append(value)
        elif value is None:
            del place[last]
        else:
            place[last] = value
    return read_scenario(json.dumps(data).encode(), "f")


PLEDGE = ("proposals", PLAN, "terms", 0, "pledge")


def constants(scenario):
    """The one draw there is where every number is plain."""
    return Draws({path: np.array([q.constant]) for path, q in scenario.quantities.items()}, {}, 1)


def built(*edits, size=None):
    scenario = changed(*edits)
    return assemble(scenario, scenario.proposals[PLAN], constants(scenario), size)


def pledge(*edits, **fields):
    """The pledges against North, by member."""
    found = built(*edits, *(((*PLEDGE, name), value) for name, value in fields.items()))
    own = found.inputs.attacks[0].pledges
    return {
        p.member: {name: float(getattr(own, name)[n, 0]) for name in own._fields}
        for n, p in enumerate(found.force[0])
    }


def strengths(**fields):
    return {member: fields_["strength"] for member, fields_ in pledge(**fields).items()}


def test_a_total_is_split_by_the_members_own_strengths():
    assert strengths() == pytest.approx({"EAST": 0.8, "WEST": 0.4, "ISLE": 0.2})


def test_each_gives_every_member_as_much():
    assert strengths(strength={"each": 0.3}) == pytest.approx({"EAST": 0.3, "WEST": 0.3, "ISLE": 0.3})


def test_a_share_is_of_the_members_own_strength():
    assert strengths(strength={"share": 0.5}) == pytest.approx({"EAST": 2.0, "WEST": 1.0, "ISLE": 0.5})


def test_a_single_guarantor_gives_a_plain_number_under_the_pledges_own_name():
    found = built(((*PLEDGE, "by"), "ISLE"), ((*PLEDGE, "strength"), 0.7))
    assert [(p.name, p.member) for p in found.force[0]] == [("rescue", "ISLE")]
    assert found.inputs.attacks[0].pledges.strength.tolist() == [[0.7]]


def test_members_are_named_and_sorted():
    scenario = changed()
    names = [p.name for p in promises(scenario, scenario.proposals[PLAN])]
    assert names == ["rescue/EAST", "rescue/ISLE", "rescue/WEST"]


def test_who_has_a_strength_of_its_own_takes_no_part_in_the_split():
    found = strengths(overrides={"EAST": {"strength": 2.5}})
    assert found == pytest.approx({"EAST": 2.5, "WEST": 1.4 * 2 / 3, "ISLE": 1.4 / 3})


def test_overrides_change_their_own_member_and_field_only():
    usual = pledge()
    found = pledge(overrides={"WEST": {"cost": 0.9, "noise": 0.2}, "ISLE": {"stake": 2, "break_cost": 0.3}})
    assert found["EAST"] == usual["EAST"]
    assert found["WEST"] == {**usual["WEST"], "cost": 0.9, "noise": 0.2}
    assert found["ISLE"] == {**usual["ISLE"], "stake": 2.0, "break_cost": 0.3}


def test_a_member_may_need_no_body():
    found = pledge(overrides={"WEST": {"body": None}})
    assert {m: f["body"] for m, f in found.items()} == {"EAST": 0, "WEST": -1, "ISLE": 0}


def deployment(by, place, **more):
    return (*PLEDGE[:-2], "+"), {
        "deployment": {
            "by": by,
            "to": "SOUTH",
            "against": "NORTH",
            "place": place,
            "id": f"{place}-{'-'.join(by)}",
            **more,
        }
    }


def test_tripwires_add_to_break_costs_and_readiness_takes_a_share_of_costs():
    found = pledge(
        deployment(["EAST"], "in-country", strength=0.1, tripwire=0.3),
        deployment(["EAST", "ISLE"], "in-country", strength={"each": 0.1}, tripwire=0.05),
        deployment(["pair"], "near-border", strength={"each": 0.1}, readiness=0.5),
        deployment(["WEST"], "near-border", readiness=0.2),
    )
    assert {m: f["break_cost"] for m, f in found.items()} == pytest.approx(
        {"EAST": 0.45, "ISLE": 0.15, "WEST": 0.1}
    )
    assert {m: f["cost"] for m, f in found.items()} == pytest.approx({"EAST": 0.1, "ISLE": 0.2, "WEST": 0.08})


def test_only_troops_in_the_country_stand_beside_the_victim():
    found = built(
        deployment(["EAST"], "in-country", strength=0.25),
        deployment(["WEST", "ISLE"], "in-country", strength={"share": 0.1}),
        deployment(["EAST"], "near-border", strength=7, readiness=0.1),
    )
    assert found.inputs.attacks[0].forward.tolist() == pytest.approx([0.25 + 0.2 + 0.1])
    assert found.inputs.attacks[1].forward.tolist() == [0.0]


def test_troops_against_the_other_principal_change_nothing_here():
    where, term = deployment(["EAST"], "in-country", strength=0.25, tripwire=0.3)
    term["deployment"] |= {"to": "NORTH", "against": "SOUTH"}
    found = built((where, term))
    assert found.inputs.attacks[0].forward.tolist() == [0.0]
    assert found.inputs.attacks[1].forward.tolist() == [0.25]
    assert found.inputs.attacks[0].pledges.break_cost[:, 0].tolist() == [0.1, 0.1, 0.1]


def test_sanctions_are_deployed_for_too():
    found = built(
        ((*PLEDGE, "kind"), "sanctions"),
        ((*PLEDGE, "strength"), {"each": 0.02}),
        deployment(["WEST"], "in-country", strength=0.1, tripwire=0.3),
    )
    assert found.force == ((), ())
    own = found.inputs.attacks[0].sanctions
    assert [p.member for p in found.sanctions[0]] == ["EAST", "ISLE", "WEST"]
    assert own.size[:, 0].tolist() == pytest.approx([0.02] * 3)
    assert own.break_cost[:, 0].tolist() == pytest.approx([0.1, 0.1, 0.4])


@pytest.mark.parametrize(
    ("troops", "border", "north", "south"),
    [
        (0.5, 0.4, [0.0, 0.3], [0.0, 0.0]),  # on the lines: not crossed
        (0.6, 0.4, [0.4, 0.3], [0.0, 0.0]),
        (0.6, 0.5, [0.4, 0.0], [0.0, 0.0]),  # one of two conditions
        (0.2, 0.4, [0.0, 0.0], [0.2, 0.0]),
    ],
)
def test_red_lines_are_crossed_strictly_and_on_every_issue_named(troops, border, north, south):
    found = built((("proposals", PLAN, "outcome"), {"troops": troops, "border": border}))
    assert found.inputs.crossed_firmness[:, :, 0].tolist() == [north, south]


def passes(support, needed):
    """The chance that enough of some independent members agree."""
    chance = {0: 1.0}
    for yes in support:
        chance = {
            k: chance.get(k, 0) * (1 - yes) + chance.get(k - 1, 0) * yes for k in range(len(support) + 1)
        }
    return sum(p for k, p in chance.items() if k >= needed)


@pytest.mark.parametrize(
    ("recuse", "voting"),
    [
        (None, [0.0, 0.8, 0.7, 0.6, 0.5]),  # the attacker votes no
        ("attacker", [0.8, 0.7, 0.6, 0.5]),
        ("principals", [0.7, 0.6, 0.5]),
        (["SOUTH", "WEST"], [0.0, 0.7, 0.5]),
    ],
)
@pytest.mark.parametrize("quota", [2, "all"])
def test_who_votes_on_helping_after_norths_attack(recuse, voting, quota):
    rule = {"quota": quota} | ({"recuse": recuse} if recuse else {})
    found = built((("bodies", "council", "rule"), rule)).inputs.attacks[0]
    expected = passes(voting, len(voting) if quota == "all" else quota)
    assert found.passes.tolist() == [[pytest.approx(expected)]]


def test_vetoes_of_all_do_not_bind_the_recused():
    rule = {"quota": 2, "veto": "all", "recuse": "principals"}
    found = built((("bodies", "council", "rule"), rule)).inputs.attacks[0]
    assert found.passes.tolist() == [[pytest.approx(0.7 * 0.6 * 0.5)]]


def test_peace_war_and_fighting_by_hand():
    inputs = built().inputs
    pick = lambda name: getattr(inputs, name)[..., 0].tolist()
    # North: 3/4 on the border, .6 away; 1/4 on troops, .5 away. South: half each, .4 and .5 away.
    assert pick("outcome_utility") == pytest.approx([1 - 0.75 * 0.6 - 0.25 * 0.5, 1 - 0.5 * 0.4 - 0.5 * 0.5])
    assert pick("defeat") == pytest.approx([0.0, 0.0])
    assert pick("upkeep") == pytest.approx([0.0, 0.01])
    assert pick("fighting_strength") == pytest.approx([3, 3])
    assert pick("strength") == pytest.approx([3, 2.25])
    assert pick("war_cost") == pytest.approx([0.1, 0.2])
    assert pick("detection") == pytest.approx([0.8, 0.9])
    assert pick("horizon_years") == 20
    assert pick("signs") == [True, True]
    assert pick("accepts") == pytest.approx([0.7])


def test_defeat_is_the_others_ideal():
    found = built((("parties", "SOUTH", "positions"), {"border": 0.2, "troops": 0.5})).inputs
    assert found.defeat[:, 0].tolist() == pytest.approx(
        [1 - 0.75 * 0.8 - 0.25 * 0.5, 1 - 0.5 * 0.8 - 0.5 * 0.5]
    )


def test_terms_reach_the_principal_that_they_name():
    found = built(
        ((*PLEDGE[:-2], "+"), {"strengthening": {"party": "SOUTH", "add": 0.6, "over_years": 3}}),
        ((*PLEDGE[:-2], "+"), {"relief": {"to": "NORTH", "worth": 0.07}}),
        ((*PLEDGE[:-2], "+"), {"relief": {"to": "NORTH", "worth": 0.02, "id": "more"}}),
        (
            (*PLEDGE[:-2], "+"),
            {
                "monitoring": {
                    "by": ["FAR"],
                    "watches": ["NORTH"],
                    "coverage": 0.5,
                    "access": 0.4,
                    "containment": 0.3,
                }
            },
        ),
    ).inputs
    assert found.relief[:, 0].tolist() == pytest.approx([0.09, 0.0])
    assert found.added.tolist() == [[0.6]]
    assert found.over_years.tolist() == [[3.0]]
    assert found.strengthens[:, :, 0].tolist() == [[False], [True]]
    assert found.watches[:, :, 0].tolist() == [[True], [False]]
    assert [a[0, 0] for a in (found.coverage, found.access, found.containment)] == [0.5, 0.4, 0.3]


def test_more_places_than_needed_are_filled_with_what_does_nothing():
    small, large = (
        built(),
        built(
            size=Size(
                force=(8, 2), sanctions=(1, 1), bodies=(2, 1), ramps=1, monitors=1, others=2, red_lines=4
            )
        ),
    )
    own = large.inputs.attacks[0]
    assert own.pledges.strength[:, 0].tolist() == [
        *small.inputs.attacks[0].pledges.strength[:, 0],
        0,
        0,
        0,
        0,
        0,
    ]
    assert (own.pledges.noise[3:] > 0).all()
    assert (own.pledges.body[3:] == -1).all()
    assert own.passes[1].tolist() == [0.0]
    assert large.inputs.added.tolist() == [[0.0]]
    assert (large.inputs.over_years > 0).all()
    assert not large.inputs.watches.any()
    assert large.inputs.accepts[:, 0].tolist() == [0.7, 1.0]
    assert large.inputs.crossed_firmness[:, :, 0].tolist() == [
        [*firmness, 0.0, 0.0] for firmness in small.inputs.crossed_firmness[:, :, 0].tolist()
    ]
    assert [p.name for p in large.force[0]] == [p.name for p in small.force[0]]


def test_sizes_are_counted_and_shared_within_a_class():
    scenario = changed()
    own = size_of(scenario, scenario.proposals[PLAN])
    assert own == Size(force=(3, 0), bodies=(1, 0), others=1, red_lines=2)
    assert shared_size(scenario, scenario.proposals[PLAN], [PLAN]).force == (4, 0)


def test_a_draws_values_go_where_its_names_say():
    scenario = changed()
    rng = np.random.default_rng(2)
    values = {path: rng.uniform(0.2, 0.8, 5) for path in scenario.quantities}
    inputs = assemble(scenario, scenario.proposals[PLAN], Draws(values, {}, 5)).inputs
    own = inputs.attacks[0].pledges
    np.testing.assert_array_equal(
        own.stake, np.tile(values["proposals.plan.terms.pledge.rescue.stake"], (3, 1))
    )
    np.testing.assert_array_equal(
        inputs.noise, [values["parties.NORTH.noise"], values["parties.SOUTH.noise"]]
    )
    members = ["EAST", "ISLE", "WEST"]
    forces = np.array([values[f"parties.{m}.strength"] for m in members])
    total = values["proposals.plan.terms.pledge.rescue.strength.total"]
    np.testing.assert_allclose(own.strength, forces / forces.sum(axis=0) * total, rtol=1e-14)
