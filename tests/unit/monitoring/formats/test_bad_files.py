"""Files as they come: every kind of damage is named, and no good row is lost."""

import codecs
import datetime as dt
import gzip
import io
import tracemalloc
import zipfile

import pytest

from holdfast.errors import InputError
from holdfast.monitoring.formats import read, read_mapping
from holdfast.monitoring.reports import report_id
from tests.unit.monitoring.formats.examples import (
    ACLED_COLUMNS,
    FIRMS_COLUMNS,
    FIRMS_ROW,
    everything,
    line,
    text_of,
)

FIRES = text_of("firms", {"frp": "1"}, {"frp": "2"}, {"frp": "3"})
HEADER, FIRST, SECOND, THIRD, _ = FIRES.split("\n")
NOTES_FIRST = b"holdfast: 1\nfields: {start: when, kind: {value: firing}, sector: where, text: notes}\n"


def powers(data, **kwargs):
    """The radiative power of each report, which tells the rows apart; and what is set aside."""
    reports, aside = everything(data, **kwargs)
    return [report.figures.get("frp_mw") for report in reports], aside


def refused(data, **kwargs):
    with pytest.raises(InputError) as caught:
        list(read(data if isinstance(data, bytes) else data.encode(), name="f.csv", **kwargs))
    return str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        FIRES.encode(),
        FIRES.rstrip("\n").encode(),
        codecs.BOM_UTF8 + FIRES.encode(),
        FIRES.replace("\n", "\r\n").encode(),
        FIRES.replace("\n", "\r").encode(),
        FIRES.replace("\n", "\r").rstrip("\r").encode(),
        FIRES.encode("utf-16"),
        FIRES.encode("utf-16-be"),
        FIRES.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + FIRES.encode("utf-16-be"),
        gzip.compress(FIRES.encode()),
        gzip.compress(FIRES.encode("utf-16")),
        ("\n\n" + FIRES.replace("\n", "\n\n") + "            \n").encode(),
        FIRES.replace(",", ";").encode(),
        FIRES.replace(",", "\t").encode(),
        "\n".join(
            ",".join(f'"{cell}"' for cell in row.split(",")) for row in FIRES.split("\n")[:-1]
        ).encode(),
    ],
    ids=[
        "plain",
        "no last line end",
        "bom",
        "crlf",
        "cr",
        "cr, no last line end",
        "utf-16 with a mark",
        "utf-16-be without",
        "utf-16-le without",
        "utf-16-be with a mark",
        "gzip",
        "gzip of utf-16",
        "empty lines",
        "semicolons",
        "tabs",
        "all quoted",
    ],
)
def test_read_whole_however_it_was_saved(data):
    found, aside = powers(data)
    assert aside == []
    assert found == [1, 2, 3]


def test_ids_do_not_hang_on_how_the_file_was_saved():
    ways = [FIRES.encode(), FIRES.replace("\n", "\r\n").encode(), gzip.compress(FIRES.encode("utf-16"))]
    ids = [tuple(report.id for report in everything(data)[0]) for data in ways]
    assert ids[0] == ids[1] == ids[2]
    assert ids[0][0] == report_id("firms", FIRST)


def test_identical_rows_stay_as_many_as_they_are():
    data = f"{HEADER}\n{FIRST}\n{SECOND}\n{FIRST}\n{FIRST}\n"
    ids = [report.id for report in everything(data)[0]]
    assert ids == [
        report_id("firms", FIRST, k) if row == FIRST else report_id("firms", SECOND)
        for row, k in ((FIRST, 0), (SECOND, 0), (FIRST, 1), (FIRST, 2))
    ]
    assert [report.id for report in everything(data)[0]] == ids


