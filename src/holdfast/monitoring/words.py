"""The words that an agreement and the reports under it share."""

from __future__ import annotations

from typing import Literal, get_args

EventKind = Literal[
    "explosion",
    "firing",
    "clash",
    "flight",
    "weapon",
    "works",
    "access",
    "site",
    "fire",
    "violence",
    "exercise",
    "movement",
    "other",
]
"""What a report or an incident can be of.

A weapon seen; works, such as new trenches or mines; access refused to monitors; a protected site hit; a fire seen from space;
violence against civilians; an exercise that was notified.
"""
EVENT_KINDS: tuple[str, ...] = get_args(EventKind)

Evidence = Literal["reported", "corroborated", "observed", "verified on site"]
"""How an observer knows, from least to most; a claim's ladder has one more step, ruled."""
EVIDENCE: tuple[str, ...] = get_args(Evidence)
Grade = Literal["reported", "corroborated", "observed", "verified on site", "ruled"]
"""How sure a claim is: the ladder, from the lowest step up."""
GRADES: tuple[str, ...] = get_args(Grade)

Unit = Literal["effect", "incident", "presence", "refusal"]
"""What is counted: something seen or heard; an incident; a weapon or works; access refused."""
UNITS: tuple[str, ...] = get_args(Unit)
