"""Files that are no scenario at all, and what a scenario knows of its file."""

import hashlib
import io
import os
import time

import pytest
from ruamel.yaml import YAML

from holdfast.scenario import ScenarioError, load_scenario, read_scenario
from holdfast.scenario._nodes import MAX_BYTES, parse
from tests.unit.scenario.examples import NAME, SMALL, edited, load, problems_of


def refusal(path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert caught.value.exit_status == 2
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_a_scenario_knows_its_file(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(SMALL, encoding="utf-8")
    scenario = load_scenario(file)
    assert scenario.path == str(file)
    assert scenario.file_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert scenario.principals == ("A", "B")
    assert scenario.members("friends") == ("C", "D")
    assert scenario.members(("friends", "A", "C")) == ("A", "C", "D")


def test_missing_file(tmp_path):
    assert refusal(tmp_path / "none.yaml").endswith(
        "does not exist. `holdfast new DIR` writes a scenario to begin with."
    )


def test_name_that_no_file_can_have():
    assert "cannot be read" in refusal("a\0b")


def test_directory(tmp_path):
    assert refusal(tmp_path).endswith("is a directory. Name the scenario file in it.")


def test_device():
    assert "is not a regular file" in refusal("/dev/null")


def test_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is not a regular file" in refusal(tmp_path / "pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(SMALL, encoding="utf-8")
    file.chmod(0)
    assert "a.yaml: cannot be read: Permission denied. Give yourself the right to read it" in refusal(file)


def test_fifty_megabytes_are_refused_unread(tmp_path):
    file = tmp_path / "big.yaml"
    with file.open("wb") as opened:
        opened.truncate(50_000_000)
    start = time.perf_counter()
    message = refusal(file)
    assert "has 50 MB; a scenario may have 4 MB at most." in message
    assert time.perf_counter() - start < 1


def test_a_file_at_the_limit_is_read(tmp_path):
    file = tmp_path / "full.yaml"
    text = SMALL
    rest = MAX_BYTES - len(text.encode())
    file.write_text(text + ("#" * 999 + "\n") * (rest // 1000) + "#" * (rest % 1000), encoding="utf-8")
    assert load_scenario(file).principals == ("A", "B")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "paris.yaml: is empty. `holdfast new DIR` writes a small one that runs as it is."),
        (b"# only a comment\n", "paris.yaml: is empty."),
        (b"---\n...\n", "must be a mapping that begins with holdfast: 1."),
        (b"- a\n- b\n", "paris.yaml:1:1: must be a mapping that begins with holdfast: 1."),
        (b"text", "paris.yaml:1:1: must be a mapping that begins with holdfast: 1."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text but a binary file."),
        (b"holdfast: 1\0", "is not text but a binary file."),
        (
            b"holdfast: 1\ntitle: \xe9t\xe9\n",
            "paris.yaml:2:8: is not in UTF-8: byte 0xe9. Save the file as UTF-8.",
        ),
        ("holdfast: 1\n".encode("utf-16"), "is in UTF-16. Save it as UTF-8."),
        (b"holdfast: 1\x07\n", "is not readable as YAML"),
        (b"a: 1\n--- \nb: 2\n", "a second document begins here; a scenario is one document."),
        (b"a: !!python/object:os.system x\n", "paris.yaml:1:4: has the tag tag:yaml.org,2002:python/object"),
        (b"a: &x [*x]\n", "paris.yaml:1:8: *x is used inside the anchor it refers to; a ring has no end."),
        (b"a: *x\n", "paris.yaml:1:4: *x refers to an anchor that is not defined above it."),
        (b"a: " + b"[" * 5000, "nested deeper than 40 levels"),
        (b"a:\n" + b"".join(b" " * i + b"- \n" for i in range(1, 100)), "nested deeper than 40 levels"),
        (b"[a]: 1\n", "a key must be a single word"),
        (b"a: {b: 1\n", "Close every bracket"),
        (b"a: 'b\n", "paris.yaml:2:1: "),
        (b"\ta: 1\n", "Indent with spaces; YAML does not allow tabs."),
        (b"a: 1\n  b: 2\n", "Text with a colon needs quotes"),
        (b"a: @b\n", "needs quotes"),
        (b"%YAML 7.0\n---\na: 1\n", "incompatible YAML document"),
    ],
)
def test_bytes_that_are_no_scenario(raw, says):
    (problem,) = problems_of(raw)
    assert says in str(problem)
    assert str(problem).startswith(NAME)


def test_anchors_that_expand_without_end():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    start = time.perf_counter()
    (problem,) = problems_of("\n".join(lines))
    assert "more than 100,000 values, anchors counted each time they are used" in problem.message
    assert time.perf_counter() - start < 1


def test_anchors_copy_values():
    cost = edited().split("    war_cost:\n", 1)[1].split("    crises", 1)[0]
    scenario = load(
        ("    war_cost:                  #", "    war_cost: &cost            #"),
        (f"    war_cost:\n{cost}", "    war_cost: *cost\n"),
    )
    first, second = scenario.parties["A"].war_cost, scenario.parties["B"].war_cost
    assert first is not None
    assert second is not None
    assert first is not second
    assert (first.path, second.path) == ("parties.A.war_cost", "parties.B.war_cost")
    assert first.interval90 == second.interval90


def test_a_line_without_end():
    (problem,) = problems_of("holdfast: 1\n" + "!" * 1_000_000)
    assert str(problem) == "paris.yaml:2:1: a line has more than 100,000 characters. Break it into several."


def test_a_list_without_end():
    assert "has more than 5,000 entries" in problems_of("a:\n" + "  - 1\n" * 6000)[0].message


def test_a_file_full_of_mistakes_is_told_in_part():
    with pytest.raises(ScenarioError) as caught:
        read_scenario(("parties:\n" + "".join(f"  p{i}:\n    x: 1\n" for i in range(2000))).encode(), NAME)
    lines = str(caught.value).splitlines()
    assert len(lines) == 201
    assert lines[-1] == f"... and {len(caught.value.problems) - 200:,} more.".replace(",", "")


def test_characters_written_in_two_halves():
    scenario = load(('"Party A"', '"\\ud83d\\ude00"'))
    assert scenario.parties["A"].name == "\U0001f600"
    (problem,) = problems_of(edited(('"Party A"', '"\\ud83d"')))
    assert str(problem) == "paris.yaml:40:11: has half a character. Write the character itself, without \\u."


def test_a_byte_order_mark_does_no_harm():
    assert problems_of(b"\xef\xbb\xbf" + edited().encode()) == ()


def test_windows_line_ends_do_no_harm():
    assert problems_of(edited().replace("\n", "\r\n")) == ()


def test_a_thousand_quantities_load_in_a_second():
    data = parse(SMALL, NAME)[0].data()
    number = {
        "between": [0.2, 0.8],
        "source": "judgement",
        "because": "As long as reasons are in such files.",
    }
    for i in range(250):
        data["issues"][f"i{i}"] = {"low": "none", "high": "all"}
        for party in ("A", "B"):
            data["parties"][party]["positions"][f"i{i}"] = dict(number)
            data["parties"][party]["salience"][f"i{i}"] = dict(number)
        for proposal in data["proposals"].values():
            proposal["outcome"][f"i{i}"] = 0.5
    text = io.StringIO()
    YAML().dump(data, text)
    raw = text.getvalue().encode()
    start = time.perf_counter()
    scenario = read_scenario(raw, NAME)
    taken = time.perf_counter() - start
    assert sum(q.kind == "between" for q in scenario.quantities.values()) > 1000
    assert taken < 2, taken  # well under one second alone; twice that on a busy machine
