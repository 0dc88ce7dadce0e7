"""The table of a conflict: what holds and how surely comes first, and all of it fits 80 columns."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from holdfast.report.stability import stability_table
from holdfast.report.stability_words import changed, headline
from holdfast.study.conflict import answer, load_conflict, read_conflict, stability

CATALOG = Path(__file__).parents[3] / "catalog"


def printed(found, width=80):
    out = io.StringIO()
    Console(file=out, width=width).print(stability_table(found))
    return out.getvalue()


@pytest.fixture(scope="module")
def elmira():
    return stability(load_conflict(CATALOG / "elmira" / "stability.yaml"))


def test_equilibria_and_how_sure_they_are_come_first(elmira):
    text = " ".join(printed(elmira).split())
    assert text.index("Equilibria by Nash, GMR, SMR, SEQ and SIM: 5, 8, 9.") < text.index("How sure")
    assert (
        "8, 9, 1 and 4 survive all of them; 5 survives 46 (Nash, SEQ and SIM) and 47 (GMR and SMR)." in text
    )
    assert text.index("How sure") < text.index("state MOE UNI LG all reached by")
    assert "LG ranked 1 just above 5: 5 is none by Nash, SEQ and SIM" in text
    assert "Together MOE and UNI can go from 5 to 8" in text


def test_equilibria_are_the_first_rows(elmira):
    rows = [line for line in printed(elmira).splitlines() if line[:2] in {f"{n} " for n in range(1, 10)}]
    assert [row[0] for row in rows] == list("589142367")
    assert rows[0].split()[-5:] == ["NGSQI", "NGSQI", "NGSQI", "NGSQI", "LG*"]


@pytest.mark.parametrize("name", ["elmira", "paris-2025"])
def test_the_table_fits_80_columns(name):
    text = printed(stability(load_conflict(CATALOG / name / "stability.yaml")))
    assert max(map(len, text.splitlines())) <= 80


def many(parties, states):
    """Everybody can go from each state to s0; the first party likes high numbers, the others low ones."""
    ids = [f"P{n}" for n in range(parties)]
    hub = ", ".join(f"s{n}: s0" for n in range(1, states))
    up, down = (", ".join(f"s{n}: {sign * n}" for n in range(states)) for sign in (1, -1))
    return read_conflict(
        "\n".join(
            [
                "holdfast: 1",
                'title: "[bold]Ring[/bold]"',
                "as_of: 2025-01-01",
                "parties:",
                *(f'  {id_}: {{name: "Party {id_}"}}' for id_ in ids),
                "states:",
                *(f"  s{n}: {{}}" for n in range(states)),
                "moves:",
                *(f"  {id_}: {{to: {{{hub}}}}}" for id_ in ids),
                "preferences:",
                *(f"  {id_}: {{ranks: {{{up if id_ == 'P0' else down}}}}}" for id_ in ids),
                "status_quo: s0",
            ]
        ).encode(),
        "ring.yaml",
    )


def test_many_parties_and_states_fit_80_columns_too(monkeypatch):
    monkeypatch.setattr(answer, "MOST_CHANGES", 1)
    monkeypatch.setattr(answer, "MOST_TOGETHER", 1)
    text = printed(stability(many(8, 44)))
    assert max(map(len, text.splitlines())) <= 80
    assert "What coalitions could do together was NOT examined" in " ".join(text.split())
    assert "Not shown: 43 other states; --json has them." in " ".join(text.split())
    assert "SIM, simultaneous stability, needs states that are built from options." in " ".join(text.split())


def test_what_the_file_says_is_no_markup():
    assert "[bold]Ring[/bold]" in printed(stability(many(2, 3)))


def test_sensitivity_that_was_not_examined_is_told_in_the_first_lines(monkeypatch):
    monkeypatch.setattr(answer, "MOST_CHANGES", 1)
    found = stability(many(2, 3))
    assert found["sensitivity"] is None
    assert "was NOT examined" in printed(found)


def test_no_equilibrium_at_all_is_told():
    """The sentence only: the answer is emptied, for no conflict is known here that has no equilibrium by any concept."""
    found = stability(many(2, 3))
    for own in found["states"].values():
        own["equilibrium"] = []
    assert "No state is stable for all parties by any concept." in printed(found)


def first_lines(parties, orders, options):
    """What the table of a conflict of options says first."""
    lines = ["holdfast: 1", 'title: "t"', "as_of: 2025-01-01", "parties:"]
    lines += [f'  {p}: {{name: "Party {p}"}}' for p in parties]
    lines += ["options:", *(f'  {o}: {{by: {p}, name: "{o}"}}' for o, p in options.items()), *orders]
    text = "\n".join(lines)
    return " ".join(printed(stability(read_conflict(text.encode(), "t.yaml"))).split())


CHICKEN = (
    "states: {CC: {taken: [a, b]}, CD: {taken: [a]}, DC: {taken: [b]}, DD: {taken: []}}",
    "preferences: {A: {order: [DC, CC, CD, DD]}, B: {order: [CD, CC, DC, DD]}}",
)


def test_how_sure_does_not_contradict_itself():
    """CC survives all by GMR but not by SMR and SIM: it is not said that no equilibrium survives all, but by every concept."""
    text = first_lines("AB", CHICKEN, {"a": "A", "b": "B"})
    assert (
        "12 changes in all. No equilibrium survives all of them by every concept; CD survives 10 (Nash and SIM) and 11 (GMR, SMR and "
        "SEQ); DC survives 10 (Nash and SIM) and 11 (GMR, SMR and SEQ); CC survives all 12 (GMR), 10 (SMR) and 8 (SIM)."
    ) in text


def test_concepts_that_survive_as_many_changes_stand_together():
    told = {
        "changes": [{}] * 8,
        "survives": {"seq": {"x": {"broken_by": [0, 1]}}, "sim": {"x": {"broken_by": [1, 2]}}},
    }
    states = {"x": {"equilibrium": ["seq", "sim"]}}
    found = {"states": states, "sensitivity": told, "equilibria": {"seq": ["x"], "sim": ["x"]}}
    assert "x survives 6 (SEQ and SIM)." in list(headline(found))[-1]


@pytest.mark.parametrize(
    ("kind", "first", "second", "words"),
    [
        ("above", "war", ["truce", "talks"], "A ranked war just above truce and talks"),
        ("level", "war", list("abcde"), "A ranked war level with a, b, c, d and one other as good as these"),
        ("below", "war", ["truce"], "A ranked war just below truce"),
        ("reordered", "a or b", ["c"], 'A put "c" before "a or b"'),
        ("dropped", "a or b", [], 'A did not mind whether "a or b"'),
    ],
)
def test_each_change_in_words(kind, first, second, words):
    assert changed({"party": "A", "kind": kind, "first": first, "second": second}) == words


def test_nobody_is_left_to_answer_a_coalition_of_all():
    """By hand: from DD both can go to CC, which both like better."""
    orders = (
        CHICKEN[0],
        "preferences: {A: {order: [DC, CC, DD, CD]}, B: {order: [CD, CC, DD, DC]}}",
    )
    text = first_lines("AB", orders, {"a": "A", "b": "B"})
    assert (
        "Together A and B can go from DD to CC, which each likes better; they are everybody, so that nobody is left to answer."
    ) in text


def test_dozens_of_equilibria_are_counted():
    """Nobody minds anything: all 64 are equilibria."""
    same = "order: [[" + ", ".join(f"s{n}" for n in range(1, 65)) + "]]"
    text = first_lines(
        "AB",
        (f"preferences: {{A: {{{same}}}, B: {{{same}}}}}",),
        {f"o{n}": "AB"[n % 2] for n in range(6)},
    )
    assert "s19, s20 and 44 more (--json lists all)." in text
    assert "Not shown: 24 equilibria; --json has them." in text
    assert "s21, s22" not in text.split("state A B all")[0]
