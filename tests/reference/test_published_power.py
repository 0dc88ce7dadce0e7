"""Power as published: each value with its source.

To add one, append a `Published` to `VALUES`: a fraction ("421/2145") must come out exactly, a decimal (".4665") to its last digit.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import pytest

from holdfast import voting
from holdfast.voting import Quota, all_of, any_of, at_least, weighted, with_vetoes

# --- rules ----------------------------------------------------------------------------------------

PERMANENT = ["P1", "P2", "P3", "P4", "P5"]
ELECTED = [f"E{k}" for k in range(1, 11)]

# UN Charter art. 27 without abstention: nine of fifteen and all permanent members
SECURITY_COUNCIL = with_vetoes(at_least(9, PERMANENT + ELECTED), PERMANENT)

EEC_1958 = weighted(
    12, {"France": 4, "Germany": 4, "Italy": 4, "Belgium": 2, "Netherlands": 2, "Luxembourg": 1}
)

# electoral votes of 1992, 1996 and 2000: "Electoral Voting Strength of States, 1996", usinfo.org/oap/na77.htm
ELECTORS_1996 = {
    "AL": 9, "AK": 3, "AZ": 8, "AR": 6, "CA": 54, "CO": 8, "CT": 8, "DE": 3, "DC": 3, "FL": 25, "GA": 13,
    "HI": 4, "ID": 4, "IL": 22, "IN": 12, "IA": 7, "KS": 6, "KY": 8, "LA": 9, "ME": 4, "MD": 10, "MA": 12,
    "MI": 18, "MN": 10, "MS": 7, "MO": 11, "MT": 3, "NE": 5, "NV": 4, "NH": 4, "NJ": 15, "NM": 5, "NY": 33,
    "NC": 14, "ND": 3, "OH": 21, "OK": 8, "OR": 7, "PA": 23, "RI": 4, "SC": 8, "SD": 3, "TN": 11, "TX": 32,
    "UT": 5, "VT": 3, "VA": 13, "WA": 11, "WV": 5, "WI": 11, "WY": 3,
}  # fmt: skip
ELECTORAL_COLLEGE = weighted(270, ELECTORS_1996)

FIVE_PARTIES = weighted(51, {"a": 35, "b": 20, "c": 15, "d": 15, "e": 15})
THREE_PARTIES = weighted(4, {"a": 3, "b": 2, "c": 1})

# not a weighted game: its minimal winning coalitions
FREIXAS = any_of([all_of(list(group)) for group in ("abc", "abd", "abe", "acd", "cde")])


def bracket(quota, *weights):
    """[quota; weights], members called a, b, c, ..."""
    return weighted(quota, dict(zip("abcdefghij", weights, strict=False)))


# --- what was published of them -------------------------------------------------------------------


class Published(NamedTuple):
    """Values of a measure (a function of `holdfast.voting`) by member, and where they are from."""

    name: str
    rule: Quota
    measure: str
    values: dict[str, str]
    source: str


def each(members, value):
    return dict.fromkeys(members, value)


# "as quoted": the value is widely quoted from there; the page itself was not at hand
FELSENTHAL = "as quoted from Felsenthal & Machover (1998), The Measurement of Voting Power"
HOLLER = "Holler (2011), Encyclopedia of Power; Holler & Illing (2006), 6.3.4; as CoopGame's help page of publicGoodIndex gives them"
FREIXAS_2010 = "Alonso-Meijide & Freixas (2010), Decision Support Systems, examples 2.6 and 2.7"
STACH = "Stach (2011), Encyclopedia of Power, 603-606; as the help page of shapleyShubikIndex in CoopGame gives it"
BRITANNICA = "Britannica Guide to Statistics and Probability, p. 194"
FAPP = "For All Practical Purposes, 10th edition, ch. 11: three members are dummies, so that the others are alike in needing one of two"
COOPGAME_R = "tests of the R package CoopGame"
COOPGAME_RUST = "manual of the Rust crate coopgame"
WIKIPEDIA = "Wikipedia, Banzhaf power index, as quoted in the manual of an Ada package"
EPIC = "tests of EPIC (Staudacher and others)"
SIDRAN = "Sidran, Power Indices, the Electoral College, and the U. S. Presidential Election of 2000, cs.uiowa.edu/~dsidran, by IPGENF"
LEECH = (
    "as quoted from Leech (2003), Computing power indices for large voting games, Management Science 49:831"
)

VALUES = [
    Published(
        "UN Security Council",
        SECURITY_COUNCIL,
        "shapley_shubik",
        each(PERMANENT, "421/2145") | each(ELECTED, "4/2145"),
        FELSENTHAL,
    ),
    Published(
        "UN Security Council",
        SECURITY_COUNCIL,
        "banzhaf_normalised",
        each(PERMANENT, "106/635") | each(ELECTED, "21/1270"),
        FELSENTHAL,
    ),
    # 848 winning coalitions of which each holds every permanent member; a non-permanent one is critical where 3 of 9 others say yes
    Published(
        "UN Security Council",
        SECURITY_COUNCIL,
        "banzhaf",
        each(PERMANENT, "848/16384") | each(ELECTED, "84/16384"),
        FELSENTHAL,
    ),
    Published(
        "UN Security Council",
        SECURITY_COUNCIL,
        "coleman_prevent",
        each(PERMANENT, "1"),
        "UN Charter, art. 27",
    ),
    Published(
        "UN Security Council",
        SECURITY_COUNCIL,
        "deegan_packel",
        each(PERMANENT, "1/9") | each(ELECTED, "2/45"),
        FELSENTHAL,
    ),
    Published(
        "UN Security Council",
        SECURITY_COUNCIL,
        "holler",
        each(PERMANENT, "1/9") | each(ELECTED, "2/45"),
        FELSENTHAL,
    ),
    Published(
        "UN Security Council",
        SECURITY_COUNCIL,
        "johnston",
        each(PERMANENT, "283/1590") | each(ELECTED, "7/636"),
        FELSENTHAL,
    ),
    Published(
        "EEC 1958",
        EEC_1958,
        "banzhaf_normalised",
        each(["France", "Germany", "Italy"], "5/21")
        | each(["Belgium", "Netherlands"], "1/7")
        | {"Luxembourg": "0"},
        FELSENTHAL,
    ),
    Published(
        "EEC 1958",
        EEC_1958,
        "shapley_shubik",
        each(["France", "Germany", "Italy"], "14/60")
        | each(["Belgium", "Netherlands"], "9/60")
        | {"Luxembourg": "0"},
        FELSENTHAL,
    ),
    Published(
        "US Electoral College 1996",
        ELECTORAL_COLLEGE,
        "banzhaf",
        {"CA": ".466454135"},
        LEECH,
    ),
    Published(
        "US Electoral College 1996",
        ELECTORAL_COLLEGE,
        "shapley_shubik",
        {"CA": ".108125410"},
        LEECH,
    ),
    Published(
        "US Electoral College 1996",
        ELECTORAL_COLLEGE,
        "banzhaf",
        {
            "CA": ".466454",
            "NY": ".259586",
            "TX": ".251214",
            "FL": ".193864",
            "PA": ".177844",
            "IL": ".169885",
            "OH": ".161958",
            "MI": ".138349",
            "NJ": ".114964",
            "NC": ".107211",
            "GA": ".099477",
            "VA": ".099477",
            "IN": ".09176",
            "MO": ".084059",
            "MD": ".076372",
            "AL": ".068699",
        },
        SIDRAN,
    ),
    Published(
        "US Electoral College 1996",
        ELECTORAL_COLLEGE,
        "banzhaf_normalised",
        {"CA": ".111428", "NY": ".06201", "TX": ".060011", "FL": ".046311", "MD": ".018244", "AL": ".016411"},
        SIDRAN,
    ),
    Published(
        "US Electoral College 1996",
        ELECTORAL_COLLEGE,
        "coleman_prevent",
        {"CA": ".470034", "NY": ".261578", "TX": ".253142", "FL": ".195352", "MD": ".076959"},
        SIDRAN,
    ),
    Published(
        "US Electoral College 1996",
        ELECTORAL_COLLEGE,
        "coleman_initiate",
        {"CA": ".462928", "NY": ".257624", "TX": ".249315", "FL": ".192399", "MD": ".075795"},
        SIDRAN,
    ),
    Published(
        "five parties",
        FIVE_PARTIES,
        "deegan_packel",
        {"a": "18/60", "b": "9/60", "c": "11/60", "d": "11/60", "e": "11/60"},
        "as quoted from Deegan & Packel (1978), International Journal of Game Theory 7:113",
    ),
    Published(
        "three parties",
        THREE_PARTIES,
        "johnston",
        {"a": "2/3", "b": "1/6", "c": "1/6"},
        "as quoted from Johnston (1978), Environment and Planning A 10:907",
    ),
    *(
        Published(name, rule, measure, dict(zip("abcdefghij", values.split(), strict=False)), source)
        for name, rule, measure, values, source in [
            ("[51; 35,20,15,15,15]", FIVE_PARTIES, "holler", "4/15 2/15 3/15 3/15 3/15", HOLLER),
            (
                "[51; 35,20,15,15,15]",
                FIVE_PARTIES,
                "shapley_shubik",
                "9/20 1/5 7/60 7/60 7/60",
                COOPGAME_RUST,
            ),
            ("[51; 35,20,15,15,15]", FIVE_PARTIES, "banzhaf", "11/16 5/16 3/16 3/16 3/16", COOPGAME_RUST),
            (
                "[51; 35,20,15,15,15]",
                FIVE_PARTIES,
                "johnston",
                "7/12 3/16 11/144 11/144 11/144",
                COOPGAME_RUST,
            ),
            (
                "[51; 35,20,15,15,15]",
                FIVE_PARTIES,
                "coleman_prevent",
                "11/13 5/13 3/13 3/13 3/13",
                COOPGAME_RUST,
            ),
            (
                "[51; 35,20,15,15,15]",
                FIVE_PARTIES,
                "coleman_initiate",
                "11/19 5/19 3/19 3/19 3/19",
                COOPGAME_RUST,
            ),
            ("[5; 4,3,1,1,1]", bracket(5, 4, 3, 1, 1, 1), "holler", "4/17 4/17 3/17 3/17 3/17", FREIXAS_2010),
            ("five minimal coalitions", FREIXAS, "holler", "4/15 3/15 3/15 3/15 2/15", FREIXAS_2010),
            ("[50; 10,10,20,30]", bracket(50, 10, 10, 20, 30), "shapley_shubik", "1/12 1/12 1/4 7/12", STACH),
            ("[51; 50,49,1]", bracket(51, 50, 49, 1), "banzhaf_normalised", "3/5 1/5 1/5", BRITANNICA),
            ("Nassau County 1958", bracket(16, 9, 9, 7, 3, 1, 1), "banzhaf", "1/2 1/2 1/2 0 0 0", FAPP),
            ("Nassau County 1964", bracket(58, 31, 31, 28, 21, 2, 2), "banzhaf", "1/2 1/2 1/2 0 0 0", FAPP),
            ("[8; 5,3,1]", bracket(8, 5, 3, 1), "johnston", "1/2 1/2 0", COOPGAME_R),
            ("[9; 8,8,1]", bracket(9, 8, 8, 1), "johnston", "1/3 1/3 1/3", COOPGAME_R),
            ("[10; 7,3,3]", bracket(10, 7, 3, 3), "johnston", "2/3 1/6 1/6", COOPGAME_R),
            ("[6; 5,1,1,1]", bracket(6, 5, 1, 1, 1), "johnston", "11/14 1/14 1/14 1/14", COOPGAME_R),
            ("[12; 7,4,3,2]", bracket(12, 7, 4, 3, 2), "johnston", "1/2 1/6 1/6 1/6", COOPGAME_R),
            ("[315; 309,193,63,64]", bracket(315, 309, 193, 63, 64), "holler", "3/9 2/9 2/9 2/9", COOPGAME_R),
            ("[6; 4,3,2,1]", bracket(6, 4, 3, 2, 1), "banzhaf_normalised", "5/12 1/4 1/4 1/12", WIKIPEDIA),
            ("[11; 9,5,3,3]", bracket(11, 9, 5, 3, 3), "deegan_packel", "3/8 5/24 5/24 5/24", EPIC),
            ("[11; 9,5,3,3]", bracket(11, 9, 5, 3, 3), "johnston", "9/14 5/42 5/42 5/42", EPIC),
        ]
    ),
]


@pytest.mark.parametrize("published", VALUES, ids=lambda p: f"{p.name}: {p.measure}")
def test_power_is_as_published(published):
    game = voting.simple_game(published.rule)
    measure = getattr(voting, published.measure)
    exact = dict(zip(game.members, measure(game, exact=True).values, strict=True))
    floats = dict(zip(game.members, measure(game).values, strict=True))
    for member, text in published.values.items():
        if "." in text:
            last_digit = Fraction(1, 10 ** len(text.partition(".")[2]))
            assert abs(exact[member] - Fraction(text)) <= last_digit / 2, member
        else:
            assert exact[member] == Fraction(text), member
        assert floats[member] == pytest.approx(float(exact[member]), rel=1e-9, abs=1e-12)


COUNTS = [
    ("UN Security Council", SECURITY_COUNCIL, 848, 210, FELSENTHAL),
    # three of the large, or two and both middle ones
    ("EEC 1958", EEC_1958, 14, 4, FELSENTHAL),
    (
        "three parties",
        THREE_PARTIES,
        3,
        2,
        "as quoted from Johnston (1978), Environment and Planning A 10:907",
    ),
]


@pytest.mark.parametrize(("name", "rule", "winning", "minimal", "source"), COUNTS)
def test_numbers_of_coalitions_are_as_published(name, rule, winning, minimal, source):
    game = voting.simple_game(rule)
    assert voting.winning_coalitions(game) == winning
    assert voting.minimal_winning(game) == minimal


UNIONS = [
    ("[11; 9,5,3,3]", bracket(11, 9, 5, 3, 3), ["a", "b", "cd"], "1/3 1/3 1/6 1/6", "1/2 1/2 1/4 1/4"),
    ("[68; 60,34,13,11,17]", bracket(68, 60, 34, 13, 11, 17), ["a", "bcd", "e"], "1/3 1/9 1/9 1/9 1/3", "1/2 1/8 1/8 1/8 1/2"),
    ("[8; 5,5,2,1,1]", bracket(8, 5, 5, 2, 1, 1), ["ac", "bd", "e"], "1/3 1/12 1/3 1/12 1/6", "3/8 1/8 3/8 1/8 1/4"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rule", "unions", "owen", "banzhaf_owen"), UNIONS, ids=[case[0] for case in UNIONS]
)
def test_power_with_unions_is_that_of_epic(name, rule, unions, owen, banzhaf_owen):
    """As sets: EPIC's tests list the values of the second and third game in another order than the weights."""
    game = voting.simple_game(rule)
    for measure, expected in ((voting.owen, owen), (voting.banzhaf_owen, banzhaf_owen)):
        assert sorted(measure(game, unions, exact=True).values) == sorted(map(Fraction, expected.split()))


def test_swings_of_the_electoral_college_are_those_of_ipgenf():
    """California's 525,180,666,785,903 and New York's 292,267,988,381,903 of 2^50, as IPGENF printed them: whole to 15 digits."""
    game = voting.simple_game(ELECTORAL_COLLEGE)
    power = dict(zip(game.members, voting.banzhaf(game, exact=True).values, strict=True))
    for state, swings in (("CA", 525_180_666_785_903), ("NY", 292_267_988_381_903)):
        assert power[state] * 2**50 == pytest.approx(swings, rel=1e-14, abs=0)
    assert sum(ELECTORS_1996.values()) == 538
