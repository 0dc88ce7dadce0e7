"""Which kinds can be the same event, and which data sets hold each event once."""

from __future__ import annotations

__all__ = ["CAN_BE", "CLOSE", "LISTS_EACH_EVENT_ONCE"]

CAN_BE: tuple[frozenset[str], ...] = (
    frozenset({"explosion", "firing", "clash", "fire", "violence", "site", "exercise", "other"}),
    frozenset({"weapon", "movement", "exercise", "other"}),
    frozenset({"flight", "other"}),
    frozenset({"works", "other"}),
    frozenset({"access", "other"}),
)
"""Two reports can be of the same event only if one of these sets holds both their kinds."""

CLOSE: tuple[frozenset[str], ...] = (
    frozenset({"explosion", "firing", "clash", "exercise"}),
    frozenset({"explosion", "fire", "site", "violence"}),
    frozenset({"firing", "clash", "violence"}),
    frozenset({"firing", "fire"}),
    frozenset({"weapon", "movement"}),
)
"""Kinds that observers of one event often use for it side by side; the others of CAN_BE are seldom confused."""

LISTS_EACH_EVENT_ONCE: dict[str, bool] = {
    # An event data set is coded by hand so that each event stands in it once, under an id of its own.
    "ucdp": True,
    "acled": True,
    # An observer that reports an event by event does not report the same one twice.
    "table": True,
    # One fire covers several pixels, is passed over several times, and by several satellites.
    "firms": False,
    # Every article on an event becomes a row.
    "gdelt": False,
}
"""By format: whether two reports by the same observer are two events. Where not, the pair is weighed like any other."""
