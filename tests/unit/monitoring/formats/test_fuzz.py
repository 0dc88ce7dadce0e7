"""Whatever the bytes are: no crash, and every row is accounted for."""

import contextlib
import csv
import gzip
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast.errors import HoldfastError
from holdfast.monitoring.formats import read, read_mapping, sniff
from holdfast.monitoring.reports import FORMATS
from tests.unit.monitoring.formats.examples import COLUMNS, ROWS, everything, line, text_of
from tests.unit.monitoring.formats.test_table import HEADER, MAPPING, ROW

TABLE = read_mapping(MAPPING.encode(), "map.yaml")
CHUNKS = st.sampled_from(
    [
        *(bytes([byte]) for byte in b',"\n\r\t;\0\xff\x92{}[]: 1-'),
        *(b"\r\n", b"\xef\xbb\xbf", b"\xc3\xa9", b"nan", b"1e400", b"null", b"2021-05-20", b"05/06/2021"),
    ]
)
HEADERS = {
    **{name: text_of(name).encode() for name in COLUMNS},
    "gdelt": ("\t".join(COLUMNS["gdelt"]) + "\n").encode(),
    "table": (HEADER + "\n").encode(),
}


@given(st.binary(max_size=300), st.sampled_from([*FORMATS, None]))
@example(b"\xff\xfe" + "a,b".encode("utf-16-le"), None)
@example(b"\x1f\x8b", "firms")
@settings(max_examples=200)
def test_random_bytes_never_crash(data, name):
    sniff(data)
    with contextlib.suppress(HoldfastError):  # what is refused is refused in words
        list(read(data, name, TABLE if name == "table" else None, "UTC", observer="mission"))


@given(st.lists(CHUNKS, max_size=60).map(b"".join), st.sampled_from(FORMATS), st.booleans())
@settings(max_examples=300)
def test_a_header_and_then_anything(rest, name, packed):
    header = HEADERS[name]
    data = header + rest
    mapping = TABLE if name == "table" else None
    found, aside = everything(
        gzip.compress(data) if packed else data, name, mapping=mapping, time_zone="UTC", observer="mission"
    )
    # rows come in the order of the file, each line of it in one row at most
    lines = [row.line for row in aside]
    assert lines == sorted(lines)
    assert found == []
    kept = "".join(row.raw for row in aside)
    seen = rest.replace(b"\n", b"").replace(b"\r", b"").strip()
    if b"\xff" not in rest and b"\x92" not in rest and b"\xef" not in rest:
        told = kept.replace("\n", "").replace("\r", "").encode()
        assert told.replace(b" ", b"").replace(b"\t", b"") == seen.replace(b" ", b"").replace(b"\t", b"")


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "2",
            "-1",
            "48.1",
            "137.2",
            "1,234",
            "nan",
            "2021-05-20",
            "05/06/2021",
            "13/01/2021",
            "n",
            "x",
            "clash",
        ]
    ),
    st.text(max_size=8).filter(lambda text: "\0" not in text and "\r" not in text),
)


@given(st.data())
@settings(max_examples=150)
def test_rows_in_are_reports_and_rows_set_aside(data):
    name = data.draw(st.sampled_from([name for name in COLUMNS if name != "gdelt"]))
    columns = COLUMNS[name]
    rows = [
        {**ROWS[name], **data.draw(st.dictionaries(st.sampled_from(columns), CELLS, max_size=4))}
        for _ in range(data.draw(st.integers(0, 6)))
    ]
    text = "".join(
        line([row.get(column, "") for column in columns]) + "\n"
        for row in [dict(zip(columns, columns, strict=True)), *rows]
    )
    reports, aside = everything(text, name, time_zone="Europe/Kyiv", observer="mission")
    assert len(reports) + len(aside) == len(rows)
    assert len({report.id for report in reports}) == len(reports)
    cells = [[row.get(column, "") for column in columns] for row in rows]
    for report in reports:
        assert next(csv.reader(io.StringIO(report.raw, newline=""))) in cells
        assert report.start < report.end


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
@settings(max_examples=60)
def test_rows_of_a_table_add_up(kinds):
    lines = [
        (ROW if good else ROW.replace("48.1", "x")).replace("7,", f"{number},", 1) for number, good in kinds
    ]
    reports, aside = everything("\n".join([HEADER, *lines]), mapping=TABLE)
    assert [report.native_id for report in reports] == [str(number) for number, good in kinds if good]
    assert [row.line for row in aside] == [index + 2 for index, (_, good) in enumerate(kinds) if not good]
    assert len({report.id for report in reports}) == len(reports)
