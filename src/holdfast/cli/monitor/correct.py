"""holdfast monitor correct: what a person says of a report, as an entry of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.monitor._shared import AsGiven, Folder, failing_clearly, printed


def correct(
    folder: Folder,
    report: Annotated[str, typer.Argument(metavar="ID", help="The report's id.", show_default=False)],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says so.", show_default=False)],
    why: Annotated[str, typer.Option(metavar="TEXT", help="On what grounds.", show_default=False)],
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="Correct how the report was read.", show_default=False
        ),
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option(
            metavar="CLAIM=GRADE",
            help="Claim occurrence, breach or attribution of its incident: reported, corroborated, observed, "
            "verified on site or ruled.",
            show_default=False,
        ),
    ] = None,
    denied: Annotated[bool, typer.Option("--not", help="Claim that it is not so.")] = False,
    article: Annotated[
        str | None, typer.Option(metavar="ID", help="The article breached.", show_default=False)
    ] = None,
    party: Annotated[str | None, typer.Option(metavar="ID", help="Who did it.", show_default=False)] = None,
    same_as: Annotated[
        str | None,
        typer.Option(metavar="ID", help="This report is of the same event as another.", show_default=False),
    ] = None,
    other_than: Annotated[
        str | None,
        typer.Option(metavar="ID", help="This report is of another event than another.", show_default=False),
    ] = None,
    as_given: AsGiven = False,
) -> None:
    """Correct a report, or say something of its incident. Nothing in the record changes; the entry says who and why."""
    with failing_clearly():
        from holdfast.errors import InputError
        from holdfast.monitoring.store import saying

        asked = [x is not None for x in (set_, claim, same_as, other_than)]
        if sum(asked) != 1:
            raise InputError("say one thing at a time: --set, --claim, --same-as or --other-than.")
        if claim is None and (denied or article is not None or party is not None):
            raise InputError("--not, --article and --party: go with a claim. Give --claim CLAIM=GRADE.")
        if as_given and set_ is None:
            raise InputError("--as-given: is about a position. Give it with --set lat=... and --set lon=....")
        if set_ is not None:
            parts = [_parted(one, "--set", "FIELD=VALUE") for one in set_]
            changes = dict(parts)
            if len(changes) < len(parts):
                raise InputError("--set: names a field twice. Give each its one value.")
            n = saying.correct(folder, report, changes, by, why, as_given=as_given)
        elif claim is not None:
            what, grade = _parted(claim, "--claim", "CLAIM=GRADE")
            n = saying.claim(
                folder, report, what, grade, by, why, holds=not denied, article=article, party=party
            )
        else:
            n = saying.decide(
                folder, report, same_as or other_than or "", same=same_as is not None, by=by, why=why
            )
        printed(f"{folder}: entry {n:,} says so.")


def _parted(text: str, option: str, form: str) -> tuple[str, str]:
    from holdfast.errors import InputError

    name, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"{option} {text}: must be {form}.")
    return name.strip(), value.strip()
