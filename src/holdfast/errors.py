"""One tree of errors: whatever Holdfast raises on purpose is a `HoldfastError`.

The command line turns each into a message on stderr and an exit status: 1 for a failure, 2 for input that
cannot be used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

__all__ = ["HoldfastError", "InputError", "Problem", "ScenarioError"]

SHOWN_PROBLEMS = 200  # a file with more mistakes than this has one cause, and nobody reads on


class HoldfastError(Exception):
    """Something went wrong that Holdfast can name; ``exit_status`` is what the command line returns."""

    exit_status: ClassVar[int] = 1


class InputError(HoldfastError):
    """What the user gave cannot be used: a file, an option or a folder."""

    exit_status: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a scenario file: where it is, what was found, what is allowed and what to write.

    Parameters
    ----------
    line, column
        Position in the file, counted from 1; 0 where there is none (the file itself, or a setting).
    path
        Dotted path of the field, as ``--set`` takes it; empty for the file as a whole.
    value
        What was found, shortened; None where something is missing.
    message
        What is allowed and what to write instead.
    file
        What the position counts in: the file as the user named it, or ``--set PATH=VALUE``.

    Examples
    --------
    >>> print(Problem(41, 18, "parties.RUS.noise", "0", "must be above 0.", "paris.yaml"))
    paris.yaml:41:18: parties.RUS.noise = 0; must be above 0.
    """

    line: int
    column: int
    path: str
    value: str | None
    message: str
    file: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        if not self.path:
            return f"{where}: {self.message}"
        if self.value is None:
            return f"{where}: {self.path}: {self.message}"
        return f"{where}: {self.path} = {self.value}; {self.message}"


def _mistake(problem: Problem) -> object:
    """Return what two reports of the same mistake have in common: all but how the path leads there."""
    if not problem.line:
        return problem
    # a key that is missing stands where its mapping does, so that its name is needed to tell it from another
    name = problem.path.rpartition(".")[2] if problem.value is None else ""
    return problem.file, problem.line, problem.column, problem.message, problem.value, name


class ScenarioError(InputError):
    """A scenario file that cannot be used, with every mistake found in it.

    Parameters
    ----------
    problems
        The mistakes; they are kept sorted by file, line and column. What is found at one place of the file in
        several ways, because an anchor is used several times, is kept once, under the first path.

    Examples
    --------
    >>> error = ScenarioError([Problem(3, 1, "b", "2", "two.", "f"), Problem(1, 1, "a", None, "one.", "f")])
    >>> print(error)
    f:1:1: a: one.
    f:3:1: b = 2; two.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        ordered = sorted(problems, key=lambda p: (p.file, p.line, p.column, p.path))
        unique: dict[object, Problem] = {}
        for problem in ordered:
            unique.setdefault(_mistake(problem), problem)
        self.problems = tuple(unique.values())
        shown = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        hidden = len(self.problems) - len(shown)
        if hidden:
            shown.append(f"... and {hidden} more.")
        super().__init__("\n".join(shown))
