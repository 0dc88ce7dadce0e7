"""Where the zones and lines of an agreement ran on a day, and what a condition of place means on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import sub
from typing import Any

import shapely as _shapely

from holdfast.monitoring.agreement.model import AgreementFile, Corridor, Drawing, Where
from holdfast.monitoring.places import EVERYWHERE, Zone, corridor, corridor_fault

shapely: Any = _shapely

ONE_DAY = dt.timedelta(days=1)
Version = tuple[tuple[str, int], ...]
"""Which drawing of each id holds on a day."""


@dataclass(frozen=True)
class Place:
    """A zone, and how surely it is drawn.

    Parameters
    ----------
    zone
        Where it is.
    sd_km
        Standard deviation of its outline to each side, in kilometres: the largest of those of its drawings.
    """

    zone: Zone
    sd_km: float = 0.0

    def __sub__(self, other: Place) -> Place:
        """Return what lies in this place and not in the other."""
        return Place(self.zone - other.zone, max(self.sd_km, other.sd_km))


ANYWHERE = Place(EVERYWHERE)


class Atlas:
    """The maps of an agreement by day. Each place is made once and kept.

    Parameters
    ----------
    file
        The agreement.
    shapes
        The outline of each drawing, by id and number.
    """

    def __init__(self, file: AgreementFile, shapes: Mapping[tuple[str, int], Any]) -> None:
        self._file = file
        self._shapes = shapes
        self._made: dict[tuple[str, Version], Place] = {}

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of all that is drawn, in degrees; None where nothing is."""
        if not self._shapes:
            return None
        west, south, east, north = (float(x) for x in shapely.total_bounds(list(self._shapes.values())))
        return west, south, east, north

    @property
    def drawings(self) -> Mapping[tuple[str, int], Any]:
        """The outline or line of each drawing, by the id of its zone or line, and its number there."""
        return self._shapes

    def _drawn(self, id_: str) -> Iterator[tuple[int, Drawing]]:
        entry = self._file.lines.get(id_) or self._file.zones[id_]
        yield from enumerate(entry.drawn)

    def _used(self, ids: Iterable[str]) -> list[str]:
        """Ids of all drawings that these lines and zones rest on."""
        waiting, seen = list(ids), dict[str, None]()
        while waiting:
            id_ = waiting.pop()
            zone = self._file.zones.get(id_)
            if zone is not None and zone.nearer_than is not None:
                waiting.extend(zone.nearer_than.of)
            else:
                seen[id_] = None
        return sorted(seen)

    def _version(self, ids: Iterable[str], day: dt.date) -> Version | None:
        """Return which drawings hold on a day; None where one of the ids is not drawn on it."""
        found: list[tuple[str, int]] = []
        for id_ in self._used(ids):
            index = next((n for n, drawing in self._drawn(id_) if drawing.holds(day)), None)
            if index is None:
                return None
            found.append((id_, index))
        return tuple(found)

    def version(self, where: Where | None, day: dt.date) -> Version | None:
        """Return which drawings a condition rests on, on a day; None where something it names is not drawn."""
        return self._version(ids_of(where), day)

    def changes(self, where: Where | None) -> list[dt.date]:
        """Days on which what a condition means changes: each the first of a drawing, or the first without one."""
        days: set[dt.date] = set()
        for id_ in self._used(ids_of(where)):
            for _, drawing in self._drawn(id_):
                if drawing.since is not None:
                    days.add(drawing.since)
                if drawing.until is not None and drawing.until < dt.date.max:
                    days.add(drawing.until + ONE_DAY)
        return sorted(days)

    def zone(self, id_: str, day: dt.date) -> Place | None:
        """Return a zone as it was on a day; None where it was not drawn."""
        version = self._version([id_], day)
        if version is None:
            return None
        if (id_, version) not in self._made:
            entry = self._file.zones[id_]
            if entry.nearer_than is not None:
                place = self._near(entry.nearer_than, day, version)
            else:
                place = Place(Zone(self._shapes[version[0]]), self._sd(version))
            self._made[id_, version] = place
        return self._made[id_, version]

    def shape(self, id_: str, day: dt.date) -> Any:
        """Return the outline of a line or zone on a day; None where it was not drawn."""
        version = self._version([id_], day)
        if version is None:
            return None
        if id_ in self._file.lines:
            return self._shapes[version[0]]
        place = self.zone(id_, day)
        return None if place is None else place.zone.geometry

    def _sd(self, version: Version) -> float:
        drawn = [(self._file.lines.get(id_) or self._file.zones[id_]).drawn[index] for id_, index in version]
        return max((drawing.sd_km for drawing in drawn), default=0.0)

    def faults(self, near: Corridor) -> Iterator[str]:
        """Say why a distance cannot be drawn around something it is from."""
        for id_ in self._used(near.of):
            for index, _ in self._drawn(id_):
                if fault := corridor_fault(self._shapes[id_, index], near.km):
                    yield fault

    def _near(self, near: Corridor, day: dt.date, version: Version) -> Place:
        outlines = [self.shape(id_, day) for id_ in near.of]
        parts = shapely.get_parts([part for outline in outlines for part in shapely.get_parts(outline)])
        return Place(corridor(shapely.geometrycollections(parts), near.km), self._sd(version))

    def place(self, where: Where | None, day: dt.date, less: Sequence[Where | None] = ()) -> Place | None:
        """Return where a condition holds on a day, and none of others; None where something they name was not drawn.

        Parameters
        ----------
        where
            The condition; None for everywhere.
        less
            Conditions of which none holds there.
        """
        wheres = [where, *less]
        version = self._version([id_ for one in wheres for id_ in ids_of(one)], day)
        if version is None:
            return None
        key = "|".join("" if one is None else one.model_dump_json() for one in wheres)
        if (key, version) not in self._made:
            if less:
                places = [self.place(one, day) or ANYWHERE for one in wheres]
                self._made[key, version] = reduce(sub, places)
            else:
                self._made[key, version] = ANYWHERE if where is None else self._all(where, day, version)
        return self._made[key, version]

    def _all(self, where: Where, day: dt.date, version: Version) -> Place:
        zone = EVERYWHERE
        if where.inside is not None:
            zone &= self._union(where.inside, day)
        if where.outside is not None:
            zone &= ~self._union(where.outside, day)
        if where.nearer_than is not None:
            zone &= self._near(where.nearer_than, day, version).zone
        if where.beyond is not None:
            zone &= ~self._near(where.beyond, day, version).zone
        return Place(zone, self._sd(version))

    def _union(self, ids: tuple[str, ...], day: dt.date) -> Zone:
        places = [place for id_ in ids if (place := self.zone(id_, day)) is not None]
        first, *rest = [place.zone for place in places]
        for zone in rest:
            first = ~(~first & ~zone)
        return first


def ids_of(where: Where | None) -> list[str]:
    """Lines and zones that a condition names."""
    if where is None:
        return []
    near = [corridor.of for corridor in (where.nearer_than, where.beyond) if corridor is not None]
    return [id_ for ids in (where.inside, where.outside, *near) for id_ in ids or ()]


def epochs(changes: Iterable[dt.date], first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Go through the days from a first to a last in stretches within which nothing changes: the first and last day of each.

    Parameters
    ----------
    changes
        Days on which something does; those outside do not matter.
    first, last
        Of the days, both included.

    Examples
    --------
    >>> day = dt.date(2020, 1, 1)
    >>> [[str(one) for one in pair] for pair in epochs([day, dt.date(2020, 2, 1)], day, dt.date(2020, 3, 1))]
    [['2020-01-01', '2020-01-31'], ['2020-02-01', '2020-03-01']]
    """
    begins = [first, *sorted(day for day in changes if first < day <= last)]
    yield from zip(begins, [*(day - ONE_DAY for day in begins[1:]), last], strict=True)
