"""KTAB's files of actors: what comes in goes out the same; each kind of mistake is told with its place and remedy."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from holdfast.errors import InputError
from holdfast.scenario import load_positions
from holdfast.scenario.ktab import Actor, Actors, actors_of, position_file, read_actors, text_of
from tests.unit.scenario.examples import SMALL

DAY = dt.date(2016, 1, 1)

CSV = """\
Oil; scen 2,"Two, of a kind",3,2,
Actor,Description,Influence,Policy Position,Policy Salience,Trade Position,Trade Salience,
XJ,First,                            100.0,30,24.0,20,48.0,
Li Ke,"Second, not ""last"" one",60.2,45,44.7,65,41.3,
ZG,,35,0,0,100,100,
"""

XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<Scenario>
  <name>Oil</name>
  <desc>Small &amp; plain</desc>
  <prngSeed>03507583219545544127</prngSeed>
  <ModelParameters><VotingRule>PropCbc</VotingRule></ModelParameters>
  <Dimensions>
    <dName>Policy</dName>
  </Dimensions>
  <Actors>
    <Actor>
      <name>A</name><description>First</description><capability>117.7</capability>
      <Position><dCoord>39.8</dCoord></Position>
      <Salience><dSal>32.3</dSal></Salience>
    </Actor>
    <Actor>
      <name>B</name><description>B</description><capability>1</capability>
      <Position><dCoord>0</dCoord></Position>
      <Salience><dSal>100</dSal></Salience>
    </Actor>
    <Actor>
      <name>C</name><description>Third</description><capability>2</capability>
      <Position><dCoord>100</dCoord></Position>
      <Salience><dSal>0</dSal></Salience>
    </Actor>
  </Actors>
</Scenario>
"""


@pytest.fixture
def read(tmp_path):
    """Reads a text, with edits, from a file of the form it has."""

    def read(text, *edits):
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / ("in.xml" if text.startswith("<") else "in.csv")
        path.write_bytes(text.encode())
        try:
            return read_actors(path)
        except InputError as error:
            return str(error).replace(f"{path}", "in")

    return read


def as_file(tmp_path, actors):
    path = tmp_path / "positions.yaml"
    path.write_text(position_file(actors, "in.csv", DAY), encoding="utf-8")
    return load_positions(path)


def test_csv_is_read(read):
    found = read(CSV)
    assert found.title == "Oil; scen 2"
    assert found.description == "Two, of a kind"
    assert found.dimensions == ("Policy", "Trade")
    assert found.actors[1] == Actor(
        "Li Ke",
        'Second, not "last" one',
        Decimal("60.2"),
        (Decimal(45), Decimal(65)),
        (Decimal("44.7"), Decimal("41.3")),
    )


@pytest.mark.parametrize(
    "edit",
    [(",3,2,\n", ",3,2\n"), (",3,2,", ",3,2,0,,,,"), ("100,100,\n", "100,100\n\n  \n"), ("Oil", "\ufeffOil"), ("\n", "\r\n")],
    ids=["no last comma", "more columns", "blank lines", "byte order mark", "line ends of Windows"],
)  # fmt: skip
def test_what_other_tools_make_of_csv_is_read_too(read, edit):
    assert read(CSV, edit)._replace(ignored=()) == read(CSV)


def test_xml_is_read_and_what_is_ignored_is_told(read):
    found = read(XML)
    assert found.description == "Small & plain"
    assert [a.name for a in found.actors] == ["A", "B", "C"]
    assert found.actors[0].positions == (Decimal("39.8"),)
    assert found.actors[1].description == ""
    assert [what.partition(",")[0] for what in found.ignored] == [
        "the model's parameters (choose a model with holdfast bargain --model)",
        "the seed of KTAB's random numbers",
    ]


def test_scales_become_those_of_a_file_of_positions(read, tmp_path):
    file = as_file(tmp_path, read(CSV))
    party = file.parties["Li_Ke"]
    assert (party.name, party.description) == ("Li Ke", 'Second, not "last" one')
    assert {k: q.constant for k, q in party.positions.items()} == {"Policy": 0.45, "Trade": 0.65}
    assert {k: q.constant for k, q in party.salience.items()} == {"Policy": 0.447, "Trade": 0.413}
    assert party.influence is not None
    assert party.influence.constant == 60.2
    assert file.sources["ktab-file"].title == "in.csv"
    assert file.sources["ktab-file"].date == "not told in the file"
    assert all(q.kind == "plain" for q in file.quantities.values())


