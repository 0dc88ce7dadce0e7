"""The tree of RFC 9162 and the proofs made of it, against a second implementation from the definitions."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.record import Proof, adding, check, export, prove, sign, tip, verify
from holdfast.monitoring.record._merkle import Tree, path_to_root, root_from
from tests.unit.monitoring.record import twin
from tests.unit.monitoring.record.small import AT, TEXT, record

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LEAVES = [twin.sha(b"\0" + bytes([k])) for k in range(70)]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_known_roots() -> None:
    """Roots of the tree of Certificate Transparency's reference tests (RFC 6962, whose trees are those of RFC 9162)."""
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    tree = Tree()
    for k, data in enumerate(inputs, 1):
        tree.add(twin.sha(b"\0" + bytes.fromhex(data)))
        if k in roots:
            assert tree.root().hex() == roots[k]


def test_roots_of_all_sizes() -> None:
    tree = Tree()
    for k, leaf in enumerate(LEAVES, 1):
        tree.add(leaf)
        assert tree.root() == twin.mth(LEAVES[:k])
        again = Tree(tree.size, tree.peaks)
        assert again.root() == tree.root()


def test_paths_of_all_leaves_of_all_sizes() -> None:
    for size in range(1, len(LEAVES) + 1):
        root = twin.mth(LEAVES[:size])
        for index in range(size):
            path = path_to_root(LEAVES[:size], index)
            assert path == twin.path(index, LEAVES[:size])
            assert root_from(LEAVES[index], index, size, path) == root


def test_no_other_leaf_place_size_or_path_leads_to_the_root() -> None:
    for size in range(1, 20):
        root = twin.mth(LEAVES[:size])
        for index in range(size):
            path = twin.path(index, LEAVES[:size])
            assert root_from(LEAVES[-1], index, size, path) != root
            for other in range(-1, size + 2):
                if other != index:
                    assert root_from(LEAVES[index], other, size, path) != root
            for wrong in (
                [*path, LEAVES[0]],
                path[:-1] if path else [LEAVES[0]],
                path[::-1] if len(set(path)) > 1 else [b""],
            ):
                assert root_from(LEAVES[index], index, size, wrong) != root
    assert root_from(LEAVES[0], 0, 0, []) is None


def test_the_record_follows_its_definition(tmp_path: Path) -> None:
    log = record(tmp_path)
    leaves, last = twin.check(log.read_bytes())
    found = tip(tmp_path)
    assert found.hash == last.hex()
    assert found.root == twin.mth(leaves).hex()
    assert verify(tmp_path).root == found.root


def test_records_of_many_sizes_follow_it(tmp_path: Path) -> None:
    log = record(tmp_path)
    rng = random.Random(1)
    for size in [1, 1, 2, 3, 5, 8, 13, 21, 34]:
        with adding(tmp_path) as writer:
            for k in range(size):
                cells = {f"c{j}": rng.random() for j in range(k)}
                writer.append("report", {"k": k}, cells)
        leaves, last = twin.check(log.read_bytes())
        assert tip(tmp_path)[1:3] == (last.hex(), twin.mth(leaves).hex())


def test_every_entry_is_proved_against_every_commit(tmp_path: Path) -> None:
    log = record(tmp_path)
    leaves, _ = twin.check(log.read_bytes())
    lines = log.read_bytes().decode().split("\n")
    checkpoint = sign(tmp_path, KEY, at=AT)
    for size in range(1, 9):
        for n in range(1, size + 1):
            proof = prove(tmp_path, n, entries=size)
            assert [bytes.fromhex(step) for step in proof.path] == twin.path(n - 1, leaves[:size])
            assert proof.line == lines[n - 1] + "\n"
            if size == 8:
                assert check(proof, checkpoint, KEY.public_key().public_bytes_raw()).n == n


def test_a_proof_survives_being_written_as_json(tmp_path: Path) -> None:
    record(tmp_path)
    checkpoint = sign(tmp_path, KEY)
    proof = Proof.of(json.loads(json.dumps(prove(tmp_path, 3).as_json())))
    assert check(proof, checkpoint).sealed["text"] == TEXT


def test_a_proof_shows_nothing_of_the_others_nor_of_what_is_withheld(tmp_path: Path) -> None:
    record(tmp_path)
    checkpoint = sign(tmp_path, KEY)
    proof = prove(tmp_path, 3, withheld={"text"})
    told = json.dumps(proof.as_json())
    assert "script" not in told
    assert "r2" not in told
    entry = check(proof, checkpoint)
    assert (entry.sealed, entry.withheld) == ({"raw": "a;b"}, ("text",))


