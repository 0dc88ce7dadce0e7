"""The conflict file: what it amounts to, and the line and the advice for each kind of mistake."""

from __future__ import annotations

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML

from holdfast.errors import ScenarioError
from holdfast.study.conflict import conflict_schema, read_conflict, stability

NAME = "conflict.yaml"
LISTED = """\
holdfast: 1
title: "Two ways"
as_of: 2025-01-01
parties:
  A: {name: "Alder"}
  B: {name: "Birch"}
states:
  war: {name: "at war"}
  talks: {name: "talking"}
  truce: {name: "a truce"}
moves:
  A: {to: {war: talks}, both_ways: {talks: truce}}
  B: {to: {truce: war}}
preferences:
  A:
    order: [truce, talks, war]
    source: judgement
    because: "It is tired."
  B:
    ranks: {war: 3, talks: 1, truce: 1}
    source: judgement
    because: "It is not."
status_quo: war
"""
BUILT = """\
holdfast: 1
title: "Options"
as_of: 2025-01-01
parties:
  A: {name: "Alder"}
  B: {name: "Birch"}
options:
  a: {by: A, name: "A does it"}
  b: {by: B, name: "B does it", can: take}
infeasible:
  - says: "b and not a"
states:
  start: {taken: []}
preferences:
  A:
    statements:
      - says: "b"
      - says: "not a"
  B:
    order: [[start, s2], s1]
status_quo: start
"""


def edited(text, *edits):
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def problems(text):
    with pytest.raises(ScenarioError) as caught:
        read_conflict(text.encode(), NAME)
    return str(caught.value).splitlines()


def test_states_that_are_listed():
    built = read_conflict(LISTED.encode(), NAME).built
    assert built.states == ("war", "talks", "truce")
    assert np.argwhere(built.conflict.moves).tolist() == [[0, 0, 1], [0, 1, 2], [0, 2, 1], [1, 2, 0]]
    assert built.conflict.rank.tolist() == [[0, 1, 2], [1, 0, 0]]
    assert built.combinations is None


def test_mistakes_of_listed_states_are_told_together():
    """In moves, in the status quo, in an order and in ranks."""
    text = edited(
        LISTED,
        ("{talks: truce}", "{talks: peace}"),
        ("order: [truce, talks, war]", "order: [truce, [talks, talks]]"),
        ("ranks: {war: 3, talks: 1, truce: 1}", "ranks: {war: 3, talk: 1, truce: 1}"),
        ("status_quo: war", "status_quo: nowhere"),
    )
    said = [line.split(":", 3)[3].strip() for line in problems(text)]
    assert [s.split(";")[0].split(". ")[0] for s in said] == [
        "moves.A.both_ways.talks = peace",
        "preferences.A.order: has talks 2 times",
        "preferences.A.order: leaves out war",
        "preferences.B.ranks: leaves out talks",
        "preferences.B.ranks.talk: talk is no state of this conflict",
        "status_quo = nowhere",
    ]


def test_states_from_options():
    """a and b, b not without a: nothing, a, and both; b cannot be dropped again."""
    file = read_conflict(BUILT.encode(), NAME)
    built = file.built
    assert built.states == ("start", "s1", "s2")
    assert np.argwhere(built.conflict.moves).tolist() == [[0, 0, 1], [0, 1, 0], [1, 1, 2]]
    assert built.scores == {"A": [1, 0, 2]}
    assert built.conflict.rank.tolist() == [[1, 0, 2], [1, 0, 1]]
    found = stability(file)
    assert found["states"]["s2"]["taken"] == [["a", "b"]]
    assert found["states"]["s2"]["name"] == "a and b"
    assert found["equilibria"]["sim"] is not None


def test_an_order_by_pairs_is_the_same_as_the_order():
    pairs = 'pairs: [{says: "talks > war"}, {says: "truce > talks"}]'
    one = read_conflict(LISTED.encode(), NAME).built
    other = read_conflict(edited(LISTED, ("order: [truce, talks, war]", pairs)).encode(), NAME).built
    assert np.array_equal(one.conflict.rank, other.conflict.rank)


