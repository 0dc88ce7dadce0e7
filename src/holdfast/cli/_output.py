"""Writing where the user says, and showing meanwhile that work goes on."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import typer


def write_new(path: Path, text: str, *, force: bool) -> None:
    """Write a file whole or not at all; one that is there already stays, unless forced.

    Raises
    ------
    InputError
        Where there is something already, or no folder to write in.
    HoldfastError
        Where the system refuses to write there, or the disk is full.
    """
    from holdfast.errors import InputError
    from holdfast.study.store import write_bytes

    if path.is_dir():
        raise InputError(f"{path}: is a folder. Name a file in it.")
    if path.exists() and not force:
        raise InputError(
            f"{path}: exists already; it is left as it is. Name another file, or add --force to replace it."
        )
    if not path.parent.is_dir():
        raise InputError(f"{path}: {path.parent} is no folder. Make it first, or name another.")
    write_bytes(path, text.encode())


def folder(text: str | Path) -> Path:
    """Read the name of a folder.

    Raises
    ------
    typer.BadParameter
        If it is empty, as an unset variable of the shell is: the files would go where one stands.
    """
    if not str(text).strip():
        raise typer.BadParameter("names no folder. Write its name, or . for this one.")
    return Path(text)


def made_folder(out: Path) -> None:
    """Make the folder for results, with those above it.

    Raises
    ------
    HoldfastError
        Where the system refuses.
    """
    from holdfast.errors import HoldfastError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HoldfastError(
            f"{out}: cannot be made: {error.strerror}. Name another folder with --out."
        ) from None


def working(what: str) -> AbstractContextManager[Any]:
    """Show on a terminal that work goes on."""
    from rich.console import Console

    console = Console(stderr=True)
    return console.status(what) if console.is_terminal else nullcontext()
