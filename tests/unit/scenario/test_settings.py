"""--set: which fields a path means, and what is wrong with a setting."""

import pytest

from tests.unit.scenario.examples import load, only, problems


def test_a_full_path():
    scenario = load(
        settings=["war.years=3", "proposals.guaranteed.terms.pledge.help-for-B.noise={between: [0.1, 0.2]}"]
    )
    assert scenario.war.years.constant == 3
    assert scenario.quantities["proposals.guaranteed.terms.pledge.help-for-B.noise"].kind == "between"


def test_a_key_means_every_proposal_that_has_it():
    scenario = load(settings=["outcome.border=0.7", "terms.relief.A.worth=0.5"])
    assert {p.outcome["border"].constant for p in scenario.proposals.values()} == {0.7}
    assert scenario.quantities["proposals.troops-in-B.terms.relief.A.worth"].constant == 0.5


def test_a_field_that_the_file_leaves_out():
    assert load(settings=["war.horizon_years=40"]).war.horizon_years == 40


def test_a_field_that_a_shared_term_leaves_out():
    scenario = load(settings=["terms.relief.A.upkeep={B: 0.01}"])
    assert scenario.quantities["proposals.troops-in-B.terms.relief.A.upkeep.B"].constant == 0.01


def test_a_key_that_one_proposal_has_is_not_given_to_the_others():
    pledge = (
        "{id: help-for-B, by: C, to: B, against: A, kind: force, "
        "strength: 0.1, stake: 1, cost: 0.1, break_cost: 0.1, noise: 0.05}"
    )
    ends = "    signatories: [A, B]\n"
    edits = [(f"{ends}  guaranteed:", f"{ends}    terms: [{{pledge: {pledge}}}]\n  guaranteed:")]
    scenario = load(*edits, settings=["terms.pledge.help-for-B.body=null"])
    assert [p.pledges[0].body for p in scenario.proposals.values() if p.pledges] == [None, None]
    assert scenario.proposals["ceasefire-alone"].pledges[0].model_fields_set.isdisjoint({"body"})


def test_fields_that_are_no_numbers():
    scenario = load(
        settings=[
            "title=Another",
            "bodies.council.rule.quota=1",
            "parties.A.red_lines.no-foreign-troops.id=x",
        ]
    )
    assert scenario.title == "Another"
    assert scenario.bodies["council"].rule.quota == 1
    assert "parties.A.red_lines.x.firmness" in scenario.quantities


def test_what_an_anchor_shares_is_set_in_one_place_only():
    edits = [("    outcome:                   #", "    outcome: &o  #"),
             ("    outcome:\n      border: 0.5\n      foreign_troops: 0\n", "    outcome: *o\n")]  # fmt: skip
    scenario = load(*edits, settings=["proposals.guaranteed.outcome.border=0.9"])
    assert scenario.proposals["guaranteed"].outcome["border"].constant == 0.9
    assert scenario.proposals["ceasefire-alone"].outcome["border"].constant == 0.5


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("war.years", "--set war.years: must be PATH=VALUE, such as war.years=3."),
        ("war.years=\udcff", "is not in UTF-8."),
        ("=3", "--set =3: must be PATH=VALUE"),
        ("war.yeers=3", "--set war.yeers=3: war.yeers: is not a key here. Did you mean years?"),
        ("wra.years=3", "wra.years: is no path of this file: wra is not in the file. Did you mean war?"),
        ("outcome.boarder=1", "outcome.boarder: is no issue of this file. Did you mean border?"),
        ("outcome.border=80", "--set outcome.border=80: outcome.border = 80; must be from 0 to 1."),
        (
            "terms.pledge.help-for-B.bodi=null",
            "terms.pledge.help-for-B.bodi: is not a key here, and it has no value.",
        ),
        ("terms.pledge.help-for-B.bodi=null", "Did you mean body?"),
        ("proposals.guaranteed.terms.pledge.help-for-B.bodi=null", "Did you mean body?"),
        ("terms.pledge.help-for-B.bodi=council", "help-for-B.bodi: is not a key here. Did you mean body?"),
        ("terms.pledge.help-for-B.bodi.x=1", "bodi is not under terms.pledge.help-for-B. Did you mean body?"),
        (
            "terms.pledge.help-for-A.body=null",
            "pledge.help-for-A is not under terms. Did you mean pledge.help-for-B?",
        ),
        ("proposals.guaranteed.terms.pledge.help=1", "pledge.help is not under proposals.guaranteed.terms."),
        (
            "parties.A.red_lines.troops.firmness=1",
            "troops is not under parties.A.red_lines. Known: no-foreign-troops.",
        ),
        (
            "war.years=0",
            "--set war.years=0: war.years = 0; must be above 0. Write a number such as 2.",
        ),
        ("war.years=50%", "must be a number. Write 0.5."),
        (
            "war.years=",
            "--set war.years=: has nothing after the =. Write a value there, such as war.years=2 or ",
        ),
        ("war.years={between: [1", "--set war.years={between: [1: expected ',' or ']'"),
        ("detection={A: 0.9, B: 0.9, A: 0.8}", "A: duplicate key"),
        ("war.years={", "a bracket above is not closed"),
        ("detection.A.x.y=1", "detection.A.x.y: is no path of this file: x is not under detection.A."),
        ("proposals.guaranteed.terms.pledge.help-for-B.body=x", "is no body of this file. Known: council."),
    ],
)
def test_a_bad_setting(setting, says):
    message = only(settings=[setting])
    assert says in message
    assert message.startswith("--set ")


def test_bad_settings_and_a_bad_file_are_told_together():
    found = problems(("discount: 0.05", "discount: 0"), settings=["war.years=0"])
    assert len(found) == 2
