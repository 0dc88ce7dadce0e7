"""Each kind of bad input: where it is, what was found, what is allowed, what to write."""

import pytest

from tests.unit.scenario.examples import edited, only, problems, problems_of

NOISE_A = """    noise:                     # how much of its decision is private and cannot be foreseen
      between: [0.02, 0.08]
      source: judgement
      because: "Invented; the usual range."
"""
ACCESS = "access: 0.8 "
STRENGTH_A = "strength: 1.0              #"


def test_the_form_of_a_message():
    assert only((NOISE_A, "    noise: 0\n")) == (
        "paris.yaml:51:12: parties.A.noise = 0; must be above 0. Use a small number such as 0.01."
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("1.3", "= 1.3; must be from 0 to 1. Write 1 for certain."),
        ("80", "= 80; must be from 0 to 1. If it is a percentage, write 0.8."),
        ("-0.1", "= -0.1; must be from 0 to 1."),
        ("50%", "= 50%; must be a number. Write 0.5."),
        ("yes", "= yes; must be a number; this is a word. Write 1 for certain, 0 for never"),
        ("no", "= no; must be a number; this is a word."),
        ("on", "= on; must be a number; this is a word."),
        ("true", "= true; must be a number; true and false are not."),
        ("0,5", "= 0,5; must be a number. Write 0.5."),
        ("1_000", "= 1_000; must be a number. Write 1000."),
        ('"0.5"', '= "0.5"; must be a number; in quotes it is text. Take the quotes away.'),
        ("half", "= half; must be a number, such as 0.5, or a range, such as between: [0.2, 0.8]."),
        (".nan", "= .nan; must be a finite number."),
        (".inf", "= .inf; must be a finite number."),
        ("-.inf", "= -.inf; must be a finite number."),
        ("1e999", "= 1e999; must be a finite number."),
        ("", "access: has no value. Write a number after the colon."),
        ("[0.2, 0.4]", "= [0.2, 0.4]; must be one number. For a range write between: [0.2, 0.8]."),
        ("{uniform: [0.4, 0.2]}", "access.uniform = [0.4, 0.2]; must ascend. Write [0.2, 0.4]."),
        ("{uniform: [0.2, 0.2]}", "is no range: the ends are equal. Write the number alone: 0.2."),
        ("{uniform: [0.2]}", "must be a list of 2 numbers: [low, high]."),
        (
            "{uniform: [0,03, 0,08]}",
            "[low, high]. A comma parts entries; write decimals with a point, such as 0.5.",
        ),
        ("{pert: [0.2, 0.5]}", "must be a list of 3 numbers: [low, likeliest, high]."),
        ("{triangular: [0.2, 1.4, 0.9]}", "triangular.1 = 1.4; must be from 0 to 1."),
        ("{between: [0, 0.5]}", "neither end can be 0. Write uniform: [0, 0.5], or an end short of 0."),
        ("{between: [0.5, 1]}", "neither end can be 1."),
        ("{normal: [0.9, 0.1]}", "has 0.16 of its weight outside what is allowed (from 0 to 1)"),
        ("{normal: [0.9, -1]}", "the standard deviation must be above 0."),
        ("{beta: [0, 1]}", "beta.0 = 0; must be above 0."),
        ("{uniform: [0, 1], between: [0.1, 0.2]}", "has between and uniform; keep one of them."),
        ("{source: judgement}", "has no number. Write one of value, between,"),
        ("{betwen: [0.1, 0.2]}", "betwen: is not a key here. Did you mean between?"),
        ("{value: 0.5, source: 3}", "must be the id of a source, a list of ids, or judgement."),
        ("{value: 0.5, source: []}", "must be the id of a source, a list of ids, or judgement."),
        ("{value: 0.5, because: 3}", "must be text: the reason for this number"),
        ("{value: 0.5, source: exampel-report}", "is no source of this file. Did you mean example-report?"),
        ("{choice: [{value: 0.5, probability: 1}]}", "must be a list of two or more entries"),
        (
            "{choice: [{value: 0.5, probability: 0.5}, {value: 0.6, probability: 0.4}]}",
            "has probabilities that sum to 0.9; they must sum to 1.",
        ),
        (
            "{choice: [{value: 0.5, probability: 0.5}, {value: 0.5, probability: 0.5}]}",
            "stands here twice. Add the two probabilities up.",
        ),
        (
            "{choice: [{value: 0.5, probability: 0.5}, {valu: 0.6, probability: 0.5}]}",
            "valu: is not a key here. Did you mean value?",
        ),
        (
            "{alternatives: [{value: 0.5}, {value: 0.6, weight: 1}]}",
            "weight: is missing. Write weight: followed",
        ),
        (
            "{alternatives: [{weight: 1, same_as: war.discount}, {value: 0.6, weight: 1}]}",
            "cannot stand inside alternatives.",
        ),
        ("{same_as: 3}", "must be the path of another number"),
        ("{same_as: parties.A.nois}", "leads nowhere. nois is not under parties.A. Did you mean noise?"),
        ("{same_as: bodies.council.rule.quota}", "is no number of this file."),
        ("{same_as: parties.A.strength.between.0}", "leads nowhere."),
        ("{same_as: proposals.guaranteed.terms.monitoring.friends.access}", "goes in a ring"),
        ("{same_as: war.years}", "here a number must be from 0 to 1. Give this field a number of its own."),
    ],
)
def test_a_number(value, says):
    found = problems((ACCESS, f"access: {value} "))
    assert any(says in message for message in found), found
    assert all("paris.yaml:214:" in message for message in found)
    assert all("proposals.guaranteed.terms.monitoring.friends.access" in message for message in found)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("discount: 0.05", "discount: 0.05\n  discount: 1"), "war.discount: duplicate key; it is already on line 135."),
        (("discount: 0.05", "discount: 0"), "must be above 0. Use a small number"),
        ((STRENGTH_A, "strength: -1 #"), "parties.A.strength = -1; must be above 0."),
        ((STRENGTH_A, "strength: 1e13 #"), "must be at most 1e+12 in size. Choose a larger unit."),
        ((STRENGTH_A, "strength: {beta: [1, 2]} #"), "fits only numbers from 0 to 1."),
        ((STRENGTH_A, "strength: {between: [1e-9, 1e9]} #"), "is so wide that some draws leave the range"),
        (("between: [0.04, 0.10]", "between: [0, 2]"), "Write an end short of 0, such as 0.2."),
        (("excess:                    #", "excess: 0.5\n    x: #"), "settling.excess = 0.5; must be 1 or more."),
        (("title: \"An inv", "titel: \"An inv"), "titel: is not a key here. Did you mean title?"),
        (("low: \"none in B\"", "low: yes, really\n    hihg: 3"), "hihg: is not a key here. Did you mean high?"),
        (("as_of: 2025-01-01", "as_of: 2025-02-30"), "as_of = 2025-02-30; is no day of the calendar."),
        (("as_of: 2025-01-01", "as_of: yesterday"), "must be a date. Write year-month-day"),
        (("holdfast: 1", "holdfast: 2"), "must be 1, the only version"),
        (("\"Party A\"", "2025"), 'parties.A.name = 2025; must be text. Write it in "quotes": "2025".'),
        (("\"Party A\"", "true"), "must be text. Write it in \"quotes\": \"true\"."),
        (("\"Party A\"", ""), "parties.A.name: has no text. Write some"),
        (("\"Party A\"", "{a: b, c: d}"), "must be text. If the text has a colon in it"),
        (("\"Party A\"", "[a]"), "must be text. If the text begins with a bracket"),
        (("discount: 0.05", "discount: 0.05\n  horizon_years: 5"), "horizon_years = 5; must be from 10 to 200."),
        (("discount: 0.05", "discount: 0.05\n  horizon_years: {uniform: [10, 20]}"), "a range is not possible here."),
        (("members: [friends]", "members: []"), "bodies.council.members = []; is empty. Name at least one."),
        (("members: [friends]", "members: friends"), "must be a list of ids. Write [friends]."),
        (("members: [friends]", "members: [friends, friends]"), "stands in this list twice."),
        (("members: [friends]", "members: [fiends]"), "is no party or group of this file. Did you mean friends?"),
        (("quota: all ", "quota: 3 "), "those who may vote (C, D) have the weight 2. Write 2 or less, or all."),
        (("quota: all ", "quota: most "), "must be all, a number above 0"),
        (("quota: all ", "quota: all\n      veto: C "), "must be all, or a list of members. Write [C]."),
        (("quota: all ", "quota: all\n      veto: [A] "), "is no member of council."),
        (("quota: all ", "quota: all\n      recuse: [C, D] "), "every member is recused, and nobody is left"),
        (("quota: all ", "quota: all\n      weights: {E: 1} "), "weights.E: is no member of council."),
        (("friends: [C, D]", "friends: [C, D, friends]"), "contains itself: friends -> friends."),
        (("friends: [C, D]", "friends: [C, D, E]"), "is no party or group of this file. Known: A, B, C, D, friends."),
        (("friends: [C, D]", "friends: [C, D]\n  C: [D]"), "is also the id of a party."),
        (("  example-report:", "  judgement:"), "sources.judgement: is built in"),
        (("      border: 1\n", ""), "parties.A.positions.border: is missing; every principal needs it for every issue."),
        (("      border: 0.7\n", ""), "parties.A.salience.border: is missing; every principal needs it"),
        (("      border: 0.5\n", ""), "outcome.border: is missing; a proposal settles every issue."),
        (("      border: 0.5\n", "      border: 0.5\n      boarder: 1\n"), "is no issue of this file. Did you mean border?"),
        (("    word_cost:\n      same_as: parties.A.word_cost\n", ""), "parties.B.word_cost: is missing; every principal"),
        (("salience:\n      border: 0.6\n      foreign_troops: 0.4", "salience:\n      border: 0\n      foreign_troops: 0"),
         "must be above 0 for at least one issue"),
        (("{above: 0}", "{above: 0, below: 1}"), "must have one of above and below. Write {above: 0.5}."),
        (("{above: 0}", "{over: 0}"), "over: is not a key here. Did you mean above?"),
        (("signatories: [A, B]", "signatories: [A, B, C]"), "accepts.C: is missing: C signs and is no principal."),
        (("signatories: [A, B]", "signatories: [A, B]\n    accepts: {A: 1}"), "is worked out by the model for a principal."),
        (("signatories: [A, B]", "signatories: [A, B]\n    accepts: {C: 1}"), "is no signatory of ceasefire-alone."),
        (("signatories: [A, B]", "signatories: []"), "signatories = []; is empty."),
        (("    signatories: [A, B]\n", ""), "signatories: is missing."),
        (("signatories: [A, B]", "signatories: [A, B, friends]"), "a group does not sign. Name its members: [C, D]."),
        (("signatories: [A, B]", "signatories: [A, b]"), "is no party of this file. Did you mean B?"),
        (("          against: A\n", "          against: B\n"), "is also whom it is to; it must be the other principal. Write A."),
        (("          against: A\n", "          against: C\n"), "must be a principal: A or B."),
        (("by: friends          #", "by: [friends, A] #"), "includes A, whom it is against; nobody guarantees that"),
        (("by: friends          #", "by: [friends, B] #"), "includes B, whom it protects;"),
        (("by: friends          #", "by: [friends, E] #"), "by.1 = E; is no party or group"),
        (("kind: force ", "kind: farce "), "must be force, arms or sanctions."),
        (("kind: force ", "kind: sanctions "), "strength.share: is not possible for sanctions"),
        (("            share: 0.5  ", "            0.5  "), "is by 2 parties, so that a number alone is unclear."),
        (("            share: 0.5  ", "            shair: 0.5  "), "shair: is not a key here. Did you mean share?"),
        (("            share: 0.5  ", "            {share: 0.5, each: 1} "), "must have one of each, share and total"),
        (("    strength:\n      uniform: [0.1, 0.2]\n      source: judgement\n      because: \"Invented.\"\n", ""),
         "needs the strengths of the members. Give D a strength under parties."),
        (("body: council", "body: counsil"), "is no body of this file. Did you mean council?"),
        (("            D:\n              cost", "            A:\n              cost"), "does not give this pledge"),
        (("            D:\n              cost", "            D:\n              body: x\n              cost"), "is no body"),
        (("place: in-country ", "place: near-border\n          tripwire: 1 "), "is for in-country troops only."),
        (("place: in-country ", "place: in-country\n          readiness: 1 "), "is for near-border troops only."),
        (("place: in-country ", "place: inland "), "must be in-country or near-border."),
        (("          strength:\n            total: 0.2\n", ""), "strength: is missing; troops in the country are counted"),
        (("      - relief:\n", "      - releif:\n"), "releif: is not a key here. Did you mean relief?"),
        (("      - relief:\n", "      - war: 1\n        relief:\n"), "war: is not a key here."),
        (("      - relief:\n", "      - {}\n      - relief:\n"), "must have one key, its kind"),
        (("worth: 0.02 ", "upkeep: {C: 1}\n          worth: 0.02 "), "upkeep.C: is counted only for principals: A, B."),
        (("          worth: 0.02 ", "          worth: 0.02\n      - relief:\n          to: A\n          worth: 1 "),
         "is a second relief called A; the first is on line 231. Give each an id: of its own."),
        (("watches: [A, B]", "watches: [A, C]"), "must be a principal: A or B."),
        (("  B:\n    between: [0.7", "  C:\n    between: [0.7"), "detection.C: is given only for principals: A, B."),
        (("  B:\n    between: [0.7", "  E:\n    between: [0.7"), "detection.B: is missing."),
        (("    B:\n      strength: 0.2  ", "    C:\n      strength: 0.2  "), "no_agreement.support.C: is given only for"),
        (("principal: true            #", "principal: yes #"), "parties.A.principal = yes; must be true or false. Write true."),
        (("name: \"Country C\"", "name: \"Country C\"\n    noise: 1"), "parties.C.noise: is for principals only."),
        (("name: \"Country C\"", "name: \"Country C\"\n    positions: {x: 1}"), "positions.x: is no issue"),
        (("      C:\n        between: [0.6, 0.95]\n        source: judgement\n        because: \"Invented.\"\n", ""),
         "support.C: is missing: the probability that C votes yes."),
        (("    date: 2024\n", "    date: [1]\n"), "must be a date. Write a year"),
        (("groups: ", "correlations:\n  - between: [parties.A.noise]\n    rank: 0.5\ngroups: "), "two or more paths"),
        (("groups: ", "correlations:\n  - between: [parties.A.noise, war.discount]\n    rank: 0.5\ngroups: "),
         "is a plain number, which cannot vary"),
        (("groups: ", "correlations:\n  - between: [parties.A.noise, parties.B.noise]\n    rank: 0.5\ngroups: "),
         "is the same as another number. Correlate that one."),
        (("groups: ", "correlations:\n  - between: [parties.A.noise, war.yaers]\n    rank: 0.5\ngroups: "),
         "leads nowhere. yaers is not under war. Did you mean years?"),
        (("groups: ", "correlations:\n  - between: [parties.A.noise, war.years]\n    rank: 1.5\ngroups: "),
         "must be from -0.999 to 0.999."),
        (("groups: ", "<<: {a: 1}\ngroups: "), "YAML 1.2 has no merge."),
        (("groups: ", "a b: 1\ngroups: "), "a b: is not a key here."),
        (("  C:      ", "  C d:      "), "parties.C d: must be an id: letters, digits, - and _ only. Write C_d."),
        (("watches: [A, B]", "watches: [A, 1]"), 'must be an id; write it in "quotes": "1".'),
    ],
)  # fmt: skip
def test_a_field(edit, says):
    found = problems(edit)
    assert any(says in message for message in found), "\n".join(found)
    assert all(message.startswith("paris.yaml:") for message in found)


