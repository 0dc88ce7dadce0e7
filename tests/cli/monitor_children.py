"""Processes that run `holdfast monitor`, for tests that kill them: forked from one that has imported everything, so that each is quick."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from splink.internals.linker_components import inference

from holdfast import cli
from holdfast.errors import HoldfastError
from holdfast.monitoring.linkage import linking as linkage_module
from holdfast.monitoring.record import entries, tip, verify
from holdfast.monitoring.store import adding as adding_module
from holdfast.monitoring.store import folder as folder_module
from holdfast.monitoring.store import index as index_module
from holdfast.monitoring.store.index import rebuilt
from tests.unit.monitoring.store.small import held


def started(*arguments: object, before: Callable[[], None] = lambda: None) -> int:
    """Fork a process that runs the command line, and return its number."""
    if pid := os.fork():
        return pid
    status = 70
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        before()
        sys.argv = ["holdfast", *map(str, arguments)]
        try:
            cli.main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
    finally:
        os._exit(status)


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def lines(folder: Path) -> list[str]:
    """The rows of the reports in a record; each must be there once."""
    found = [entry.sealed["received"]["raw"] for entry in entries(folder) if entry.kind == "report"]
    assert len(set(found)) == len(found), "a report is there twice"
    return found


def judged(place: Path, before: bytes, expected: list[str]) -> tuple[bool, bool]:
    """Hold a folder against what was there before and what was to be added.

    Return whether the add counts, and whether it left something unfinished.
    """
    log = (place / "record.log").read_bytes()
    verdict = verify(place)
    assert not verdict.faults, verdict
    assert log.startswith(before), "what was acknowledged earlier was changed"
    new = [line for line in lines(place) if line in set(expected)]
    assert new in ([], expected), "half of it was added"
    return bool(new), verdict.unfinished is not None or (place / ".index.duckdb.new").exists()


def completed(place: Path, file: Path, expected: list[str]) -> None:
    """Add again, to the end: then all is there, and what counted before is as it was."""
    log, end = (place / "record.log").read_bytes(), tip(place).n
    assert ended(started("monitor", "add", place, file, "--map", file.with_name("map.yaml"))) == 0
    verdict = verify(place)
    assert verdict.ok
    after = (place / "record.log").read_bytes()
    committed = b"".join(log.splitlines(keepends=True)[:end])
    assert after.startswith(committed)
    assert [line for line in lines(place) if line in set(expected)] == expected


def checked_index(place: Path) -> None:
    """The index knows all of the record, and says the same as one that is made anew."""
    before = held(place)
    assert before["about"][0]["entry"] == tip(place).n
    rebuilt(place)
    assert held(place) == before
    left = {path.name for path in place.iterdir()}
    assert left <= {"record.log", "record.lock", "index.duckdb", ".index.tmp"}, left


def grown(place: Path, pid: int) -> None:
    """Wait until something is written to a record, or the process that is to do so has ended."""
    log = place / "record.log"
    size = log.stat().st_size
    while (
        log.stat().st_size == size and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    ):
        time.sleep(0.001)


def kills(base: Path, count: int, seed: int) -> None:
    """Kill `monitor add` at random moments; print how many there were, how many counted all the same, and what they left.

    Every other kill comes at a random moment after the record has begun to grow, however slow the machine is by then.
    """
    rng = random.Random(seed)
    file = base / "new.csv"
    expected = file.read_text().splitlines()[1:]
    before = (base / "record" / "record.log").read_bytes()
    shutil.copytree(base / "record", base / "timed")
    began = time.monotonic()
    pid = started("monitor", "add", base / "timed", file, "--map", base / "map.yaml")
    grown(base / "timed", pid)
    until = time.monotonic() - began
    assert ended(pid) == 0
    rest = time.monotonic() - began - until
    counted = left = acknowledged = 0
    places: list[Path] = []
    now = True
    for k in range(count):
        if now:  # or else go on with what the last kill left
            if places:
                completed(places[-1], file, expected)
            places.append(base / f"kill{k}")
            shutil.copytree(base / "record", places[-1])
        place = places[-1]
        pid = started("monitor", "add", place, file, "--map", base / "map.yaml")
        if k % 2:
            grown(place, pid)
        time.sleep(rng.uniform(0.0, rest if k % 2 else until))
        os.kill(pid, signal.SIGKILL)
        done = ended(pid) == 0
        now, unfinished = judged(place, before, expected)
        left += unfinished
        assert now or not done, "what was acknowledged is lost"
        counted += now
        acknowledged += done
    completed(places[-1], file, expected)
    for place in places[::6]:  # no process is forked after this: DuckDB has threads
        checked_index(place)
    print(json.dumps({"kills": count, "counted": counted, "left": left, "acknowledged": acknowledged}))


def fatal(module: object, name: str, *, after: bool = False) -> Callable[[], None]:
    """Return what makes a function kill its process, before it does anything or once it has done all."""

    def prepared() -> None:
        real = getattr(module, name)

        def called(*args: object, **kwargs: object) -> object:
            if after:
                real(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        setattr(module, name, called)

    return prepared


def linking(base: Path) -> None:
    """Kill `monitor add` while splink links reports, and print after which steps the add counts."""
    at_each(base, {
        "before splink": fatal(linkage_module, "scored"),
        "within splink": fatal(inference.LinkerInference, "predict"),
        "pairs found": fatal(linkage_module, "scored", after=True),
    })  # fmt: skip


def moments(base: Path) -> None:
    """Kill `monitor add` at each step that matters, and print after which of them the add counts."""
    at_each(base, {
        "catching up": fatal(adding_module, "caught_up"),
        "files read": fatal(adding_module, "_modelled"),
        "before the commit": fatal(adding_module.Writer, "commit"),
        "after the commit": fatal(adding_module.Writer, "commit", after=True),
        "before the index": fatal(adding_module, "index_staged"),
        "index begun": fatal(index_module, "take_others"),
        "index linked": fatal(index_module, "graded"),
        "index written": fatal(folder_module.Path, "replace"),
        "index in place": fatal(folder_module.Path, "replace", after=True),
        "after the index": fatal(adding_module, "index_staged", after=True),
    })  # fmt: skip


def at_each(base: Path, steps: dict[str, Callable[[], None]]) -> None:
    """Kill `monitor add` at each of these steps; the next add carries on."""
    file = base / "new.csv"
    expected = file.read_text().splitlines()[1:]
    before = (base / "record" / "record.log").read_bytes()
    counts: dict[str, bool] = {}
    for k, (name, harm) in enumerate(steps.items()):
        place = base / f"moment{k}"
        shutil.copytree(base / "record", place)
        status = ended(started("monitor", "add", place, file, "--map", base / "map.yaml", before=harm))
        assert status == -signal.SIGKILL, (name, status)
        counts[name], _ = judged(place, before, expected)
        completed(place, file, expected)
    for k in range(0, len(steps), 3):
        checked_index(base / f"moment{k}")
    print(json.dumps(counts))


if __name__ == "__main__":
    what, where, *numbers = sys.argv[1:]
    try:
        {"kills": kills, "linking": linking, "moments": moments}[what](Path(where), *map(int, numbers))
    except HoldfastError as error:
        sys.exit(str(error))
