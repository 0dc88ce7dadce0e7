"""The conflicts of the catalogue: each loads, says what its preferences rest on, and gives what its page says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from holdfast.study.conflict import LoadedConflict, load_conflict, read_conflict, stability
from tests.reference.test_published_conflicts import ELMIRA

CATALOG = Path(__file__).parents[2] / "catalog"
FILES = sorted(CATALOG.glob("*/stability.yaml"))


@pytest.fixture(scope="module")
def conflicts() -> dict[str, LoadedConflict]:
    """All conflicts of the catalogue by folder, each loaded once."""
    return {file.parent.name: load_conflict(file) for file in FILES}


def test_the_conflicts_are_there():
    assert [file.parent.name for file in FILES] == ["elmira", "paris-2025"]


@pytest.mark.parametrize("name", [file.parent.name for file in FILES])
def test_every_preference_says_what_it_rests_on_and_every_source_is_used(conflicts, name):
    file = conflicts[name]
    said = [s for p in file.preferences.values() for s in (p, *(p.statements or ()), *(p.pairs or ()))]
    assert all(one.source for one in said)
    assert {id_ for one in said for id_ in one.source} - {"judgement"} == set(file.sources)
    assert all(source.link or source.note for source in file.sources.values())
    found = stability(file)
    assert found["warnings"] == []
    assert all(found["equilibria"].values())


def test_elmira_built_from_options_is_elmira_as_it_is_printed(conflicts):
    """The moves that follow from the options, and the ranks, are those of the nine states that the literature lists."""
    built = conflicts["elmira"].built
    assert built.states == tuple("123456789")
    assert np.array_equal(built.conflict.moves, ELMIRA.moves)
    assert np.array_equal(np.argsort(built.conflict.rank), np.argsort(ELMIRA.rank))
    found = stability(conflicts["elmira"])["equilibria"]
    assert found["nash"] == found["seq"] == ["5", "8", "9"]
    assert found["gmr"] == found["smr"] == ["1", "4", "5", "8", "9"]


def test_every_order_of_paris_is_marked_as_judgement(conflicts):
    found = stability(conflicts["paris-2025"])
    assert set(found["preferences"].values()) == {"judgement"}
    rows = [s for p in conflicts["paris-2025"].preferences.values() for s in p.statements or ()]
    assert all("judgement" in (s.source or ()) and s.because for s in rows)


def test_russia_and_ukraine_want_the_same_where_no_source_tells_them_apart(conflicts):
    """Their statements mirror each other, but for the one on troops."""
    preferences = conflicts["paris-2025"].preferences
    rus, ukr = (
        [s.says for s in preferences[p].statements or () if s.says not in ("troops", "not troops")]
        for p in ("RUS", "UKR")
    )
    swapped = [s.replace("rus", "x").replace("ukr", "rus").replace("x", "ukr") for s in rus]
    assert swapped == ukr


def test_the_page_of_paris_says_what_the_file_gives(conflicts):
    found = stability(conflicts["paris-2025"])
    assert found["equilibria"]["nash"] == ["war", "both"]
    assert found["coalitional_equilibria"]["seq"] == ["both"]
    together = (("RUS", "UKR"), "gainful"), (("RUS", "UKR", "COA"), "none")
    assert from_war(found) == set(together)
    assert "nash" not in found["states"]["watched"]["equilibrium"]
    told = found["sensitivity"]
    unwanted = [
        n
        for n, c in enumerate(told["changes"])
        if (c["kind"], c["first"]) == ("dropped", "troops") and c["party"] == "COA"
    ]
    assert all(unwanted[0] in told["becomes"][c]["watched"] for c in ("nash", "seq", "sim"))
    alone = [
        n
        for n, c in enumerate(told["changes"])
        if c["kind"] == "dropped" and c["first"] in ("ukr_stops if rus_stops", "rus_stops if ukr_stops")
    ]
    assert len(alone) == 2
    assert all(n in told["survives"]["nash"]["war"]["broken_by"] for n in alone)


def test_what_the_page_of_paris_says_of_another_order_is_so():
    """Russia's statement on troops after both on stopping: nobody has an answer to Russia and Ukraine's joint step any more."""
    text = (CATALOG / "paris-2025" / "stability.yaml").read_text(encoding="utf-8")
    first = text.index('      - says: "not troops"')
    middle = text.index('      - says: "ukr_stops"', first)
    last = text.index('      - says: "ukr_admits"', middle)
    other = text[:first] + text[middle:last] + text[first:middle] + text[last:]
    file = read_conflict(other.encode(), "other.yaml")
    found = stability(file)
    assert [s.says for s in file.preferences["RUS"].statements or ()][3] == "not troops"
    assert (("RUS", "UKR"), "none") in from_war(found)


def from_war(found):
    return {(tuple(m["by"]), m["answer"]) for m in found["coalition_moves"] if m["from"] == "war"}