@pytest.mark.parametrize("suffix", ["csv", "xml"])
@pytest.mark.parametrize("text", [CSV, XML], ids=["csv", "xml"])
def test_there_and_back_is_the_same(read, tmp_path, text, suffix):
    given = read(text)._replace(ignored=())
    back, _ = actors_of(as_file(tmp_path, given))
    assert back == given
    path = tmp_path / f"out.{suffix}"
    path.write_text(text_of(back, path), encoding="utf-8")
    assert read_actors(path) == given


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", ["ktab-SOE-Pol-Comp.csv", "ktab-SOE-Competitive.csv"])
def test_real_files_go_there_and_back(shared, tmp_path, name):
    given = read_actors(shared / "data" / "bargaining" / name)
    assert len(given.actors) == {"ktab-SOE-Pol-Comp.csv": 13, "ktab-SOE-Competitive.csv": 34}[name]
    back, _ = actors_of(as_file(tmp_path, given))
    assert back == given


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("30,24.0", ",24.0"), "in:3:44: XJ: position on Policy: is empty. Write a number from 0 to 100."),
        (("30,24.0", "thirty,24.0"), "in:3:44: XJ: position on Policy = thirty; must be a number from 0 to 100"),
        (("30,24.0", "101,24.0"), "in:3:44: XJ: position on Policy = 101; must be from 0 to 100."),
        (("30,24.0", "-1,24.0"), "XJ: position on Policy = -1; must be from 0 to 100."),
        (("30,24.0", "nan,24.0"), "XJ: position on Policy = nan; must be a number"),
        (("30,24.0", '"3,5",24.0'), "XJ: position on Policy = 3,5; must be a number from 0 to 100, in plain digits. Write a point"),
        (("30,24.0", "30,140"), "XJ: salience of Policy = 140; must be from 0 to 100."),
        (("30,24.0", "30,60"), "in:3:1: XJ: sum of saliences = 108; is more than 100"),
        (("100.0", "-100"), "XJ: influence = -100; must be 0 or more."),
        (("100.0", "1e12"), "XJ: influence = 1e12; is above what KTAB takes"),
        (("ZG,", "XJ,"), "in:5:1: actor = XJ; is the name of the actor in line 3 too."),
        (("ZG,,", ",,"), "in:5:1: actor: has no name."),
        ((",35,0,0,100,100", ",35,0,0,100"), "in:5:15: ZG: salience of Trade: is empty."),
        (("Second, not", 'Second", "not'), "in:4:"),
        ((",3,2,", ",4,2,"), "number of actors = 4; must be the number of actors; 3 lines of them follow. Write 3"),
        ((",3,2,", ",3,3,"), "in:2:1: has 7 headings; must have 9"),
        ((",3,2,", ",three,2,"), "number of actors = three; must be a whole number"),
        ((',"Two, of a kind",3,2,', ",3,2,"), "in:1:1: must tell name, description, number of actors"),
        ((",3,2,", ",0,2,"), "number of actors = 0; must be a whole number from 1 to 5000"),
        ((",3,2,", ",20000,2,"), "= 20000; must be a whole number from 1 to 5000, the most that a file of positions takes.\n"),
        (("XJ,First", "XJ,\x1b[31mFirst"), "in:3:4: field: holds control characters, which a terminal would act on. Take them out."),
        (("XJ,First", "XJ,F\x7fX\x9by"), "in:3:4: field: holds control characters"),
        (("Policy Position,Policy Salience", "Policy Salience,Policy Position"), "in:2:29: heading = Policy Salience; must be that of"),
        (("Policy Salience", "Other Salience"), "in:2:45: heading = Other Salience; must be Policy Salience, since Policy Position stands"),
        (("Policy Position,Policy Salience", "Pstn1,Sal2"), "in:2:35: heading = Sal2; must be Sal1, since Pstn1 stands before it"),
        (("Policy Position", "Policy"), "in:2:29: heading = Policy; must be that of a position, such as Policy Position"),
        (("Policy Salience", "Policy"), "heading = Policy; must be Policy Salience"),
        (("Actor,Description", "Description,Actor"), "in:2:1: heading = Description; must be Actor: KTAB reads columns by their place"),
        (("Trade Position", "POLICY Position"), "heading = POLICY; must name a dimension, each by a name of its own"),
        (("Trade Position", "Policy Position"), "heading = Policy; must name a dimension, each by a name of its own"),
    ],
)  # fmt: skip
def test_mistakes_in_csv_are_told_with_place_and_remedy(read, edit, says):
    assert says in f"{read(CSV, edit)}\n"