PAIRS = ("order: [truce, talks, war]", 'pairs:\n      - says: "truce > talks"\n      - says: "talks = war"')


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            (PAIRS, ("talks = war", "talks > war > truce")),
            (
                '18:15: preferences.A.pairs.1.says = "talks > war > truce"; closes a circle: war > truce > talks > war. '
                "Take one of these statements away."
            ),
        ),
        (
            (PAIRS, ("talks = war", "truce > war")),
            (
                '16:5: preferences.A.pairs: leaves open which of war and talks is better. Add "war > talks", "talks > war" or '
                '"war = talks".'
            ),
        ),
        (
            (PAIRS, ("talks = war", "talks >")),
            (
                '18:15: preferences.A.pairs.1.says = "talks >"; must be two or more states, the better first, joined by > or =, '
                "such as war > truce."
            ),
        ),
        (
            (PAIRS, ("talks = war", "talks = war > truce")),
            (
                '18:15: preferences.A.pairs.1.says = "talks = war > truce"; closes a circle: war > truce > talks = war. '
                "Take one of these statements away."
            ),
        ),
        (
            (PAIRS, ("talks = war", "talks >= war")),
            (
                '18:15: preferences.A.pairs.1.says = "talks >= war"; has ">=", which leaves open which of the two. '
                "Write talks > war or talks = war."
            ),
        ),
        (
            (PAIRS, ("talks = war", "war ≤ talks")),
            (
                '18:15: preferences.A.pairs.1.says = "war ≤ talks"; has "≤", which leaves open which of the two. '
                "Write talks > war or talks = war."
            ),
        ),
        (
            (PAIRS, ("talks = war", "war < talks")),
            '18:15: preferences.A.pairs.1.says = "war < talks"; has "<"; the better stands first. Write talks > war.',
        ),
        (
            (PAIRS, ("talks = war", "talks >> war")),
            (
                '18:15: preferences.A.pairs.1.says = "talks >> war"; has ">>"; states are joined by > (better) or = (as good). '
                "Write talks > war or talks = war."
            ),
        ),
        (
            (PAIRS, ("talks = war", "talks > talks")),
            '18:15: preferences.A.pairs.1.says = "talks > talks"; compares talks with itself. Name two states.',
        ),
        (
            (PAIRS, ('says: "talks = war"', 'say: "talks = war"')),
            "18:9: preferences.A.pairs.1.say: is not a key here. Did you mean says?",
        ),
        (
            (PAIRS, ('says: "talks = war"', 'xyz: "talks = war"')),
            "18:9: preferences.A.pairs.1.xyz: is not a key here. Known: because, says, source.",
        ),
        (
            (("  B: {name", "  a: {name"), ("  B: {to", "  a: {to"), ("  B:\n", "  a:\n")),
            "6:3: parties.a: differs from A by capitals only, and a reader would take it for that. Give one of the two another id.",
        ),
        (
            (("truce: 1}", "truce: {between: [1, 2]}}"),),
            (
                "20:31: preferences.B.ranks.truce = {between: [1, 2]}; must be a plain number; a range is not possible here. "
                "Write one number."
            ),
        ),
        (
            (("status_quo: war", f"status_quo: {'x' * 81}"),),
            f"23:13: status_quo = {'x' * 57}...; has 81 characters; an id has at most 80. Write a shorter one.",
        ),
        (
            (('"at war"', '"at \\u202Ewar"'),),
            '8:15: states.war.name = "at  war"; holds U+202E, which is not seen but can change how the rest reads. Take it out.',
        ),
        (
            (('"Two ways"', '"Two \\u200Bways"'),),
            '2:8: title = "Two  ways"; holds U+200B, which is not seen but can change how the rest reads. Take it out.',
        ),
        (
            (('"at war"', '"at\\nwar"'),),
            (
                '8:15: states.war.name = "at war"; has a line break or a tab in it, and stands in tables. '
                "Write it on one line."
            ),
        ),
        (
            (PAIRS, ("talks = war", "talks > peace")),
            (
                '18:15: preferences.A.pairs.1.says = "talks > peace"; peace is no state of this conflict. '
                "Known: talks, truce, war."
            ),
        ),
        (
            (("status_quo: war", "status_quo: wra"),),
            "23:13: status_quo = wra; is no state of this file. Did you mean war?",
        ),
        (
            (("{war: talks}", "{war: talk}"),),
            "12:17: moves.A.to.war = talk; is no state of this file. Did you mean talks?",
        ),
        (
            (("{truce: war}", "{peace: war}"),),
            "13:12: moves.B.to.peace: is no state of this file. Known: talks, truce, war.",
        ),
        (
            (("{war: talks}", "{war: war}"),),
            "12:17: moves.A.to.war = war; leads from a state to itself, which is no move. Take it away.",
        ),
        (
            (('name: "Birch"', 'name: "alder"'),),
            '6:13: parties.B.name = "alder"; is what A is called already. Give one of the two another name.',
        ),
        (
            (("[truce, talks, war]", "[truce, war]"),),
            "16:5: preferences.A.order: leaves out talks. Give every state a place.",
        ),
        (
            (("[truce, talks, war]", "[truce, talks, war, truce]"),),
            "16:5: preferences.A.order: has truce 2 times. Keep one.",
        ),
        (
            (("[truce, talks, war]", "[truce, [talks, woods], war]"),),
            "16:20: preferences.A.order.1 = [talks, woods]; woods is no state of this conflict. Known: talks, truce, war.",
        ),
        (
            (("    order: [truce, talks, war]\n", ""),),
            (
                '15:3: preferences.A = {source: judgement, because: "It is tired."}; does not say which states are better; must have '
                "exactly one of order, ranks, statements, pairs. Write order: and the states, the best first."
            ),
        ),
        (
            (('    because: "It is tired."\n', ""),),
            '15:3: preferences.A.because: is missing: the reason for this judgement. Write because: "…".',
        ),
        (
            (("{war: 3, talks: 1, truce: 1}", "{war: 3, talks: 1, truce: high}"),),
            "20:38: preferences.B.ranks.truce = high; must be a number, such as 0.5.",
        ),
    ],
)
def test_a_mistake_in_listed_states_is_found_where_it_is(edit, expected):
    found = problems(edited(LISTED, *edit))
    assert f"{NAME}:{expected}" in found, found


