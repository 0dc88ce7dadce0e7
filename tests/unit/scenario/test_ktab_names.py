"""Names, descriptions and ids between KTAB's files and files of positions: what can be kept is, and the rest is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from holdfast.errors import ScenarioError
from holdfast.scenario import load_positions
from holdfast.scenario.ktab import (
    Actor,
    Actors,
    actors_of,
    form_notes,
    import_notes,
    position_file,
    read_actors,
    text_of,
)

HALF = Decimal(50)


def some(*names, dimensions=("Reform",), descriptions=None):
    told = descriptions or [""] * len(names)
    count = len(dimensions)
    share = Decimal(100) / count
    actors = (Actor(n, d, HALF, (HALF,) * count, (share,) * count) for n, d in zip(names, told, strict=True))
    return Actors("Title", "", tuple(dimensions), tuple(actors))


@pytest.fixture
def there(tmp_path):
    """Writes actors as a file of positions, perhaps edited, and loads it."""

    def there(actors, *edits):
        text = position_file(actors, "in.csv", dt.date(2016, 1, 1))
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "positions.yaml"
        path.write_text(text, encoding="utf-8")
        return load_positions(path)

    return there


@pytest.mark.parametrize("suffix", ["csv", "xml"])
def test_names_of_dimensions_that_are_no_ids_come_back(there, tmp_path, suffix):
    names = ("Oil price (USD)", "Ré form/x", "Oil price USD", "100 %")
    given = some("A", "B", "C", dimensions=names, descriptions=("x", "y", "z"))
    file = there(given)
    assert list(file.issues) == ["Oil_price_USD", "Ré_form_x", "Oil_price_USD_2", "a100"]
    back, left = actors_of(file)
    assert back == given
    path = tmp_path / f"out.{suffix}"
    path.write_text(text_of(back, path), encoding="utf-8")
    assert read_actors(path) == given
    assert len(left.sentences) == 1  # of what KTAB has no place for at all


def test_a_description_that_is_no_name_of_the_issue_is_told(there):
    file = there(some("A", "B", "C", dimensions=("Oil price",)), ('"Oil price"', '"What oil costs"'))
    back, left = actors_of(file)
    assert back.dimensions == ("Oil_price",)
    assert (
        "Descriptions of issues are left out, and the id is the dimension's name: Oil_price."
        in left.sentences
    )


def test_ids_differ_by_more_than_case_and_are_short_enough_for_ktab(there):
    given = some("XJ", "xj", "accident", "L" * 300, "L" * 299 + "M", "Ж" * 20)
    ids = list(there(given).parties)
    assert ids[:3] == ["XJ", "xj_2", "aaccident"]
    assert len({i.casefold() for i in ids}) == len(ids)
    assert all(len(i.encode()) <= 25 for i in ids)
    said = " ".join(import_notes(given))
    assert "parties.xj_2 for xj, parties.aaccident for accident" in said
    assert "KTAB takes 25 bytes of an actor's name; holdfast export will write the id for longer ones" in said


def test_one_long_name_leaves_the_others_as_they_are(there):
    file = there(some("Li Keqiang", "L" * 26, "Ж" * 13, "Z"))
    back, left = actors_of(file)
    assert [a.name for a in back.actors] == ["Li Keqiang", "L" * 25, "Ж" * 12, "Z"]
    assert [a.description for a in back.actors] == ["", "L" * 26, "Ж" * 13, ""]
    assert (
        "Names that are longer than 25 bytes, in two lines, or of two parties; the id stands for each: "
        f"{'L' * 25}, {'Ж' * 12}." in left.sentences
    )


def test_an_id_that_is_too_long_is_cut_and_numbered(there):
    first, second = "party_of_the_northern_hills_" + "a", "party_of_the_northern_hills_" + "b"
    long = '"' + "N" * 30 + '"'
    file = there(
        some("A", "B", "C"),
        ('  A:\n    name: "A"', f"  {first}:\n    name: {long}"),
        ('  B:\n    name: "B"', f"  {second}:\n    name: {long}"),
    )
    back, _ = actors_of(file)
    assert [a.name for a in back.actors] == ["party_of_the_northern_hil", "party_of_the_northern_h_2", "C"]


def test_a_description_in_two_lines_or_too_long_is_told(there):
    file = there(some("A", "B", "C", descriptions=("one\ntwo", "Ж" * 129, "two  blanks")))
    back, left = actors_of(file)
    assert [a.description for a in back.actors] == ["one two", "Ж" * 126 + "…", "two  blanks"]
    assert (
        "Put in one line, or cut to what KTAB takes: parties.A.description, parties.B.description."
        in left.sentences
    )


def test_the_seed_and_missing_descriptions_are_told_for_xml_only():
    given = some("A", "B", "C", descriptions=("a", "", "c"))
    assert form_notes(given, "a.csv") == ()
    seed, described = form_notes(given, "a.xml")
    assert "1 is written" in seed
    assert described == "KTAB wants a description of every actor in XML: the name stands for it at B."


def test_what_loading_would_refuse_is_never_given(there):
    many = Actors("T", "", tuple(f"D{k}" for k in range(5001)), ())
    bad = some("A", "B", "C")._replace(title="a\x1bb")
    for given, says in ((many, "as a file of positions:"), (bad, "title = ")):
        with pytest.raises(ScenarioError, match=says) as raised:
            there(given)
        assert "in.csv, as a file of positions" in str(raised.value)
