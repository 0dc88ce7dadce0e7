"""holdfast monitor init: begin the record of an agreement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.monitor._shared import Folder, complained, failing_clearly, printed


def init(
    folder: Folder,
    agreement: Annotated[
        Path, typer.Option(metavar="FILE", help="The agreement to be watched.", show_default=False)
    ],
) -> None:
    """Begin a record of an agreement in a folder."""
    with failing_clearly():
        from holdfast.monitoring.agreement import load_agreement
        from holdfast.monitoring.store.beginning import begin
        from holdfast.monitoring.store.drawn import swapped_drawings

        read = load_agreement(agreement)
        for warning in read.warnings:
            complained(f"{agreement}: warning: {warning}")
        begin(folder, read)
        for doubt in swapped_drawings(read):
            complained(f"{agreement}: {doubt}")
        parts = [
            f"{number} {word if number == 1 else f'{word}s'}"
            for number, word in (
                (len(read.articles), "article"),
                (len(read.triggers), "trigger"),
                (len(read.files) - 1, "map"),
            )
        ]
        printed(
            f"{folder}: begun for {read.title}: {', '.join(parts)}. Add reports with `holdfast monitor add {folder} FILE`."
        )