def test_text_with_a_comma_in_a_flow_mapping_made_a_key():
    border = '    low: "the line that B asks for"\n    high: "the line that A asks for"\n'
    found = problems((f"  border:\n{border}", "  border: {low: one, two and three, high: four}\n"))
    (message,) = found
    assert message == (
        "paris.yaml:31:22: issues.border.two and three: is not a key here, and it has no value. Is it text after a "
        "comma? Text with a comma, inside {...} or [...], needs quotes. Known: description, high, low."
    )


@pytest.mark.parametrize(
    "edit",
    [
        ("discount: 0.05", "dicount: 0.05"),
        ("    word_cost:\n      same_as", "    word_costs:\n      same_as"),
    ],
)
def test_a_misspelt_key_is_one_mistake_not_also_a_missing_one(edit):
    (message,) = problems(edit)
    assert "Did you mean" in message


def test_an_unquoted_colon_in_text():
    assert only(('"Party A"', "Party A: the first")) == (
        'paris.yaml:40:18: mapping values are not allowed here. Text with a colon needs quotes: write "...: ...".'
    )


def test_norway_is_a_party():
    text = (
        edited()
        .replace("C:  ", "NO:  ")
        .replace("[C, D]", "[NO, D]")
        .replace("\n      C:\n", "\n      NO:\n")
    )
    assert problems_of(text) == ()


