"""`holdfast run` as a user meets it: through a process of its own, on the small scenario of the catalogue."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

FILES = {"draws.parquet", "manifest.json", "report.html", "summary.csv", "summary.json"}
DRAWS, ROUNDED = 100, 128
HOLDFAST = [sys.executable, "-c", "from holdfast.cli import main; main()"]


def holdfast(*arguments, cwd, env=None):
    """Run a command to its end."""
    return subprocess.run(
        [*HOLDFAST, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def file(root):
    return root / "catalog" / "three-guarantors" / "scenario.yaml"


@pytest.fixture(scope="module")
def done(file, tmp_path_factory):
    """A finished study: its folder, and what the command said."""
    folder = tmp_path_factory.mktemp("done") / "study"
    said = holdfast("run", file, "--draws", DRAWS, "--out", folder, cwd=folder.parent)
    assert said.returncode == 0, said.stderr
    return folder, said


def summary(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def stamps(folder):
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def test_help_needs_no_numerics(tmp_path):
    """What makes --help slow is not imported for it."""
    script = (
        "import sys; sys.argv = ['holdfast', '--help']\n"
        "from holdfast.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'jax', 'numpy', 'scipy', 'pandas', 'pyarrow', 'duckdb', 'pydantic', 'altair', 'vl_convert', 'jinja2'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, cwd=tmp_path
    )
    assert said.returncode == 0, said.stderr
    for command in ("run", "check", "compare", "schema", "new"):
        assert f" {command} " in said.stdout
    assert said.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("run", ["FILE", "--draws", "[default: 4096]", "--seed", "[default: 1]", "--proposal", "--set",
                 "--out", "holdfast-out/", "--json", "--force"]),
        ("check", ["FILE", "--set", "no source"]),
        ("compare", ["DIR1", "DIR2", "--json", "Folder of the first study."]),
        ("schema", ["JSON Schema"]),
        ("new", ["DIR", "scenario.yaml"]),
    ],
)  # fmt: skip
def test_every_command_explains_itself(tmp_path, command, says):
    """Each argument and default by name: what stands in square brackets can get lost as markup."""
    said = holdfast(command, "--help", cwd=tmp_path, env={"COLUMNS": "200"})
    assert said.returncode == 0, said.stderr
    for words in says:
        assert words.lower() in said.stdout.lower()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["check", "bad.yaml"], "bad.yaml"),
        (["run", "bad.yaml"], "bad.yaml"),
        (["run", "missing.yaml"], "missing.yaml"),
        (["run", "good.yaml", "--draws", "0"], "--draws 0"),
        (["run", "good.yaml", "--proposal", "nowhere"], "nowhere"),
        (["compare", "one", "other"], "one"),
    ],
)
def test_a_mistake_is_answered_before_anything_is_imported_that_takes_seconds(
    file, tmp_path, arguments, named
):
    shutil.copy(file, tmp_path / "good.yaml")
    (tmp_path / "bad.yaml").write_text("holdfast: 1\n", encoding="utf-8")
    script = (
        "import sys\n"
        "from holdfast.cli import main\n"
        "try: main()\n"
        "finally: print('LOADED', sorted({'jax', 'scipy.stats', 'duckdb', 'altair', 'jinja2'} & set(sys.modules)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120, cwd=tmp_path
    )
    assert said.returncode == 2
    assert named in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stdout == "LOADED []\n"


@pytest.mark.slow
def test_the_table_is_on_stdout_and_all_else_on_stderr(done):
    _, said = done
    for title in ("Ceasefire without", "Three pledges of"):
        assert title in said.stdout
    assert "\x1b" not in said.stdout
    assert f"{DRAWS} draws rounded up to {ROUNDED}" in said.stderr
    assert "rounded" not in said.stdout
    assert "report.html" in said.stderr


@pytest.mark.slow
def test_the_folder_holds_every_result(done):
    folder, _ = done
    assert {path.name for path in folder.iterdir()} == FILES
    found = summary(folder)
    assert found["draws"] == ROUNDED
    assert set(found["proposals"]) == {"no-guarantees", "three-pledges", "council-decides"}
    assert found["not_converged"] == 0
    assert pq.read_metadata(folder / "draws.parquet").num_rows == ROUNDED * 3
    assert sum(p["best"] for p in found["proposals"].values()) == pytest.approx(1)


@pytest.mark.slow
def test_a_second_run_makes_only_the_page_again_and_json_is_the_summary(done, file):
    folder, _ = done
    before = stamps(folder)
    (folder / "report.html").write_text("gone", encoding="utf-8")
    said = holdfast("run", file, "--draws", ROUNDED, "--out", folder, "--json", cwd=folder.parent)
    assert said.returncode == 0, said.stderr
    assert "complete" in said.stderr
    assert said.stdout.encode() == (folder / "summary.json").read_bytes()
    after = stamps(folder)
    assert {n: s for n, s in after.items() if n != "report.html"} == {
        n: s for n, s in before.items() if n != "report.html"
    }
    assert after["report.html"][1] == before["report.html"][1]


@pytest.mark.slow
def test_a_folder_of_other_arguments_is_left_alone_unless_forced(done, file, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(done[0], folder)
    before = stamps(folder)
    said = holdfast("run", file, "--draws", ROUNDED, "--seed", 2, "--out", folder, cwd=tmp_path)
    assert said.returncode == 2
    assert "--force" in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stdout == ""
    assert stamps(folder) == before
    said = holdfast("run", file, "--draws", ROUNDED, "--seed", 2, "--out", folder, "--force", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert {path.name for path in folder.iterdir()} == FILES
    assert summary(folder)["seed"] == 2
    assert (folder / "draws.parquet").read_bytes() != before["draws.parquet"][1]


@pytest.mark.slow
def test_a_proposal_by_itself_gets_the_same_answers(done, file, tmp_path):
    """Which others are compared changes how often it is best, and nothing else."""
    chosen = ["no-guarantees", "council-decides"]
    arguments = [part for p in chosen for part in ("--proposal", p)]
    said = holdfast(
        "run", file, "--draws", ROUNDED, *arguments, "--out", tmp_path / "some", "--json", cwd=tmp_path
    )
    assert said.returncode == 0, said.stderr
    found, whole = json.loads(said.stdout), summary(done[0])
    assert set(found["proposals"]) == set(chosen)
    for p in chosen:
        assert {**found["proposals"][p], "best": 0} == {**whole["proposals"][p], "best": 0}
    assert sum(found["proposals"][p]["best"] for p in chosen) == pytest.approx(1)


def backwards(value):
    """Every mapping and every list of names in reverse order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(list(value))}
    if isinstance(value, list) and all(isinstance(v, str | dict) for v in value):
        return [backwards(v) for v in reversed(value)]
    return value


