"""How far off models of positions were on decisions whose outcome is known: one place for the figures.

They are those of docs/explanation/bargaining.md, of 100 there and of 1 here, in the reading that `study.bargain` uses. A test holds them
to that page, which benchmarks/bargaining_outcomes.py prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.words import capital

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ALWAYS_HALF",
    "OFF",
    "STAR",
    "challenge_warning",
    "how_sure",
    "mean_off",
    "off",
    "off_told",
    "record",
]

OFF = {"mean": 0.237, "median": 0.284, "challenge": 0.306, "spatial": 0.25}
"""Mean absolute error with the same influence for all: whose strength was counted moved it by less than its noise."""
ALWAYS_HALF = 0.280
DECISIONS = 353
STAR = f"* on average, on known decisions; always saying 0.50 was off by {ALWAYS_HALF:.2f}"
"""What stands below a table with such figures."""


def off(model: str) -> str:
    """Return how far off a model was on average; nothing where it was not tested.

    Examples
    --------
    >>> off("mean"), off("nash")
    ('0.24', '')
    """
    return f"{OFF[model]:.2f}" if model in OFF else ""


def mean_off() -> str:
    """Return how far off the weighted mean was, for use wherever it is what to expect."""
    return f"on known decisions such means were off by {OFF['mean']:.2f} on average"


def how_sure() -> str:
    """Say in a sentence or two how far the weighted mean may be trusted."""
    return f"{capital(mean_off())}, always saying 0.50 by {ALWAYS_HALF:.2f}. The intervals leave that out, and no model was tested on wars."


def challenge_warning() -> str:
    """Say how the challenge model did, and what it may do."""
    return (
        f"The challenge model did no better on them than always saying 0.50 (off by {OFF['challenge']:.2f} on average, 0.50 by "
        f"{ALWAYS_HALF:.2f}), and it can end at the position of a minority of the power."
    )


def off_told(models: Iterable[str]) -> str:
    """Say how far off models were that are shown, and that none was tested on wars."""
    told = ", ".join(f"{_NAMES[m]} {off(m)}" for m in models if m in OFF)
    return (
        f"On {DECISIONS} decisions of the EU with known outcomes the models were off by, on average on the scale from 0 to 1: {told}; "
        f"always saying 0.50 was off by {ALWAYS_HALF:.2f}. No model was better than the weighted mean by more than its noise, and none was "
        "tested on wars: read models that differ from it as what-ifs."
    )


_NAMES = {
    "mean": "weighted mean",
    "median": "weighted median",
    "challenge": "challenge model",
    "spatial": "spatial model",
}


def record(models: Iterable[str]) -> list[str]:
    """Return what is known of how well the models that are shown do."""
    shown = list(models)
    lines = [off_told(shown)]
    return [*lines, challenge_warning()] if "challenge" in shown else lines
