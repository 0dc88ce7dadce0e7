"""Any table, by a mapping file."""

import datetime as dt
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.errors import InputError, ScenarioError
from holdfast.monitoring.formats import load_mapping, read, read_mapping
from holdfast.monitoring.reports import Report
from holdfast.monitoring.store.correctable import read_changes
from tests.unit.monitoring.formats.examples import everything

MAPPING = """holdfast: 1
title: "Patrol log"
time_zone: "Europe/Kyiv"
fields:
  observer: {value: "Team 4"}
  native_id: no
  start: when
  kind: {column: what, words: {shelling: explosion, shots: firing, "1": works}}
  lat: lat
  lon: lon
  error_km: {column: error_m, times: 0.001}
  unit: {value: effect}
  count: number
  weapon: weapon
  calibre_mm: calibre
  by: side
  evidence: {value: observed}
  text: {columns: [notes, more]}
  sources: {column: who, separator: "/"}
  exempt: training
figures:
  wounded: hurt
"""
HEADER = "no,when,what,lat,lon,error_m,number,weapon,calibre,side,notes,more,who,training,hurt"
ROW = "7,2021-05-20 19:30,shelling,48.1,37.9,500,3,mortar,120,A,three heard,at night,Ann/Bob,,2"
WHEN = dt.datetime(2021, 5, 20, 16, 30, tzinfo=dt.UTC)


def mapped(text=MAPPING, *edits):
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return read_mapping(text.encode(), "map.yaml")


def rows(*lines, mapping=None, header=HEADER, **kwargs):
    return everything("\n".join([header, *lines, ""]), mapping=mapping or mapped(), **kwargs)


def expected(**change) -> dict:
    return {
        "format": "table",
        "observer": "Team 4",
        "native_id": "7",
        "kind": "explosion",
        "start": WHEN,
        "end": WHEN + dt.timedelta(minutes=1),
        "offset_minutes": 180,
        "lat": 48.1,
        "lon": 37.9,
        "sd_along_km": 0.5,
        "sd_across_km": 0.5,
        "azimuth_deg": 0.0,
        "shape": "normal",
        "unit": "effect",
        "count": 3,
        "weapon": "mortar",
        "calibre_mm": 120.0,
        "by": "A",
        "evidence": "observed",
        "text": "three heard at night",
        "sources": ("Ann", "Bob"),
        "figures": {"wounded": 2.0},
        "exempt": None,
        **change,
    }


def shown(report: Report, **change) -> dict:
    return {name: getattr(report, name) for name in expected(**change)}


def test_csv():
    reports, aside = rows(ROW)
    assert aside == []
    assert shown(reports[0]) == expected()
    assert reports[0].raw == ROW


def test_the_same_from_tsv_json_lines_and_parquet(tmp_path):
    names, values = HEADER.split(","), ROW.split(",")
    tsv, aside = everything("\t".join(names) + "\n" + "\t".join(values), mapping=mapped())
    assert (shown(tsv[0]), aside) == (expected(), [])
    typed = {**dict(zip(names, values, strict=True)), "lat": 48.1, "number": 3, "hurt": 2, "training": None}
    lines, aside = everything(json.dumps(typed) + "\r\n\n" + json.dumps(typed), mapping=mapped())
    assert (shown(lines[0]), aside) == (expected(), [])
    assert json.loads(lines[0].raw) == typed
    assert len({report.id for report in lines}) == 2
    typed["when"] = dt.datetime(2021, 5, 20, 19, 30)  # noqa: DTZ001 - local time, as a table has it
    pq.write_table(pa.Table.from_pylist([typed, {**typed, "lat": 195.0}]), tmp_path / "t.parquet")
    for source in (tmp_path / "t.parquet", (tmp_path / "t.parquet").read_bytes()):
        [batch] = read(source, mapping=mapped(), name="t.parquet")
        assert batch.reports.num_rows == 1
        assert batch.reports["text"][0].as_py() == "three heard at night"
        assert batch.reports["start"][0].as_py() == WHEN
        assert str(batch.aside[0]).startswith("t.parquet:2: lat = 195; must be from -90 to 90.")


def test_words_numbers_and_kinds_as_they_are():
    reports, aside = rows(
        ROW.replace("shelling", "SHOTS"), ROW.replace("shelling", "1"), ROW.replace("shelling", "clash")
    )
    assert aside == []
    assert [report.kind for report in reports] == ["firing", "works", "clash"]


