"""Issues and positions without wars and proposals, and draws of what only bargaining reads."""

import numpy as np
import pytest

from holdfast.scenario import PositionFile, Scenario, ScenarioError, load_bodies, load_positions, sample
from holdfast.scenario.draws import stances
from tests.unit.scenario.examples import SMALL, load

FILE = """\
holdfast: 1
title: "When standards come into force"
as_of: 1993-01-01
issues:
  years:
    low: "four years"
    high: "ten years"
parties:
  NLD: {name: "Netherlands", influence: 0.08, positions: {years: 0}, salience: {years: 0.8}}
  FRA: {name: "France", influence: 0.16, positions: {years: {uniform: [0.8, 1]}}, salience: {years: 0.6}}
"""


@pytest.fixture
def written(tmp_path):
    """Writes a text to a file, with edits."""

    def write(*edits, text=FILE):
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "file.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def wrong(path):
    """What is wrong with a file, as the user reads it, without its name."""
    with pytest.raises(ScenarioError) as raised:
        load_positions(path)
    return [str(p).removeprefix(f"{path}:") for p in raised.value.problems]


def test_a_file_of_positions_is_read(written):
    file = load_positions(written())
    assert isinstance(file, PositionFile)
    assert not isinstance(file, Scenario)
    drawn = sample(file, start=0, count=8, seed=1)
    assert drawn.values["parties.NLD.positions.years"].tolist() == [0.0] * 8
    assert (drawn.values["parties.FRA.positions.years"] >= 0.8).all()


def test_a_scenario_is_a_file_of_positions_too(written):
    assert isinstance(load_positions(written(text=SMALL)), Scenario)


def test_check_and_decide_read_it_too(written):
    assert isinstance(load_bodies(written()), PositionFile)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("positions: {years: 0}", "positions: {years: 1.5}"), "9:66: parties.NLD.positions.years = 1.5; must be"),
        (("positions: {years: 0}", "positions: {year: 0}"), "Did you mean years"),
        ((", salience: {years: 0.8}", ""), "parties.NLD.salience.years: is missing; it has a position"),
        (("influence: 0.08, ", ""), "parties.NLD.influence: is missing; another party has one"),
        (("salience: {years: 0.8}", "salience: {years: 0}"), None),
        (("  FRA: {", "  NLD: {"), "NLD"),
        (("positions: {years: 0}", "positions: {years: 1.9}"), "must be from 0 to 1. Write 1 for the issue’s high end."),
        (
            ("positions: {years: 0}", "positions: {years: yes}"),
            "Write 1 for the issue’s high end, 0 for its low end, or a number between.",
        ),
        (('"Netherlands"', '"Nether\\nlands"'), "has a line break or a tab in it, and stands in tables. Write it on one line."),
        (('"ten years"', '"four  years"'), "issues.years.high = \"four  years\"; says the same as low"),
        (("influence: 0.08", "red_lines: [], influence: 0.08"), "red_lines: means something in a scenario only, and changes nothing"),
        (
            ("years: {uniform: [0.8, 1]}", "years: {choice: [{value: 0, probability: 0.5}, {value: 1, probability: 0.6}]}"),
            "sum to 1.1; they must sum to 1. Change them, or divide each by 1.1.",
        ),
        (('    low: "four years"\n', ""), "issues.years.low: is missing. Write low: with a value here (what 0 means)."),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_line_and_remedy(written, edit, says):
    if says is None:  # one party may not care
        load_positions(written(edit))
    else:
        (told,) = wrong(written(edit))
        assert says in told


def test_nobody_cares(written):
    path = written(("salience: {years: 0.8}", "salience: {years: 0}"), ("years: 0.6", "years: 0"))
    (told,) = wrong(path)
    assert (
        "parties.NLD.salience.years = 0; can be 0 on years for every party at once (NLD and FRA), and then no position"
        in told
    )


def test_nobody_has_influence(written):
    path = written(("influence: 0.08", "influence: 0"), ("influence: 0.16", "influence: 0"))
    (told,) = wrong(path)
    assert "parties.NLD.influence = 0; can be 0 for every party with a position on years." in told


TWO_ISSUES = """\
holdfast: 1
title: "Two issues"
as_of: 2025-03-01
issues: {w: {low: "no", high: "yes"}, v: {low: "little", high: "much"}}
parties:
  A: {name: "Aa", influence: 0, positions: {w: 1, v: 0.5}, salience: {w: 1, v: 0.2}}
  B: {name: "Bb", influence: 2, positions: {w: 0, v: 0}, salience: {w: 1, v: 0}}
  C: {name: "Cc", influence: 1, positions: {w: 0.3}, salience: {w: 0.5}}
"""


