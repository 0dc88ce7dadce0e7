"""What a kind of file is called in errors, so that all are read by one loader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file.

    Parameters
    ----------
    name, a
        What it is called, without and with its article.
    absent
        What to do where the file does not exist.
    empty
        What to do where it is empty.
    example
        Where an example is.
    """

    name: str
    a: str
    absent: str
    empty: str
    example: str


SCENARIO = Form(
    "scenario",
    "a scenario",
    absent="`holdfast new DIR` writes a scenario to begin with.",
    empty="`holdfast new DIR` writes a small one that runs as it is.",
    example="`holdfast new DIR` writes an example.",
)
BODIES = Form("scenario", "a scenario", SCENARIO.absent, SCENARIO.empty, "catalog/bodies/ has examples.")
