"""holdfast check: every mistake in a file, then what its numbers rest on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer


def check(
    file: Annotated[
        Path,
        typer.Argument(
            help="A scenario, a file of bodies or positions, a conflict, an agreement or a mapping.",
            show_default=False,
        ),
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Set a field before checking; may be repeated."),
    ] = None,
) -> None:
    """Check a file: every mistake at once; then, of a scenario, every number that has no source."""
    from holdfast.errors import InputError

    try:
        found = _checked(file, settings or ())
    except InputError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_status) from None
    for line in found.unsourced:
        typer.echo(f"{file}:{line}")
    typer.echo(f"{file}: no mistakes. {found.summary}")
    for warning in found.warnings:
        typer.echo(f"{file}: warning: {warning}", err=True)


class _Found(NamedTuple):
    """What is to be said of a file without mistakes."""

    summary: str
    unsourced: Sequence[str] = ()
    """Numbers without a source, each with its line."""
    warnings: Sequence[str] = ()


def _checked(file: Path, settings: Sequence[str]) -> _Found:
    from holdfast.errors import InputError
    from holdfast.scenario.forms import BODIES, kind_of
    from holdfast.scenario.reading import read_bytes, read_keys

    told = str(file).encode("utf-8", "backslashreplace").decode()  # whatever bytes the name has
    kind = kind_of(read_keys(read_bytes(file, told, BODIES), told, BODIES))
    name = kind.name if kind else "scenario"
    if name == "scenario":
        return _scenario(file, settings)
    if settings:
        raise InputError(f"--set {settings[0]}: {file} is no scenario. Take --set away, and change the file.")
    if name == "conflict":
        return _conflict(file)
    if name == "agreement":
        from holdfast.monitoring.agreement import load_agreement
        from holdfast.scenario.reading import counted

        agreement = load_agreement(file)
        return _Found(
            f"{counted(len(agreement.articles), 'article')}, {counted(len(agreement.triggers), 'trigger')}."
        )
    from holdfast.monitoring.formats.mapping import load_mapping

    load_mapping(file)
    return _Found("It says what the columns of a table mean.")


def _conflict(file: Path) -> _Found:
    from holdfast.scenario.reading import counted
    from holdfast.study.conflict import load_conflict
    from holdfast.study.conflict.warnings import standings, warnings

    conflict = load_conflict(file)
    rest = ", ".join(f"{party} {standing}" for party, standing in standings(conflict).items())
    states = counted(len(conflict.built.states), "state")
    parties = f"{len(conflict.parties)} parties"
    return _Found(f"{states}, {parties}. Preferences: {rest}.", warnings=warnings(conflict))


def _scenario(file: Path, settings: Sequence[str]) -> _Found:
    from holdfast.scenario import load_bodies
    from holdfast.scenario.checks import review
    from holdfast.study.rules import blocked

    scenario = load_bodies(file, settings)
    found = review(scenario)
    lacking = [(q, "no source") for q in found.unsourced]
    lacking += [(q, "a judgement without because") for q in found.unexplained]
    lacking.sort(key=lambda pair: (pair[0].line, pair[0].path))
    total = sum(found.counts.values()) + found.tied
    counts = ", ".join(f"{count} {standing}" for standing, count in found.counts.items())
    tied = f", {found.tied} the same as another" if found.tied else ""
    return _Found(
        f"{total} numbers: {counts}{tied}.",
        [f"{q.line}: {q.path} = {q.describe()}; {lacks}" for q, lacks in lacking],
        [*found.warnings, *blocked(scenario)],
    )