HEADS = "Actor,Description,Influence,Policy Position,Policy Salience,Trade Position,Trade Salience,\n"


FIRST = CSV[: CSV.index("Actor,")]
LINES = CSV[CSV.index("XJ,") :]


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ([(FIRST, "")], "in:1:1: first line = Actor; is a heading; the line of the scenario belongs before it."),
        ([(FIRST, ""), (HEADS, "")], "in:2:34: line of headings = 60.2; stands where the heading Influence belongs."),
        ([(HEADS, "")], "in:2:38: line of headings = 100.0; stands where the heading Influence belongs."),
        ([(LINES, "")], "in:1:30: number of actors = 3; must be the number of actors; no line of one follows. Write a line"),
        ([("XJ,First", '"XJ,First')], 'in:3:1: field = "XJ; begins with a quotation mark that is not closed at the end of the'),
        ([("XJ,First", '"X"J,First')], 'in:3:1: field = "X"J; begins with a quotation mark that is not closed'),
        ([("100.0,", "0,"), (",60.2,", ",0,"), (",35,", ",0,")], "in:3:1: influence: is 0 for every actor, and then no position counts."),
        ([("24.0,20", "0,20"), ("44.7", "0")], "in:3:1: salience of Policy: is 0 for every actor, and then no position counts."),
        (
            [(",60.2,", ",0,"), (",35,", ",0,")],
            "in:3:1: influence: is above 0 together with a salience for XJ only, and a bargain takes two. Give another actor both.",
        ),
        (
            [("100.0,", "0,"), ("44.7", "0")],
            "in:3:1: salience of Policy: is 0 for every actor with an influence above 0, and XJ, for whom it is not, has none; then no",
        ),
    ],
)  # fmt: skip
def test_one_mistake_is_told_once_and_by_its_name(read, edits, says):
    told = read(CSV, *edits)
    assert told.startswith(says)
    assert "\n" not in told


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs")])
@pytest.mark.parametrize("quote", ["", '"'])
def test_another_separator_is_named_and_nothing_else(read, sign, name, quote):
    rows = [
        ["Oil, gas", "A plan", "2", "1"],
        ["Actor", "Description", "Influence", "X Position", "X Salience"],
        ["A", "", "1,5", "0", "5"],
    ]
    text = "".join(sign.join(f"{quote}{field}{quote}" for field in row) + "\n" for row in rows)
    assert (
        read(text)
        == f"in:1:1: has {name} between its fields; KTAB’s CSV has commas. Save it with commas between fields, and points in numbers."
    )


def test_a_field_in_quotes_may_hold_line_breaks(read):
    found = read(
        CSV,
        ("XJ,First", 'XJ,"First,\nof two"'),
        ("ZG,", '"Z\nG",'),
        ("Trade Pos", '"Trade \n Pos'),
        ("tion,Trade S", 'tion",Trade S'),
    )
    assert [a.name for a in found.actors] == ["XJ", "Li Ke", "Z G"]
    assert found.actors[0].description == "First,\nof two"
    assert found.dimensions == ("Policy", "Trade")
    told = read(CSV, ("XJ,First", 'XJ,"First\n"'), ("ZG,,35", "ZG,,high"))
    assert told.startswith("in:6:5: ZG: influence = high")


