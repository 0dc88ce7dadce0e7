"""Reads the log of a run of KTAB's Spatial Model of Politics: every line of it, or it says which it does not know.

Numbers stay text, so that what they are compared with can be held to the digits that were printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

Rows = list[list[str]]

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
SILENT = re.compile(
    r"^(Software version|Start time|Finish time|Elapsed time|Scenario Name|Scenario Description|Dimension \d|Actor: \d+ (name|desc)"
    r"|Setting ideal-accomodation|SQL Logging|Grp \d|Using PRNG seed|Successfully opened|Created SMPModel|Model Paramaters"
    r"|Starting (model|Model)|Using OneThird|Using InitOnlyInterp|Bargains to be resolved|Doing scalarPCE|Num actors|Num options"
    r"|Voting rule: Prop|Found stable PCE|postn-ideal distance RMS|Completed model run|History of actor|SMPModel: Closing)"
)


@dataclass
class Challenge:
    """What the log says of a challenge that is made."""

    target: int
    worth: str
    estimates: list[tuple[int, int, str, str]] = field(
        default_factory=list
    )  # by whom, gain of whom, chance, gain
    adopted: dict[str, list[list[str]]] = field(default_factory=dict)  # by_initiator, by_target, compromise


@dataclass
class Election:
    """What the log says of one party's choice among bargains."""

    party: int = -1
    utility: Rows = field(default_factory=list)
    coarse: Rows = field(default_factory=list)
    coalition: Rows = field(default_factory=list)
    victory: Rows = field(default_factory=list)
    probability: list[str] = field(default_factory=list)
    chosen: int = -1


@dataclass
class Turn:
    """What the log says of how things stood, and what happened then."""

    value: Rows = field(default_factory=list)
    attitude: list[str] = field(default_factory=list)
    utility: Rows = field(default_factory=list)
    changed: str = ""
    perceived: dict[int, Rows] = field(default_factory=dict)
    perceived_changed: list[str] = field(default_factory=list)
    challenges: dict[int, Challenge] = field(default_factory=dict)
    idle: list[int] = field(default_factory=list)
    involved: dict[int, list[tuple[int, int, int]]] = field(
        default_factory=dict
    )  # bargain, initiator, target
    strength: list[str] = field(default_factory=list)
    elections: list[Election] = field(default_factory=list)
    after: Rows = field(default_factory=list)
    ideals: Rows = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    first_moved: str = ""
    moved: str = ""
    ratio: str = ""


