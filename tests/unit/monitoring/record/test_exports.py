"""Exports: what is withheld is not in them, and they verify like the record."""

from __future__ import annotations

import hashlib
import json
from itertools import chain, combinations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import (
    WHOLE,
    adding,
    agreement,
    entries,
    export,
    prove,
    sign,
    tip,
    verify,
)
from holdfast.monitoring.record._lock import locked
from tests.unit.monitoring.record import twin
from tests.unit.monitoring.record.small import AT, FILES, named, record

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def withheld(entry):
    """The text of entry 3, all that stands open in 4, entry 5 as a whole."""
    return {3: {"text"}, 4: {"open", "raw"}, 5: WHOLE}.get(entry.n, ())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    record(tmp_path / "d")
    export(tmp_path / "d", tmp_path / "out", withheld)
    return tmp_path / "out"


def test_what_is_withheld_is_not_in_it_and_the_rest_is(tmp_path: Path, out: Path) -> None:
    data = (out / "export.log").read_bytes()
    for secret in (b"script", b"no date", b'"r2"', b'"c"'):
        assert secret not in data
        assert secret in (tmp_path / "d" / "record.log").read_bytes()
    found = list(entries(out))
    assert [e.n for e in found] == list(range(1, 9))
    assert (found[2].sealed, found[2].withheld) == ({"raw": "a;b"}, ("text",))
    assert (found[3].kind, found[3].open, found[3].sealed, found[3].withheld) == (
        "aside",
        None,
        {},
        ("open", "raw"),
    )
    assert found[4] == (5, "", None, None, {}, ())
    assert found[6] == list(entries(tmp_path / "d", 6))[0]  # noqa: RUF015
    assert agreement(out) == FILES


def test_it_verifies_chain_root_and_checkpoint_alike(tmp_path: Path, out: Path) -> None:
    checkpoint = sign(tmp_path / "d", KEY, at=AT)
    whole, verdict = verify(tmp_path / "d", checkpoint), verify(out, checkpoint)
    assert verdict.ok
    assert (verdict.entries, verdict.hash, verdict.root, verdict.at) == (
        whole.entries,
        whole.hash,
        whole.root,
        whole.at,
    )
    assert (verdict.withheld_entries, verdict.withheld_cells) == (1, 3)
    assert tip(out) == tip(tmp_path / "d")
    assert sign(out, KEY, at=AT) == checkpoint  # a reader of the export can sign as well
    leaves, last = twin.check((out / "export.log").read_bytes())
    assert (twin.mth(leaves).hex(), last.hex()) == (whole.root, whole.hash)


def test_every_choice_of_cells_verifies(tmp_path: Path) -> None:
    record(tmp_path / "d")
    whole = verify(tmp_path / "d")
    cells = ("open", "raw", "text")
    for k, names in enumerate(chain.from_iterable(combinations(cells, r) for r in range(4))):
        done = export(
            tmp_path / "d", tmp_path / str(k), lambda entry, names=names: names if entry.n == 3 else ()
        )
        assert (done.entries, done.withheld_entries, done.withheld_cells) == (8, 0, len(names))
        verdict = verify(tmp_path / str(k))
        assert verdict.ok
        assert (verdict.hash, verdict.root) == (whole.hash, whole.root)
        assert list(entries(tmp_path / str(k)))[2].withheld == names
        twin.check((tmp_path / str(k) / "export.log").read_bytes())


@pytest.mark.parametrize("values", [("yes", "no"), ("", "x" * 5000)])
def test_nothing_of_what_is_withheld_can_be_guessed(tmp_path: Path, values: tuple[str, str]) -> None:
    """Whoever knows that a cell is one of two texts cannot tell which: what salts it is not in the export."""
    for value in values:
        folder = tmp_path / value[:1]
        record(folder / "d")
        with adding(folder / "d", at=AT) as writer:
            writer.append("report", {"a": 1}, {"said": value, "raw": "known"})
        export(folder / "d", folder / "out", lambda entry: {"said"} if entry.n == 9 else ())
        line = (folder / "out" / "export.log").read_bytes().splitlines(keepends=True)[8]
        secret = json.loads((folder / "d" / "record.log").read_bytes().splitlines()[8])["salt"]
        seed = bytes.fromhex(secret)
        salts = [
            hashlib.sha512(b"\4" + seed + b"\0\0").digest()[16 * k : 16 * k + 16].hex() for k in range(4)
        ]
        # head, open, said, raw: the seed and the third are not there, and the hash that could be guessed at needs one of them
        assert secret.encode() not in line
        assert [salt.encode() in line for salt in salts] == [True, True, False, True]
        assert json.loads(line)["salts"] == [*salts[:2], None, salts[3]]
        for guess in values:
            part = b'"said":' + json.dumps(guess).encode() + b","
            for data in (
                part,
                guess.encode(),
                b"\3" + part,
                b"\0" + part,
                *(b"\3" + bytes.fromhex(s) + part for s in salts if s.encode() in line),
            ):
                assert hashlib.sha256(data).hexdigest().encode() not in line
        # nor does the length say anything
        assert len(line) == len(json.dumps(json.loads(line), separators=(",", ":"))) + line.count(b"\t") + 1
        lengths.setdefault(values, set()).add(len(line))
    assert len(lengths[values]) == 1