def test_nobody_has_both_salience_and_influence(written):
    """On v A has no influence, B no salience: each might be right by itself."""
    (told,) = wrong(written(text=TWO_ISSUES))
    assert told == (
        "6:30: parties.A.influence = 0; and parties.B.salience.v is 0 too, so that nobody who bargains has both salience and influence on "
        "v, and no position counts. Give one of them a number above 0."
    )
    same = ("v: 0}}", "v: {same_as: parties.A.influence}}}")
    assert "parties.B.salience.v is 0 too" in wrong(written(same, text=TWO_ISSUES))[0]
    for edit in (
        ("influence: 0,", "influence: 0.1,"),
        ("influence: 0,", "influence: {uniform: [0, 1]},"),
        ("v: 0}}", "v: 0.1}}"),
    ):
        load_positions(written(edit, text=TWO_ISSUES))


def test_those_who_bargain_are_those_that_the_file_names(written):
    """C has both on w, and does not bargain; A has no influence, B no salience."""
    edits = [("salience: {w: 1, v: 0}", "salience: {w: 0, v: 1}"), ("v: 0.2", "v: 0")]
    load_positions(written(*edits, text=TWO_ISSUES))
    (told,) = wrong(written(*edits, text=TWO_ISSUES + "bargaining: {among: [A, B]}\n"))
    assert told.startswith("6:30: parties.A.influence = 0; and parties.B.salience.w is 0 too")


def test_one_party_is_no_bargain(written):
    lines = FILE.splitlines(keepends=True)
    (told,) = wrong(written(text="".join(lines[:-1])))
    assert "issues.years: only NLD has a position on it; a bargain takes two." in told


def test_bodies_alone_have_no_issues(written):
    text = 'holdfast: 1\ntitle: "None"\nas_of: 2025-01-01\nparties:\n  A: {name: "A"}\n'
    assert any("issues" in line and "is missing" in line for line in wrong(written(text=text)))


WITH_STANCE = (
    '    name: "Country C"\n',
    '    name: "Country C"\n    positions: {border: {uniform: [0.2, 0.4]}}\n    salience: {border: 0.5}\n',
)


def test_stances_leave_the_draws_of_the_chain_as_they_were():
    plain, more = load(), load(WITH_STANCE)
    assert stances(more) == {"parties.C.positions.border", "parties.C.salience.border"}
    before = sample(plain, start=0, count=16, seed=3)
    after = sample(more, start=0, count=16, seed=3)
    assert before.values.keys() == after.values.keys()
    assert all(np.array_equal(before.values[k], after.values[k]) for k in before.values)
    full = sample(more, start=0, count=16, seed=3, bargaining=True)
    assert all(np.array_equal(before.values[k], full.values[k]) for k in before.values)
    assert np.unique(full.values["parties.C.positions.border"]).size == 16


def test_stances_are_the_same_however_rows_are_divided():
    more = load(WITH_STANCE)
    whole = sample(more, start=0, count=16, seed=3, bargaining=True).values["parties.C.positions.border"]
    parts = [sample(more, start=k, count=8, seed=3, bargaining=True).values for k in (0, 8)]
    assert np.array_equal(whole, np.concatenate([p["parties.C.positions.border"] for p in parts]))


def test_a_stance_that_the_chain_points_to_is_the_chains():
    pointed = load(
        WITH_STANCE, ("      border: 1\n", "      border: {same_as: parties.C.positions.border}\n")
    )
    assert stances(pointed) == {"parties.C.salience.border"}
    drawn = sample(pointed, start=0, count=8, seed=1)
    assert np.array_equal(
        drawn.values["parties.A.positions.border"], drawn.values["parties.C.positions.border"]
    )


def test_a_party_without_influence_is_told_once_for_all_issues(written):
    both = FILE.replace("parties:", '  cost:\n    low: "none"\n    high: "all"\nparties:', 1).replace(
        "{years: 0}", "{years: 0, cost: 1}"
    )
    both = (
        both.replace("{years: {uniform: [0.8, 1]}}", "{years: 1, cost: 0}")
        .replace("8}}", "8, cost: 0.1}}")
        .replace("6}}", "6, cost: 0.1}}")
    )
    path = written(("influence: 0.08", "influence: 0"), ("influence: 0.16", "influence: 0"), text=both)
    (told,) = wrong(path)
    assert "parties.NLD.influence = 0; can be 0 for every party with a position on years and cost." in told


def test_the_end_of_a_block_is_no_second_line(written):
    file = load_positions(written(('"four years"', ">\n      four\n      years")))
    assert file.issues["years"].low == "four years"