def test_a_word_without_a_meaning_is_set_aside_unless_otherwise_says():
    row = ROW.replace("shelling", "thunder")
    reports, aside = rows(row)
    assert reports == []
    assert "what = thunder; is no word for kind in the mapping. Add it to words." in aside[0].reason
    kinder = mapped(MAPPING, ('"1": works}', '"1": works}, otherwise: other'))
    assert rows(row, mapping=kinder)[0][0].kind == "other"


@pytest.mark.parametrize(
    ("written", "start", "length"),
    [
        ("2021-05-20", dt.datetime(2021, 5, 19, 21, tzinfo=dt.UTC), dt.timedelta(days=1)),
        ("2021-05-20T19:30:05", WHEN + dt.timedelta(seconds=5), dt.timedelta(seconds=1)),
        ("2021-05-20T16:30Z", WHEN, dt.timedelta(minutes=1)),
        ("2021-05-20 17:30+01:00", WHEN, dt.timedelta(minutes=1)),
        ("20/05/2021 7:30 PM", WHEN, dt.timedelta(minutes=1)),
        ("20/05/2021 12:30 AM", dt.datetime(2021, 5, 19, 21, 30, tzinfo=dt.UTC), dt.timedelta(minutes=1)),
        ("20/05/2021 12:30 p.m.", dt.datetime(2021, 5, 20, 9, 30, tzinfo=dt.UTC), dt.timedelta(minutes=1)),
        ("2021-10-31 03:30", dt.datetime(2021, 10, 31, 0, 30, tzinfo=dt.UTC), dt.timedelta(minutes=61)),
    ],
)
def test_times(written, start, length):
    reports, aside = rows(ROW.replace("2021-05-20 19:30", written))
    assert aside == []
    assert (reports[0].start, reports[0].end - reports[0].start) == (start, length)


def test_an_end_and_a_time_of_their_own():
    mapping = mapped(MAPPING, ("  start: when\n", "  start: day\n  time: hour\n  end: until\n"))
    header = HEADER.replace("when", "day,hour,until")
    ends = [
        "2021-05-20,19:30,",
        "2021-05-20,19:30,2021-05-20 20:00",
        "2021-05-20,,2021-05-22",
        "2021-05-20,19:30,2021-05-20 19:30",
        "2021-05-20,19:30,2021-05-19",
    ]
    reports, aside = rows(
        *(ROW.replace("2021-05-20 19:30", end) for end in ends), mapping=mapping, header=header
    )
    lengths = [report.end - report.start for report in reports]
    assert lengths == [
        dt.timedelta(minutes=1),
        dt.timedelta(minutes=30),
        dt.timedelta(days=3),
        dt.timedelta(minutes=1),
    ]
    assert "ends before it starts" in aside[0].reason


def test_the_order_of_day_and_month_may_be_stated():
    row = ROW.replace("2021-05-20 19:30", "05/06/2021")
    assert "does not decide it" in rows(row)[1][0].reason
    stated = mapped(MAPPING, ("fields:", "dates: dmy\nfields:"))
    assert rows(row, mapping=stated)[0][0].start.month == 6
    jsonl = json.dumps({**dict(zip(HEADER.split(","), row.split(","), strict=True))})
    assert everything(jsonl, mapping=stated)[0][0].start.month == 6
    decides = jsonl.replace("05/06/2021", "05/26/2021")
    assert [report.start.month for report in everything(jsonl + "\n" + decides, mapping=mapped())[0]] == [
        5,
        5,
    ]