def test_identical_rows_far_apart_are_counted_on(monkeypatch):
    monkeypatch.setattr("holdfast.monitoring.formats._bytes.BLOCK", 64)
    many = [
        FIRST,
        *[FIRST.replace("48.05962", f"48.{number}") for number in range(500)],
        FIRST,
        SECOND,
        FIRST,
    ]
    ids = [report.id for report in everything("\n".join([HEADER, *many, ""]))[0]]
    assert len(set(ids)) == len(many)
    assert ids[0] == report_id("firms", FIRST)
    assert (ids[-3], ids[-1]) == (report_id("firms", FIRST, 1), report_id("firms", FIRST, 2))


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_where_a_block_ends_makes_no_difference(monkeypatch, size):
    notes = ['a "quoted" word', "two\nlines", "three\r\nlines, and a comma", "", "é"]
    data = text_of("acled", *({"notes": note} for note in notes)).encode("cp1252")
    whole = everything(data)
    monkeypatch.setattr("holdfast.monitoring.formats._bytes.BLOCK", size)
    assert everything(data) == whole
    assert [report.text for report in whole[0]] == notes


def test_truncated():
    found, aside = powers(FIRES[:-30])
    assert found == [1, 2]
    assert aside[0].line == 4
    assert "it may be cut off" in aside[0].reason
    assert THIRD.startswith(aside[0].raw)


def test_gzip_that_breaks_off():
    many = FIRES + "\n".join(FIRST.replace("48.0", f"48.{number}") for number in range(5000)) + "\n"
    packed = gzip.compress(many.encode())
    found, aside = powers(packed[: len(packed) // 2])
    assert found[:3] == [1, 2, 3]
    assert len(found) > 1000
    assert "the packed file breaks off here" in aside[-1].reason
    assert aside[-1].line == len(found) + len(aside) + 1


def test_gzip_of_nonsense():
    assert "f.csv" in refused(b"\x1f\x8b\x08\x00" + b"\x00" * 40, format="firms")


def test_a_zip_archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("f.csv", FIRES)
    assert "is a ZIP archive or a spreadsheet. Unpack it, or save it as CSV." in refused(out.getvalue())


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", codecs.BOM_UTF8, gzip.compress(b"", mtime=0)])
def test_empty(data):
    assert refused(data, format="firms") == "f.csv: is empty. Get it again from where it came."
    assert refused(data) == "f.csv: is empty. Get it again from where it came."


def test_a_header_alone_has_no_rows():
    assert everything(HEADER + "\n") == ([], [])
    assert everything(HEADER) == ([], [])


def test_nul_bytes_spoil_their_own_row_only():
    found, aside = powers("\n".join([HEADER, FIRST, SECOND.replace("N20", "N\x002"), THIRD]))
    assert found == [1, 3]
    assert (aside[0].line, aside[0].raw) == (3, SECOND.replace("N20", "N\x002"))
    assert "holds a NUL byte" in aside[0].reason


def test_a_binary_file():
    assert "is of no format that is known by its columns" in refused(bytes(range(256)) * 10)
    assert "not text but a binary file" in refused(b"a\0b,c\n1,2\n", format="firms")


def test_a_carriage_return_in_the_middle():
    found, aside = powers("\n".join([HEADER, FIRST, SECOND.replace("VIIRS", "VII\rRS"), THIRD, ""]))
    assert found == [1, 3]
    assert aside[0].line == 3
    assert "holds a carriage return in the middle" in aside[0].reason


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (SECOND + ",", "has 15 fields; the header has 14."),
        (SECOND[:-2], "has 13 fields; the header has 14."),
        ("x", "has 1 field;"),
    ],
)
def test_too_many_or_too_few_fields(row, says):
    found, aside = powers(f"{HEADER}\n{FIRST}\n{row}\n{THIRD}\n")
    assert found == [1, 3]
    assert (aside[0].line, aside[0].raw) == (3, row)
    assert aside[0].reason.startswith(says)


def test_a_row_of_a_million_fields():
    found, aside = powers("\n".join([HEADER, FIRST, "," * 999_999, THIRD, ""]))
    assert found == [1, 3]
    assert aside[0].reason == "has 1,000,000 fields; the header has 14."


