"""The scenario that ``holdfast new`` writes."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from holdfast.errors import HoldfastError, InputError

NAME = "scenario.yaml"


def template() -> str:
    """Return the text of a small commented scenario that runs as it is.

    Examples
    --------
    >>> "holdfast: 1" in template()
    True
    """
    return resources.files("holdfast.scenario").joinpath("template.yaml").read_text(encoding="utf-8")


def write_template(directory: str | os.PathLike[str]) -> Path:
    """Write the template into a folder, made if need be, and return the file's path.

    Raises
    ------
    InputError
        When the folder cannot be one, or holds a scenario.yaml already, which is left as it is.
    HoldfastError
        When the system refuses to write there, or the disk is full; nothing half-written is left.
    """
    folder = Path(directory)
    file = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            written = False
            try:
                opened.write(template())
                opened.flush()
                written = True
            finally:
                if not written:
                    file.unlink(missing_ok=True)
    except FileExistsError as error:
        what = f"{file} exists already; it is left as it is." if file.exists() else f"{folder} is no folder."
        raise InputError(f"{what} Name another folder.") from error
    except NotADirectoryError as error:
        raise InputError(f"{folder} cannot be made: part of it is a file. Name another folder.") from error
    except PermissionError as error:
        raise HoldfastError(
            f"{file} cannot be written: {error.strerror}. Name a folder you may write in."
        ) from error
    except (OSError, ValueError) as error:
        raise HoldfastError(
            f"{file} cannot be written: {getattr(error, 'strerror', None) or error}. Check the disk, or name another folder."
        ) from error
    return file