def test_decimal_commas_and_thousands():
    mapping = mapped(MAPPING, ("fields:", 'delimiter: ";"\ndecimal: ","\nthousands: "."\nfields:'))
    row = ROW.replace(",", ";").replace("48.1", "48,1").replace("37.9", "37,9").replace(";500;", ";1.500;")
    reports, aside = rows(row, mapping=mapping, header=HEADER.replace(",", ";"))
    assert aside == []
    assert (reports[0].lat, reports[0].sd_along_km) == (48.1, 1.5)
    wrong = row.replace("48,1", "48.1x")
    assert "must be a number" in rows(wrong, mapping=mapping, header=HEADER.replace(",", ";"))[1][0].reason


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",500,", ",,", "has a position without an error of 0 km or more."),
        (",500,", ",-1,", "has a position without an error of 0 km or more."),
        (",500,", ",900000,", "has an error of 900 km; must be at most 500 km. Check the unit;"),
        (",3,mortar", ",1e3,mortar", "number = 1e3; has an exponent, so that digits may be missing."),
        ("48.1,37.9", ",", "has neither a position nor a sector."),
        ("48.1,37.9", ",37.9", "must both be given, or neither."),
        (",3,mortar", ",2.5,mortar", "number = 2.5; must be a whole number from 0 to 1,000,000,000,000."),
        (
            ",3,mortar",
            ",99999999999999999999,mortar",
            "number = 99999999999999999999; must be a whole number from 0 to 1,",
        ),
        (",3,mortar", ",1000000000001,mortar", "number = 1000000000001; must be a whole number from 0 to 1,"),
        (",3,mortar", ",,mortar", "number: is empty. Write how many there were: 1 if one, 0 if none."),
        (",shelling,", ",,", "what: is empty. Write one of explosion, firing,"),
        ("48.1,37.9,500,3", ",37.9,500,x", "lat and lon must both be given, or neither."),
        ("120", "12O", "calibre = 12O; must be a number."),
    ],
)
def test_what_is_set_aside(old, new, says):
    reports, aside = rows(ROW.replace(old, new, 1))
    assert reports == []
    assert says in aside[0].reason


def test_an_empty_cell_of_a_field_that_need_not_be_says_what_a_missing_column_would():
    """Evidence is then the observer's own, a position's error normal, and nobody is named."""
    edits = [
        ("{value: observed}", "how"),
        ("error_km:", "shape: form\n  error_km:"),
        ("by: side", "by: {column: side, words: {one: A}}"),
    ]
    worded = [edits[1], edits[2], ("{value: observed}", "{column: how, words: {seen: observed}}")]
    for mapping in (mapped(MAPPING, *edits), mapped(MAPPING, *worded)):
        reports, aside = rows(
            ROW.replace(",A,", ",,") + ",,", ROW.replace(",A,", ",one,") + ",observed,box",
            mapping=mapping, header=HEADER + ",how,form",
        )  # fmt: skip
        assert not aside
        told = [(one.evidence, one.shape, one.by) for one in reports]
        assert told == [("reported", "normal", None), ("observed", "box", "A")]
    other = mapped(
        MAPPING, ("{value: observed}", "{column: how, words: {seen: observed}, otherwise: corroborated}")
    )
    reports, _ = rows(ROW + ",", mapping=other, header=HEADER + ",how")
    assert reports[0].evidence == "corroborated"


def test_an_empty_unit_is_not_guessed():
    mapping = mapped(MAPPING, ("{value: effect}", "counted"))
    _, aside = rows(ROW + ",", mapping=mapping, header=HEADER + ",counted")
    assert "counted: is empty. Write one of effect, incident," in aside[0].reason


def test_a_sector_alone():
    mapping = mapped(
        "holdfast: 1\nfields: {start: when, kind: {value: access}, sector: where, unit: {value: refusal}}\n"
    )
    reports, aside = everything(
        "when,where\n2021-05-20,North\n2021-05-21,\n", mapping=mapping, observer="Team 9"
    )
    report = reports[0]
    assert (report.observer, report.sector, report.unit, report.kind) == (
        "Team 9",
        "North",
        "refusal",
        "access",
    )
    assert report.lat is None
    assert len(reports) + len(aside) == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[1, 2]", "is no JSON object."),
        ("{", "is no JSON"),
        ("nonsense", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"no": "a\\u0000b", "when": "2021-05-20"}', "holds a NUL character."),
        ('{"no": "\\ud800"}', "holds half a character."),
        ('{"no": ' + "9" * 5000 + "}", "is no JSON"),
        ('{"when": NaN, "lat": Infinity}', "lat = inf; must be a finite number."),
    ],
)
def test_lines_that_are_no_rows(line, says):
    good = json.dumps(dict(zip(HEADER.split(","), ROW.split(","), strict=True)))
    reports, aside = everything(f"{good}\n{line}\n{good}", mapping=mapped())
    assert len(reports) == 2
    assert aside[0].line == 2
    assert says in aside[0].reason
    assert aside[0].raw == line


