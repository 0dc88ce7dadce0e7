"""Processes that add to a record, for tests that kill them, make them wait or fill their disk."""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path

from holdfast.errors import HoldfastError
from holdfast.monitoring.record import _disk, adding, create, entries, tip, verify

FILES = {"agreement.yaml": b"holdfast: 1\n"}


def add(folder: Path, name: str, count: int, length: int) -> int:
    """Add `count` entries that say which add they are of, and return the number of the commit."""
    with adding(folder, wait_seconds=60) as writer:
        writer.extend(
            "report", (({"add": name, "k": k, "of": count}, {"raw": "x" * length}) for k in range(count))
        )
    return writer.committed


def whole_adds(folder: Path) -> set[str]:
    """Return the adds in a record; all of each must be there."""
    parts: dict[str, list[int]] = defaultdict(list)
    of: dict[str, int] = {}
    for entry in entries(folder):
        if entry.kind == "report":
            parts[entry.open["add"]].append(entry.open["k"])
            of[entry.open["add"]] = entry.open["of"]
    for name, ks in parts.items():
        assert ks == list(range(of[name])), f"half of add {name} is there"
    return set(parts)


def child(work) -> tuple[int, int]:
    """Fork a process that does the work, and return its number and the pipe on which it acknowledges."""
    readable, writable = os.pipe()
    if pid := os.fork():
        os.close(writable)
        return pid, readable
    os.close(readable)
    status = 1
    try:
        work(lambda name: os.write(writable, f"{name}\n".encode()))
        status = 0
    finally:
        os._exit(status)


def acknowledged(readable: int) -> set[str]:
    with os.fdopen(readable, "rb") as file:
        return {line.decode() for line in file.read().split(b"\n")[:-1]}


def judged(folder: Path, known: set[str]) -> bool:
    """Hold a record after a kill against what was acknowledged; return whether something unfinished was left."""
    verdict = verify(folder)
    assert not verdict.faults, verdict  # what a kill leaves is called unfinished, and nothing else
    assert not verdict.adding
    found = whole_adds(folder)
    assert known <= found, f"lost: {known - found}"
    return verdict.unfinished is not None


def kills(folder: Path, count: int, seed: int) -> None:
    """Kill adders at random times, again and again on what the killed ones left; print how many there were and left something."""
    rng = random.Random(seed)
    left = acks = 0
    known: set[str] = set()
    for k in range(count):
        place = folder / str(k // 20)
        if not k % 20:
            create(place, FILES)
            known = set()

        def work(acknowledge, k=k, place=place) -> None:
            mine = random.Random(k)
            for j in range(1000):
                # some adds are longer than what a writer holds back, so that part of them is written before the commit
                size = mine.choice([(1, 10), (30, 300), (40, 60_000)])
                add(place, f"{k}.{j}", *size)
                acknowledge(f"{k}.{j}")

        pid, readable = child(work)
        time.sleep(rng.uniform(0, 0.03))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        new = acknowledged(readable)
        known |= new
        acks += len(new)
        left += judged(place, known)
    print("kills", count, "left", left, "acknowledged", acks)


def every_step(folder: Path) -> None:
    """Kill an adder before each call that changes the disk, and in the middle of each write; print how many there were."""
    steps = 0
    for half in (False, True):
        for moment in range(1, 1000):
            place = folder / f"{half}{moment}"

            acks = os.pipe()

            def work(_, moment=moment, half=half, place=place, acks=acks) -> None:
                calls = 0

                def fatal(call):
                    def called(*args, **kwargs):
                        nonlocal calls
                        calls += 1
                        if calls == moment:
                            if half and call is real_write:
                                call(args[0], args[1][: len(args[1]) // 2])
                            os.kill(os.getpid(), signal.SIGKILL)
                        return call(*args, **kwargs)

                    return called

                real_write = os.write
                for name in ("open", "write", "pwrite", "fsync", "ftruncate", "link"):
                    setattr(_disk.os, name, fatal(getattr(os, name)))
                create(place, FILES)
                real_write(acks[1], b"made\n")
                for j in range(2):
                    add(place, str(j), 3, 600_000)
                    real_write(acks[1], f"{j}\n".encode())

            pid, readable = child(work)
            os.close(acks[1])
            os.close(readable)
            _, status = os.waitpid(pid, 0)
            known = acknowledged(acks[0])
            steps += 1
            if (place / "record.log").exists():
                judged(place, known - {"made"})
            else:
                assert not known
                create(place, FILES)
                assert {path.name for path in place.iterdir()} == {"record.log", "record.lock"}
            # and the next add goes on from whatever was left
            add(place, "next", 2, 10)
            verdict = verify(place)
            assert verdict.ok, verdict
            assert known - {"made"} | {"next"} <= whole_adds(place)
            if os.waitstatus_to_exitcode(status) == 0:
                break
        else:
            raise AssertionError("it never ended")
    print("steps", steps)


def hold(folder: Path, seconds: float) -> None:
    """Add, and take time over it."""
    with adding(folder, wait_seconds=0) as writer:
        writer.extend(
            "report", (({"add": "held", "k": k, "of": 300}, {"raw": "x" * 9000}) for k in range(300))
        )
        print("holding", flush=True)
        time.sleep(seconds)
    print("committed", flush=True)


def limited(folder: Path, most: int) -> None:
    """Add more than files may be long."""
    before = tip(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        add(folder, "too long", 50, 60_000)
    except HoldfastError as error:
        print(error)
        assert tip(folder) == before
        assert verify(folder).ok, verify(folder)
        print("status", error.exit_status)


def fill(folder: Path) -> None:
    """Begin a record if there is none, and add until the disk is full."""
    try:
        if not (folder / "record.log").exists():
            create(folder, FILES)
        for j in range(1000):
            add(folder, f"{tip(folder).n}", 20, 2000)
            print("added", j)
    except HoldfastError as error:
        print(error)
        print("status", error.exit_status)
    assert verify(folder).ok
    print("whole", len(whole_adds(folder)))


if __name__ == "__main__":
    what, place, *numbers = sys.argv[1:]
    {"kills": kills, "every-step": every_step, "hold": hold, "limited": limited, "fill": fill}[what](
        Path(place), *(float(n) if "." in n else int(n) for n in numbers)
    )
