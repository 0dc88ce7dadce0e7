"""What the command line says before it does anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast import __version__
from holdfast.cli import app


def test_the_version():
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.output) == (0, f"holdfast {__version__}\n")


@pytest.mark.parametrize("option", ["--draws", "--seed"])
def test_a_number_that_is_not_whole(option: str) -> None:
    done = CliRunner().invoke(app, ["run", "a.yaml", option, "1.5"])
    said = " ".join(done.output.replace("\u2502", " ").split())
    assert done.exit_code == 2
    assert f"Invalid value for '{option}': '1.5' is no whole number. Write one such as 4096" in said


def test_an_error_begins_on_the_first_line(tmp_path: Path) -> None:
    script = "from holdfast.cli import main; main()"
    said = subprocess.run(
        [sys.executable, "-c", script, "run", "nowhere.yaml"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert said.returncode == 2
    assert said.stderr.startswith("nowhere.yaml: does not exist.")
