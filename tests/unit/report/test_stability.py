"""The table of a conflict: what holds and how surely comes first, and all of it fits 80 columns."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from holdfast.report.stability import stability_table
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
    assert "LG liked 1 better than 5: 5 is none by Nash, SEQ and SIM" in text
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
    monkeypatch.setattr(answer, "MOST_WORK", 1)
    text = printed(stability(many(8, 44)))
    assert max(map(len, text.splitlines())) <= 80
    assert "What coalitions could do together was NOT examined" in " ".join(text.split())
    assert "43 states that are no equilibrium are not shown" in " ".join(text.split())
    assert "SIM, simultaneous stability, needs states that are built from options." in " ".join(text.split())


def test_what_the_file_says_is_no_markup():
    assert "[bold]Ring[/bold]" in printed(stability(many(2, 3)))


def test_sensitivity_that_was_not_examined_is_told_in_the_first_lines(monkeypatch):
    monkeypatch.setattr(answer, "MOST_WORK", 1)
    found = stability(many(2, 3))
    assert found["sensitivity"] is None
    assert "was NOT examined" in printed(found)


def test_no_equilibrium_at_all_is_told():
    """The sentence only: the answer is emptied, for no conflict is known here that has no equilibrium by any concept."""
    found = stability(many(2, 3))
    for own in found["states"].values():
        own["equilibrium"] = []
    assert "No state is stable for all parties by any concept." in printed(found)
