"""The documentation tells the truth: its commands run, its snippets are valid, its tables match the schema.

In a Markdown file, a `yaml` block whose first line is a comment that names a file is that file. The `console` blocks of one page run one
after the other in one temporary folder. A line `$ holdfast …` must exit with 0, or as a trailing comment says (`# exit status 2`). Lines
below it that are not empty and hold no `…` must occur in what it prints.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("catalog/**/*.md")]
)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CITED = re.compile(r"\b((?:[a-z]+)(?:19|20)\d\d[a-z]?)\b")


def blocks(page: Path, *languages: str) -> list[tuple[str, str]]:
    """Return the fenced blocks of these languages, in order."""
    text = page.read_text(encoding="utf-8")
    return [(found[1], found[2]) for found in FENCE.finditer(text) if found[1] in languages]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


RUN = [page for page in PAGES if blocks(page, "console", "python")]
YAMLS = [page for page in PAGES if blocks(page, "yaml")]


def squeeze(text: str) -> str:
    """Leave out spaces and the rules of tables, which depend on the width of the terminal."""
    return re.sub(r"[\s│┃━─╇┡┩┏┓┳└┘┴]+", " ", text)


def run_console(block: str, folder: Path) -> None:
    """Run each command of a console block and compare what it prints with the lines below it."""
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, shown = step.partition("\n")
        command, _, comment = line.partition("  # ")
        expected = int(found[1]) if (found := re.search(r"exit status (\d+)", comment)) else 0
        command, _, target = command.partition(" > ")
        words = shlex.split(command)
        assert words[0] == "holdfast", f"only holdfast is run: {line}"
        program = str(Path(sys.executable).with_name("holdfast"))
        done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == expected, (
            f"$ {line}\nexit status {done.returncode}\n{done.stdout}{done.stderr}"
        )
        if target:
            (folder / target.strip()).write_text(done.stdout, encoding="utf-8")
        printed = squeeze(done.stdout + done.stderr)
        for told in filter(None, map(str.strip, shown.splitlines())):
            if "…" not in told:
                assert squeeze(told).strip() in printed, (
                    f"$ {line}\ndoes not print: {told}\n{done.stdout}{done.stderr}"
                )


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=name)
def test_commands_and_python_run(page: Path, tmp_path: Path) -> None:
    (tmp_path / "catalog").symlink_to(ROOT / "catalog")
    for language, block in blocks(page, "console", "python", "yaml"):
        if language == "yaml":
            if (named := re.match(r"# ([\w-]+\.yaml)\n", block)) is not None:
                (tmp_path / named[1]).write_text(block, encoding="utf-8")
        elif language == "console":
            run_console(block, tmp_path)
        else:
            done = subprocess.run(
                [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=300
            )
            assert done.returncode == 0, f"{block}\n{done.stderr}"


def file_tables() -> Any:
    """Return the module that writes the tables of docs/reference/file.md."""
    spec = importlib.util.spec_from_file_location("file_tables", ROOT / "docs" / "file_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_of_keys_are_those_of_the_schema() -> None:
    tables = file_tables()
    for path, schema_of in tables.PAGES.items():
        page, schema = path.read_text(encoding="utf-8"), schema_of()
        assert page == tables.written(page, schema), "run: .venv/bin/python docs/file_tables.py"
        assert not tables.undocumented(page, schema)


def read_whole(block: str, folder: Path) -> None:
    """Load a file of positions, or one of bodies."""
    from holdfast.scenario import load_bodies, load_positions

    file = folder / "whole.yaml"
    file.write_text(block, encoding="utf-8")
    assert load_positions(file).issues if "\nissues:" in block else load_bodies(file).bodies


def read_conflict_file(block: str) -> None:
    from holdfast.study.conflict import read_conflict, stability

    assert stability(read_conflict(block.encode(), "conflict.yaml"))["equilibria"]


@pytest.mark.parametrize("page", YAMLS, ids=name)
def test_yaml_is_valid(page: Path, tmp_path: Path) -> None:
    """A list is one of terms, a mapping one of quantities by key or of bodies; all must fit the schema."""
    from holdfast.scenario.schema import json_schema

    schema = json_schema()

    def fits(definition: str, value: Any) -> None:
        jsonschema.validate(value, {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]})

    for _, block in blocks(page, "yaml"):
        found = YAML(typ="safe").load(block)
        if "preferences" in (found or {}):
            read_conflict_file(block)
            continue
        if isinstance(found, list):
            for term in found:
                fits("TermEntry", term)
            continue
        for body in (found or {}).get("bodies", {}).values():
            fits("Body", body)
        whole = {"bodies", "holdfast"} & set(found or {})
        for quantity in (found or {}).values() if not whole else ():
            fits("0_or_more", quantity)
        if "holdfast" in (found or {}):  # a whole file
            read_whole(block, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name(page)} links to {link}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
            anchors = {
                re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
            }
            assert anchor in anchors, f"{name(page)} links to {link}"


def test_sources_cited_are_in_the_bibliography() -> None:
    known = set(
        re.findall(r"^@\w+\{(\w+),", (ROOT / "docs" / "references.bib").read_text("utf-8"), re.MULTILINE)
    )
    for page in ROOT.glob("docs/**/*.md"):
        missing = set(CITED.findall(page.read_text(encoding="utf-8"))) - known
        assert not missing, f"{name(page)} cites {missing}"


def test_sources_named_in_the_code_are_in_the_bibliography() -> None:
    """Under a heading "References" every author and year has an entry."""
    text = (ROOT / "docs" / "references.bib").read_text(encoding="utf-8")
    known = [
        (entry, found[1])
        for entry in text.split("\n@")
        if (found := re.search(r"year\s*=\s*\{(\d{4})\}", entry)) is not None
    ]
    for source in sorted((ROOT / "src").rglob("*.py")):
        for section in re.findall(
            r"References\n\s*-{3,}\n(.*?)(?:\n\s*\n|\"\"\")", source.read_text("utf-8"), re.DOTALL
        ):
            for author, year in re.findall(
                r"(?:^|[;)] ?|\n)\s*([A-Z]\w+)[^;()\d]*\(?((?:19|20)\d\d)\)?", section
            ):
                assert any(author in entry and year == when for entry, when in known), (
                    f"{source.name}: {author} {year}"
                )


def test_every_option_is_documented() -> None:
    """commands.md names every command and every option that the command line has."""
    import typer.main

    from holdfast.cli import app

    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    group: Any = typer.main.get_command(app)
    for command_name, command in group.commands.items():
        assert f"## holdfast {command_name}" in page
        section = page.split(f"## holdfast {command_name}")[1].split("\n## ")[0]
        inner: dict[str, Any] = getattr(command, "commands", {})
        assert all(f"| `{name} " in section for name in inner)
        for parameter in [p for one in (command, *inner.values()) for p in one.params]:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert f"`{option}" in section, f"{command_name} {option}"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small run of the scenario that `holdfast new` writes."""
    folder = tmp_path_factory.mktemp("finished")
    run_console("$ holdfast new here\n$ holdfast run here/scenario.yaml --draws 64 --out out\n", folder)
    return folder / "out"