@dataclass
class Log:
    """The whole log; `turns` holds one more than there were, the last of which only stands."""

    strength: list[str] = field(default_factory=list)
    given: dict[str, list[list[str]]] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    steps: int = 0
    positions: list[list[str]] = field(default_factory=list)  # by party, then issue
    probability: list[list[str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def numbers(line: str) -> list[str]:
    return NUMBER.findall(line)


def agrees(text: str, value: float) -> bool:
    """Whether a value is what was printed, to the last digit printed."""
    mantissa, _, exponent = text.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - digits)
    return bool(abs(float(text) - value) <= 0.5 * unit * (1 + 1e-6))


def disagreements(printed: object, values: np.ndarray) -> list[str]:
    """Return where an array is not what was printed, shapes included."""
    texts = np.array(printed, dtype=str)
    if texts.shape != np.shape(values):
        return [f"shapes {texts.shape} and {np.shape(values)}"]
    return [
        f"{place}: {texts[place]} and {values[place]!r}"
        for place in np.ndindex(texts.shape)
        if not agrees(str(texts[place]), float(values[place]))
    ]


class _Reader:
    def __init__(self, path: Path) -> None:
        self.lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        self.at = 0
        self.log = Log()

    def rows(self) -> Rows:
        """Read the rows of numbers that follow."""
        found: Rows = []
        while self.at < len(self.lines) and re.fullmatch(r"[-+\d.\seE]+", self.lines[self.at]):
            found.append(self.lines[self.at].split())
            self.at += 1
        return found

    def read(self) -> Log:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line and not SILENT.match(line) and not self.known(line):
                self.log.unknown.append(line)
        return self.log

    def known(self, line: str) -> bool:
        return any(part(line) for part in (self.input, self.stands, self.pressed, self.elected, self.ended))

    def input(self, line: str) -> bool:
        if found := re.fullmatch(r"Actor: \d+ power:\s+(\S+)", line):
            self.log.strength.append(found[1])
        elif found := re.fullmatch(r"(pos|sal)\[(\d+), (\d+)\] = +(\S+)", line):
            rows = self.log.given.setdefault(found[1], [])
            if int(found[3]) == 0:
                rows.append([])
            rows[int(found[2])].append(found[4])
        elif found := re.fullmatch(r"(Position|Salience) matrix:", line):
            self.log.given[found[1]] = self.rows()
        elif found := re.fullmatch(r"(?:Number of )?(\w+): (\w+)", line):
            self.log.options[found[1]] = found[2]
        else:
            return False
        return True

    def stands(self, line: str) -> bool:
        if line.startswith("Raw actor-pos value matrix"):
            self.log.turns.append(Turn(value=self.rows()))
            return True
        turn = self.log.turns[-1] if self.log.turns else Turn()
        if line.startswith("Inferred risk attitudes"):
            turn.attitude = [row[0] for row in self.rows()]
        elif line.startswith("Risk-aware actor-pos utility matrix"):
            turn.utility = self.rows()
        elif line.startswith("RMS change in value vs utility"):
            turn.changed = numbers(line)[-1]
        elif found := re.match(r"Estimate by (\d+) of", line):
            turn.perceived[int(found[1])] = self.rows()
        elif line.startswith("RMS change in util^h vs utility"):
            turn.perceived_changed.append(numbers(line)[-1])
        else:
            return False
        return True

    def pressed(self, line: str) -> bool:
        turn = self.log.turns[-1] if self.log.turns else Turn()
        if found := re.match(
            r"In turn (\d+) actor (\d+) has most advantageous target (\d+) worth (\S+)", line
        ):
            assert int(found[1]) == len(self.log.turns) - 1
            turn.challenges[int(found[2])] = Challenge(int(found[3]), found[4])
        elif found := re.match(r"In turn \d+ Actor (\d+) has no advantageous targets", line):
            turn.idle.append(int(found[1]))
        elif found := re.match(r"turn \d+ , i (\d+) , j (\d+) , bestEU worth +(\S+) , piiJ +(\S+)", line):
            own = turn.challenges[int(found[1])]
            own.estimates.append((int(found[1]), int(found[1]), found[4], found[3]))
        elif found := re.match(
            r"Est by +(\d+) of prob (\S+) that \[ *(\d+)> *(\d+)\], with expected gain to +(\d+) of (\S+)",
            line,
        ):
            turn.challenges[int(found[3])].estimates.append(
                (int(found[1]), int(found[5]), found[2], found[6])
            )
        elif found := re.match(r"Bargain \[(\d+), (\d+):(\d+)\] from (\d+)'s perspective", line):
            self.bargain(int(found[2]), "by_initiator" if found[4] == found[2] else "by_target")
        elif found := re.match(r"Power-weighted compromise \[(\d+), (\d+):(\d+)\] bargain", line):
            self.bargain(int(found[2]), "compromise")
        else:
            return False
        return True

    def bargain(self, initiator: int, kind: str) -> None:
        ends: list[list[str]] = []
        for _ in range(2):
            found = re.fullmatch(r"(?:\d+|compromise) proposes \d+ adopt:(.*)", self.lines[self.at])
            assert found
            ends.append(found[1].split())
            self.at += 1
        self.log.turns[-1].challenges[initiator].adopted[kind] = ends

    def elected(self, line: str) -> bool:
        turn = self.log.turns[-1] if self.log.turns else Turn()
        election = turn.elections[-1] if turn.elections else Election()
        if found := re.match(r"Bargains involving actor +(\d+):(.*)", line):
            listed = re.findall(r"\[(\d+), (\d+):(\d+)\]", found[2])
            turn.involved[int(found[1])] = [(int(a), int(b), int(c)) for a, b, c in listed]
        elif line == "w:":
            turn.strength = self.rows()[0]
        elif line == "u_im:":
            turn.elections.append(Election(utility=self.rows()))
            party = re.match(r"Doing scalarPCE for the \d+ bargains of actor (\d+)", self.lines[self.at])
            assert party
            turn.elections[-1].party = int(party[1])
        elif line.startswith("Actor strengths:"):
            assert self.rows()[0] == turn.strength
        elif line.startswith("Utility to actors of options:"):
            election.coarse = self.rows()
        elif line.startswith("Coalition strengths of (i:j):"):
            election.coalition = self.rows()
        elif line.startswith("Probability Opt_i > Opt_j"):
            election.victory = self.rows()
        elif line.startswith("Probability Opt_i"):
            election.probability = [row[0] for row in self.rows()]
        elif found := re.match(r"Chosen bargain \( Deterministic \): (\d+) (\d+) out of", line):
            assert turn.involved[election.party][int(found[2]) - 1][0] == int(found[1])
            election.chosen = int(found[2]) - 1
        else:
            return False
        return True

    def ended(self, line: str) -> bool:
        turn = self.log.turns[-1] if self.log.turns else Turn()
        if re.match(r"postn \d+ , 0 :", line):
            turn.after += self.rows()
        elif re.match(r"ideal \d+ , 0 :", line):
            turn.ideals += self.rows()
        elif line.startswith(("postn-ideal distance", "rms (pstn, ideal)")):
            turn.apart.append(numbers(line)[-1])
        elif found := re.match(r"sDist \[ *(\d+), *(\d+)\] = (\S+)", line):
            # printed once the next state stands: of the turn before it
            before = self.log.turns[-2]
            if before.first_moved:
                before.moved = found[3]
            else:
                before.first_moved = found[3]
        elif found := re.match(r"Fractional change compared to first step: (\S+)", line):
            self.log.turns[-2].ratio = found[1]
        elif found := re.match(r"There were \d+ states, with (\d+) steps", line):
            self.log.steps = int(found[1])
        elif found := re.match(r"\w+, (.*?) ?:((?: +\d+\.\d+)+)$", line):
            told = self.log.probability if found[1] == "prob" else self.log.positions
            told.append(found[2].split())
        else:
            return False
        return True


def read(path: Path) -> Log:
    """Return what a log says."""
    return _Reader(path).read()