def test_what_is_no_proof_proves_nothing(tmp_path: Path) -> None:
    record(tmp_path / "a")
    record(tmp_path / "b")
    checkpoint = sign(tmp_path / "a", KEY)
    proof = prove(tmp_path / "a", 3)
    assert check(proof, checkpoint).n == 3
    other = prove(tmp_path / "a", 5)
    wrong = [
        dataclasses.replace(proof, line=other.line),
        dataclasses.replace(proof, n=5),
        dataclasses.replace(proof, path=other.path),
        dataclasses.replace(proof, path=()),
        dataclasses.replace(proof, path=(*proof.path, "00" * 32)),
        dataclasses.replace(proof, line=proof.line.replace("48.1", "48.2")),
        dataclasses.replace(proof, line=proof.line + "\n"),
        dataclasses.replace(proof, line=""),
        dataclasses.replace(proof, line="\ud800"),
        dataclasses.replace(proof, n=0),
        prove(tmp_path / "b", 3),
    ]
    for each in wrong:
        with pytest.raises(HoldfastError, match=r"the proof (does not lead|shows an entry that)"):
            check(each, checkpoint)
    with pytest.raises(HoldfastError, match="a record of 6 entries, the checkpoint about one of 8"):
        check(prove(tmp_path / "a", 3, entries=6), checkpoint)
    with pytest.raises(HoldfastError, match="worth nothing"):
        check(proof, dataclasses.replace(checkpoint, root="00" * 32))
    with pytest.raises(HoldfastError, match="worth nothing: it was signed with the key"):
        check(proof, checkpoint, bytes(32))


def test_every_changed_byte_of_a_proof_proves_nothing(tmp_path: Path) -> None:
    record(tmp_path)
    checkpoint = sign(tmp_path, KEY)
    proof = prove(tmp_path, 3, withheld={"text"})
    for k, letter in enumerate(proof.line):
        changed = dataclasses.replace(proof, line=proof.line[:k] + chr(ord(letter) ^ 1) + proof.line[k + 1 :])
        if k in range(proof.line.index('"hash":"') + 8, len(proof.line) - 3):
            continue  # the hash onto the entry before is no part of the tree: the leaf is
        with pytest.raises(HoldfastError, match="the proof"):
            check(changed, checkpoint)


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"n": 1, "entries": 2, "line": "", "path": ["zz"]},
        {"n": True, "entries": 2, "line": "", "path": []},
        {"n": 1},
    ],
)
def test_json_that_is_no_proof(said: object) -> None:
    with pytest.raises(InputError, match="no proof"):
        Proof.of(said)


@pytest.mark.parametrize(("n", "entries"), [(0, None), (9, None), (3, 2), (1, 9), (-1, None)])
def test_an_entry_that_is_not_there_is_not_proved(tmp_path: Path, n: int, entries: int | None) -> None:
    record(tmp_path)
    with pytest.raises(InputError, match="has entries 1 to 8"):
        prove(tmp_path, n, entries=entries)


def test_a_cell_that_is_not_there_is_not_withheld(tmp_path: Path) -> None:
    record(tmp_path)
    with pytest.raises(InputError, match='entry 3 has no cell "name"; it has open, raw, text'):
        prove(tmp_path, 3, withheld={"name"})


def test_a_damaged_record_proves_nothing(tmp_path: Path) -> None:
    log = record(tmp_path)
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b'"lat":48.1', b'"lat":48.2'))
    with pytest.raises(HoldfastError, match="entry 3 is not what its hash was made of"):
        prove(tmp_path, 3)
    lines = whole.splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:2] + lines[3:]))
    with pytest.raises(HoldfastError, match=r"entry 3 .* is damaged"):
        prove(tmp_path, 5)


def test_an_export_proves_what_it_shows(tmp_path: Path) -> None:
    record(tmp_path / "a")
    checkpoint = sign(tmp_path / "a", KEY)
    export(
        tmp_path / "a",
        tmp_path / "out",
        lambda entry: {"text"} if entry.n == 3 else None if entry.n == 5 else (),
    )
    assert check(prove(tmp_path / "out", 3), checkpoint).withheld == ("text",)
    assert check(prove(tmp_path / "out", 4), checkpoint).open == {"line": 3, "reason": "no date"}
    assert check(prove(tmp_path / "out", 5), checkpoint).kind == ""
