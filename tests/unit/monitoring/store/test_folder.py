"""An index that is missing, damaged, of another version or of another record is not read, and made anew by whoever adds."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from holdfast.errors import HoldfastError, InputError
from holdfast.monitoring.interrupts import heeded_interrupts
from holdfast.monitoring.linkage.database import MEMORY, database
from holdfast.monitoring.record import adding, prove, verify
from holdfast.monitoring.store import index as index_module
from holdfast.monitoring.store.folder import INDEX, entry_known, index_changed, index_read
from holdfast.monitoring.store.index import rebuilt
from holdfast.monitoring.store.schema import VERSION
from tests.unit.monitoring.store.small import added, begun, held, rows_of


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = begun(tmp_path_factory.mktemp("small") / "record")
    added(folder, {"no": "1"})
    return folder


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small, tmp_path / "record")


def altered(folder: Path, query: str) -> None:
    with duckdb.connect(str(folder / INDEX)) as con:
        con.execute(query)


def missing(folder: Path) -> None:
    (folder / INDEX).unlink()


def empty(folder: Path) -> None:
    (folder / INDEX).write_bytes(b"")


def noise(folder: Path) -> None:
    (folder / INDEX).write_bytes(bytes(range(256)) * 400)


def newer(folder: Path) -> None:
    altered(folder, f"update about set version = {VERSION + 1}")


def of_another_kind(folder: Path) -> None:
    (folder / INDEX).unlink()
    altered(folder, "create table about (version integer)")


def of_nothing(folder: Path) -> None:
    altered(folder, "delete from about")


def of_another_record(folder: Path) -> None:
    other = folder.parent / "other"
    if not other.exists():
        added(begun(other), {"no": "2"})
    shutil.copyfile(other / INDEX, folder / INDEX)


FAULTS = [
    (missing, "holds no index.duckdb"),
    (empty, "cannot be read|is no index"),
    (noise, "cannot be read"),
    (newer, f"is an index of form {VERSION + 1}; this Holdfast reads form {VERSION}"),
    (of_another_kind, "is no index that Holdfast has made"),
    (of_nothing, "is no index that Holdfast has made"),
    (of_another_record, "was made from another record"),
]


@pytest.mark.parametrize(("harm", "told"), FAULTS)
def test_an_index_that_is_not_the_records_is_refused_and_made_again(
    folder: Path, harm: Callable[[Path], None], told: str
) -> None:
    before = held(folder)
    harm(folder)
    with pytest.raises(HoldfastError, match=told) as error, index_read(folder):
        pass
    assert f"`holdfast monitor rebuild {folder}`" in str(error.value)
    rebuilt(folder)
    assert held(folder) == before
    harm(folder)
    added(folder, {"no": "4"}, name="four.csv")
    assert rows_of(folder, "select native_id from reports order by entry") == [("1",), ("4",)]


def test_an_index_that_was_changed_or_cut_is_said_to_be_or_reads_as_it_was(folder: Path) -> None:
    """DuckDB has checksums of its blocks; what lies in unused places changes nothing."""
    path, before = folder / INDEX, held(folder)
    whole = path.read_bytes()
    places = range(0, len(whole), 60_000)
    changed = [whole[:n] + bytes(b ^ 0xFF for b in whole[n : n + 3000]) + whole[n + 3000 :] for n in places]
    told: list[str] = []
    for data in [*changed, *(whole[:n] for n in places)]:
        path.write_bytes(data)
        try:
            assert held(folder) == before
        except HoldfastError as error:
            told.append(str(error))
    assert all("holdfast monitor rebuild" in message for message in told)
    assert len(told) > len(places) / 2
    rebuilt(folder)
    assert held(folder) == before


def test_a_folder_that_holds_no_record(tmp_path: Path) -> None:
    for act in (rebuilt, lambda folder: index_read(folder).__enter__()):
        with pytest.raises(InputError, match="holdfast monitor init"):
            act(tmp_path)


def test_a_record_that_is_missing_beside_its_index_is_to_be_put_back(folder: Path) -> None:
    log, before = folder / "record.log", (folder / INDEX).read_bytes()
    kept = log.read_bytes()
    log.unlink()
    told = (
        r"record.log is missing: the index beside it knows that 5 entries were recorded. Put back the record"
    )
    acts = (
        rebuilt,
        lambda folder: added(folder, {"no": "9"}, name="nine.csv"),
        lambda folder: verify(folder, known=entry_known(folder)),
        lambda folder: prove(folder, 4, known=entry_known(folder)),
        lambda folder: index_read(folder).__enter__(),
    )
    for act in acts:
        with pytest.raises(HoldfastError, match=told) as error:
            act(folder)
        assert error.value.exit_status == 1
    with pytest.raises(InputError, match=r"holds index\.duckdb, made from a record, and no record.log"):
        begun(folder)
    assert sorted(path.name for path in folder.iterdir()) == [INDEX, "record.lock"]
    assert (folder / INDEX).read_bytes() == before
    log.write_bytes(kept)
    assert added(folder, {"no": "9"}, name="nine.csv").reports == 1


def test_nothing_is_added_to_an_export(tmp_path: Path) -> None:
    (tmp_path / "export.log").write_bytes(b"")
    for act in (rebuilt, lambda folder: index_read(folder).__enter__()):
        with pytest.raises(
            InputError, match="holds an export of a record, which `holdfast monitor verify` reads"
        ):
            act(tmp_path)


def test_what_another_program_left_beside_the_index_is_not_replayed(folder: Path) -> None:
    log = folder / f"{INDEX}.wal"
    log.write_bytes(b"left by another program")
    added(folder, {"no": "5"}, name="five.csv")
    assert not log.exists()
    assert rows_of(folder, "select count(*) from reports") == [(2,)]


def test_an_index_that_fails_half_way_is_as_it_was(folder: Path) -> None:
    before = (folder / INDEX).read_bytes()

    def fail() -> None:
        with index_changed(folder) as con:
            con.execute("delete from reports")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (folder / INDEX).read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == [INDEX, "record.lock", "record.log"]


def test_whoever_reads_goes_on_reading_what_there_was(folder: Path) -> None:
    with index_read(folder) as con:
        added(folder, {"no": "6"}, name="six.csv")
        assert con.execute("select count(*) from reports").fetchall() == [(1,)]
    assert rows_of(folder, "select count(*) from reports") == [(2,)]


def test_an_index_that_did_not_follow_is_brought_up_to_date_by_the_next_add(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise HoldfastError("the disk is full.")

    monkeypatch.setattr(index_module, "_update", refuse)
    with pytest.raises(
        HoldfastError, match="1 report was added to the record, but the index could not follow"
    ):
        added(folder, {"no": "7"}, name="seven.csv")
    monkeypatch.undo()
    assert rows_of(folder, "select count(*) from reports") == [(1,)]
    one = added(folder, {"no": "7"}, {"no": "8"}, name="eight.csv")
    assert (one.reports, one.known) == (1, 1)
    assert rows_of(folder, "select count(*) from reports") == [(3,)]
    before = held(folder)
    rebuilt(folder)
    assert held(folder) == before


@pytest.mark.parametrize(
    "swallowed",
    [RuntimeError("Query interrupted"), duckdb.InterruptException("INTERRUPT Error: Interrupted!")],
)
def test_an_interrupt_that_the_database_swallows_is_one_all_the_same(
    folder: Path, swallowed: Exception
) -> None:
    before = (folder / INDEX).read_bytes()
    with pytest.raises(KeyboardInterrupt), index_changed(folder):
        raise swallowed
    assert (folder / INDEX).read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == [INDEX, "record.lock", "record.log"]
    with pytest.raises(KeyboardInterrupt), index_read(folder):
        raise swallowed
    with pytest.raises(KeyboardInterrupt), database(MEMORY, 1):
        raise swallowed


def test_a_query_that_is_interrupted_ends_as_an_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt), database(MEMORY, 1) as con:  # noqa: PT012
        threading.Timer(0.3, con.interrupt).start()
        con.execute("select sum(sqrt(a.range * b.range)) from range(100000000) a, range(1000) b")


def test_other_errors_are_no_interrupts() -> None:
    with pytest.raises(RuntimeError, match="out of luck"), heeded_interrupts():
        raise RuntimeError("out of luck")


def test_an_interrupt_after_the_commit_says_what_is_in_the_record(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(index_module, "_update", interrupted)
    told = f"1 report was added to the record, and in the index not yet: the next add or `holdfast monitor rebuild {folder}` brings"
    with pytest.raises(KeyboardInterrupt, match=told):
        added(folder, {"no": "7"}, name="seven.csv")
    with pytest.raises(KeyboardInterrupt, match="the record is begun, and in the index not yet"):
        begun(tmp_path / "other")
    with pytest.raises(KeyboardInterrupt, match=r"^$"):  # before it adds anything: the index is behind
        added(folder, {"no": "8"}, name="eight.csv")
    monkeypatch.undo()
    assert verify(folder).ok
    assert rebuilt(tmp_path / "other") == 2
    assert added(folder, {"no": "7"}, name="seven.csv").known == 1
    assert rows_of(folder, "select count(*) from reports") == [(2,)]


def test_making_the_index_waits_for_whoever_adds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "holdfast.monitoring.store.index.adding",
        lambda place, known: adding(place, wait_seconds=0, known=known),
    )
    with adding(folder), pytest.raises(HoldfastError, match="is adding to the record"):
        rebuilt(folder)


def test_nothing_is_fetched_for_an_index(tmp_path: Path) -> None:
    """DuckDB would otherwise load extensions over the net when a query asks for one."""
    folder = begun(tmp_path / "record")
    settings = (
        "select current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"
    )
    with index_read(folder) as con:
        assert con.execute(settings).fetchall() == [(False, False)]
    with index_changed(folder) as con:
        assert con.execute(settings).fetchall() == [(False, False)]