def test_a_name_in_any_script_and_folded_over_lines_is_taken():
    """Joiners are part of words of Persian and of emojis; YAML ends what it folds with a line break."""
    text = edited(
        LISTED, ('"at war"', '"می\u200cجنگند 👩\u200d👧"'), ('title: "Two ways"', "title: >\n  Two\n  ways")
    )
    file = read_conflict(text.encode(), NAME)
    assert file.title == "Two ways"
    assert file.states["war"].name == "می\u200cجنگند 👩\u200d👧"


def test_a_party_without_preferences():
    text = LISTED[: LISTED.index("  B:\n    ranks")] + "status_quo: war\n"
    assert problems(text) == [
        f"{NAME}:14:1: preferences.B: is missing: B has no preferences. Write order or ranks for it."
    ]


def test_one_party():
    text = edited(LISTED, ('  B: {name: "Birch"}\n', ""), ("  B: {to: {truce: war}}\n", ""))
    text = text[: text.index("  B:\n    ranks")] + "status_quo: war\n"
    assert problems(text) == [
        f'{NAME}:4:1: parties = {{A: {{name: "Alder"}}}}; has one party; a conflict needs two or more. Add the others.'
    ]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            ("b and not a", "b and c"),
            '11:11: infeasible.0.says = "b and c"; has "c", which is no option. Known: a, b.',
        ),
        (
            ("b and not a", "b and"),
            '11:11: infeasible.0.says = "b and"; ends where an option should follow "and".',
        ),
        (
            ("b and not a", "a or not a"),
            "10:1: infeasible: leaves no combination of options. Take a statement away.",
        ),
        (
            ('says: "not a"', 'says: "a if b if a"'),
            (
                '18:15: preferences.A.statements.1.says = "a if b if a"; has "if" where one of and, or, if, iff, or the end should '
                "stand. Put parentheses around one of the two."
            ),
        ),
        (
            ("{taken: []}", "{taken: [b]}"),
            (
                "13:11: states.start.taken = [b]; is no feasible combination of options. Take it away, or the statement that makes "
                "it infeasible."
            ),
        ),
        (
            ("{taken: []}", "{name: x}"),
            (
                "13:3: states.start = {name: x}; does not say which combinations it is; must have exactly one of taken and where. "
                "Write taken: [] where no option is taken."
            ),
        ),
        (
            ("start: {taken: []}", 'start: {taken: []}\n  other: {where: "not b"}'),
            '14:18: states.other.where = "not b"; covers what the state start is: nothing taken. Make the two exclude each other.',
        ),
        (
            ("{taken: []}", '{where: "not b"}'),
            (
                '18:15: preferences.A.statements.1.says = "not a"; is true in a part of the state start only, as at a, so that the '
                "state has no one score. Add what makes it true or false in all of it."
            ),
        ),
        (("by: B", "by: C"), "9:11: options.b.by = C; is no party of this file. Known: A, B."),
        (
            ("can: take", "can: never"),
            "9:38: options.b.can = never; must be both, take or drop. Write one of them.",
        ),
        (
            ("  a: {by: A", "  iff: {by: A"),
            "8:3: options.iff: is a word of statements (not, and, or, if and iff). Give the option another id.",
        ),
        (
            ("status_quo: start", "status_quo: s3"),
            "21:13: status_quo = s3; s3 is no state of this conflict. Known: s1, s2, start.",
        ),
    ],
)
def test_a_mistake_in_options_is_found_where_it_is(edit, expected):
    found = problems(edited(BUILT, edit))
    assert f"{NAME}:{expected}" in found, found


