"""What the page of `holdfast bargain` draws and tabulates is what the JSON says: the same numbers, in the same places."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from holdfast.report.bargain import expected, signing
from holdfast.report.bargain.expected import outcome_figure, power_figure, rounds_figure
from holdfast.report.bargain.fairness import pressing
from holdfast.report.bargain.sides import gain_blocks, move_folds, side_folds
from holdfast.report.bargain.signing import loss_table, map_figure, proposal_table
from holdfast.report.bargain.talk import OTHERS, Talk
from holdfast.report.bargain.tested import OFF
from holdfast.report.bargain.words import MODEL_NAMES, range_of
from holdfast.report.blocks import Fold, Table
from holdfast.report.words import capital, percent, signed_number
from tests.unit.report.made_up_bargaining import concession, found_of, positions, spread, zone_of
from tests.unit.report.markup import parse
from tests.unit.report.synthetic import build


@pytest.fixture
def talk(tmp_path) -> Talk:
    """Nine parties on two issues, so that three are drawn as others."""
    file = positions(tmp_path, parties=9, issues=2)
    return Talk(file, found_of(file, issues=2), None)


@pytest.fixture
def drawn(monkeypatch) -> dict[str, list[Any]]:
    """Every call of a drawing, by its name: what it was given."""
    calls: dict[str, list[Any]] = {}

    def instead(module: Any, name: str) -> None:
        def keep(*given: Any, **named: Any) -> Markup:
            calls.setdefault(name, []).append((*given, named))
            return Markup("<svg></svg>")

        monkeypatch.setattr(module, name, keep)

    for module, name in (
        (expected, "places"),
        (expected, "stack"),
        (expected, "courses"),
        (signing, "zone_map"),
    ):
        instead(module, name)
    return calls


def table_in(block: Any) -> Table:
    """Return the table of a fold."""
    assert isinstance(block, Fold)
    (table,) = block.blocks
    assert isinstance(table, Table)
    return table


def test_where_each_model_ends(talk: Talk, drawn: dict[str, list[Any]]) -> None:
    talk.found["issues"]["issue_0"]["outcome"]["nash"] = None
    data = outcome_figure(talk).data[0].rows
    rows = iter(data)
    for n, about in enumerate(talk.issues.values()):
        known = {m: s for m, s in about["outcome"].items() if s is not None}
        given = drawn["places"][n][0]
        assert [(p.mean, p.low, p.high) for p in given] == [
            (s["mean"], s["p05"], s["p95"]) for s in known.values()
        ]
        assert [p.label.lower() for p in given] == [MODEL_NAMES[m] for m in known]
        assert [p.baseline for p in given] == [m == "mean" for m in known]
        for model in pressing(about["outcome"]):  # rules of fairness have a table of their own
            ends = about["outcome"][model]
            settled = about["settled"].get(model)
            told = (f"Issue {n}", MODEL_NAMES[model], "none" if ends is None else range_of(ends))
            was_off = f"{OFF[model]:.2f}" if model in OFF else "–"
            assert next(rows) == (*told, was_off, "–" if settled is None else percent(settled))
    assert next(rows, None) is None


def test_power_is_stacked_as_it_lies_and_none_of_it_is_lost(talk: Talk, drawn: dict[str, list[Any]]) -> None:
    data = power_figure(talk).data[0].rows
    for n, about in enumerate(talk.issues.values()):
        power, colours, mean, median, _ = drawn["stack"][n]
        assert (mean, median) == (about["outcome"]["mean"]["mean"], about["outcome"]["median"]["mean"])
        assert list(power) == ["three others", *(talk.party(p) for p in talk.colours)]
        assert colours["three others"] == OTHERS
        for p, colour in talk.colours.items():
            assert power[talk.party(p)] == about["along"][p]
            assert colours[talk.party(p)] == colour
        rest = [about["along"][p] for p in about["along"] if p not in talk.colours]
        assert power["three others"] == pytest.approx([sum(column) for column in zip(*rest, strict=True)])
        own = {row[1]: row[2:] for row in data if row[0] == f"Issue {n}"}
        assert len(own) == 9
        for p, stance in about["stances"].items():
            share = stance["power"]
            assert own[talk.party(p)][:2] == (
                range_of(stance["position"]),
                f"{stance['salience']['mean']:.2f}",
            )
            assert str(own[talk.party(p)][2]).startswith(percent(share["mean"]))


def test_the_coloured_are_those_with_most_power_over_all_issues(talk: Talk) -> None:
    total = {
        p: sum(about["stances"][p]["power"]["mean"] for about in talk.issues.values())
        for p in talk.found["parties"]
    }
    assert list(talk.colours) == sorted(total, key=lambda p: -total[p])[:6]


def test_courses_are_the_rounds(talk: Talk, drawn: dict[str, list[Any]]) -> None:
    figure = rounds_figure(talk)
    assert figure is not None
    rows = iter(figure.data[0].rows)
    calls = iter(drawn["courses"])
    for n, about in enumerate(talk.issues.values()):
        for model, rounds in about["rounds"].items():
            paths, middle, _ = next(calls)
            assert [(s.mean, s.p05, s.p95) for s in middle] == [
                (s["mean"], s["p05"], s["p95"]) for s in rounds["middle"]
            ]
            by_places = {path.places: path for path in paths}
            for p, steps in rounds["parties"].items():
                path = by_places[tuple(s["mean"] for s in steps)]
                assert path.name == (talk.party(p) if p in talk.colours else "")
                told = (f"Issue {n}", MODEL_NAMES[model], talk.party(p))
                assert next(rows) == (*told, range_of(steps[0]), range_of(steps[-1]))
            assert len(paths) == len(rounds["parties"])
    assert next(calls, None) is next(rows, None) is None


def test_gains_by_party_and_model(talk: Talk) -> None:
    """Beside the ideal and beside no agreement, each under its own model's heading."""
    for m, by_party in talk.found["gains"].items():
        for n, (p, gain) in enumerate(by_party.items()):
            place = list(MODEL_NAMES).index(m)
            gain["ideal"] = spread(-0.1 * place - 0.01 * n)
            gain["no_agreement"] = spread(0.1 * place + 0.01 * n) if n else None
            talk.found["no_agreement"][p] = "war" if n == 1 else "no_agreement.outcome" if n else None
    lead, ideal, none = gain_blocks(talk)
    assert isinstance(ideal, Table)
    assert isinstance(none, Table)
    ends = f"between {signed_number(-0.08)} (Party 8) and {signed_number(0.0)} (Party 0)"
    assert f"the weighted mean leaves a party {ends}." in str(getattr(lead, "text", ""))
    models = list(talk.found["gains"])
    names = tuple(capital(MODEL_NAMES[m]) for m in models)
    assert ideal.head == ("Party", *names)
    assert none.head == ("Party", *names, "No agreement is")
    beside_ideal, beside_none = ({row[0]: row[1:] for row in table.rows} for table in (ideal, none))
    assert len(beside_ideal) == len(beside_none) == 9
    for n, p in enumerate(talk.found["parties"]):
        by = {0: "not known", 1: "fighting on"}.get(n, "no agreement, by the file")
        gains = [talk.found["gains"][m][p] for m in models]
        assert beside_ideal[talk.party(p)] == tuple(signed_number(g["ideal"]["mean"]) for g in gains)
        assert beside_none[talk.party(p)] == (
            *("–" if g["no_agreement"] is None else signed_number(g["no_agreement"]["mean"]) for g in gains),
            by,
        )


