"""A small study for the tests of the store: its parts are known numbers. Also run as a process that can be killed.

python -m tests.unit.study.producer run FOLDER [SECONDS]      the study, pausing before each part
python -m tests.unit.study.producer every-moment FOLDER       killed before each of its steps, then continued
python -m tests.unit.study.producer full FOLDER               the study; prints the error of a disk that fills
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from holdfast.errors import HoldfastError
from holdfast.study.store import RunKey, State, open_store

KEY = RunKey("ab" * 32, "0.1.0", seed=1, draws=48, proposals=("calm", "force"), settings=())
PARTS, ROWS = 3, 32
SPREAD = {"mean": 0.25, "p05": 0.0, "p95": 0.5}
SUMMARY = {"scenario": "Tiny", "proposals": {"calm": {"title": "Calm", "signed": SPREAD, "best": 0.5}}}
ABOUT = {"versions": {"holdfast": "0.1.0"}, "inputs": {}}


def part(index: int, columns: int = 3) -> pa.Table:
    """Part `index`, rows of random but fixed numbers."""
    rng = np.random.default_rng(index)
    draw = np.repeat(np.arange(ROWS // 2) + index * ROWS // 2, 2)
    numbers = {f"input:{c}": rng.random(ROWS) for c in range(columns)}
    return pa.table({"draw": draw, "proposal": ["calm", "force"] * (ROWS // 2), **numbers})


def study(folder: Path, pause: float = 0.0, columns: int = 3, key: RunKey = KEY) -> State:
    """Run the study, or what is left of it, and say what the folder held."""
    with open_store(folder, key) as store:
        if store.state is not State.COMPLETE:
            for index in store.missing(PARTS):
                time.sleep(pause)
                store.write_part(index, part(index, columns))
            store.join(PARTS)
            store.finish(SUMMARY, ABOUT)
        return store.state


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by its path inside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def in_child(work) -> int:
    """Run something in a child process and return its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def die_before(step: int) -> None:
    """Kill this process before its step number `step` that touches the disk."""
    left = [step]

    def counted(function):
        def wrapper(*args, **kwargs):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapper

    os.fsync, os.open, os.pwrite = counted(os.fsync), counted(os.open), counted(os.pwrite)
    for name in ("open", "replace", "unlink", "mkdir", "rmdir"):
        setattr(Path, name, counted(getattr(Path, name)))


def every_moment(folder: Path) -> None:
    """Kill the study before each of its steps in turn; the next run must end with the same bytes."""
    os.fsync = lambda _: None  # a process that is killed loses nothing that it wrote
    study(folder / "whole")
    whole = contents(folder / "whole")
    step = 0
    while True:
        step += 1
        broken = folder / "broken"

        def killed(step=step, broken=broken) -> None:
            die_before(step)
            study(broken)

        status = in_child(killed)
        after = study(broken)
        if contents(broken) != whole:
            print(f"killed before step {step}: {sorted(contents(broken))} differ from {sorted(whole)}")
            sys.exit(1)
        shutil.rmtree(broken)
        if not os.WIFSIGNALED(status):
            print(f"steps {step - 1}, then {after.name}")
            return


def main(what: str, folder: str, *rest: str) -> None:
    """Do what the command line says."""
    if what == "every-moment":
        every_moment(Path(folder))
    elif what == "full":
        try:
            study(Path(folder), columns=600)
        except HoldfastError as error:
            print(error)
            sys.exit(error.exit_status)
    else:
        print(study(Path(folder), *(float(pause) for pause in rest)).name)


if __name__ == "__main__":
    main(*sys.argv[1:])