APART = """\
holdfast: 1
title: "Which of two"
as_of: 2025-01-01
parties: {A: {name: "Alder"}, B: {name: "Birch"}}
options:
  a: {by: A, name: "A does a"}
  b: {by: B, name: "B does b"}
  c: {by: A, name: "A does c"}
infeasible: [{says: "a and b and c"}]
states:
  mix: {where: "(a and not b and not c) or (b and c and not a)"}
preferences:
  A: {ranks: {mix: 1, s1: 1, s2: 1, s3: 3, s4: 1, s5: 5}}
  B: {ranks: {mix: 1, s1: 1, s2: 1, s3: 3, s4: 2, s5: 5}}
"""


def test_a_state_of_which_it_matters_which_combination_holds_is_refused():
    """A could come to mix as a, and leave it from b and c, as if it had made B do b."""
    assert problems(APART) == [
        (
            f'{NAME}:11:16: states.mix.where = "(a and not b and not c) or (b and c and not a)"; is one state of combinations '
            'that lead A to different states: from "b and c" to s3 and s5, but from "a" to s1, s2 and s4. Which of them holds '
            "matters, so write them as states of their own; they may have the same rank."
        )
    ]


def test_a_state_of_combinations_that_lead_everybody_to_the_same_states_is_one():
    """Whether c is done as well leads nobody anywhere else: A can change a and c at once, B only b."""
    text = edited(
        APART,
        ('infeasible: [{says: "a and b and c"}]\n', ""),
        (
            'mix: {where: "(a and not b and not c) or (b and c and not a)"}',
            'both: {where: "a and b"}\n  a: {where: "a and not b"}',
        ),
        ("mix: 1, s1: 1, s2: 1, s3: 3, s4: 1, s5: 5", "both: 3, a: 2, s1: 1, s2: 1, s3: 1, s4: 1"),
        ("mix: 1, s1: 1, s2: 1, s3: 3, s4: 2, s5: 5", "both: 1, a: 2, s1: 1, s2: 1, s3: 1, s4: 1"),
    )
    found = stability(read_conflict(text.encode(), NAME))
    assert found["states"]["both"]["taken"] == [["a", "b"], ["a", "b", "c"]]
    assert found["equilibria"]["nash"] == ["a"]


def test_states_need_moves_or_options():
    text = edited(LISTED, ("moves:", 'options:\n  a: {by: A, name: "x"}\nmoves:'))
    assert any("moves: belongs to states that are listed" in line for line in problems(text))


def test_too_many_combinations_are_refused_before_any_work():
    options = "".join(f'  o{n}: {{by: A, name: "option {n}"}}\n' for n in range(9))
    text = edited(
        BUILT, ('  a: {by: A, name: "A does it"}\n', f'  a: {{by: A, name: "A does it"}}\n{options}')
    )
    assert any(
        "at most 256 can be looked at. Say under infeasible which cannot be." in line
        for line in problems(text)
    )