@pytest.mark.parametrize(
    ("principals", "says"),
    [("", "no party has"), ("A", "only A has"), ("ABC", "A, B and C have")],
)
def test_exactly_two_principals(principals, says):
    text = edited().replace("principal: true", "principal: false")
    for id_ in principals:
        if id_ == "C":
            text = text.replace('name: "Country C"', 'name: "Country C"\n    principal: true')
        else:
            text = text.replace(
                f'name: "Party {id_}"\n    principal: false', f'name: "Party {id_}"\n    principal: true'
            )
    (problem,) = problems_of(text)
    assert problem.path == "parties"
    assert problem.message.startswith("exactly two principals are supported")
    assert says in problem.message


def test_a_ring_of_groups_names_the_way():
    found = problems(("friends: [C, D]", "friends: [C, D, more]\n  more: [others]\n  others: [friends]"))
    assert "groups.friends: contains itself: friends -> more -> others -> friends." in found[0]
    assert len(found) == 3


def test_a_ring_of_same_as_is_told_once():
    message = only(
        (STRENGTH_A, "strength: {same_as: parties.B.strength} #"),
        ("triangular: [0.7, 0.8, 0.9]", "same_as: parties.A.strength"),
    )
    assert "goes in a ring: parties.A.strength -> parties.B.strength -> parties.A.strength." in message


