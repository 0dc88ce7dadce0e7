"""An incident against the articles of an agreement: breach, allowed, or undetermined, with the probability of a breach.

An article is breached where an event of a kind that it forbids happened while it was in force, in its place, with a weapon of its
classes, by a party that it binds, and no exemption applies. Each of these is a probability or is not known; they are
taken to be independent but for article's and exemption's places, which share the position's error and are subtracted before a
probability is taken. What is not known makes a range: from `p_low`, where all that is unknown speaks against a breach, to
`p_high`, where it speaks for one.

    breach        p_low is at least 0.95
    allowed       p_high is at most 0.05
    undetermined  all between

Whether the event occurred and who did it are claims of their own (see the ladder of evidence): a finding takes the incident as it
is reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from holdfast.monitoring._exempt import Part, part_of
from holdfast.monitoring._facts import Facts, Floats, Rows
from holdfast.monitoring.agreement import Agreement, Article, Exemption
from holdfast.monitoring.agreement.atlas import epochs

arrow: Any = pa

__all__ = ["ALLOWED", "BREACH", "FINDING_SCHEMA", "UNKNOWN", "VERDICTS", "findings"]

BREACH, ALLOWED = 0.95, 0.05
"""From which probability on something is a breach, and up to which it is allowed."""
VERDICTS = ("breach", "allowed", "undetermined")
UNKNOWN = ("time", "place", "weapon", "party", "exemption")
"""What the bits of `unknown` stand for, from the lowest."""
FINDING_SCHEMA = arrow.schema(
    [
        ("incident", arrow.int64()),
        ("article", arrow.dictionary(arrow.int16(), arrow.string())),
        ("verdict", arrow.dictionary(arrow.int8(), arrow.string())),
        ("p_low", arrow.float64()),
        ("p_high", arrow.float64()),
        ("exemption", arrow.dictionary(arrow.int16(), arrow.string())),
        ("unknown", arrow.uint8()),
        ("exempt_least", arrow.int64()),
        ("exempt_most", arrow.int64()),
    ]
)
"""One row for each incident and article that forbids its kind and was in force: the incident's row, the article, the verdict, the
probability of a breach from and to, the exemption but for which it were not allowed, what was not known, and how many of what it counts are
exempt, at least and at most: the probabilities are those of the others."""
ONE_DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Tested:
    """Incidents against one article.

    Parameters
    ----------
    rows
        Which incidents it concerns.
    time, weapon, party
        The probability of each condition; NaN where it cannot be told.
    low, high
        The probability of its place, less where exemptions hold that may apply (low) and that do (high).
    plain
        The same without exemptions; NaN where it cannot be told.
    exemption
        The number of the first exemption that applies but for its place; -1 for none.
    part
        How many of what it counts are exempt by what it says itself; the probabilities are those of the others.
    """

    rows: Rows
    time: Floats
    weapon: Floats
    party: Floats
    low: Floats
    high: Floats
    plain: Floats
    exemption: NDArray[np.int16]
    part: Part

    @property
    def p_low(self) -> Floats:
        """The probability of a breach where all that is unknown speaks against it."""
        found = _filled(self.time, 0.0) * _filled(self.weapon, 0.0) * _filled(self.party, 0.0)
        return np.where(
            self.part.given & (self.part.most >= self.part.count), 0.0, found * _filled(self.low, 0.0)
        )

    @property
    def p_high(self) -> Floats:
        """The probability of a breach where all that is unknown speaks for it."""
        found = self._others_high * _filled(self.high, 1.0)
        return np.where(self.part.given & (self.part.least >= self.part.count), 0.0, found)

    @property
    def p_plain(self) -> Floats:
        """The same as p_high without exemptions."""
        return self._others_high * _filled(self.plain, 1.0)

    @property
    def _others_high(self) -> Floats:
        return _filled(self.time, 1.0) * _filled(self.weapon, 1.0) * _filled(self.party, 1.0)

    @property
    def unknown(self) -> NDArray[np.uint8]:
        """What could not be told, as bits."""
        exempt = ~np.isnan(self.plain) & ~(self.low == self.high) | (self.part.least < self.part.most)
        parts = (
            np.isnan(self.time),
            np.isnan(self.plain),
            np.isnan(self.weapon),
            np.isnan(self.party),
            exempt,
        )
        return np.sum([part.astype(np.uint8) << n for n, part in enumerate(parts)], axis=0).astype(np.uint8)


def _filled(values: Floats, instead: float) -> Floats:
    return np.where(np.isnan(values), instead, values)


def findings(agreement: Agreement, incidents: Any) -> Any:
    """Test incidents against the articles of an agreement.

    Parameters
    ----------
    agreement
        With its maps.
    incidents
        A pyarrow table, or columns by name: kind, start and end (UTC), and, where they are known, lat, lon, sd_along_km, sd_across_km,
        azimuth_deg, shape, sector, weapon, calibre_mm, by and exempt, as in a report. The interval from start to end is where
        it happened within, any moment being as likely.

    Returns
    -------
    pyarrow.Table
        FINDING_SCHEMA; in the order of the articles, and for each of the incidents.

    Raises
    ------
    InputError
        When a column is absent that is needed, or cannot be used.
    """
    facts = Facts(agreement, incidents)
    articles, exemptions = list(agreement.articles), list(agreement.exemptions)
    batches = [
        _batch(weigh(facts, name), number, articles, exemptions) for number, name in enumerate(articles)
    ]
    return arrow.Table.from_batches(batches, schema=FINDING_SCHEMA)


def _batch(tested: Tested, number: int, articles: list[str], exemptions: list[str]) -> Any:
    low, high = tested.p_low, tested.p_high
    verdict = np.where(low >= BREACH, 0, np.where(high <= ALLOWED, 1, 2)).astype(np.int8)
    exempted = (verdict == 1) & (tested.p_plain > ALLOWED) & (tested.exemption >= 0)

    def coded(codes: NDArray[Any], words: list[str], missing: NDArray[np.bool_] | None = None) -> Any:
        return arrow.DictionaryArray.from_arrays(
            arrow.array(codes, mask=missing), arrow.array(words, arrow.string())
        )

    columns = [
        arrow.array(tested.rows, arrow.int64()),
        coded(np.full(len(low), number, dtype=np.int16), articles),
        coded(verdict, list(VERDICTS)),
        arrow.array(low),
        arrow.array(high),
        coded(tested.exemption, exemptions, ~exempted),
        arrow.array(tested.unknown),
        arrow.array(tested.part.least.astype(np.int64)),
        arrow.array(tested.part.most.astype(np.int64)),
    ]
    return arrow.RecordBatch.from_arrays(columns, schema=FINDING_SCHEMA)


def weigh(facts: Facts, name: str, *, whole: bool = False) -> Tested:
    """Weigh all incidents against one article.

    Parameters
    ----------
    facts
        The incidents.
    name
        The article.
    whole
        Whether the place is worked out also where the weapon or the party rules a breach out, as grounds tell it.
    """
    agreement, article = facts.agreement, facts.agreement.articles[name]
    bound = [
        (number, entry) for number, (_, entry) in enumerate(agreement.exemptions.items()) if name in entry.of
    ]
    kind = facts.is_kind(article.forbids)
    first, last = _period(agreement, article)
    time = facts.share(first, last)
    rows = np.flatnonzero(kind & ~(time == 0.0))
    tested = Tested(
        rows=rows,
        time=time[rows],
        weapon=facts.of_weapon(article.weapons)[rows],
        party=facts.by(article.to)[rows],
        low=np.zeros(len(rows)),
        high=np.zeros(len(rows)),
        plain=np.zeros(len(rows)),
        exemption=np.full(len(rows), -1, dtype=np.int16),
        part=part_of(facts, dict(bound), rows),
    )
    tested.exemption[:] = tested.part.exemption
    open_ = whole | ~((tested.weapon == 0.0) | (tested.party == 0.0))
    # where only a part is exempt, the rest is not
    applies = {
        number: np.where(tested.part.given, 0.0, _applies(facts, entry)[rows]) for number, entry in bound
    }
    for begin, end in _epochs(agreement, article, [entry for _, entry in bound], first, last):
        part = facts.share(begin, end)[rows] / _filled(tested.time, 1.0)
        part = np.where(np.isnan(tested.time), np.nan, part)
        now = np.flatnonzero(open_ & (np.isnan(part) | (part > 0.0)))
        _place(
            facts, article, {n: e for n, e in bound if e.holds(begin)}, applies, tested, now, part[now], begin
        )
    return tested


def _period(agreement: Agreement, article: Article) -> tuple[dt.date, dt.date]:
    first = max(article.since or dt.date.min, agreement.in_force.since)
    return first, min(article.until or dt.date.max, agreement.in_force.until or dt.date.max)


def _epochs(
    agreement: Agreement, article: Article, exemptions: list[Exemption], first: dt.date, last: dt.date
) -> Iterator[tuple[dt.date, dt.date]]:
    """Days between which nothing changes: neither a drawing nor whether an exemption holds."""
    changes = set(agreement.atlas.changes(article.where))
    for exemption in exemptions:
        changes |= set(agreement.atlas.changes(exemption.when.where))
        changes |= {exemption.since} if exemption.since is not None else set()
        changes |= (
            {exemption.until + ONE_DAY}
            if exemption.until is not None and exemption.until < dt.date.max
            else set()
        )
    return epochs(changes, first, last)


def _applies(facts: Facts, exemption: Exemption) -> Floats:
    """Say whether all conditions of an exemption but its place hold: 1, 0, or NaN where it cannot be told."""
    when = exemption.when
    parts = [
        facts.of_weapon(when.weapons),
        facts.by(when.by) if when.by is not None else np.ones(facts.count),
    ]
    if when.says:
        parts.append(facts.says(when.says))
    if when.kinds is not None:
        parts.append(facts.is_kind(when.kinds).astype(np.float64))
    return np.where(np.any([part == 0.0 for part in parts], axis=0), 0.0, np.prod(parts, axis=0))


def _place(
    facts: Facts,
    article: Article,
    exemptions: dict[int, Exemption],
    applies: dict[int, Floats],
    tested: Tested,
    now: Rows,
    part: Floats,
    day: dt.date,
) -> None:
    """Add what one epoch contributes to the probabilities of place, weighted with its part of each incident's time."""
    atlas = facts.agreement.atlas
    place = atlas.place(article.where, day)
    if place is None:
        for total in (tested.low, tested.high, tested.plain):
            total[now] = np.nan
        return
    rows = tested.rows[now]
    plain = facts.inside(place, rows, day)
    low, high = plain.copy(), plain.copy()
    state = np.array([_filled(applies[number][now], 0.5) for number in exemptions])
    for kept in np.unique(state, axis=1).T if exemptions else ():
        some = np.flatnonzero(np.all(state == kept[:, None], axis=0))
        for least, target in ((0.5, low), (1.0, high)):
            taken = [number for degree, number in zip(kept, exemptions, strict=True) if degree >= least]
            if not taken:
                continue
            rest = atlas.place(article.where, day, less=[exemptions[number].when.where for number in taken])
            target[some] = facts.inside(rest, rows[some], day) if rest is not None else np.nan
            tested.exemption[now[some]] = taken[0]
    for total, found in ((tested.low, low), (tested.high, high), (tested.plain, plain)):
        # where the time is not known either, no day is ruled out
        total[now] = np.where(np.isnan(part), np.maximum(total[now], found), total[now] + part * found)