def test_the_interval_of_a_gain_stands_below_it_and_no_table_without_figures(talk: Talk) -> None:
    (_, ideal) = gain_blocks(talk)
    assert isinstance(ideal, Table)
    first = {row[0]: row[1] for row in ideal.rows}[talk.party("P02")]
    assert first == Markup('−0.02 <span class="interval">−0.07 to +0.03</span>')


def test_moves_say_who_and_by_whom(talk: Talk) -> None:
    moves = [
        {"round": 2, "party": "P01", "by": "P02", "share": 0.25, "step": 0.5},
        {"round": 1, "party": "P03", "by": "P04", "share": 0.75, "step": -0.125},
        {"round": 3, "party": "P03", "by": "P03", "share": 0.5, "step": 0.25},
    ]
    for about in talk.issues.values():
        about["moves"] = {"challenge": moves, "spatial": []}
    fold, nobody, *_ = move_folds(talk)
    assert table_in(fold).rows == (
        ("1", "Party 3", "Party 4", "75%", signed_number(-0.125)),
        ("2", "Party 1", "Party 2", "25%", signed_number(0.5)),
        ("3", "Party 3", "itself", "50%", signed_number(0.25)),
    )
    assert "no party goes along with the same party" in str(getattr(nobody, "text", ""))


def test_sides_beside_the_weighted_mean(talk: Talk) -> None:
    """Those for and against the weighted mean, whatever other models' outcomes divide parties into."""
    row = {
        "party": "P03",
        "position": spread(0.3),
        "for": spread(0.61),
        "against": spread(0.29),
        "prevails": 0.87,
        "parties_for": ["P03", "P04"],
        "parties_against": [],
    }
    other = {**row, "party": "P07", "prevails": 1.0}
    less = {**row, "party": "P02", "position": spread(0.2), "prevails": 0.13, "parties_against": ["P08"]}
    for about in talk.issues.values():
        about["for_and_against"] = {"challenge": [other], "mean": [row, less]}
    fold = side_folds(talk)[0]
    stances = next(iter(talk.issues.values()))["stances"]
    three, four, eight = (stances[p]["power"]["mean"] for p in ("P03", "P04", "P08"))
    nearer = f"Party 3 and Party 4 ({percent(three + four)} of the power)"
    farther = f"Party 8 ({percent(eight)} of the power)"
    assert table_in(fold).rows == (
        ("Party 2", "0.20", "61%", "29%", "13%", nearer, farther),
        ("Party 3", "0.30", "61%", "29%", "87%", nearer, "nobody"),
    )
    assert "Party 3’s is most often preferred to the weighted mean (87% of draws)" in getattr(
        fold, "summary", ""
    )


