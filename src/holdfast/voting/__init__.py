"""Decision rules: who can block, how much each vote weighs, how likely a decision is. Knows no file."""

from holdfast.voting.game import Game, simple_game, weighted_game
from holdfast.voting.minimal import (
    deegan_packel,
    holler,
    johnston,
    minimal_blocking,
    minimal_blocking_coalitions,
    minimal_winning,
    minimal_winning_coalitions,
)
from holdfast.voting.passage import correlated_passage_probability, passage_probability, pivotality
from holdfast.voting.power import (
    Measure,
    banzhaf,
    banzhaf_normalised,
    coleman_initiate,
    coleman_prevent,
    collectivity,
    shapley_shubik,
    winning_coalitions,
)
from holdfast.voting.rules import (
    Quota,
    Unopposed,
    all_of,
    any_of,
    at_least,
    consensus,
    most_against,
    passes,
    unanimity,
    weighted,
    with_vetoes,
)
from holdfast.voting.unions import banzhaf_owen, owen

__all__ = [
    "Game",
    "Measure",
    "Quota",
    "Unopposed",
    "all_of",
    "any_of",
    "at_least",
    "banzhaf",
    "banzhaf_normalised",
    "banzhaf_owen",
    "coleman_initiate",
    "coleman_prevent",
    "collectivity",
    "consensus",
    "correlated_passage_probability",
    "deegan_packel",
    "holler",
    "johnston",
    "minimal_blocking",
    "minimal_blocking_coalitions",
    "minimal_winning",
    "minimal_winning_coalitions",
    "most_against",
    "owen",
    "passage_probability",
    "passes",
    "pivotality",
    "shapley_shubik",
    "simple_game",
    "unanimity",
    "weighted",
    "weighted_game",
    "winning_coalitions",
    "with_vetoes",
]
