"""The house rules that no linter holds: sizes, dependencies that are declared and used, licences, addresses, lazy imports."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "src" / "holdfast").rglob("*.py"))
MODULE_LINES = 350
FUNCTION_LINES = 75
# Data that the standard library reads where the machine has none of its own: zoneinfo finds tzdata without an import.
NEVER_IMPORTED = {"tzdata"}
# Where the name that is imported is not the name of the distribution.
DISTRIBUTIONS = {"pydantic_core": "pydantic-core", "ruamel": "ruamel.yaml", "vl_convert": "vl-convert-python"}


def project() -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def declared() -> set[str]:
    dependencies = project()["dependencies"]
    assert isinstance(dependencies, list)
    return {re.split(r"[<>=\[ ]", line)[0] for line in dependencies}


def imported() -> set[str]:
    found: set[str] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    own = {"holdfast", *sys.stdlib_module_names}
    return {DISTRIBUTIONS.get(name, name) for name in found - own}


def test_modules_and_functions_are_short() -> None:
    long: list[str] = []
    for source in SOURCES:
        text = source.read_text(encoding="utf-8")
        name = source.relative_to(ROOT)
        if (lines := text.count("\n")) > MODULE_LINES:
            long.append(f"{name}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                # the docstring explains; it is the code that should be short
                has_docstring = ast.get_docstring(node) is not None
                first = node.body[1] if has_docstring and len(node.body) > 1 else node.body[0]
                if (lines := node.end_lineno - first.lineno + 1) > FUNCTION_LINES:
                    long.append(f"{name}: {node.name} has {lines} lines")
    assert not long, "\n".join(long)


def test_every_import_is_declared_and_every_dependency_imported() -> None:
    assert imported() == declared() - NEVER_IMPORTED


def test_no_copyleft_in_the_default_groups() -> None:
    pinned = re.findall(
        r"^([\w.-]+)==", (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    refused: list[str] = []
    for name in pinned:
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # not for this platform
        told = [*(metadata.get_all("Classifier") or []), *(metadata.get_all("License-Expression") or [])]
        told += [text[:100] for text in metadata.get_all("License") or []]
        words = " ".join(line for line in told if "::" not in line or line.startswith("License"))
        if re.search(r"\bA?GPL|(?<!Lesser )General Public|Affero", words) and not re.search(
            r"LGPL|Lesser", words
        ):
            refused.append(f"{name}: {words}")
    assert not refused


@pytest.mark.parametrize("name", ["run", "dev", "peers", "peers-agpl", "uv"])
def test_requirements_are_pinned_by_hash_and_name_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"\w+://|--index|--find-links|/work|/home|/tmp", text)
    for entry in re.split(r"\n(?=\w)", text)[1:]:
        assert "==" in entry.splitlines()[0]
        assert "--hash=sha256:" in entry


def test_default_groups_hold_no_peers() -> None:
    for name in ("run", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert "ema-workbench" not in text
        assert "negmas" not in text


def test_help_imports_nothing_heavy() -> None:
    """`holdfast --help` answers at once because commands import what they need when they run."""
    code = "import sys, holdfast.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "jax",
        "jaxlib",
        "numpy",
        "scipy",
        "pydantic",
        "pyarrow",
        "duckdb",
        "altair",
        "vl_convert",
        "jinja2",
    }
    assert not heavy & set(done.stdout.split())
