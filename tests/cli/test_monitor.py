"""`holdfast monitor` as a user meets it: what goes wrong, and what is left after it."""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import typer.main
from rich.console import Console
from typer.testing import CliRunner

from holdfast.cli import app
from holdfast.cli.monitor._shared import Working
from holdfast.monitoring.record import adding, verify
from holdfast.monitoring.store.folder import INDEX
from holdfast.monitoring.store.schema import TABLES
from tests.unit.monitoring.agreement.example import maps
from tests.unit.monitoring.store.small import AGREEMENT, MAPPING, held, rows_of, written

# other tests of the same run have imported JAX, which warns of every fork; no child here uses it
pytestmark = pytest.mark.filterwarnings("ignore:os.fork")

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-c", "from holdfast.cli import main; main()", "monitor"]


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path}


def run(*arguments: object, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, which can write no longer files than `limit` bytes."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True, text=True, timeout=120, env=environment(), preexec_fn=limited, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def said(*arguments: object) -> tuple[int, str, str]:
    """Run the command in this process, and return its status, output and errors."""
    done = CliRunner().invoke(app, ["monitor", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.stderr).split())


def well(*arguments: object) -> str:
    status, out, err = said(*arguments)
    assert status == 0, err
    return out


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An agreement, a mapping, a record of two reports, and a file of thirty more, long enough to be written in parts."""
    base = tmp_path_factory.mktemp("monitor")
    (base / "a.yaml").write_text(AGREEMENT)
    (base / "maps.geojson").write_text(json.dumps(maps(), indent=1))
    (base / "map.yaml").write_text(MAPPING)
    old = written(base / "old.csv", {"no": "1"}, {"no": "2", "who": "press", "lat": "47.702"})
    written(
        base / "new.csv",
        *({"no": f"n{n}", "lat": f"47.{n}", "text": f"{n} " + "long " * 8000} for n in range(30)),
    )
    well("init", base / "record", "--agreement", base / "a.yaml")
    well("add", base / "record", old, "--map", base / "map.yaml")
    return base


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    return shutil.copytree(base / "record", tmp_path / "record")


def ids(folder: Path) -> list[str]:
    return [row[0] for row in rows_of(folder, "select id from reports order by entry")]


def test_a_status_does_not_wait_for_what_it_does_not_need(folder: Path) -> None:
    told = "import sys; from holdfast.cli import main\ntry: main()\nfinally: print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", told, "monitor", "status", str(folder)],
        capture_output=True, text=True, timeout=120, env=environment(), check=True,
    )  # fmt: skip
    modules = set(done.stdout.split())
    assert "holdfast.monitoring.status" in modules
    slow = {
        "splink",
        "pandas",
        "jax",
        "altair",
        "vl_convert",
        "scipy.optimize",
        "scipy.stats",
    }
    assert not modules & slow


# --- from the beginning to the end --------------------------------------------------------------------


def test_from_the_beginning_to_the_end(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "record"
    out = well("init", folder, "--agreement", base / "a.yaml")
    assert out.startswith(f"{folder}: begun for A ceasefire: 4 articles, 1 trigger, 1 map.")
    path = written(tmp_path / "log.csv", {"no": "1"}, {"no": "2", "lat": "147"}, {"no": "3", "who": "press"})
    status, out, err = said("add", folder, path, "--map", base / "map.yaml")
    assert (status, out) == (0, f"{path}: 2 added, 0 known already, 1 set aside.\n")
    assert f"{path}:3: lat = 147" in err
    again = well("add", folder, path, "--map", base / "map.yaml")
    assert again == f"{path}: 0 added, 2 known already, 1 set aside (0 of them new).\n"
    assert well("mend", folder).startswith("log.csv:3: lat = 147")
    written(path, {"no": "1"}, {"no": "2"}, {"no": "3", "who": "press"})
    out = well("mend", folder, path, "--map", base / "map.yaml")
    assert out == f"{path}: 1 added, 1 row mended, 0 still set aside.\n"
    assert well("mend", folder) == "Nothing is set aside.\n"

    one, other, _ = ids(folder)
    who = ("--by", "me", "--why", "because")
    assert "entry 12 says so" in well(
        "correct", folder, one, "--set", "weapon=mortar", "--set", "calibre_mm=82", *who
    )
    assert "says so" in well("correct", folder, one, "--claim", "occurrence=ruled", "--not", *who)
    assert "says so" in well(
        "correct", folder, one, "--claim", "breach=observed", "--article", "ceasefire", *who
    )
    assert "says so" in well("correct", folder, one, "--claim", "attribution=observed", "--party", "A", *who)
    assert "says so" in well("correct", folder, one, "--same-as", other, *who)
    assert "says so" in well("correct", folder, one, "--other-than", other, *who)
    claims = rows_of(
        folder, 'select claim, grade, holds, article, party, "by", why from claims order by entry'
    )
    assert claims == [
        ("occurrence", "ruled", False, None, None, "me", "because"),
        ("breach", "observed", True, "ceasefire", None, "me", "because"),
        ("attribution", "observed", True, None, "A", "me", "because"),
    ]
    assert rows_of(folder, "select same from decisions order by entry") == [(True,), (False,)]
    before = held(folder)
    assert "from entries 1 to 23" in well("rebuild", folder)
    assert held(folder) == before


def test_checkpoints_proofs_and_exports(base: Path, folder: Path, tmp_path: Path) -> None:
    one, other = ids(folder)
    key, checkpoint, proof = tmp_path / "key.pem", tmp_path / "checkpoint.json", tmp_path / "proof.json"
    out = well("sign", folder, "--key", key, "--new-key", "--out", checkpoint)
    assert "signed. Keep it, and the public key, away from the record" in out
    public = tmp_path / "key.pub.pem"
    assert key.stat().st_mode & 0o077 == 0
    assert "It ends with the entry of the checkpoint, " in well(
        "verify", folder, "--checkpoint", checkpoint, "--public-key", public
    )

    well("add", folder, written(tmp_path / "more.csv", {"no": "3"}), "--map", base / "map.yaml")
    proof.write_text(well("prove", folder, one, "--checkpoint", checkpoint))
    assert other not in proof.read_text()
    check = ("--check", proof, "--checkpoint", checkpoint)
    gone = tmp_path / "nowhere"
    told = f"Entry 4, report {one}, is in the record that the checkpoint signs.\n"
    assert well("prove", gone, one, *check) == told
    assert well("prove", gone, "4", *check, "--public-key", public) == told
    # of another report; of another key; changed; of no proof
    status, _, err = said("prove", gone, other, *check)
    assert (status, err) == (1, f"{proof}: proves entry 4, report {one}, and not {other}.")
    well("sign", folder, "--key", tmp_path / "own.pem", "--new-key", "--out", tmp_path / "own.json")
    status, _, err = said("prove", gone, one, *check, "--public-key", tmp_path / "own.pub.pem")
    assert (status, "it was signed with the key" in err) == (1, True)
    proof.write_text(proof.read_text().replace("mission", "commission"))
    assert said("prove", gone, one, *check)[0] == 1
    proof.write_text("[]")
    assert said("prove", gone, one, *check)[0] == 2

    out = well("export", folder, "--for", "A", "--out", tmp_path / "for A")
    assert "Left out: 2 entries and 4 parts of others." in out
    out = well("verify", tmp_path / "for A", "--checkpoint", checkpoint)
    assert "Left out of this export: 2 entries and 4 parts of others. It goes on from the checkpoint" in out

    # what was cut off is found against the checkpoint, and by the index while it is there
    shutil.copyfile(base / "record" / "record.log", folder / "record.log")
    assert said("verify", folder, "--checkpoint", tmp_path / "own.json")[0] == 1
    status, _, err = said("verify", folder)
    assert (status, "missing at the end: the index beside the record knows" in err) == (1, True)
    assert "never acknowledged" not in err
    status, _, err = said("sign", folder, "--key", key, "--out", tmp_path / "cut.json")
    assert (status, (tmp_path / "cut.json").exists()) == (1, False)
    (folder / INDEX).unlink()  # whoever cuts the record can remove it
    assert said("verify", folder)[0] == 0


def test_verify_names_a_changed_entry(folder: Path) -> None:
    log = folder / "record.log"
    log.write_bytes(log.read_bytes().replace(b'"count":1', b'"count":2', 1))
    status, out, err = said("verify", folder)
    assert (status, out) == (1, "")
    assert err.startswith("entry 4 (byte ")
    status, _, err = said("sign", folder, "--key", folder.parent / "k.pem", "--new-key")
    assert status == 1
    assert "nothing is signed: entry 4" in err
    status, _, err = said("rebuild", folder)
    assert status == 1
    assert "entry 4" in err
    status, _, err = said("export", folder, "--for", "B", "--out", folder.parent / "out")
    assert status == 1
    assert "entry 4" in err


# --- mistakes -----------------------------------------------------------------------------------------

WHO = ("--by", "me", "--why", "because")
MISTAKES: list[tuple[tuple[str, ...], str]] = [
    (("add", "DIR", "NEW", "--format", "xml"), "'xml' is no format. Name one of ucdp, acled, firms, gdelt, tally, table."),
    (("add", "DIR", "NEW"), "NEW: is of no format that is known by its columns. Name one of"),
    (("add", "DIR", "NEW", "--format", "table"), "needs a mapping file"),
    (("add", "DIR", "NEW", "--map", "BASE/nowhere.yaml"), "nowhere.yaml: does not exist"),
    (("add", "DIR", "NEW", "--map", "BASE/a.yaml"), "a.yaml:"),
    (("add", "DIR", "BASE/nowhere.csv"), "nowhere.csv: does not exist. Check the name."),
    (("add", "DIR", "BASE"), "is a directory. Name the files in it."),
    (("add", "DIR", "NEW", "--wait", "-1"), "wait = -1; must be 0 or more seconds."),
    (("add", "DIR"), "Missing argument 'reports'"),
    (("add", "BASE", "NEW"), "holds no record.log. Begin a record there with `holdfast monitor init`."),
    (("add", "BASE/nowhere", "NEW"), "holds no record.log. Begin a record there with `holdfast monitor init`."),
    (("add", "NEW", "NEW"), "holds no record.log. Begin a record there with `holdfast monitor init`."),
    (("init", "BASE/x"), "Missing option '--agreement'"),
    (("init", "BASE/x", "--agreement", "BASE/nowhere.yaml"), "nowhere.yaml: does not exist"),
    (("init", "BASE/x", "--agreement", "NEW"), "new.csv:1"),
    (("init", "DIR", "--agreement", "BASE/a.yaml"), "holds a record already. Add to it, or name another folder."),
    (("init", "NEW", "--agreement", "BASE/a.yaml"), "Check the path"),
    (("mend", "DIR", "NEW"), "no row of a file of this name is set aside"),
    (("mend", "BASE"), "Begin with `holdfast monitor init`"),
    (("correct", "DIR", "ID", *WHO), "say one thing at a time: --set, --claim, --same-as or --other-than."),
    (("correct", "DIR", "ID", "--set", "by=A", "--same-as", "x", *WHO), "say one thing at a time"),
    (("correct", "DIR", "ID", "--set", "by", *WHO), "--set by: must be FIELD=VALUE."),
    (("correct", "DIR", "ID", "--set", "by=A", "--set", "by=B", *WHO), "--set: names a field twice"),
    (("correct", "DIR", "ID", "--set", "text=x", *WHO), "text: cannot be corrected; must be one of kind, start"),
    (("correct", "DIR", "ID", "--set", "lat=148", *WHO), "lat = 148: must be a number from -90 to 90."),
    (("correct", "DIR", "ID", "--set", "by=A", "--article", "ceasefire", *WHO), "go with a claim"),
    (("correct", "DIR", "ID", "--claim", "breach", *WHO), "--claim breach: must be CLAIM=GRADE."),
    (("correct", "DIR", "ID", "--claim", "breach=observed", *WHO), "Use --article ID."),
    (("correct", "DIR", "ID", "--claim", "attribution=observed", *WHO), "Use --party ID."),
    (("correct", "DIR", "ID", "--claim", "breach=observed", "--article", "x", *WHO), "must be one of ceasefire"),
    (("correct", "DIR", "ID", "--claim", "guilt=ruled", *WHO), "must be one of occurrence, breach, attribution."),
    (("correct", "DIR", "ID", "--claim", "occurrence=sure", *WHO), "must be one of reported, corroborated"),
    (("correct", "DIR", "ID", "--same-as", "ID", *WHO), "is one report; name two."),
    (("correct", "DIR", "r0", "--set", "by=A", *WHO), "r0: no such report."),
    (("correct", "DIR", "ID", "--set", "by=A", "--by", "me"), "Missing option '--why'"),
    (("correct", "DIR", "ID", "--set", "by=A", "--by", "me", "--why", " "), "--why: must not be empty."),
    (("correct", "BASE", "ID", "--set", "by=A", *WHO), "holdfast monitor init"),
    (("sign", "DIR"), "Missing option '--key'"),
    (("sign", "DIR", "--key", "BASE/nowhere.pem"), "nowhere.pem: No such file or directory"),
    (("sign", "DIR", "--key", "BASE/a.yaml"), "no private key in PEM"),
    (("sign", "DIR", "--key", "BASE/a.yaml", "--new-key"), "a.yaml: File exists"),
    (("sign", "BASE", "--key", "BASE/k1.pem", "--new-key"), "holds no record.log"),
    (("prove", "DIR", "r0"), "r0: no such report."),
    (("prove", "DIR", "²"), "no such report."),
    (("prove", "DIR", "99"), "record.log has entries 1 to 6; entry 99 is none of them."),
    (("prove", "DIR", "ID", "--check", "BASE/a.yaml"), "--check: needs the checkpoint"),
    (("prove", "DIR", "ID", "--checkpoint", "BASE/a.yaml"), "holds no checkpoint"),
    (("prove", "DIR", "ID", "--public-key", "BASE/a.yaml"), "Give it with --check FILE."),
    (("export", "DIR", "--for", "A"), "Missing option '--out'"),
    (("export", "DIR", "--for", "C", "--out", "BASE/out"), "--for C: is no party; must be one of A, B."),
    (("export", "DIR", "--for", "A", "--out", "DIR"), "is not empty. Name a new folder."),
    (("export", "DIR", "--for", "A", "--out", "NEW"), "Check the path"),
    (("export", "BASE", "--for", "A", "--out", "BASE/out"), "holds no record.log"),
    (("rebuild", "BASE"), "holds no record.log"),
    (("verify", "BASE"), "holds no record.log"),
    (("verify", "DIR", "--checkpoint", "BASE/nowhere.json"), "nowhere.json: No such file or directory"),
    (("verify", "DIR", "--public-key", "BASE/a.yaml"), "Give it with --checkpoint FILE."),
    (("nonsense",), "No such command 'nonsense'"),
]  # fmt: skip


def test_mistakes_are_said_with_status_2_and_change_nothing(base: Path) -> None:
    folder = base / "record"
    names = {"DIR": str(folder), "NEW": str(base / "new.csv"), "ID": ids(folder)[0], "BASE": str(base)}

    def put(text: str) -> str:
        for name, value in names.items():
            text = re.sub(rf"^{name}\b", value.replace("\\", ""), text)
        return text

    before = (folder / "record.log").read_bytes(), (folder / INDEX).read_bytes()
    for arguments, told in MISTAKES:
        status, out, err = said(*map(put, arguments))
        assert (status, out) == (2, ""), (arguments, status, out, err)
        assert put(told) in err, (arguments, err)
    assert ((folder / "record.log").read_bytes(), (folder / INDEX).read_bytes()) == before


def test_what_a_row_holds_does_not_command_the_terminal(base: Path, folder: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", {"no": "1", "lat": "48\x1b[31m\u202e"})
    status, out, err = said("add", folder, path, "--map", base / "map.yaml")
    assert status == 0
    assert r"48\u001b[31m\u202e" in err
    assert r"48\u001b[31m\u202e" in well("mend", folder)
    assert "\x1b" not in out + err


def test_progress_is_shown_whatever_a_file_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(force_terminal=True)
    with console.status("reading") as status:
        Working(status).rows("reading [/x]\x1b[2J.csv", 1000)
        console.print(status.renderable)
    assert "[/x]" in capsys.readouterr().out


# --- documents ----------------------------------------------------------------------------------------


def test_every_option_is_documented() -> None:
    """The reference names each command's options under its heading; the page of commands does so in one table."""
    group: Any = typer.main.get_command(app)
    monitor = group.commands["monitor"]
    page = (ROOT / "docs" / "reference" / "monitoring.md").read_text(encoding="utf-8")
    commands = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    rows = commands.split("## holdfast monitor\n")[1].split("\n## ")[0]
    assert len(monitor.commands) > 10
    for name, command in monitor.commands.items():
        section = re.split(rf"^### holdfast monitor {name}$", page, flags=re.MULTILINE)[1].split("\n#")[0]
        [row] = re.findall(rf"^\| `{name} .*$", rows, flags=re.MULTILINE)
        options = {o for parameter in command.params for o in parameter.opts if o.startswith("--")} - {
            "--help"
        }
        for told in (section, row):
            assert set(re.findall(r"`(--[a-z-]+)", told)) >= options, name
        assert set(re.findall(r"^\| `(--[a-z-]+)", section, flags=re.MULTILINE)) == options, name


def test_every_table_and_column_of_the_index_is_documented() -> None:
    page = (
        (ROOT / "docs" / "reference" / "monitoring.md").read_text(encoding="utf-8").split("## The index")[1]
    )
    sections = dict(part.split("\n", 1) for part in page.split("\n### ")[1:])
    assert list(sections) == list(TABLES)
    with duckdb.connect() as con:
        for name, columns in TABLES.items():
            con.execute(f"create table {name} ({columns})")
            have = {row[0] for row in con.execute(f"describe {name}").fetchall()}
            first = "\n".join(re.findall(r"^\| (`[^|]*) \|", sections[name], flags=re.MULTILINE))
            told = set(re.findall(r"`(\w+)`", first if name != "reports" else sections[name]))
            assert told == have, name


# --- what a status and a report tell -------------------------------------------------------------------


@pytest.fixture
def months(base: Path, tmp_path: Path) -> Path:
    """A record of two breaches in May and three in June."""
    days = ("05-03", "05-20", "06-02", "06-11", "06-25")
    rows = [
        {"no": day, "since": f"2020-{day}T10:00:00", "until": f"2020-{day}T11:00:00", "sector": "West"}
        for day in days
    ]
    well("init", tmp_path / "record", "--agreement", base / "a.yaml")
    well("add", tmp_path / "record", written(tmp_path / "rows.csv", *rows), "--map", base / "map.yaml")
    return tmp_path / "record"


def breaches(status: dict[str, Any]) -> int:
    return sum(one["breach"] for one in status["findings"])


def test_a_status_is_of_the_day_that_is_asked_for_in_the_form_that_is_asked_for(months: Path) -> None:
    latest = json.loads(well("status", months, "--json"))
    assert (latest["as_of"], breaches(latest)) == ("2020-06-25", 5)
    early = json.loads(well("status", months, "--as-of", "2020-05-31", "--json"))
    assert (early["as_of"], breaches(early)) == ("2020-05-31", 2)
    told = well("status", months, "--as-of", "2020-05-31")
    assert "2020-01-01 to 2020-05-31, days of Europe/Kyiv" in told
    assert "Breaches  2: 2 observed; 0 undetermined." in told
    assert "2020-01-01 to 2020-06-25" in well("status", months)
    with pytest.raises(json.JSONDecodeError):
        json.loads(told)


def test_a_report_is_of_its_period_and_has_its_tables_beside_it(months: Path, tmp_path: Path) -> None:
    """What the status says of all time is no figure of the period."""
    out = tmp_path / "out"
    well("report", months, "--period", "2020-06-01/2020-06-30", "--out", out)
    page = " ".join((out / "report.html").read_text(encoding="utf-8").split())
    assert "“No fire”: three findings of breach" in page
    written_ = {path.name for path in out.iterdir()}
    assert {name.rpartition(".")[0] for name in written_} == {"report", *INDEX_TABLES, *PAGE_TABLES}
    assert len(written_) == 1 + 2 * len(INDEX_TABLES | PAGE_TABLES)
    rows = {name: pq.read_table(out / f"{name}.parquet").num_rows for name in INDEX_TABLES}
    assert (rows["incidents"], rows["reports"], rows["findings"]) == (3, 3, 3)
    [article] = pq.read_table(out / "findings_by_article.parquet").to_pylist()
    assert (article["title"], article["breach"], article["observed"]) == ("No fire", 3, 3)
    with (out / "findings_by_article.csv").open(encoding="utf-8", newline="") as file:
        assert [row["breach"] for row in csv.DictReader(file)] == ["3"]


INDEX_TABLES = {
    "incidents",
    "findings",
    "members",
    "claims",
    "reports",
    "aside",
    "not_observed",
    "not_watched",
}
PAGE_TABLES = {
    *("counts_by_sector", "counts_by_day", "days_observed", "findings_by_article", "findings_by_sector"),
    *("breaches_counted", "triggers", "trigger_gaps", "tally_checks", "rivals"),
}


def test_status_and_report_go_on_while_another_adds(months: Path, tmp_path: Path) -> None:
    """Neither takes the writer's lock, nor waits for whoever holds it."""
    with adding(months) as writer:
        writer.append("note", {"text": "of this process"})
        held_by = (months / "record.lock").read_bytes()
        for command in (
            ("status", months),
            ("status", months, "--json"),
            ("report", months, "--period", "2020-05-01/2020-06-30", "--out", tmp_path / "out"),
        ):
            began = time.monotonic()
            done = run(*command)
            assert (done.returncode, done.stderr) == (0, ""), command
            assert time.monotonic() - began < 9, command  # whoever adds waits for ten seconds
        assert (months / "record.lock").read_bytes() == held_by
    assert (tmp_path / "out" / "report.html").exists()


# --- kills --------------------------------------------------------------------------------------------


def children(*arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.monitor_children", *map(str, arguments)],
        capture_output=True, text=True, timeout=400, cwd=ROOT, env=environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def field(base: Path, tmp_path: Path) -> Path:
    """A folder for kills: the record, a file and its mapping."""
    written(
        tmp_path / "new.csv",
        *({"no": f"n{n}", "lat": f"47.{n}", "text": f"{n} " + "long " * 1500} for n in range(30)),
    )
    shutil.copyfile(base / "map.yaml", tmp_path / "map.yaml")
    well("init", tmp_path / "record", "--agreement", base / "a.yaml")
    # nothing that could be of one event: linking them takes most of the time
    well("add", tmp_path / "record", written(tmp_path / "old.csv", {"no": "1"}), "--map", base / "map.yaml")
    return tmp_path


@pytest.mark.slow
def test_killed_at_random_moments(field: Path) -> None:
    found = children("kills", field, 25, 11)
    assert found["kills"] == 25
    # the kills hit what they are meant to hit: some before the commit, some after it
    assert 2 < found["counted"] < 23, found
    assert found["left"] > 1, found


@pytest.mark.slow
def test_killed_at_each_step(field: Path) -> None:
    """Once the commit is made, the add counts, whatever becomes of the index."""
    assert children("moments", field) == {
        "catching up": False,
        "files read": False,
        "before the commit": False,
        "after the commit": True,
        "before the index": True,
        "index begun": True,
        "index linked": True,
        "index written": True,
        "index in place": True,
        "after the index": True,
    }


@pytest.mark.slow
def test_killed_while_reports_are_linked(field: Path, base: Path) -> None:
    near = {"no": "p", "who": "press", "lat": "47.702"}  # may be of the event that is in the record
    written(field / "new.csv", near, {"no": "n", "lat": "47.1"})
    assert children("linking", field) == {"before splink": True, "within splink": True, "pairs found": True}


# --- two at once --------------------------------------------------------------------------------------


def test_the_second_waits_then_says_so_and_reading_goes_on(base: Path, folder: Path) -> None:
    new = ("add", folder, base / "new.csv", "--map", base / "map.yaml")
    with adding(folder) as writer:
        writer.append("note", {"text": "of this process"})
        began = time.monotonic()
        second = run(*new, "--wait", "0.5")
        assert time.monotonic() - began > 0.5
        assert second.returncode == 1
        assert re.search(rf"process {os.getpid()} on \S+, since \S+, is adding to the record", second.stderr)
        assert "Nothing of yours was added: waited 0.5 s; try again" in second.stderr
        assert second.stdout == ""
        assert "all 6 entries" in well("verify", folder)
        assert well("mend", folder) == "Nothing is set aside.\n"
        assert json.loads(well("prove", folder, ids(folder)[0]))["n"] == 4
        patient = subprocess.Popen(
            [*PROGRAM, *map(str, new)], stdout=subprocess.PIPE, text=True, env=environment()
        )
        time.sleep(1.0)
        assert patient.poll() is None
    out, _ = patient.communicate(timeout=60)
    assert patient.returncode == 0
    assert "30 added" in out
    assert verify(folder).ok
    assert len(ids(folder)) == 32


# --- disks --------------------------------------------------------------------------------------------


def test_a_full_disk_while_the_record_is_written(base: Path, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "record.lock"}
    new = ("add", folder, base / "new.csv", "--map", base / "map.yaml")
    for limit in (len(before["record.log"]) + 100, 600_000):
        done = run(*new, limit=limit)
        assert (done.returncode, done.stdout) == (1, "")
        assert "the disk is full" in done.stderr
        assert "make room and do the same again" in done.stderr
        assert {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "record.lock"} == before
    assert "30 added" in well(*new)
    assert verify(folder).ok


@pytest.mark.slow
@pytest.mark.parametrize("spare", [-200_000, 1000])
def test_a_full_disk_while_the_index_is_written(base: Path, folder: Path, spare: int) -> None:
    """Be it while the index is copied, or while the database writes: the reports are in the record, and the index as it was."""
    index = (folder / INDEX).read_bytes()
    new = ("add", folder, base / "new.csv", "--map", base / "map.yaml")
    done = run(*new, limit=len(index) + spare)
    assert done.returncode == 1
    assert "30 reports were added to the record, but the index could not follow." in done.stderr
    assert "cannot be written" in done.stderr
    assert "make room" in done.stderr
    assert (folder / INDEX).read_bytes() == index
    assert sorted(path.name for path in folder.iterdir()) == [INDEX, "record.lock", "record.log"]
    assert verify(folder).ok
    done = run("rebuild", folder, limit=100_000)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert len(ids(folder)) == 2
    well("rebuild", folder)
    assert len(ids(folder)) == 32
    assert "0 added, 30 known already" in well(*new)


@pytest.mark.parametrize("rows", [3, 3000])
def test_who_reads_no_more_makes_no_failure(base: Path, folder: Path, tmp_path: Path, rows: int) -> None:
    """As `head -1` does, be the output shorter or longer than what is written at once."""
    bad = written(tmp_path / "bad.csv", *({"no": f"b{n}", "lat": "147"} for n in range(rows)))
    well("add", folder, bad, "--map", base / "map.yaml")
    child = subprocess.Popen(
        [*PROGRAM, "mend", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert (child.stderr.read(), child.wait()) == (b"", 0)
    child.stderr.close()


def test_an_interrupt_while_the_index_is_made_says_that_the_record_has_the_rows(
    base: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB raises an error of its own in place of KeyboardInterrupt."""
    new = ("add", folder, base / "new.csv", "--map", base / "map.yaml")

    def interrupted(*_args: object, **_more: object) -> None:
        raise RuntimeError("Query interrupted")

    with monkeypatch.context() as patched:
        patched.setattr("holdfast.monitoring.store.index.take_others", interrupted)
        status, out, err = said(*new)
        assert (status, out) == (130, "")
        assert err == (
            f"Interrupted. {folder}: 30 reports were added to the record, and in the index not yet: the next add or "
            f"`holdfast monitor rebuild {folder}` brings it up to date."
        )
        status, _, err = said("rebuild", folder)
        assert (status, err) == (
            130,
            "Interrupted. What was acknowledged is in the record; nothing is half-added.",
        )
    assert verify(folder).ok
    assert "0 added, 30 known already" in well(*new)
    assert len(ids(folder)) == 32


def test_an_index_of_another_form_is_refused_by_readers(folder: Path) -> None:
    (folder / INDEX).write_bytes(b"no database" * 1000)
    status, _, err = said("mend", folder)
    assert status == 1
    assert f"Make it again with `holdfast monitor rebuild {folder}`." in err
    well("rebuild", folder)
    assert well("mend", folder) == "Nothing is set aside.\n"


def with_mounts(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script that may mount; the test is skipped where nothing may be."""
    try:
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", script],
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("this machine has no unshare")
    if "status" not in done.stdout:
        pytest.skip(f"nothing may be mounted here: {done.stderr}")
    return done


@pytest.mark.slow
def test_a_folder_that_may_not_be_written_in_can_be_read(base: Path, folder: Path) -> None:
    program = f"{sys.executable} -c 'from holdfast.cli import main; main()' monitor"
    script = f"""
        mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} || exit 77
        {program} add {folder} {base}/new.csv --map {base}/map.yaml; echo "status $?"
        {program} rebuild {folder}; echo "status $?"
        {program} verify {folder}; echo "status $?"
        {program} mend {folder}; echo "status $?"
    """
    done = with_mounts(script)
    assert re.findall(r"status (\d)", done.stdout) == ["1", "1", "0", "0"], done.stdout + done.stderr
    assert done.stderr.count("the system refuses it (Read-only file system)") == 2
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_disk_that_really_fills(base: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    program = f"{sys.executable} -c 'from holdfast.cli import main; main()' monitor"
    add = f"{program} add {disk}/record {base}/new.csv --map {base}/map.yaml"
    script = f"""
        mount -t tmpfs -o size=5000k tmpfs {disk} || exit 77
        cp -r {base}/record {disk}/record
        {add}; echo "status $?"
        {program} verify {disk}/record; echo "status $?"
        mount -o remount,size=40000k {disk}
        {add}; echo "status $?"
        {program} verify {disk}/record; echo "status $?"
    """
    done = with_mounts(script)
    assert re.findall(r"status (\d)", done.stdout) == ["1", "0", "0", "0"], done.stdout + done.stderr
    assert "30 reports were added to the record, but the index could not follow" in done.stderr
    assert "0 added, 30 known already" in done.stdout
    assert "Traceback" not in done.stderr


# --- what is given in the wrong place ------------------------------------------------------------------


WHOLE_FILES = [
    ('{"type": "FeatureCollection", "features": []}', "is GeoJSON: one object for a whole map"),
    ('{\n  "crs": null,\n  "type": "FeatureCollection",\n  "features": []\n}', "is GeoJSON"),
    ('[{"no": "1"},\n {"no": "2"}]', "is one JSON list"),
    ('{\n  "reports": []\n}', "is one JSON object over several lines"),
    (
        '{"reports": [], "made": "2021"}\n',
        "is one JSON object with reports, made, and no column of the mapping",
    ),
]


@pytest.mark.parametrize(("text", "told"), WHOLE_FILES)
def test_a_file_that_is_no_table_is_refused_as_a_file(
    base: Path, folder: Path, tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "strange.json"
    path.write_text(text)
    before = (folder / "record.log").read_bytes()
    status, _, err = said("add", folder, path, "--map", base / "map.yaml")
    assert status == 2
    assert f"{path}: {told}" in err
    assert (folder / "record.log").read_bytes() == before


def test_json_lines_whose_first_row_is_broken_are_read(base: Path, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"no": "1", "who"\n{"no": "2"}\n')
    out = well("add", folder, path, "--map", base / "map.yaml")
    assert "0 added, 0 known already, 2 set aside" in out


def test_a_key_is_not_made_for_a_checkpoint_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "day.json", tmp_path / "key.pem"
    out.write_text("mine")
    status, _, err = said("sign", folder, "--key", key, "--new-key", "--out", out)
    assert (status, out.read_text(), key.exists()) == (2, "mine", False)
    assert f"--out {out}: exists already" in err


def test_what_is_no_folder_of_a_record_is_named(base: Path, folder: Path, tmp_path: Path) -> None:
    well("export", folder, "--for", "A", "--out", tmp_path / "for-a")
    report = ids(folder)[0]
    status, _, err = said("export", tmp_path / "for-a", "--for", "B", "--out", tmp_path / "for-b")
    assert (status, (tmp_path / "for-b").exists()) == (2, False)
    assert "for-a holds an export of a record, from which it cannot be told what else to keep from B" in err
    for what in (["status"], ["prove", report]):
        command, *rest = what
        status, _, err = said(command, tmp_path / "for-a", *rest)
        assert status == 2
        assert "holds an export of a record" in err
        status, _, err = said(command, base / "a.yaml", *rest)
        assert status == 2
        assert "a.yaml: is a file. Name the folder of a record" in err


def test_a_report_that_cannot_be_written_says_so(folder: Path) -> None:
    out = Path("/dev/full/report") if Path("/dev/full").exists() else folder / "record.log" / "report"
    for place in (out, Path("/proc/report")):
        status, _, err = said("report", folder, "--period", "2020-05-01", "--out", place)
        assert status in {1, 2}
        assert str(place) in err
        assert "Name a" in err


def test_what_lies_out_of_force_is_said_by_add_status_and_report(
    base: Path, folder: Path, tmp_path: Path
) -> None:
    file = written(tmp_path / "early.csv", {"no": "7", "since": "2019-05-01", "until": "2019-05-02"})
    status, _, err = said("add", folder, file, "--map", base / "map.yaml")
    assert status == 0
    assert "1 of the 1 added are of days on which the agreement is not in force" in err
    told = "1 report of days on which the agreement was not in force: in the record, and not counted."
    assert told in " ".join(well("status", folder).split())
    well("report", folder, "--period", "2020-05-01", "--out", tmp_path / "out")
    page = " ".join((tmp_path / "out" / "report.html").read_text().split())
    assert "One report is of days on which the agreement was not in force, and not counted." in page


def test_small_slips_are_told(base: Path, folder: Path, tmp_path: Path) -> None:
    slips = [
        (("report", folder, "--period", "2020-05-01/", "--out", tmp_path / "out"), "has one day only"),
        (("report", folder, "--period", "/2020-05-01", "--out", tmp_path / "out"), "has one day only"),
        (("prove", folder, "0"), "0: is no entry; the first is 1"),
        (
            ("verify", folder, "--checkpoint", base / "a.yaml"),
            "a.yaml holds no checkpoint: it is no JSON. Name a file",
        ),
    ]
    for arguments, told in slips:
        status, _, err = said(*arguments)
        assert (status, told in err) == (2, True), err
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((base / "a.yaml").read_text().replace("forbids: [flight]", "forbids: [flihgt]"))
    (tmp_path / "maps.geojson").write_bytes((base / "maps.geojson").read_bytes())
    status, _, err = said("init", tmp_path / "new", "--agreement", wrong)
    assert status == 2
    assert "forbids.0 = flihgt" in err
    assert "is empty" not in err


def test_an_agreement_that_was_amended_is_gone_on_with(base: Path, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(base, tmp_path / "new", ignore=shutil.ignore_patterns("record*"))
    amended = tmp_path / "new" / "a.yaml"
    amended.write_text(AGREEMENT.replace("until: 2021-12-31", "until: 2022-12-31"))
    how = ("--agreement", amended, "--by", "Commission \x1b[31m", "--why", "A year longer.")
    assert "All reports were tested anew against A ceasefire" in well("amend", folder, *how)
    told = " ".join(well("status", folder).split())
    assert "by Commission \\u001b[31m: A year longer." in told
    status, _, err = said("amend", folder, *how)
    assert status == 2
    assert "is the agreement that holds already" in err
    amended.write_text(AGREEMENT.replace("until: 2021-12-31", "until: 2019-12-31"))
    status, _, err = said("amend", folder, *how)
    assert status == 2
    assert "a.yaml:3" in err