@pytest.mark.slow
def test_order_of_the_file_does_not_matter_and_set_is_as_good_as_an_edit(done, file, tmp_path):
    yaml = YAML(typ="safe", pure=True)
    data = yaml.load(file.read_text(encoding="utf-8"))
    data["parties"]["CED"]["strength"] = 0.8
    data["war"]["accidents_per_year"] = {"uniform": [0.0, 0.1]}
    edited = tmp_path / "edited.yaml"
    edited.write_text(json.dumps(backwards(data), default=str), encoding="utf-8")  # JSON is YAML
    assert list(json.loads(edited.read_text(encoding="utf-8")))[-1] == "holdfast"
    by_edit = holdfast("run", edited, "--draws", ROUNDED, "--out", tmp_path / "a", "--json", cwd=tmp_path)
    assert by_edit.returncode == 0, by_edit.stderr
    by_set = holdfast(
        "run", file, "--draws", ROUNDED, "--out", tmp_path / "b", "--json",
        "--set", "parties.CED.strength=0.8", "--set", "war.accidents_per_year={uniform: [0.0, 0.1]}",
        cwd=tmp_path,
    )  # fmt: skip
    assert by_set.returncode == 0, by_set.stderr
    assert by_edit.stdout == by_set.stdout
    before = summary(done[0])["proposals"]["three-pledges"]["holds"]["10"]["mean"]
    assert abs(json.loads(by_set.stdout)["proposals"]["three-pledges"]["holds"]["10"]["mean"] - before) > 0.01


