"""What a kind of file is called in errors, so that all are read by one loader; and by which keys the kinds are told apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["BODIES", "KINDS", "SCENARIO", "Form", "Kind", "kind_of", "ktab_for", "taken_for"]


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


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file by its keys.

    Parameters
    ----------
    name
        Of the form that it is read by.
    a
        What it is called, with its article.
    command
        What takes it.
    marks
        Keys at the top of the file that no file of another form has.
    """

    name: str
    a: str
    command: str
    marks: tuple[str, ...]


KINDS = (
    Kind(
        "scenario",
        "a scenario",
        "holdfast run FILE",
        ("proposals", "war", "detection"),
    ),
    Kind(
        "scenario",
        "a file of positions",
        "holdfast bargain FILE",
        ("issues", "bargaining", "no_agreement", "correlations"),
    ),
    Kind("scenario", "a file of bodies", "holdfast decide FILE", ("bodies", "groups")),
    Kind(
        "conflict",
        "a conflict",
        "holdfast stability FILE",
        ("preferences", "options", "infeasible", "states", "moves", "status_quo"),
    ),
    Kind(
        "agreement",
        "an agreement",
        "holdfast monitor init DIR --agreement FILE",
        (
            "in_force",
            "articles",
            "triggers",
            "zones",
            "lines",
            "sectors",
            "weapons",
            "exemptions",
            "windows",
            "counting",
            "observation",
            "observers",
            "confidential",
        ),
    ),
    Kind(
        "mapping",
        "a mapping of columns",
        "holdfast monitor add DIR TABLE --map FILE",
        ("fields", "figures", "delimiter", "decimal", "thousands", "dates"),
    ),
)
"""Of several that a file has keys of, the first: a scenario has issues and bodies too."""


def kind_of(keys: Collection[str]) -> Kind | None:
    """Return what kind of file has such keys; none where they are of no kind, or of several.

    Examples
    --------
    >>> kind_of(["holdfast", "title", "parties", "issues", "bodies"]).a
    'a file of positions'
    >>> kind_of(["holdfast", "proposals", "preferences"])
    """
    found = [kind for kind in KINDS if any(mark in keys for mark in kind.marks)]
    return found[0] if len({kind.name for kind in found}) == 1 else None


def taken_for(keys: Collection[str], form: Form) -> str | None:
    """Say that a file seems to be of another kind than the form it is to be read by; None where it may well be of this one.

    Examples
    --------
    >>> taken_for(["holdfast", "title", "states", "moves"], SCENARIO)
    'seems to be a conflict, not a scenario: it has states and moves. Use `holdfast stability FILE`.'
    """
    kind = kind_of(keys)
    if kind is None or kind.name == form.name:
        return None
    marks = [mark for mark in keys if mark in kind.marks][:4]
    shown = " and ".join([", ".join(marks[:-1]), marks[-1]]) if len(marks) > 1 else marks[0]
    return f"seems to be {kind.a}, not {form.a}: it has {shown}. Use `{kind.command}`."


def ktab_for(raw: bytes, form: Form) -> str | None:
    r"""Say that bytes which are no file of such a form seem to be KTAB's; None where they do not.

    Examples
    --------
    >>> ktab_for(b"Oil,A plan,2,1\nActor,Description,Influence,X Position,X Salience\n", SCENARIO)
    'seems to be KTAB’s CSV, not a scenario. Use `holdfast import FILE --out POSITIONS`, which makes a file of positions of it.'
    >>> ktab_for(b"[1, 2]", SCENARIO)
    """
    start = raw[:20_000].decode("utf-8-sig", "replace").lstrip()
    csv = any(_is_ktab_csv(start, sign) for sign in ",;\t")
    if not csv and not (start.startswith("<") and "<Scenario" in start):
        return None
    return (
        f"seems to be KTAB’s {'CSV' if csv else 'XML'}, not {form.a}. Use `holdfast import FILE --out POSITIONS`, which makes a file of "
        "positions of it."
    )


def _is_ktab_csv(start: str, sign: str) -> bool:
    """Say whether two lines look like KTAB's first ones: one that ends with two numbers, and one of five headings or more."""
    first, heads = [line.strip(f"{sign} ").split(sign) for line in [*start.splitlines(), "", ""][:2]]
    return len(first) >= 4 and all(field.strip(' "').isdigit() for field in first[-2:]) and len(heads) >= 5