def test_correlations_that_contradict_each_other():
    pairs = [("noise", "war_cost", 0.9), ("noise", "word_cost", 0.9), ("war_cost", "word_cost", -0.9)]
    text = "".join(f"  - between: [parties.A.{a}, parties.A.{b}]\n    rank: {r}\n" for a, b, r in pairs)
    assert "contradict each other. Weaken them." in only(("groups: ", f"correlations:\n{text}groups: "))


def test_a_pair_correlated_twice():
    pair = "  - between: [parties.A.noise, parties.A.war_cost]\n    rank: 0.5\n"
    assert "names a pair twice" in only(("groups: ", f"correlations:\n{pair}{pair}groups: "))


def test_an_attacker_who_is_recused_is_not_counted_towards_the_quota():
    rule = ("quota: all ", "quota: 3\n      recuse: attacker ")
    council = ("members: [friends]", "members: [friends, A]")
    assert "with A as the attacker those who may vote (C, D) have the weight 2" in only(council, rule)
    assert only(("members: [friends]", "members: [friends, A]"), ("quota: all ", "quota: 4 ")).startswith(
        "paris.yaml"
    )
    assert problems(council, ("quota: all ", "quota: 3 ")) == []  # A votes no: politics, and no mistake


def test_a_principal_that_can_only_vote_as_the_attacker_needs_no_support():
    assert problems(("members: [friends]", "members: [friends, A]")) == []
    assert "support.B: is missing" in only(("members: [friends]", "members: [friends, B]"))