@pytest.mark.slow
def test_one_thread_gives_the_same_bytes(done, file, tmp_path):
    one = {
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"), "1"),
    }
    alone = (
        "import os, sys\n"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "os.execv(sys.argv[1], sys.argv[1:])\n"
    )
    command = [*HOLDFAST, "run", str(file), "--draws", str(ROUNDED), "--out", str(tmp_path / "one")]
    said = subprocess.run(
        [sys.executable, "-c", alone, *command],
        env={**os.environ, **one},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert said.returncode == 0, said.stderr
    for name in ("summary.json", "draws.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (done[0] / name).read_bytes()


def cut_off(arguments, part, sign, cwd):
    """Start a command, and send it a signal once a part is on disk; its exit status and stderr.

    A shell without job control has background commands ignore interrupts, and so would what the tests start there.
    """
    heeded = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{heeded}; {HOLDFAST[-1]}", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 500
    while not part.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    process.send_signal(sign)
    _, stderr = process.communicate(timeout=100)
    return process.returncode, stderr


@pytest.mark.slow
def test_cut_off_and_continued_it_ends_with_the_same_bytes(file, tmp_path):
    """Interrupted after the first part, killed after the fourth, then run to the end."""
    arguments = ["run", file, "--draws", 8192, "--out"]
    whole, folder = tmp_path / "whole", tmp_path / "cut"
    said = holdfast(*arguments, whole, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    parts = folder / "parts"
    status, stderr = cut_off([*arguments, folder], parts / "00000.json", signal.SIGINT, tmp_path)
    assert status == 130
    assert "same command" in stderr
    assert "Traceback" not in stderr
    assert not (folder / "summary.json").exists()
    first = (parts / "00000.parquet").stat().st_mtime_ns
    status, _ = cut_off([*arguments, folder], parts / "00004.json", signal.SIGKILL, tmp_path)
    assert status == -signal.SIGKILL
    assert not (folder / "manifest.json").exists()
    assert (parts / "00000.parquet").stat().st_mtime_ns == first  # it was not made again
    said = holdfast(*arguments, folder, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "continued" in said.stderr
    assert {path.name for path in folder.iterdir()} == FILES
    for name in ("draws.parquet", "summary.json", "summary.csv"):  # the others say when they were made
        assert (folder / name).read_bytes() == (whole / name).read_bytes(), name


@pytest.mark.slow
def test_an_unknown_proposal_is_named_with_those_there_are(file, tmp_path):
    said = holdfast("run", file, "--proposal", "nowhere", "--out", tmp_path / "x", cwd=tmp_path)
    assert said.returncode == 2
    assert "nowhere" in said.stderr
    assert "no-guarantees" in said.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_a_bad_file_is_answered_with_every_mistake_and_nothing_is_written(file, tmp_path):
    text = file.read_text(encoding="utf-8")
    assert "decisiveness: 1\n" in text
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        text.replace("decisiveness: 1\n", "decisiveness: -1\n").replace("ALD: 0.9", "ALD: 1.3"),
        encoding="utf-8",
    )
    said = holdfast("run", bad, "--out", tmp_path / "x", cwd=tmp_path)
    assert said.returncode == 2
    assert said.stdout == ""
    for path in ("war.decisiveness", "detection.ALD"):
        [line] = [line for line in said.stderr.splitlines() if path in line]
        place = line.split("bad.yaml:")[1].split(":")
        assert int(place[0]) > 1
        assert int(place[1]) > 1
    assert "Traceback" not in said.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--draws", "0", "--draws 0"),
        ("--draws", "many", "--draws"),
        ("--seed", "-1", "--seed -1"),
        ("--set", "war.nothing=3", "war.nothing"),
    ],
)
def test_bad_arguments_are_input_mistakes(file, tmp_path, option, value, named):
    said = holdfast("run", file, option, value, "--out", tmp_path / "x", cwd=tmp_path)
    assert said.returncode == 2
    assert named in said.stderr
    assert "Traceback" not in said.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_kernels_kept_by_an_earlier_run_give_the_same_bytes_and_damaged_ones_do_no_harm(file, tmp_path):
    # JAX's own cache, which tests otherwise use, is left out
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "JAX_COMPILATION_CACHE_DIR": ""}
    answers, made = [], []
    for name in ("first", "second", "third"):
        said = holdfast("run", file, "--draws", 8, "--out", tmp_path / name, cwd=tmp_path, env=env)
        assert said.returncode == 0, said.stderr
        answers.append(tuple((tmp_path / name / n).read_bytes() for n in ("summary.json", "draws.parquet")))
        kernels = sorted((tmp_path / "cache" / "holdfast" / "kernels").glob("*/*"))
        made.append({path: path.stat().st_mtime_ns for path in kernels})
        if name == "second":
            for path in kernels[::2]:
                path.write_bytes(path.read_bytes()[:-1])
    assert made[1] == made[0]  # nothing was compiled again
    assert len(made[0]) > 2
    assert made[2].keys() == made[0].keys()
    assert answers[0] == answers[1] == answers[2]