lengths: dict[tuple[str, str], set[int]] = {}


def test_two_equal_cells_are_not_seen_to_be_equal(tmp_path: Path) -> None:
    record(tmp_path / "d")
    with adding(tmp_path / "d", at=AT) as writer:
        writer.extend("report", [({}, {"a": "same", "b": "same"}), ({}, {"a": "same", "b": "same"})])
    export(tmp_path / "d", tmp_path / "out", lambda entry: {"a", "b"} if entry.n in {9, 10} else ())
    lines = (tmp_path / "out" / "export.log").read_bytes().splitlines()[8:10]
    found = [json.loads(line)[name]["withheld"] for line in lines for name in "ab"]
    assert len(set(found)) == 4


@pytest.mark.slow
def test_every_changed_removed_or_swapped_byte_of_an_export_is_found(memory: Path) -> None:
    record(memory / "d")
    export(memory / "d", memory / "out", withheld)
    out = memory / "out"
    log = out / "export.log"
    whole = log.read_bytes()
    for position, byte in enumerate(whole):
        i = whole.count(b"\n", 0, position) + 1
        after = whole[position + 1 :]
        changes = [bytes([byte ^ 1]) + after, after, bytes([byte, 48]) + after]
        if after[:1] not in {b"", bytes([byte])}:
            changes.append(after[:1] + bytes([byte]) + after[1:])
        for change in changes:
            log.write_bytes(whole[:position] + change)
            verdict = verify(out)
            assert not verdict.ok, position
            assert named(verdict) & {i, i + 1}, (position, verdict)


def test_a_cell_put_in_place_of_a_withheld_one_is_found(out: Path) -> None:
    log = out / "export.log"
    lines = log.read_bytes().splitlines(keepends=True)
    start = lines[2].index(b'"text":') + 7
    end = lines[2].index(b",\t", start)
    for cell in (b'"another"', b'{"withheld":"' + b"0" * 64 + b'"}', b'{"withheld":true}'):
        log.write_bytes(b"".join([*lines[:2], lines[2][:start] + cell + lines[2][end:], *lines[3:]]))
        assert named(verify(out)) == {3}


def test_a_text_that_looks_like_a_withheld_cell_stays_a_text(tmp_path: Path) -> None:
    record(tmp_path / "d")
    sly = {"withheld": "0" * 64}
    with adding(tmp_path / "d") as writer:
        writer.append("report", sly, {"raw": sly, "other": 1})
    export(tmp_path / "d", tmp_path / "out", lambda entry: {"other"} if entry.n == 9 else ())
    assert verify(tmp_path / "out").ok
    entry = list(entries(tmp_path / "out"))[8]
    assert (entry.open, entry.sealed, entry.withheld) == (sly, {"raw": sly}, ("other",))


def test_commits_and_checkpoints_are_not_asked_about(tmp_path: Path) -> None:
    record(tmp_path / "d")
    sign(tmp_path / "d", KEY, enter=True)
    asked: list[str] = []

    def ask(entry) -> None:
        asked.append(entry.kind)
        return WHOLE if entry.kind != "begin" else ()  # type: ignore[return-value]

    export(tmp_path / "d", tmp_path / "out", ask)
    assert set(asked) == {"begin", "report", "aside", "claim"}
    assert [e.kind for e in entries(tmp_path / "out") if e.kind] == [
        "begin",
        *["commit"] * 3,
        "checkpoint",
        "commit",
    ]
    assert verify(tmp_path / "out").ok


