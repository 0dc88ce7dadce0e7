"""The bodies of the catalogue: every rule loads, cites what it rests on, and has the outcomes that its institution is known for."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast import voting
from holdfast.scenario import BodyFile, load_bodies
from holdfast.study.rules import game_of

FOLDER = Path(__file__).parents[2] / "catalog" / "bodies"
FILES = sorted(FOLDER.glob("*.yaml"))


def game(name: str, body: str, attacker: str | None = None) -> voting.Game:
    file = load_bodies(FOLDER / f"{name}.yaml")
    return game_of(file, file.bodies[body], attacker)


def test_the_institutions_are_there() -> None:
    assert {file.stem for file in FILES} == {
        "coalition-any-k",
        "eu-council",
        "north-atlantic-council",
        "osce",
        "permanent-five",
        "un-security-council",
        "us-electoral-college",
    }
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"({file.name})" in listed for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_body_says_what_it_rests_on_and_every_source_is_used(file: Path) -> None:
    found: BodyFile = load_bodies(file)
    cited = [source for body in found.bodies.values() for source in body.source or ()]
    assert all(body.source and body.name and body.description for body in found.bodies.values())
    assert set(found.sources) == set(cited) - {"judgement"}
    assert all(source.link and source.says for source in found.sources.values())


@pytest.mark.parametrize(
    ("file", "body", "attacker", "members", "winning"),
    [
        ("un-security-council", "council", None, 15, 848),
        # nine of fourteen, four of them with a veto: C(10, 5) + ... + C(10, 10) of the ten others
        ("un-security-council", "council-party-abstains", "RUS", 14, 638),
        ("permanent-five", "unanimous", None, 5, 1),
        ("permanent-five", "attacker-recused", "RUS", 4, 1),
        ("permanent-five", "two-thirds", None, 5, 6),
        ("north-atlantic-council", "council", None, 32, 1),
        ("osce", "consensus", None, 57, 1),
        ("osce", "consensus-minus-one", "RUS", 56, 1),
        ("eu-council", "unanimity", None, 27, 1),
        ("eu-council", "qualified-majority", None, 27, 17_729_938),
        ("coalition-any-k", "any-one", None, 30, 2**30 - 1),
    ],
)
def test_how_many_coalitions_win(
    file: str, body: str, attacker: str | None, members: int, winning: int
) -> None:
    found = game(file, body, attacker)
    assert len(found.members) == members
    assert voting.winning_coalitions(found) == winning


def test_a_permanent_member_that_abstains_does_not_block() -> None:
    council, strict = game("un-security-council", "council"), game("un-security-council", "council-yes-or-no")
    yes = set(council.members) - {"RUS", "CHN"}
    assert voting.passes(council.rule, yes, against=set())
    assert not voting.passes(council.rule, yes, against={"CHN"})
    assert not voting.passes(strict.rule, yes)


def test_the_electoral_college_has_538_electors() -> None:
    for body in ("apportionment-1990", "apportionment-2020"):
        college = game("us-electoral-college", body)
        assert college.weights is not None
        assert (sum(college.weights), college.quota, len(college.members)) == (538, 270, 51)