@pytest.fixture
def signed(tmp_path) -> Talk:
    """Three proposals: free, blocked by Ardel alone, blocked by both."""
    file = build(tmp_path).scenario
    free, one, both, *_ = sorted(file.proposals)
    zone = zone_of({free: (0.6, 0.7), one: (0.2, 0.9), both: (0.1, 0.3)})
    zone["proposals"][one]["concessions"]["ARD"]["cheapest"]["accepts"] = {"ARD": 0.55, "BEN": 0.65}
    zone["proposals"][one]["concessions"]["ARD"]["cheapest"]["loss"] = {"BEN": 0.25, "G01": -0.125}
    zone["proposals"][both]["concessions"]["BEN"] = concession(cheapest=False)
    return Talk(file, {**found_of(file), "zone": zone}, zone)


def test_the_map_puts_each_proposal_where_the_principals_accept_it(
    signed: Talk, drawn: dict[str, list[Any]]
) -> None:
    """Across the first principal, up the second; an arrow only where one signatory blocks and a concession works."""
    map_figure(signed)
    ((spots, threshold, names, _),) = drawn["zone_map"]
    assert threshold == 0.5
    assert names == ("Ardel", "Benn")
    assert [s.number for s in spots] == ["1", "2", "3"]
    found = [(s.first.mean, s.second.mean) for s in spots]
    assert found == [(0.6, 0.7), (0.2, 0.9), (0.1, 0.3)]
    assert [s.first.p05 for s in spots] == pytest.approx([0.5, 0.1, 0.0])
    assert [s.second.p95 for s in spots] == pytest.approx([0.8, 1.0, 0.4])
    assert [s.there for s in spots] == [None, (0.55, 0.65), None]


def test_a_proposal_that_another_signatory_blocks_is_hollow_where_both_principals_accept(tmp_path) -> None:
    """The area is where both principals accept, not the zone: a dot in it may be blocked, and is told apart."""
    file = build(tmp_path).scenario
    free, shut, *_ = sorted(file.proposals)
    zone = zone_of({free: (0.6, 0.7), shut: (0.8, 0.9)})
    zone["proposals"][shut]["accepts"]["G01"] = spread(0.1)
    zone["proposals"][shut] |= {"blocks": ["G01"], "inside": False}
    talk = Talk(file, {**found_of(file), "zone": zone}, zone)
    figure = map_figure(talk)
    assert figure is not None
    picture = parse(figure.panels[0].picture).find("svg")[0]
    assert "both principals accept" in picture.text()
    assert "zone of possible agreement" not in picture.text()
    fills = [e.attributes["fill"] for e in picture.find("path") if e.attributes.get("stroke") == "#1b1f24"]
    assert sorted(fills) == ["#1b1f24", "#ffffff"]
    number, name = talk.number(shut), talk.party("G01")
    assert f"Hollow: blocked by a signatory that is no principal ({number} by {name})." in figure.legend
    assert f"{name} blocks it" in picture.attributes["aria-label"]
    assert "Orange arrows" not in figure.legend
    assert "Not on the map" not in figure.legend


def test_proposals_that_are_not_on_the_map_are_named(signed: Talk) -> None:
    assert signed.zone is not None
    assert "Not on the map" not in str(getattr(map_figure(signed), "legend", ""))
    one, *_, both = signed.ordered()
    del signed.zone["proposals"][one]["accepts"]["BEN"]
    said = str(getattr(map_figure(signed), "legend", ""))
    assert said.startswith("Each dot is a proposal that both principals sign, the cross")
    assert f"Not on the map, as a principal does not sign it: {signed.proposal(one)}." in said
    del signed.zone["proposals"][both]["accepts"]["ARD"]
    names = f"{signed.proposal(one)}; {signed.proposal(both)}"
    assert f"Not on the map, as not both principals sign them: {names}." in str(
        getattr(map_figure(signed), "legend", "")
    )


def test_who_accepts_and_who_blocks_is_tabulated(signed: Talk) -> None:
    table = proposal_table(signed)
    assert table.head[1:3] == ("Ardel accepts", "Benn accepts")
    assert [tuple(str(c).split(" ")[0] for c in row[1:3]) for row in table.rows] == [
        ("60%", "70%"),
        ("20%", "90%"),
        ("10%", "30%"),
    ]
    assert [row[3:] for row in table.rows] == [
        ("90%", "nobody"),
        ("20%", "Ardel"),
        ("20%", "Ardel and Benn"),
    ]


def test_a_loss_by_a_concession_has_a_minus(signed: Talk) -> None:
    """One column a concession that works: what BEN loses is 0.25, G01 gains an eighth; of what the second takes G01 is not told."""
    table = loss_table(signed)
    assert table is not None
    assert [str(h).split(": ")[1] for h in table.head[1:]] == ["concession to Ardel"] * 2
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Benn"] == (signed_number(-0.25), signed_number(-0.05))
    assert rows[signed.party("G01")] == (signed_number(0.125), "–")