def test_the_agreements_files_can_be_withheld_the_first_entry_not(tmp_path: Path) -> None:
    record(tmp_path / "d")
    export(tmp_path / "d", tmp_path / "out", lambda entry: {"file_2"} if entry.n == 1 else ())
    assert agreement(tmp_path / "out") == {"agreement.yaml": FILES["agreement.yaml"]}
    assert verify(tmp_path / "out").ok
    for names in (WHOLE, {"open"}):
        with pytest.raises(InputError, match="says what the record is"):
            export(
                tmp_path / "d", tmp_path / "other", lambda entry, names=names: names if entry.n == 1 else ()
            )
        assert not list((tmp_path / "other").iterdir())


def test_a_cell_that_is_not_there_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    """A name that is misspelt would otherwise leave in what should stay out."""
    record(tmp_path / "d")
    with pytest.raises(InputError, match='entry 3 has no cell "txet"; it has open, raw, text'):
        export(tmp_path / "d", tmp_path / "out", lambda entry: {"txet"} if entry.n == 3 else ())
    assert not list((tmp_path / "out").iterdir())


def test_a_damaged_record_is_not_exported(tmp_path: Path) -> None:
    log = record(tmp_path / "d")
    whole = log.read_bytes()
    lines = whole.splitlines(keepends=True)
    for data in (whole.replace(b'"lat":48.1', b'"lat":48.2'), b"".join(lines[:3] + lines[4:])):
        log.write_bytes(data)
        with pytest.raises(HoldfastError, match="nothing was exported"):
            export(tmp_path / "d", tmp_path / "out", lambda _: ())
        assert not list((tmp_path / "out").iterdir())


def test_what_is_not_committed_is_not_exported(tmp_path: Path) -> None:
    log = record(tmp_path / "d")
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"n":9,')
    with pytest.raises(
        HoldfastError, match=r"nothing was exported: entry 9 \(it is cut short\), the 7 bytes"
    ):
        export(tmp_path / "d", tmp_path / "out", lambda _: ())
    with pytest.raises(HoldfastError, match="nothing is proved: entry 9"):
        prove(tmp_path / "d", 3)
    with locked(tmp_path / "d", 0):  # by a process that is adding
        export(tmp_path / "d", tmp_path / "out", lambda _: ())
    assert (tmp_path / "out" / "export.log").read_bytes() == whole


def test_an_export_goes_into_a_new_folder_only(tmp_path: Path) -> None:
    record(tmp_path / "d")
    with pytest.raises(InputError, match="not empty"):
        export(tmp_path / "d", tmp_path / "d", lambda _: ())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "export.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="not empty"):
        export(tmp_path / "d", tmp_path / "out", lambda _: ())
    assert not (tmp_path / "elsewhere").exists()


def test_names_in_a_record_never_become_paths_of_an_export(tmp_path: Path) -> None:
    record(tmp_path / "d")
    with adding(tmp_path / "d") as writer:
        writer.append("amendment", {"files": ["../../evil"]}, {"file_1": {"text": "x"}})
    export(tmp_path / "d", tmp_path / "deep" / "out", lambda _: ())
    assert [p.name for p in (tmp_path / "deep" / "out").iterdir()] == ["export.log"]
    assert not list(tmp_path.rglob("evil"))
    with pytest.raises(HoldfastError, match="no name for a file"):
        agreement(tmp_path / "deep" / "out")


def test_an_export_is_not_added_to(out: Path) -> None:
    with pytest.raises(InputError, match="holds an export of a record"):
        adding(out).__enter__()


def test_of_an_export_more_can_be_left_out(tmp_path: Path, out: Path) -> None:
    export(out, tmp_path / "again", lambda _: ())
    assert (tmp_path / "again" / "export.log").read_bytes() == (out / "export.log").read_bytes()
    more = {3: {"raw", "text"}, 4: WHOLE, 5: WHOLE, 7: {"open"}}
    export(out, tmp_path / "third", lambda entry: more.get(entry.n, ()))
    # the same as from the record itself
    export(tmp_path / "d", tmp_path / "fourth", lambda entry: more.get(entry.n, ()))
    third = (tmp_path / "third" / "export.log").read_bytes()
    assert third == (tmp_path / "fourth" / "export.log").read_bytes()
    assert verify(tmp_path / "third").root == verify(tmp_path / "d").root
    with pytest.raises(InputError, match='entry 5 has no cell "raw"; it is withheld'):
        export(out, tmp_path / "fifth", lambda entry: {"raw"} if entry.n == 5 else ())


def test_progress_is_told(tmp_path: Path) -> None:
    record(tmp_path / "d")
    told: list[tuple[int, int]] = []
    verify(tmp_path / "d", progress=lambda done, of: told.append((done, of)))
    size = (tmp_path / "d" / "record.log").stat().st_size
    assert told[0] == (0, size)
    assert told[-1] == (size, size)
