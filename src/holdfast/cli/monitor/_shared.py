"""What the commands of `holdfast monitor` share: how they fail, and how they show that they work."""

from __future__ import annotations

import datetime as dt
import os
import sys
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, cast

import typer

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the record.", show_default=False)]
"""What nearly every command takes first."""
Mapping = Annotated[
    Path | None,
    typer.Option("--map", metavar="FILE", help="What the columns of a table mean.", show_default=False),
]
Observer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Who reports, for tallies and tables that do not say.", show_default=False
    ),
]
"""How files of reports are to be read, where their columns do not say."""
AsGiven = Annotated[
    bool,
    typer.Option("--as-given", help="Positions are right as given, also where they seem to be swapped."),
]


@contextmanager
def failing_clearly() -> Generator[None]:
    """Turn what Holdfast can name into a message on stderr and an exit status."""
    from holdfast.cli.run import INTERRUPTED
    from holdfast.errors import HoldfastError

    try:
        yield
    except HoldfastError as error:
        complained(str(error))
        raise typer.Exit(error.exit_status) from None
    except KeyboardInterrupt as interrupt:
        told = str(interrupt) or "What was acknowledged is in the record; nothing is half-added."
        complained(f"Interrupted. {told}")
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def showing_work(what: str) -> Generator[Working]:
    """Show on a terminal that work goes on, and how far it has come."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Working(None)
        return
    with console.status(what) as status:
        yield Working(status)


class Working:
    """Takes progress in the two forms in which it comes: a stage with rows seen, and so much of so much."""

    def __init__(self, status: object) -> None:
        self._status = status

    def rows(self, stage: str, rows: int) -> None:
        """Say which stage has seen how many rows."""
        self._say(f"{stage}: {rows:,}")

    def share(self, done: int, of: int) -> None:
        """Say how much is done."""
        self._say(f"{done / max(of, 1):.0%}")

    def _say(self, text: str) -> None:
        update = getattr(self._status, "update", None)
        if update is not None:
            from rich.markup import escape

            update(escape(visible(text)))  # a file may be called [/x].csv


def day_of(text: str, option: str) -> dt.date:
    """Return the day that a text names.

    Raises
    ------
    InputError
        If it names none.
    """
    from holdfast.errors import InputError

    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{option} {text}: is no day. Write it as 2021-11-30.") from None


def left_out(entries: int, cells: int) -> str:
    """Say how much an export leaves out.

    Examples
    --------
    >>> left_out(1, 55), left_out(2000, 1)
    ('1 entry and 55 parts of others', '2,000 entries and 1 part of others')
    """
    some, parts = "entry" if entries == 1 else "entries", "part" if cells == 1 else "parts"
    return f"{entries:,} {some} and {cells:,} {parts} of others"


def printed(text: str) -> None:
    """Print what a command answers; where whoever read it has seen enough, as head does, the command ends well."""
    text = visible(text)
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
    except BrokenPipeError:
        # what is left of it has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None


def complained(text: str) -> None:
    """Print on stderr what is wrong."""
    typer.echo(visible(text), err=True)


def visible(text: str) -> str:
    r"""Return a text whose control characters are spelled out, as JSON does: what a report holds must not command a terminal.

    Examples
    --------
    >>> visible("a \x1b[31mred\u202e cell"), visible("Debal’tseve\nÅ")
    ('a \\u001b[31mred\\u202e cell', 'Debal’tseve\nÅ')
    """
    return "".join(c if c == "\n" or unicodedata.category(c) not in _UNSEEN else _spelled(c) for c in text)


def all_visible(told: Any) -> Any:
    r"""Return plain data with the control characters of all its texts spelled out.

    Examples
    --------
    >>> all_visible({"by": ["\x1b[2J", 3]})
    {'by': ['\\u001b[2J', 3]}
    """
    if isinstance(told, str):
        return visible(told)
    if isinstance(told, list):
        return [all_visible(one) for one in cast("list[Any]", told)]
    if isinstance(told, dict):
        return {key: all_visible(one) for key, one in cast("dict[str, Any]", told).items()}
    return told


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _spelled(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[k : k + 2].hex()}" for k in range(0, len(units), 2))
