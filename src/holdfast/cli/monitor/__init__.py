"""holdfast monitor: reports in, findings and what falls due out, and a record that cannot be altered unseen."""

from __future__ import annotations

import typer

from holdfast.cli.monitor.add import add
from holdfast.cli.monitor.amend import amend
from holdfast.cli.monitor.correct import correct
from holdfast.cli.monitor.export import export
from holdfast.cli.monitor.init import init
from holdfast.cli.monitor.mend import mend
from holdfast.cli.monitor.prove import prove
from holdfast.cli.monitor.rebuild import rebuild
from holdfast.cli.monitor.report import report
from holdfast.cli.monitor.sign import sign
from holdfast.cli.monitor.status import status
from holdfast.cli.monitor.verify import verify

__all__ = ["monitor"]

monitor = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Watch an agreement: reports in, findings and what falls due out, and a record that cannot be altered unseen.",
)

for command in (init, add, status, report, verify, mend, correct, amend, sign, prove, export, rebuild):
    monitor.command()(command)