def test_a_header_of_a_million_columns():
    header = HEADER + "," + ",".join("c" for _ in range(999_986))
    assert "has 1,000,000 columns; at most 10,000 are read." in refused(header + "\n" + FIRST, format="firms")


def test_a_line_that_never_ends_is_not_held():
    rows = [HEADER.encode(), FIRST.encode(), b"x" * 30_000_000, THIRD.encode(), b""]
    data = b"\n".join(rows)
    tracemalloc.start()
    found, aside = powers(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [1, 3]
    assert aside[0].line == 3
    assert "has more than 4,194,304 bytes; only its beginning is kept" in aside[0].reason
    assert len(aside[0].raw) == 65_536
    assert peak < 20_000_000


def test_a_last_line_that_never_ends():
    found, aside = powers("\n".join([HEADER, FIRST, "x" * 5_000_000]))
    assert found == [1]
    assert "only its beginning is kept" in aside[0].reason


def test_a_quote_that_never_closes_swallows_nothing():
    rows = [
        text_of("acled", {"event_id_cnty": f"X{number}", "notes": "a"}).split("\n")[1]
        for number in range(600)
    ]
    rows[3] = rows[3].replace(",a,", ',"a,')
    data = "\n".join([",".join(ACLED_COLUMNS), *rows, ""])
    reports, aside = everything(data)
    assert [row.line for row in aside] == [5]
    assert "a quote opens and does not close" in aside[0].reason
    assert [report.native_id for report in reports] == [f"X{number}" for number in range(600) if number != 3]


def test_two_quotes_that_do_not_belong_together_swallow_nothing():
    rows = [
        text_of("acled", {"event_id_cnty": f"X{number}", "notes": "a"}).split("\n")[1] for number in range(20)
    ]
    for number in (3, 9):
        rows[number] = rows[number].replace(",a,", ',"a,')
    reports, aside = everything("\n".join([",".join(ACLED_COLUMNS), *rows, ""]))
    assert [row.line for row in aside] == [5, 11]
    assert len(reports) == 18


@pytest.mark.parametrize("second", [4, 5, 9])
def test_two_quotes_that_seem_to_belong_together_swallow_nothing(second):
    rows = [
        text_of("acled", {"event_id_cnty": f"X{number}", "notes": "a"}).split("\n")[1] for number in range(20)
    ]
    rows[3] = rows[3].replace(",a,", ',"a,')
    rows[second] = rows[second].replace(",a,", ',a",')
    reports, aside = everything("\n".join([",".join(ACLED_COLUMNS), *rows, ""]))
    # a quote within a cell that does not begin with one is text
    assert [row.line for row in aside] == [5]
    assert [report.text for report in reports].count('a"') == 1
    assert len(reports) == 19


def test_a_cell_over_lines_in_the_first_column():
    mapping = read_mapping(NOTES_FIRST, "m.yaml")
    data = 'notes,when,where\n"heard\nand seen",2021-05-20,North\nx,2021-05-21,South\n'
    reports, aside = everything(data, mapping=mapping)
    assert aside == []
    assert [report.text for report in reports] == ["heard\nand seen", "x"]


def test_a_quote_in_the_first_column_that_closes_in_the_last_of_another_row():
    data = 'notes,when,where\n"p,2021-05-20,North\nr,2021-05-22,South"\ns,2021-05-23,South\n'
    reports, aside = everything(data, mapping=read_mapping(NOTES_FIRST, "m.yaml"))
    assert [row.line for row in aside] == [2]
    assert [report.text for report in reports] == ["r", "s"]


@pytest.mark.parametrize("size", [64, 500, 100_000])
def test_a_file_with_quotes_that_is_cut_off(monkeypatch, size):
    monkeypatch.setattr("holdfast.monitoring.formats._bytes.BLOCK", size)
    data = text_of("acled", {"notes": "a\nb"}, {"notes": "c\nd"})
    whole = data[: data.rindex("\nd")]
    reports, aside = everything(whole)
    assert len(reports) == 1
    assert "a quote opens and does not close" in aside[0].reason
    cut = data.rindex('d"') + 3
    reports, aside = everything(data[:cut])
    assert "it may be cut off" in aside[-1].reason
    packed = gzip.compress(data.encode(), 0)
    within_the_quotes = 15 + data.rindex("\nd") + 2  # after the heads of gzip and of the one stored block
    reports, aside = everything(packed[:within_the_quotes])
    assert len(reports) == 1
    assert any("a quote opens" in row.reason for row in aside)
    assert any("the packed file breaks off here" in row.reason for row in aside)


def test_a_quote_that_is_not_doubled():
    row = text_of("acled", {"notes": "a"}).split("\n")[1].replace(",a,", ',"he said "no" to it",')
    reports, aside = everything("\n".join([",".join(ACLED_COLUMNS), row, ""]))
    assert reports == []
    assert "a quote inside a quoted field is not doubled" in aside[0].reason


def test_a_record_over_lines_is_one_row():
    note = "first line\nsecond, with a comma\n\nlast"
    data = text_of("acled", {"notes": note}, {"notes": "b"})
    reports, aside = everything(data)
    assert aside == []
    assert [report.text for report in reports] == [note, "b"]
    assert '"' + note + '"' in reports[0].raw
    [batch] = read(data.encode())
    assert batch.lines == (2, 6)


def test_headers_in_another_order_and_case():
    columns = [
        name.upper() if number % 2 else name.replace("_", " ").title()
        for number, name in enumerate(FIRMS_COLUMNS)
    ]
    columns.reverse()
    rows = [line([FIRMS_ROW[name] for name in reversed(FIRMS_COLUMNS)])]
    found, aside = powers("\n".join([line(columns), *rows, ""]), format="firms")
    assert (found, aside) == ([0.55], [])


def test_a_column_that_stands_twice():
    data = "\n".join([HEADER + ",latitude", FIRST + ",48.1", ""])
    assert "has columns twice: latitude (1, 15). Which is meant cannot be told. Rename one." in refused(
        data, format="firms"
    )
    # one that is not used does no harm
    data = "\n".join([HEADER + ",remark,remark", FIRST + ",a,b", ""])
    assert powers(data)[0] == [1]


def test_a_column_that_is_missing():
    data = FIRES.replace("acq_time", "acqtime")
    said = refused(data, format="firms")
    assert said.startswith("f.csv:1: is no firms file: the header has no acq_time (is 'acqtime' meant?).")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        list(read(tmp_path / "no.csv", "firms"))
    with pytest.raises(InputError, match="is a directory"):
        list(read(tmp_path, "firms"))


def test_dates_in_three_formats():
    dates = [
        "2026-06-24",
        "24/06/2026",
        "24 June 2026",
        "20260624",
        "June 24, 2026",
        "2026/6/24",
        "24.06.2026",
    ]
    reports, aside = everything(text_of("firms", *({"acq_date": date} for date in dates)))
    assert aside == []
    assert {report.start for report in reports} == {dt.datetime(2026, 6, 24, 0, 5, tzinfo=dt.UTC)}


def test_orders_of_day_and_month_that_contradict_each_other():
    dates = ["24/06/2026", "06/24/2026", "05/06/2026", "06/06/2026"]
    reports, aside = everything(text_of("firms", *({"acq_date": date} for date in dates)))
    assert len(reports) == 3
    assert [row.line for row in aside] == [4]
    assert (
        "acq_date = 05/06/2026; may be 5 June or 6 May 2026, and the file does not decide it"
        in aside[0].reason
    )


def test_the_order_is_decided_by_a_row_far_below(monkeypatch):
    monkeypatch.setattr("holdfast.monitoring.formats._bytes.BLOCK", 512)
    dates = ["05/06/2026"] * 300 + ["06/24/2026"]
    reports, aside = everything(text_of("firms", *({"acq_date": date} for date in dates)))
    assert aside == []
    assert reports[0].start.date() == dt.date(2026, 5, 6)


@pytest.mark.parametrize(
    ("date", "says"),
    [
        ("24/06/26", "is no date that can be read"),
        ("2026-06-31", "is no day of the calendar"),
        ("2026-13-01", "is no day of the calendar"),
        ("0026-06-24", "lies outside 1900 to 2100"),
        ("24 Juno 2026", "names no month"),
        ("", "has no date"),
        ("yesterday", "is no date that can be read"),
        ("46197", "is no date that can be read"),
    ],
)
def test_dates_that_are_none(date, says):
    reports, aside = everything(text_of("firms", {"acq_date": date}))
    assert reports == []
    assert says in aside[0].reason


def test_dates_in_the_future():
    now = dt.datetime(2026, 6, 24, 12, tzinfo=dt.UTC)
    data = text_of(
        "firms", {"frp": "1"}, {"acq_time": "1201"}, {"acq_time": "1200"}, {"acq_date": "2062-06-24"}
    )
    found, aside = powers(data, as_of=now)
    assert len(found) == 2
    assert [row.line for row in aside] == [3, 5]
    assert aside[1].reason == (
        "starts at 2062-06-24 00:05 UTC, after the reports were received (2026-06-24 12:00 UTC). Check the date."
    )
    assert len(everything(data)[0]) == 4
    assert "as_of must know its time zone" in refused(data, as_of=dt.datetime(2026, 6, 24, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    "number", ["inf", "-Infinity", "nan", "1e999", "0x10", "1_000", "--1", "1e", "١٢٣", "½"]
)
def test_numbers_that_are_none(number):
    reports, aside = everything(text_of("firms", {"frp": number}))
    if number == "١٢٣":  # digits of another script are digits
        assert reports[0].figures["frp_mw"] == 123
        return
    assert reports == []
    assert f"frp = {number}; must be a" in aside[0].reason


@pytest.mark.parametrize("number", ["1,234", "1 234", "1.234,5", "1,234,567.8", "1'234", "1\u00a0234"])
def test_numbers_with_thousands_separators(number):
    reports, aside = everything(text_of("firms", {"frp": number}))
    assert reports == []
    assert "must be a plain number" in aside[0].reason


def test_text_is_kept_as_it_is():
    note = '=HYPERLINK("x"), <script>alert(1)</script>, ../../etc'
    reports, _ = everything(text_of("acled", {"notes": note}))
    assert reports[0].text == note


def test_asides_come_in_the_order_of_the_file():
    rows = [FIRST, "x", FIRST.replace("48.05962", "95"), "y,z", THIRD]
    _, aside = powers("\n".join([HEADER, *rows, ""]))
    assert [row.line for row in aside] == [3, 4, 5]


def test_settings_that_are_wrong():
    assert "'Mars/Base' is no time zone." in refused(FIRES, time_zone="Mars/Base")
    assert "'xml' is no format. Name one of ucdp, acled" in refused(FIRES, format="xml")
    assert "area must be west, south, east and north" in refused(FIRES, area=(41.0, 44.0, 22.0, 53.0))
    assert "a table needs a mapping file" in refused(FIRES, format="table")


def test_bytes_that_are_of_no_encoding_are_kept():
    """0x81 is no UTF-8, and nothing in Windows-1252: it stays the character of that number, so that another byte is another row."""
    head, row = text_of("tally", {"note": "near the @ mill"}).encode().splitlines()
    data = b"\n".join([head, row.replace(b"@", b"\x81"), row.replace(b"@", b"\x8d\x90"), b""])
    reports, aside = everything(data, time_zone="UTC", observer="mission")
    assert aside == []
    assert [report.text for report in reports] == ["near the \x81 mill", "near the \x8d\x90 mill"]
    assert "\x81" in reports[0].raw
