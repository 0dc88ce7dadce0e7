"""Make tests/reference/twin_cases.json: `python -m tests.reference.twin.make [--keep]`.

Cases that are a coin's toss at a time asked about (a fold within 1e-3 of lambda = 1, paths that nearly cross, a
jump at 0 or 5 years) are drawn again: there the last digits of the inputs decide. Some regimes are drawn again
until they have what they are named for.
"""

import argparse
import json
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np

from tests.reference.random_scenarios import cases
from tests.reference.twin.answer import Report, report
from tests.reference.twin.front import Front
from tests.reference.twin.situation import resolve

CASES = Path(__file__).parent.parent / "twin_cases.json"
SEED = 20250904
DIGITS = 10
ATTEMPTS = 25
COUNTED = 256  # all of them


def folds(file: dict) -> bool:
    """Whether a path to an answer of today goes through a fold."""
    for proposal in file["proposals"]:
        situation = resolve(file, proposal)
        for front in (Front(situation, attack) for attack in situation.attacks):
            for decision in front.decisions:
                branch = front.branch(front.players(decision), 0.0)
                if decision.probability and np.isfinite(branch.fold_margin):
                    return True
    return False


SCREENED = {"through folds": folds, "all or none, through folds": folds}
WANTED = {
    "several fixed points": lambda r: r.fixed_points > 1,
    "two ways of standing": lambda r: r.stands_apart > 2e-3,
    "ramps past a jump": lambda r: len(r.jumps) > 0,
}


def delicate(r: Report) -> bool:
    """Whether the answers asked about hang on the last digits."""
    return r.margin < 1e-3 or any(abs(t - asked) < 1e-3 for t in r.jumps for asked in (0.0, 5.0))


def rounded(answers: dict[str, float]) -> dict[str, float | None]:
    """Answers as stored: null where not applicable."""
    return {key: None if np.isnan(v) else round(v, DIGITS) for key, v in sorted(answers.items())}


def case(name: str, regime: str, make) -> dict:
    """One case: the file and the twin's answers to each proposal."""
    screen = SCREENED.get(regime, lambda _: True)
    fitting = (file for file in map(make, range(1000)) if screen(file))
    for attempt, file in enumerate(islice(fitting, ATTEMPTS)):
        reports = {proposal: report(file, proposal) for proposal in file["proposals"]}
        wanted = WANTED.get(regime, lambda _: True)
        last = attempt == ATTEMPTS - 1
        if any(delicate(r) for r in reports.values()):
            continue
        if last or any(wanted(r) for r in reports.values()):
            break
    else:
        raise RuntimeError(f"{name}: no case in {ATTEMPTS} attempts")
    stored = {
        proposal: {
            "answers": rounded(r.answers),
            "must_be_fragile": r.must_be_fragile,
            "may_be_fragile": r.may_be_fragile,
            "fixed_points": r.fixed_points,
            "folds": r.folds,
            "jumps": [round(t, 6) for t in r.jumps],
        }
        for proposal, r in reports.items()
    }
    return {"name": name, "regime": regime, "file": file, "proposals": stored}


def text(found: list[dict]) -> str:
    """A case a line."""
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in found)
    return f"[\n{lines}\n]\n"


def main() -> None:
    """Compute the cases; the file changes only when all are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNTED, help="how many cases")
    parser.add_argument("--out", type=Path, default=CASES, help="where they go")
    parser.add_argument("--keep", action="store_true", help="keep the cases already in the file")
    options = parser.parse_args()
    kept = {}
    partial = options.out.with_suffix(".part")
    for path in (CASES, partial) if options.keep else ():
        if path.exists():
            kept |= {c["name"]: c for c in json.loads(path.read_text(encoding="utf-8"))}
    found, started = [], time.perf_counter()
    for name, regime, make in list(cases(SEED))[: options.count]:
        found.append(kept.get(name) or case(name, regime, make))
        seconds = time.perf_counter() - started
        sys.stderr.write(f"\r{len(found)} of {options.count} cases, {seconds:.0f} s, {name:30s}")
        if len(found) % 10 == 0:
            partial.write_text(text(found), encoding="utf-8")
    partial.write_text(text(found), encoding="utf-8")
    partial.replace(options.out)
    sys.stderr.write("\n")


if __name__ == "__main__":
    main()
