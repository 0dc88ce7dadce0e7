"""The command line. One file a command; what a command needs is imported when it runs, so that --help is quick."""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated

import typer

from holdfast import __version__
from holdfast.cli.bargain import bargain
from holdfast.cli.check import check
from holdfast.cli.compare import compare
from holdfast.cli.decide import decide
from holdfast.cli.export import export
from holdfast.cli.import_ import import_
from holdfast.cli.monitor import monitor
from holdfast.cli.new import new
from holdfast.cli.run import run
from holdfast.cli.schema import schema
from holdfast.cli.stability import stability


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"holdfast {__version__}")
        raise typer.Exit


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A workbench for ceasefires and the security guarantees behind them.",
)


@app.callback()
def _holdfast(  # pyright: ignore[reportUnusedFunction]
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    pass


for command in (run, check, compare, decide, bargain, stability, schema, new, export):
    app.command()(command)
app.command("import")(import_)
app.add_typer(monitor, name="monitor")


def main() -> None:
    """Run the command line."""
    try:
        app()
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EPIPE):
            raise
        gone = error.errno == errno.EPIPE  # whoever read the output has seen enough, as head does: no failure
        if not gone:
            sys.stderr.write(
                f"The output cannot be written: {error.strerror}. Make room, or send it elsewhere.\n"
            )
        # what is left of it has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0 if gone else 1)