CORRELATED = (
    "proposals:\n",
    "correlations:\n  - between: [parties.A.war_cost, parties.B.war_cost]\n    rank: 0.5\n\nproposals:\n",
)


def test_a_misspelt_key_is_not_told_again_where_a_path_leads_to_it():
    assert problems(CORRELATED) == []
    found = problems(CORRELATED, ("    war_cost:  ", "    war_cots:  "))
    assert [message.split(": ", 1)[1].split(";")[0] for message in found] == [
        "parties.A.war_cots: is not a key here. Did you mean war_cost?",
    ]
    assert "war_cost leads nowhere" not in "".join(found)


def test_an_id_given_twice_leads_to_no_other_mistakes():
    """The second C was meant to be D: that D is unknown then says nothing new."""
    assert "parties.C: duplicate key" in only(("  D:\n    name", "  C:\n    name"))
    assert "parties.A: duplicate key" in only(('  B:\n    name: "Party B"', '  A:\n    name: "Party B"'))


def test_all_mistakes_at_once_sorted_by_line():
    found = problems_of(
        edited(
            ("discount: 0.05", "discont: 0.05"),
            (NOISE_A, "    noise: 0\n"),
            (ACCESS, "access: 50% "),
            ("body: council", "body: counsil"),
            ("friends: [C, D]", "friends: [C, D, E]"),
            ("title: ", "tilte: "),
            ("to: A\n", "to: A\n          to: A\n"),
        )
    )
    assert [problem.path for problem in found] == [
        "tilte",
        "parties.A.noise",
        "groups.friends.2",
        "war.discont",
        "proposals.guaranteed.terms.pledge.help-for-B.body",
        "proposals.guaranteed.terms.monitoring.friends.access",
        "proposals.troops-in-B.terms.1.relief.to",
    ]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def shared(*edits):
    """What is wrong with the edited scenario where a second and a third proposal use the pledge of the first."""
    text = edited(("      - pledge:\n", "      - pledge: &help\n"), *edits)
    for title in ("Again", "Once more"):
        text += f"""  {title.split()[0].lower()}:
    title: "{title}"
    outcome: {{border: 0.5, foreign_troops: 0}}
    signatories: [A, B]
    terms:
      - pledge: *help
"""
    return [str(problem) for problem in problems_of(text)]


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("noise: 0.05", "noise: 0"), "help-for-B.noise = 0; must be above 0."),
        (("between: [0.05, 0.2]", "between: [0.2, 0.05]"), "help-for-B.cost.between = [0.2, 0.05]; must ascend."),
        (("body: council", "bodi: council"), "help-for-B.bodi: is not a key here. Did you mean body?"),
        (("body: council", "body: concil"), "help-for-B.body = concil; is no body of this file."),
        (("          kind: force", "          #"), "help-for-B.kind: is missing."),
        (("            D:\n              cost: 0.2", "            A:\n              cost: 0.2"), "overrides.A: does not give this"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_term_that_several_proposals_use_is_told_once(edit, says):
    assert shared() == []
    (message,) = shared(edit)
    assert says in message
    assert ": proposals.again.terms.pledge.help-for-B" in message


def test_several_mistakes_at_one_place_are_all_told():
    found = shared(
        ("noise: 0.05", "noise: 0"), ("          kind: force", "          #"), ("body: council", "body: x")
    )
    assert len(found) == 3
    settled = problems(settings=["war={years: 0, discount: 0}"])
    assert any("war.years = 0;" in message for message in settled)
    assert any("war.discount = 0;" in message for message in settled)


def test_two_keys_missing_at_one_place_are_both_told():
    without = (
        ("    positions:                 # its ideal on each issue\n      border: 1\n      foreign_troops: 0\n", ""),
        ("    salience:                  # how much each issue weighs for it\n      border: 0.7\n      foreign_troops: 0.3\n", ""),
    )  # fmt: skip
    first, second = problems(*without)
    assert "parties.A.positions: is missing; every principal needs a number for every issue" in first
    assert "parties.A.salience: is missing; every principal needs a number for every issue" in second
