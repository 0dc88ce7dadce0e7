"""How much of a tally its own observer says is exempt.

A tally counts all that was seen, and its observer may say of how many that they were something else: live fire at an exercise, say. So
many are no breaches of an article that exempts such events; the rest is as it would be without them. What the tally says is bounded by
its count.

    exempt           an exemption of the article was in force, of that kind of event, party and weapon, and some of its place lies in the
                     tally's sector; where the tally gives a text for it, the text has one of the exemption's words, if it has any,
                     and all of the sector lies in its place
    perhaps exempt   it cannot be told whether such an exemption applies, or of how many the text is
    not exempt       none of the exemption's place lies in the tally's sector, or something else that it asks for is not so

A remark that speaks of an exercise says that some may be exempt, and not how many: from none to all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.monitoring._columns import Mask
from holdfast.monitoring._facts import Facts, Floats, Rows
from holdfast.monitoring.agreement import Exemption, Where
from holdfast.monitoring.agreement.atlas import epochs


@dataclass(slots=True)
class Part:
    """What is exempt of what incidents count.

    Parameters
    ----------
    given
        Whether an incident says how many of its count are exempt.
    least, most
        How many are at least and at most.
    count
        How many it counts; NaN where that is not known.
    exemption
        The number of the first exemption that applies or may apply; -1 for none.
    """

    given: Mask
    least: Floats
    most: Floats
    count: Floats
    exemption: NDArray[np.int16]


def part_of(facts: Facts, exemptions: Mapping[int, Exemption], rows: Rows) -> Part:
    """Return how many of what some incidents count are exempt.

    Parameters
    ----------
    facts
        The incidents.
    exemptions
        Those of the article, by number.
    rows
        Which of the incidents.
    """
    count = facts.floats("count")[rows]
    said = np.nan_to_num(np.minimum(facts.floats("exempt_count")[rows], count))
    sure = np.minimum(np.where(np.isnan(floor := facts.floats("exempt_least")[rows]), said, floor), said)
    given = said > 0
    least, most = np.zeros(len(rows)), np.zeros(len(rows))
    first = np.full(len(rows), -1, dtype=np.int16)
    if np.any(given):
        for number, entry in exemptions.items():
            state = _applies(facts, entry, rows, given)
            least = np.where(given & (state == 1.0), np.maximum(least, sure), least)
            most = np.where(given & (state != 0.0), said, most)
            first = np.where(given & (state != 0.0) & (first < 0), number, first).astype(np.int16)
    return Part(given, least, most, count, first)


def _applies(facts: Facts, entry: Exemption, rows: Rows, given: Mask) -> Floats:
    """Say whether an exemption applies to the part: 1, 0, or NaN where it cannot be told."""
    when = entry.when
    silent = facts.codes("exempt")[0][rows] < 0
    # what the observer says of a part without a text, it says by the agreement's own measure
    said = np.where(silent, 1.0, facts.says(when.says)[rows] if when.says else 1.0)
    share = facts.share(entry.since, entry.until)[rows]
    held = np.where(share >= 1.0, 1.0, np.where(share <= 0.0, 0.0, np.nan))
    by = facts.by(when.by)[rows] if when.by is not None else np.ones(len(rows))
    kind = (
        facts.is_kind(when.kinds)[rows].astype(np.float64) if when.kinds is not None else np.ones(len(rows))
    )
    where = np.ones(len(rows))
    if when.where is not None:
        where[given] = _where(facts, entry, when.where, rows[given])
        where = np.where(silent & (where != 0.0), 1.0, where)
    parts = [said, where, held, by, kind, facts.of_weapon(when.weapons)[rows]]
    return np.where(np.any([part == 0.0 for part in parts], axis=0), 0.0, np.prod(parts, axis=0))


def _where(facts: Facts, entry: Exemption, where: Where, rows: Rows) -> Floats:
    """Say whether tallies lie in an exemption's place: wholly (1), not at all on any of their days (0), or NaN for all between."""
    atlas = facts.agreement.atlas
    first, last = entry.since or dt.date.min, entry.until or dt.date.max
    least, most = np.ones(len(rows)), np.zeros(len(rows))
    for begin, end in epochs(atlas.changes(where), first, last):
        now = ~(facts.share(None if begin == dt.date.min else begin, end)[rows] <= 0.0)
        place = atlas.place(where, begin)
        found = facts.inside(place, rows, begin) if place is not None else np.full(len(rows), np.nan)
        least = np.where(now, np.minimum(least, np.where(np.isnan(found), 0.0, found)), least)
        most = np.where(now, np.maximum(most, np.where(np.isnan(found), 1.0, found)), most)
    return np.where(most <= 0.0, 0.0, np.where(least >= 1.0, 1.0, np.nan))