@pytest.mark.parametrize(
    "heads",
    [
        "Pstn1,Sal1,Pstn2,Sal2",
        " POLICY position, policy  salience,Trade Position,Trade Salience",
        "Position,Salience,Dim1 Position,Dim1 Salience",
    ],
)
def test_headings_of_files_that_ktab_publishes_are_taken(read, heads):
    given = HEADS.removeprefix("Actor,Description,Influence,").removesuffix(",\n")
    found = read(CSV, (given, heads), ("Influence", "Power"))
    assert found.actors == read(CSV).actors
    assert found.dimensions[0] in {"Pstn1", "POLICY", "Position"}


def test_all_mistakes_are_told_at_once(read):
    told = read(CSV, ("30,24.0", ",x"), (",65,", ",165,")).splitlines()
    assert [line.split(":")[1] for line in told] == ["3", "3", "4"]


def test_names_and_sums_are_told_beside_bad_numbers(read):
    told = read(CSV, ("30,24.0", "x,24.0"), ("ZG,,35,0,0", "XJ,,35,0,10"))
    assert [line.split(":", 3)[3].split("; ")[0] for line in told.splitlines()] == [
        " XJ: position on Policy = x",
        " XJ: sum of saliences = 110",
        " actor = XJ",
    ]
    told = read(XML, ("<dCoord>39.8</dCoord>", "<dCoord>low</dCoord>"), ("<name>B</name>", "<name>A</name>"))
    assert "A: position on Policy = low" in told
    assert "actor = A; is the name of the actor in line" in told


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (("<dCoord>39.8</dCoord>", "<dCoord></dCoord>"), "in:13:17: A: position on Policy: is empty."),
        (("<dCoord>39.8</dCoord>", "<dCoord>low</dCoord>"), "A: position on Policy = low; must be a number"),
        (("<dCoord>39.8</dCoord>", ""), "A: <Position>: has 0 elements <dCoord>; must have one for each of 1"),
        (("<dSal>32.3</dSal>", "<dSal>132</dSal>"), "A: salience of Policy = 132; must be from 0 to 100."),
        (("03507583219545544127", "abc"), "in:5:3: <prngSeed> = abc; must be a whole number from 0 to 18446744073709551615. Write 1,"),
        (("03507583219545544127", "18446744073709551616"), "<prngSeed> = 18446744073709551616; must be"),
        (("First", "Fi&#x9b;rst"), "in:12:21: <description>: holds control characters"),
        (("<capability>1</capability>", ""), "B: has 0 elements <capability>; must have one."),
        (("<dName>Policy</dName>", ""), "<Dimensions>: is empty."),
        (("<name>B</name>", "<name>A</name>"), "actor = A; is the name of the actor in line 11 too"),
        (("</Scenario>", ""), "is no XML: no element found"),
        (("<Scenario>", "<!DOCTYPE Scenario>\n<Scenario>"), "in:2:"),
        (("encoding=\"UTF-8\"", "encoding=\"klingon\""), "encoding"),
    ],
)  # fmt: skip
def test_mistakes_in_xml_are_told_with_place_and_remedy(read, edit, says):
    assert says in read(XML, edit)


def test_entities_are_refused_before_they_grow(read):
    bomb = '<!DOCTYPE S [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>\n<Scenario>'
    told = read(XML, ("<Scenario>", bomb))
    assert "has a document type" in told
    secret = '<!DOCTYPE S [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n<Scenario>'
    assert "has a document type" in read(XML, ("<Scenario>", secret), ("<name>Oil", "<name>&a;"))


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.csv", b"", "is empty."),
        ("a.csv", b" \n", "is empty."),
        ("a.xml", b"", "is empty. KTAB's XML holds a <Scenario> with"),
        ("a.csv", b"PK\x03\x04\x00\x00", "is no text. Save it as CSV in UTF-8, not as a workbook."),
        ("a.csv", b"Caf\xe9,x,3,1\n", ":1:4: is not in UTF-8 (byte 0xe9)"),
        ("a.csv", b"hello", "must have a line for the scenario"),
        ("a.xml", b"hello", "is no XML"),
        ("a.xml", b"<a/>", "outermost element = <a>; must be <Scenario>"),
        ("a.txt", b"x", "must end in .csv or .xml"),
    ],
)  # fmt: skip
def test_files_that_are_something_else_are_refused(tmp_path, name, raw, says):
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError) as raised:
        read_actors(tmp_path / name)
    assert says in str(raised.value)


