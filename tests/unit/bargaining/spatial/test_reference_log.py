"""The reference run that KTAB's makers published: every number that its log prints, in every turn, to every digit printed."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from holdfast.bargaining.spatial import SpatialModel, matrices, run
from tests.unit.bargaining.spatial import ktab_log
from tests.unit.bargaining.spatial.ktab_log import agrees, disagreements

pytestmark = pytest.mark.needs_shared


@pytest.fixture(scope="module")
def log(shared):
    return ktab_log.read(shared / "data" / "bargaining" / "ktab-SOE-Pol-Comp.reference-log.txt")


@pytest.fixture(scope="module")
def given(shared):
    with (shared / "data" / "bargaining" / "ktab-SOE-Pol-Comp.csv").open(encoding="utf-8") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file)][2:]
    table = np.array([[float(cell) for cell in row[2:7]] for row in rows if len(row) > 6])
    return table[:, [1, 3]] / 100, table[:, [2, 4]] / 100, table[:, 0]


@pytest.fixture(scope="module")
def found(given):
    return run(*given)


@pytest.fixture(scope="module")
def turns(given, found):
    """All that every turn works out, from the positions before it; one more at the end."""
    # KTAB's slips are in bargains seen from targets, which are printed though nothing depends on them here
    model = SpatialModel(as_ktab=True)
    return [matrices(positions, *given[1:], model=model) for positions in found.positions]


def joined(problems):
    return "\n".join(problems[:20])


def test_every_line_of_the_log_is_read(log):
    assert log.unknown == []
    assert len(log.turns) == log.steps + 1 == 28
    assert all(len(turn.elections) == 13 for turn in log.turns[:-1])
    assert sum(len(turn.challenges) for turn in log.turns) == 349


def test_the_choices_are_those_of_the_log(log):
    model = SpatialModel()
    assert log.options == {
        "actors": "13",
        "dimensions": "2",
        "VictoryProbModel": model.victory.value,
        "VotingRule": model.voting.value,
        "PCEModel": model.election.value,
        "StateTransitions": model.transition.value,
        "BigRRange": model.risk_range.value,
        "BigRAdjust": model.risk_adjustment.value,
        "ThirdPartyCommit": model.commitment.value,
        "InterVecBrgn": model.interpolation.value,
        "BargnModel": model.form.value,
    }


def test_the_input_is_that_of_the_log(log, given):
    positions, salience, strength = given
    for name, values in [
        ("pos", positions),
        ("Position", positions),
        ("sal", salience),
        ("Salience", salience),
    ]:
        assert not disagreements(log.given[name], 100 * values)
    assert not disagreements(log.strength, strength)
    assert all(not disagreements(turn.strength, strength) for turn in log.turns[:-1])


def test_positions_of_all_turns(log, found):
    assert found.turns == log.steps
    assert found.settled
    assert found.by_order == 0
    history = np.moveaxis(found.positions, 0, -1).reshape(26, -1)
    assert not disagreements(log.positions, 100 * history), "the history, one decimal"
    for turn, after, ideals in zip(log.turns, found.positions[1:], found.ideals[1:], strict=False):
        # with four decimals, which is all that the positions have
        assert not disagreements(turn.after, 100 * after)
        assert not disagreements(turn.ideals, 100 * ideals)
        assert all(float(text) == 0 for text in turn.apart)
        assert len(turn.apart) == 14


def test_probabilities_of_all_turns(log, given, found):
    told = run(*given, model=SpatialModel(as_ktab=True))
    assert not disagreements(log.probability, told.probability.T)
    np.testing.assert_array_equal(told.positions, found.positions)
    # grouping positions in the order of parties changes who is likeliest, where two groups lie within 10⁻³, and hardly where it ends
    assert np.abs(told.probability - found.probability).max() > 0.01
    np.testing.assert_allclose(told.outcome, found.outcome, atol=5e-4)
    assert not disagreements(np.array(log.probability)[:, 0], found.probability[0])


def test_how_things_stand_in_all_turns(log, turns, found):
    problems: list[str] = []
    for number, (turn, own) in enumerate(zip(log.turns, turns, strict=True)):
        for printed, values in [
            (turn.value, own.value),
            (turn.attitude, own.attitude),
            (turn.attitude, found.attitude[number]),
            (turn.utility, own.utility),
            *((rows, own.perceived[judge]) for judge, rows in turn.perceived.items()),
        ]:
            problems += [f"turn {number} {text}" for text in disagreements(printed, values)]
        assert len(turn.perceived) == 13
        # root-mean-square over the rows, as KTAB divides the norm by the number of parties
        changed = np.linalg.norm(own.value - own.utility) / 13
        other = [np.linalg.norm(own.perceived[judge] - own.utility) / 13 for judge in range(13)]
        problems += [f"turn {number} {text}" for text in disagreements(turn.changed, np.array(changed))]
        problems += [
            f"turn {number} {text}" for text in disagreements(turn.perceived_changed, np.array(other))
        ]
    assert not problems, joined(problems)


def test_challenges_of_all_turns(log, turns, found):
    problems: list[str] = []
    for number, (turn, own) in enumerate(zip(log.turns[:-1], turns, strict=False)):
        expected = [turn.challenges[party].target if party in turn.challenges else -1 for party in range(13)]
        assert own.target.tolist() == found.bargains.target[number].tolist() == expected
        assert np.flatnonzero(own.target < 0).tolist() == sorted(turn.idle)
        for party, challenge in turn.challenges.items():
            two = [party, challenge.target]
            assert {(judge, gainer) for judge, gainer, *_ in challenge.estimates} == {
                (judge, gainer) for judge in two for gainer in two
            }
            for judge, gainer, chance, gain in challenge.estimates:
                at, who = two.index(judge), two.index(gainer)
                if not agrees(chance, own.chance[party, at]) or not agrees(gain, own.gain[party, at, who]):
                    problems.append(f"turn {number}, {party} > {challenge.target} by {judge} for {gainer}")
            assert agrees(challenge.worth, own.challenge_gain[party, challenge.target])
            assert own.challenge_chance[party, challenge.target] == pytest.approx(
                own.chance[party, 0], abs=1e-12
            )
            for kind, ends in challenge.adopted.items():
                problems += [
                    f"turn {number}, {kind} of {party}: {text}"
                    for text in disagreements(ends, 100 * getattr(own, kind)[party])
                ]
            assert list(challenge.adopted) == ["by_initiator", "by_target", "compromise"]
            assert not disagreements(
                challenge.adopted["by_initiator"], 100 * found.bargains.ends[number, party, 0]
            )
    assert not problems, joined(problems)


def test_elections_of_all_turns(log, turns, found):
    problems: list[str] = []
    passed_over: list[tuple[int, int]] = []
    for number, (turn, own) in enumerate(zip(log.turns[:-1], turns, strict=False)):
        for election in turn.elections:
            listed = turn.involved[election.party]
            options = [0 if initiator == target else 1 + initiator for _, initiator, target in listed]
            assert set(np.flatnonzero(own.option_probability[election.party])) <= set(options)
            square = np.ix_(options, options)
            for printed, values in [
                (election.utility, own.option_utility[:, options]),
                (election.coarse, own.option_utility[:, options]),
                (election.coalition, own.coalition[square]),
                (election.victory, own.victory[square]),
                (election.probability, own.option_probability[election.party, options]),
            ]:
                problems += [
                    f"turn {number}, party {election.party}: {text}"
                    for text in disagreements(printed, values)
                ]
            told = options[election.chosen]
            chosen = own.chosen[election.party]
            if chosen != told:
                # twins made the same offer, and KTAB took what one of its threads put up first
                twins = own.by_initiator[[chosen - 1, told - 1], 1]
                np.testing.assert_array_equal(twins[0], twins[1])
                tied = own.option_probability[election.party, [chosen, told]]
                assert tied[0] == pytest.approx(tied[1], abs=1e-12)
                passed_over.append((number, election.party))
                continue
            initiator, target = listed[election.chosen][1:]
            mover = found.bargains.mover[number, election.party]
            assert mover == (-1 if initiator == target else initiator)
    assert not problems, joined(problems)
    assert passed_over == [(25, 11)]


def test_the_end_comes_when_the_log_says(log, found):
    moved = np.linalg.norm(np.diff(found.positions, axis=0), axis=2).sum(axis=1)
    for turn, latest in zip(log.turns[:-1], moved, strict=True):
        assert agrees(turn.first_moved, moved[0] + 1e-4)
        assert agrees(turn.moved, latest)
        assert agrees(turn.ratio, latest / (moved[0] + 1e-4))
    assert [float(turn.ratio) < 0.02 for turn in log.turns[:-1]] == [False] * 26 + [True]


def test_one_digit_more_or_less_would_be_seen(log, found):
    assert agrees("0.592", 0.59249)
    assert not agrees("0.592", 0.59251)
    assert agrees("4.47E-01", 0.4474)
    assert not agrees("4.47E-01", 0.4476)
    off = np.moveaxis(found.positions, 0, -1).reshape(26, -1) * 100
    off[3, 5] += 0.1
    assert len(disagreements(log.positions, off)) == 1
