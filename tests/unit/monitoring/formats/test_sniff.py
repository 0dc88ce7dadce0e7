"""Which format a file is in, by its first bytes."""

import gzip

import pytest

from holdfast.errors import InputError
from holdfast.monitoring.formats import read, sniff
from tests.unit.monitoring.formats.examples import COLUMNS, MODIS_COLUMNS, everything, text_of


@pytest.mark.parametrize("name", list(COLUMNS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_format_is_told_by_its_columns(name, encoding):
    data = text_of(name, {}, {}).encode(encoding)
    assert sniff(data) == name
    assert sniff(gzip.compress(data)) == name
    assert sniff(data.replace(b"\n", b"\r\n") if encoding != "utf-16" else data) == name


def test_modis_semicolons_and_the_empty_first_line():
    assert sniff(text_of("firms", {}, columns=MODIS_COLUMNS).encode()) == "firms"
    assert sniff(b"\n" + text_of("firms", {}, delimiter=";").encode()) == "firms"


@pytest.mark.parametrize(
    "head",
    [b"", b"\n", b"a,b\n", b'{"a": 1}\n', b"PAR1", bytes(range(256)), b"\x1f\x8b", b'"', b"\x1f\x8b\x08"],
)
def test_anything_else_is_none(head):
    assert sniff(head) is None


def test_reading_without_a_format():
    assert everything(text_of("firms", {}))[0][0].format == "firms"
    with pytest.raises(
        InputError, match=r"is of no format that is known by its columns. Name one of ucdp, acled"
    ):
        list(read(b"a,b\n1,2\n"))