def test_one_actor_does_not_bargain(read):
    one = "\n".join(CSV.splitlines()[:3]).replace(",3,2,", ",1,2,")
    assert "has 1 actor; one by itself does not bargain" in read(one)


def test_no_actor_is_told_as_none(read):
    told = read(XML[: XML.index("<Actors>")] + "<Actors></Actors></Scenario>")
    assert told == "in: has no actors. Write two or more."


def test_names_become_ids_that_yaml_reads_as_text(tmp_path):
    names = ["no", "Li Ke", "Li_Ke", "1e5", "%", "\N{CYRILLIC CAPITAL LETTER A}"]
    d = Decimal(50)
    given = Actors("T: 1", "#", ("a: b",), tuple(Actor(n, "- x", d, (d,), (d,)) for n in names))
    file = as_file(tmp_path, given)
    assert [p.name for p in file.parties.values()] == names
    back, _ = actors_of(file)
    assert back == given


def exported(tmp_path, text, *issues):
    path = tmp_path / "given.yaml"
    path.write_text(text, encoding="utf-8")
    return actors_of(load_positions(path), issues)


def test_what_ktab_has_no_place_for_is_said(read, tmp_path):
    text = position_file(read(CSV), "in.csv", DAY)
    text = text.replace("influence: 35", "influence: {uniform: [30, 40]}").replace(
        "Trade: 0.48", "Trade: 0.88"
    )
    found, left = exported(tmp_path, text, "Policy")
    assert found.actors[2].influence == 35
    # 0.24 of a sum of 1.12, in per cent
    assert float(found.actors[0].salience[0]) == pytest.approx(24 / 1.12)
    said = " ".join(left.sentences)
    assert "1 number with a range is written as its median, such as parties.ZG.influence." in said
    assert "scaled down, as in bargaining: XJ." in said
    assert "Issues left out: Trade." in said


def test_a_party_that_stands_on_some_issues_only_is_an_error(read, tmp_path):
    text = position_file(read(CSV), "in.csv", DAY).replace(
        "positions: {Policy: 0, Trade: 1}", "positions: {Trade: 1}"
    )
    text = text.replace("salience: {Policy: 0, Trade: 1}", "salience: {Trade: 1}")
    with pytest.raises(InputError, match=r"parties\.ZG\.positions has no Policy, and KTAB wants"):
        exported(tmp_path, text)
    found, _ = exported(tmp_path, text, "Trade")
    assert found.dimensions == ("Trade",)


def test_unknown_issues_and_too_few_parties_are_errors(read, tmp_path):
    text = position_file(read(CSV), "in.csv", DAY)
    with pytest.raises(InputError, match="--issue Trad: is no issue"):
        exported(tmp_path, text, "Trad")
    with pytest.raises(InputError, match="2 parties have positions; KTAB takes 3 to 250"):
        exported(tmp_path, SMALL)


def test_xml_without_influence_is_refused(read):
    found = read(CSV, (",35,", ",0,"))
    assert text_of(found, "a.csv").count("ZG,,0,") == 1
    with pytest.raises(InputError, match=r"ZG: influence = 0; KTAB reads only what is above 0 from XML"):
        text_of(found, "a.xml")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "Li Ke",
            "Li\u202e Ke",
            "name of actor 2: holds U+202E, which is not seen but can change how the rest reads.",
        ),
        (
            "First",
            "\x1b[31mred",
            "3:4: field: holds control characters, which a terminal would act on. Take them out.",
        ),
        ("Oil; scen 2", "Oil\u200b", "title: holds U+200B"),
        ("Trade", "Tr\u2066ade", "dimension 2: holds U+2066"),
    ],
)
def test_what_no_file_of_holdfast_may_hold_is_not_imported(tmp_path, old, new, told):
    """Else the file that is written could not be read."""
    file = tmp_path / "actors.csv"
    file.write_text(CSV.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=r"actors\.csv: ?" + re.escape(told)):
        read_actors(file)
