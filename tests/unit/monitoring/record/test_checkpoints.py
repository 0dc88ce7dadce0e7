"""Checkpoints: signed with the user's key, kept elsewhere, and what they find that the record alone cannot tell."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import (
    Checkpoint,
    adding,
    entries,
    make_key,
    read_checkpoint,
    read_key,
    read_public_key,
    sign,
    verify,
    write_checkpoint,
)  # fmt: skip
from tests.unit.monitoring.record.small import AT, named, record
from tests.unit.monitoring.record.test_changes import rewritten

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def test_a_checkpoint_says_what_the_record_is_and_comes_back_from_its_file(tmp_path: Path) -> None:
    record(tmp_path)
    checkpoint = sign(tmp_path, KEY, at=AT)
    verdict = verify(tmp_path)
    assert (checkpoint.n, checkpoint.hash, checkpoint.root) == (8, verdict.hash, verdict.root)
    write_checkpoint(checkpoint, tmp_path / "c.json")
    assert read_checkpoint(tmp_path / "c.json") == checkpoint
    assert checkpoint.wrong(PUBLIC) is None
    assert verify(tmp_path, checkpoint, public_key=PUBLIC).ok
    with pytest.raises(InputError):
        write_checkpoint(checkpoint, tmp_path / "c.json")  # what was signed is never written over


def test_the_signature_is_over_the_text_that_is_documented(tmp_path: Path) -> None:
    record(tmp_path)
    c = sign(tmp_path, KEY, at=AT)
    text = f"holdfast checkpoint 1\nrecord {c.record}\nentries 8\nhash {c.hash}\nroot {c.root}\nat 2026-11-22T22:00:00Z\n"
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(c.public_key)).verify(
        bytes.fromhex(c.signature), text.encode()
    )
    assert c.record == json.loads((tmp_path / "record.log").read_bytes().splitlines()[0])["hash"]


def test_it_holds_while_the_record_grows(tmp_path: Path) -> None:
    record(tmp_path)
    checkpoint = sign(tmp_path, KEY)
    for k in range(5):
        with adding(tmp_path) as writer:
            writer.extend("report", ((j, {}) for j in range(k)))
        assert verify(tmp_path, checkpoint).ok


def test_a_cut_tail_is_found_against_it(tmp_path: Path) -> None:
    log = record(tmp_path)
    checkpoint = sign(tmp_path, KEY, at=AT)
    lines = log.read_bytes().splitlines(keepends=True)
    for last in (2, 6):
        log.write_bytes(b"".join(lines[:last]))
        assert verify(tmp_path).ok  # by itself it looks whole
        verdict = verify(tmp_path, checkpoint)
        assert not verdict.ok
        assert str(verdict.faults[0]).startswith(f"entry {last + 1} ")
        assert "up to entry 8 are missing at the end" in verdict.faults[0].message


def test_a_record_written_anew_is_found_against_it(tmp_path: Path) -> None:
    log = record(tmp_path)
    checkpoint = sign(tmp_path, KEY)
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:6]))
    with adding(tmp_path, at=AT) as writer:
        writer.append("claim", {"of": "r1", "grade": "reported"})
    assert verify(tmp_path).ok
    verdict = verify(tmp_path, checkpoint)
    assert named(verdict) == {8}
    assert "written anew" in verdict.faults[0].message
    # with other commits than there were
    log.write_bytes(b"".join(lines[:6]))
    with adding(tmp_path, at=AT) as writer:
        writer.extend("claim", [(1, {}), (2, {}), (3, {})])
    assert "is no commit" in verify(tmp_path, checkpoint).faults[0].message


def test_another_record_is_told_from_this_one(tmp_path: Path) -> None:
    record(tmp_path / "a")
    record(tmp_path / "b")
    verdict = verify(tmp_path / "b", sign(tmp_path / "a", KEY))
    assert named(verdict) == {1}
    assert "another record" in verdict.faults[0].message


@pytest.mark.parametrize("field", ["record", "n", "hash", "root", "at", "public_key", "signature"])
def test_a_changed_checkpoint_is_worth_nothing(tmp_path: Path, field: str) -> None:
    record(tmp_path)
    checkpoint = sign(tmp_path, KEY, at=AT)
    values = {"n": 6, "at": "2026-11-22T22:00:01Z", "signature": "0" * 128}
    changed = dataclasses.replace(checkpoint, **{field: values.get(field, "0" * 64)})
    verdict = verify(tmp_path, changed)
    assert not verdict.ok
    assert "was changed after it was signed" in verdict.faults[0].message


def test_every_changed_letter_of_its_file_is_found(tmp_path: Path) -> None:
    record(tmp_path)
    file = tmp_path / "c.json"
    write_checkpoint(sign(tmp_path, KEY, at=AT), file)
    whole = file.read_bytes()
    for k, byte in enumerate(whole):
        file.write_bytes(whole[:k] + bytes([byte ^ 1]) + whole[k + 1 :])
        try:
            assert read_checkpoint(file).wrong() is not None, k
        except InputError as error:
            assert "holds no checkpoint" in str(error)  # noqa: PT017


def test_another_key_is_told(tmp_path: Path) -> None:
    record(tmp_path)
    checkpoint = sign(tmp_path, Ed25519PrivateKey.generate())
    assert verify(tmp_path, checkpoint).ok
    verdict = verify(tmp_path, checkpoint, public_key=PUBLIC)
    assert f"not with {PUBLIC.hex()}" in verdict.faults[0].message


def test_a_damaged_record_is_not_signed(tmp_path: Path) -> None:
    log = record(tmp_path)
    whole = log.read_bytes()
    for data in (whole.replace(b'"lat":48.1', b'"lat":48.2'), whole[:-1], whole + b"x"):
        log.write_bytes(data)
        with pytest.raises(HoldfastError, match="nothing is signed"):
            sign(tmp_path, KEY)


def test_nothing_is_signed_that_does_not_go_on_from_an_earlier_one(tmp_path: Path) -> None:
    log = record(tmp_path)
    earlier = sign(tmp_path, KEY)
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:6]))
    with pytest.raises(HoldfastError, match="missing at the end"):
        sign(tmp_path, KEY, earlier=earlier)


def test_a_checkpoint_can_be_entered_and_is_verified_there(tmp_path: Path) -> None:
    record(tmp_path)
    first = sign(tmp_path, KEY, at=AT, enter=True)
    second = sign(tmp_path, KEY, at=AT, enter=True)
    assert (first.n, second.n) == (8, 10)
    kept = [Checkpoint.of(entry.open) for entry in entries(tmp_path) if entry.kind == "checkpoint"]
    assert kept == [first, second]
    assert verify(tmp_path, second).ok


@pytest.mark.parametrize("change", [{"hash": "0" * 64}, {"n": 6}, {"n": 10}, {"n": 7}])
def test_an_entered_checkpoint_of_something_else_is_found(tmp_path: Path, change: dict[str, object]) -> None:
    record(tmp_path)
    other = dataclasses.replace(sign(tmp_path, KEY, at=AT), **change)
    other = dataclasses.replace(other, signature=KEY.sign(other.text).hex())
    with adding(tmp_path) as writer:
        writer.append("checkpoint", other.as_json())
    verdict = verify(tmp_path)
    assert named(verdict) == {9}
    assert "a checkpoint of something else" in verdict.faults[0].message


@pytest.mark.parametrize("said", [None, {}, {"n": 1}, 7])
def test_an_entered_checkpoint_that_is_none_is_found(tmp_path: Path, said: object) -> None:
    record(tmp_path)
    with adding(tmp_path) as writer:
        writer.append("checkpoint", said)
    assert "is no checkpoint" in verify(tmp_path).faults[0].message


def test_one_that_was_changed_by_rewriting_the_record_is_found(tmp_path: Path) -> None:
    record(tmp_path)
    sign(tmp_path, KEY, at=AT, enter=True)
    rewritten(tmp_path, lambda n, cells: cells)
    assert 9 in named(verify(tmp_path))


# --- keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", [None, b"long enough", "пароль".encode()])
def test_a_key_of_ours(tmp_path: Path, password: bytes | None) -> None:
    private = tmp_path / "key.pem"
    public = make_key(private, password)
    assert private.stat().st_mode & 0o777 == 0o600
    key = read_key(private, password)
    assert read_public_key(public) == key.public_key().public_bytes_raw()
    assert public == tmp_path / "key.pub.pem"
    with pytest.raises(InputError):
        make_key(private, password)


def test_a_key_that_stands_there_is_never_written_over(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    before = (tmp_path / "key.pem").read_bytes()
    (tmp_path / "key.pub.pem").unlink()
    with pytest.raises(InputError, match="File exists"):
        make_key(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").read_bytes() == before
    with pytest.raises(InputError, match="password is empty"):
        make_key(tmp_path / "other.pem", b"")


def test_passwords(tmp_path: Path) -> None:
    make_key(tmp_path / "open.pem")
    make_key(tmp_path / "shut.pem", b"right")
    for file, password, told in [
        ("shut.pem", None, "protected by a password; give it"),
        ("shut.pem", b"wrong", "the password does not fit"),
        ("open.pem", b"right", "has no password; give none"),
    ]:
        with pytest.raises(InputError, match=told):
            read_key(tmp_path / file, password)


def test_other_keys_are_refused(tmp_path: Path) -> None:
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(pem, pkcs8, serialization.NoEncryption())
    for data, told in [
        (other, "another kind"),
        (b"", "no private key"),
        (b"\xff" * 99, "no private key"),
        (b"x" * 2_000_000, "larger"),
    ]:
        (tmp_path / "key.pem").write_bytes(data)
        with pytest.raises(InputError, match=told):
            read_key(tmp_path / "key.pem")
        with pytest.raises(InputError, match=r"no public Ed25519 key|larger"):
            read_public_key(tmp_path / "key.pem")
    with pytest.raises(InputError, match="Check the path"):
        read_key(tmp_path / "none.pem")


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b"[" * 90_000, b'{"n": 1}', b"x" * 2_000_000])
def test_what_is_no_checkpoint(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "c.json").write_bytes(data)
    with pytest.raises(InputError, match=r"holds no checkpoint|larger"):
        read_checkpoint(tmp_path / "c.json")


@pytest.mark.parametrize(
    "change", [{"n": True}, {"n": 0}, {"n": "8"}, {"at": "today"}, {"hash": "A" * 64}, {"more": 1}]
)
def test_fields_that_cannot_be(tmp_path: Path, change: dict[str, object]) -> None:
    record(tmp_path)
    said = {**sign(tmp_path, KEY).as_json(), **change}
    with pytest.raises(ValueError, match=r"must be|missing"):
        Checkpoint.of(said)


def test_openssl_makes_keys_that_sign_and_checks_what_we_sign(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")

    def openssl(*words: str) -> str:
        done = subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem")
    openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret", "-out", "shut.pem")
    openssl("pkey", "-in", "key.pem", "-pubout", "-out", "key.pub.pem")
    record(tmp_path / "d")
    checkpoint = sign(tmp_path / "d", read_key(tmp_path / "key.pem"))
    assert checkpoint.public_key == read_public_key(tmp_path / "key.pub.pem").hex()
    assert sign(tmp_path / "d", read_key(tmp_path / "shut.pem", b"secret")).wrong() is None
    (tmp_path / "text").write_bytes(checkpoint.text)
    (tmp_path / "signature").write_bytes(bytes.fromhex(checkpoint.signature))
    words = "pkeyutl -verify -pubin -inkey key.pub.pem -rawin -in text -sigfile signature"
    assert "Verified Successfully" in openssl(*words.split())


def test_several_signers_need_not_trust_each_other(tmp_path: Path) -> None:
    """Each signs what it has read; checkpoints of different keys hold against one record in any order."""
    record(tmp_path)
    signed = []
    for k in range(4):
        signed.append(sign(tmp_path, Ed25519PrivateKey.from_private_bytes(bytes([k]) * 32)))
        with adding(tmp_path) as writer:
            writer.append("report", k)
    assert all(verify(tmp_path, checkpoint).ok for checkpoint in signed)
    assert all(a.n < b.n for a, b in pairwise(signed))