def test_parquet_that_is_none(tmp_path):
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        list(read(b"PAR1" + bytes(100), mapping=mapped()))
    pq.write_table(pa.table({"a": [1]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match="has no column when, what, no"):
        list(read(tmp_path / "t.parquet", mapping=mapped()))


def test_a_table_without_the_columns_is_refused():
    with pytest.raises(InputError, match="the header has no when, what, no"):
        list(read(b"a,b\n1,2\n", mapping=mapped()))


def faults(text):
    with pytest.raises(ScenarioError) as caught:
        read_mapping(text.encode(), "map.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("holdfast: 1", "holdfast: 2", "map.yaml:1:11: holdfast = 2; must be 1"),
        ("  start: when\n", "", "map.yaml:4:1: fields.start: is missing."),
        ("  lat: lat", "  lat: lat\n  lattitude: x", "map.yaml:10:3: fields.lattitude: is not a key here."),
        ("shots: firing", "shots: fireing", "'fireing' is no kind; must be one of explosion, firing"),
        ("  unit: {value: effect}", "  unit: {value: thing}", "'thing' is no unit"),
        ("  lon: lon\n", "", "a position needs both lat and lon."),
        ("  error_km: {column: error_m, times: 0.001}\n", "", "a position has an error: write error_km"),
        ("{value: observed}", "{value: observed, column: x}", "has column and value; must have exactly one"),
        ("{value: observed}", "{otherwise: observed}", "has nothing; must have exactly one of column"),
        ("by: side", "by: 5", "must be a mapping"),
        ("wounded: hurt", "wounded: [hurt]", "must be a mapping"),
        ("fields:", "decimal: ','\nthousands: ','\nfields:", "is the same as decimal."),
        ("fields:", "dates: ymd\nfields:", "dates = ymd; must be dmy or mdy."),
    ],
)
def test_a_mistake_in_a_mapping_is_named_with_its_line(old, new, says):
    assert old in MAPPING
    assert says in faults(MAPPING.replace(old, new))


def test_all_mistakes_at_once():
    said = faults(
        MAPPING.replace("holdfast: 1", "holdfast: 2")
        .replace("times: 0.001", "time: 0.001")
        .replace("by: side", "by: 5")
    )
    assert len(said.splitlines()) == 3
    assert all(line.startswith("map.yaml:") for line in said.splitlines())


def test_a_mapping_that_is_not_there(tmp_path):
    with pytest.raises(ScenarioError, match=r"does not exist. docs/reference/reports.md has an example"):
        load_mapping(tmp_path / "no.yaml")
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    assert load_mapping(tmp_path / "m.yaml") == mapped()


def test_a_value_for_a_number_that_is_none():
    assert "must be a number" in faults(MAPPING.replace("{column: error_m, times: 0.001}", "{value: far}"))


@pytest.mark.parametrize("calibre", ["1222222", "2000.1", "0.05", "0", "-122"])
def test_a_calibre_that_no_weapon_has_is_set_aside(calibre):
    """As it is refused in a correction; it would otherwise be artillery."""
    reports, [aside] = rows(ROW.replace(",120,", f",{calibre},"))
    assert reports == []
    assert (
        f"calibre = {float(calibre):g}; must be from 0.1 to 2000 mm. Check the unit, or leave it empty."
        in aside.reason
    )
    with pytest.raises(InputError, match=r"must be a number from 0\.1 to 2000"):
        read_changes({"calibre_mm": calibre})


@pytest.mark.parametrize("calibre", ["0.1", "122", "2000", ""])
def test_a_calibre_that_one_may_have_is_kept(calibre):
    [report], _ = rows(ROW.replace(",120,", f",{calibre},"))
    assert report.calibre_mm == (float(calibre) if calibre else None)
    assert read_changes({"calibre_mm": calibre}) == {"calibre_mm": report.calibre_mm}


def test_all_mistakes_of_a_mapping_are_told_at_once():
    with pytest.raises(ScenarioError) as error:
        mapped(
            MAPPING,
            ('"Europe/Kyiv"', "Mars/Olympus"),
            ("start: when", "start: [when]"),
            ("  by: side", "  colour: side"),
        )
    said = str(error.value).splitlines()
    assert [line.split(": ")[0] for line in said] == ["map.yaml:3:12", "map.yaml:7:3", "map.yaml:16:3"]
    assert "time_zone = Mars/Olympus; is no time zone. Write one such as Europe/Kyiv" in said[0]
    with pytest.raises(ScenarioError, match=r"map\.yaml:3:12: time_zone = Mars/Olympus; is no time zone"):
        mapped(MAPPING, ('"Europe/Kyiv"', "Mars/Olympus"))