@pytest.mark.slow
def test_every_column_is_documented(finished: Path) -> None:
    import pyarrow.parquet

    page = (ROOT / "docs" / "reference" / "columns.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`.*?) \|", page, flags=re.MULTILINE)
    told = [
        re.sub(r"<\w+>", ".+", re.escape(word)) for cell in cells for word in re.findall(r"`(.+?)`", cell)
    ]
    columns = pyarrow.parquet.read_schema(finished / "draws.parquet").names
    assert not [column for column in columns if not any(re.fullmatch(pattern, column) for pattern in told)]
    assert not [pattern for pattern in told if not any(re.fullmatch(pattern, column) for column in columns)]


@pytest.mark.slow
def test_every_key_of_the_summary_is_documented(finished: Path) -> None:
    import json

    page = (ROOT / "docs" / "reference" / "summary.md").read_text(encoding="utf-8")
    summary = json.loads((finished / "summary.json").read_text(encoding="utf-8"))
    proposal = next(iter(summary["proposals"].values()))
    keys = {*summary, *proposal, *(summary["hinges"][0] if summary["hinges"] else ())}
    assert not {key for key in keys if f"`{key}`" not in page}


def test_every_table_and_column_of_the_index_is_documented() -> None:
    from holdfast.monitoring.store.schema import TABLES

    whole = (ROOT / "docs" / "reference" / "monitoring.md").read_text(encoding="utf-8")
    page = whole.split("\n## The index\n")[1]
    for name, columns in TABLES.items():
        section = page.split(f"### {name}\n")[1].split("\n### ")[0]
        for column in re.findall(r"(?:^|, )\"?(\w+)\"? ", columns):
            assert f"`{column}`" in section, f"{name}.{column}"