def test_warnings_tell_of_states_out_of_reach():
    text = edited(
        LISTED,
        ("  truce: {name", "  dream: {}\n  truce: {name"),
        ("[truce, talks, war]", "[truce, talks, [war, dream]]"),
    )
    text = text.replace("{war: 3, talks: 1, truce: 1}", "{war: 3, talks: 1, truce: 1, dream: 0}")
    found = stability(read_conflict(text.encode(), NAME))
    assert found["warnings"] == ["No sequence of moves leads from the status quo, war, to dream."]
    assert found["states"]["dream"]["reached"] == {"moves": None, "improvements": None, "ways": 0}
    lost = stability(read_conflict(text.replace("status_quo: war", "status_quo: dream").encode(), NAME))
    assert lost["warnings"] == [
        "No party can leave the status quo, dream: no other state can be reached, stable or not."
    ]
    none = stability(read_conflict(text.replace("status_quo: war\n", "").encode(), NAME))
    assert none["warnings"][0].startswith("dream is a state that no move leads to.")


def test_warnings_tell_of_orders_without_a_source():
    found = stability(read_conflict(BUILT.encode(), NAME))
    assert found["preferences"] == {"A": "unsourced", "B": "unsourced"}
    assert "The preferences of A and B have no source." in found["warnings"][0]


def test_statements_that_change_places_or_are_left_out_are_tried_too():
    """B first and then not a: swapped, {start 2, both 1, a 0}; without b, both only as good as a; without not a, a as good as start."""
    told = stability(read_conflict(BUILT.encode(), NAME))["sensitivity"]["changes"]
    said = [(c["kind"], c["first"], c["second"]) for c in told if c["kind"] in ("reordered", "dropped")]
    assert said == [("reordered", "b", ["not a"]), ("dropped", "b", []), ("dropped", "not a", [])]
    orders = [(c["party"], c["kind"], c["first"]) for c in told if c["party"] == "A"]
    # start just above s2, and s1 level with start, are what two of the three make, and are told as these only
    assert orders == [
        ("A", "level", "start"),
        ("A", "above", "s1"),
        *(("A", kind, first) for kind, first, _ in said),
    ]


def test_files_fit_the_schema_that_is_printed():
    schema = conflict_schema()
    for text in (LISTED, BUILT):
        jsonschema.validate(YAML(typ="safe").load(text.replace("2025-01-01", '"2025-01-01"')), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            YAML(typ="safe").load(
                edited(LISTED, ("2025-01-01", '"2025-01-01"'), ("ranks:", "order: [war]\n    ranks:"))
            ),
            schema,
        )


ODD = ("[]", "{}", "null", "5", "-1.5", "true", '"x"', "[[a]]", "{a: {b: c}}", "not", "a > b", "s1")


@pytest.mark.parametrize("text", [LISTED, BUILT], ids=["listed", "built"])
def test_whatever_is_done_to_a_line_a_file_is_read_or_refused_in_words(text):
    """Every line taken away, doubled, or given an odd value: an answer or a ScenarioError, and never anything else."""
    lines = text.splitlines()
    spoilt = [lines[:n] + lines[n + 1 :] for n in range(len(lines))]
    spoilt += [lines[:n] + [lines[n]] * 2 + lines[n + 1 :] for n in range(len(lines))]
    for n, line in enumerate(lines):
        key = line.partition(": ")[0].rstrip(":")
        spoilt += [[*lines[:n], f"{key}: {odd}", *lines[n + 1 :]] for odd in ODD]
        spoilt += [
            [*lines[:n], line.replace("war", odd).replace("not a", odd), *lines[n + 1 :]] for odd in ODD
        ]
    refused: list[ScenarioError] = []
    for one in spoilt:
        try:
            read_conflict("\n".join(one).encode(), NAME)
        except ScenarioError as error:
            refused.append(error)
    assert all(problem.message and problem.file == NAME for error in refused for problem in error.problems)
    assert len(refused) > len(lines)


def test_a_deep_statement_is_refused_and_not_recursed_into():
    found = problems(edited(BUILT, ("b and not a", "(" * 500 + "a" + ")" * 500)))
    assert any("has more than 30 parentheses. Write it in several statements." in line for line in found)
    read_conflict(edited(BUILT, ("b and not a", "b and " + "not " * 3001 + "a")).encode(), NAME)
