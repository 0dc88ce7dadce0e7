"""The folder of kernels: whole or absent, and not growing for ever."""

import os
import shutil

import pytest

from holdfast.study.kernels import KernelFolder, keep_kernels


def test_what_was_written_is_read(tmp_path):
    folder = KernelFolder(tmp_path, "one")
    assert folder.read("a") is None
    folder.write("a", b"code")
    assert folder.read("a") == b"code"
    assert KernelFolder(tmp_path, "one").read("a") == b"code"
    assert KernelFolder(tmp_path, "another machine").read("a") is None


def test_every_damage_to_a_file_is_noticed(tmp_path):
    folder = KernelFolder(tmp_path, "one")
    folder.write("a", b"code")
    [file] = tmp_path.glob("*/a")
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert folder.read("a") is None
        file.write_bytes(whole[:place])
        assert folder.read("a") is None


def test_only_the_latest_versions_are_kept(tmp_path):
    for number in range(7):
        folder = KernelFolder(tmp_path, f"version {number}")
        folder.write("a", b"code")
        for path in tmp_path.iterdir():  # as if each were a day older
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 86400))
    assert len(list(tmp_path.iterdir())) == 4
    assert KernelFolder(tmp_path, "version 6").read("a") == b"code"
    assert KernelFolder(tmp_path, "version 0").read("a") is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    folder = KernelFolder(tmp_path, "one")
    shutil.rmtree(tmp_path)
    tmp_path.write_bytes(b"")
    folder.write("a", b"code")
    assert folder.read("a") is None
    assert KernelFolder(tmp_path, "one").read("a") is None


def test_jax_keeps_its_own_where_it_was_told_to(monkeypatch, tmp_path):
    jax = pytest.importorskip("jax")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jax.config.jax_compilation_cache_dir is not None  # the tests' own
    keep_kernels()
    assert not list(tmp_path.iterdir())
