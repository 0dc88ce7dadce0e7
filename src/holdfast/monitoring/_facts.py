"""Incidents as arrays: which day, which party, which class of weapons, which place; NaN wherever that is not known."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from holdfast.errors import InputError
from holdfast.monitoring.agreement import Agreement, Place
from holdfast.monitoring.places import Positions, membership

arrow: Any = pa
compute: Any = pc
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

FLOATS = ("lat", "lon", "sd_along_km", "sd_across_km", "azimuth_deg", "calibre_mm", "count", "exempt_count")
TEXTS = ("kind", "shape", "sector", "weapon", "by", "exempt")
TIMES = ("start", "end")
REQUIRED = ("kind", "start", "end")


class Facts:
    """What is known of incidents, as an agreement's conditions need it.

    Parameters
    ----------
    agreement
        Whose words and maps count.
    incidents
        A pyarrow table, or columns by name; columns that are absent are unknown.

    Raises
    ------
    InputError
        When a column that is needed is absent, or holds something else than it should.
    """

    def __init__(self, agreement: Agreement, incidents: Any) -> None:
        table = incidents if isinstance(incidents, arrow.Table) else arrow.table(dict(incidents))
        for name in REQUIRED:
            if name not in table.column_names:
                raise InputError(f"incidents have no column {name}. Give {', '.join(REQUIRED)} at least.")
        self.agreement = agreement
        self.count: int = table.num_rows
        self._table = table
        self._codes: dict[str, tuple[NDArray[np.int32], list[str]]] = {}

    def _column(self, name: str, kind: Any) -> Any:
        column = self._table[name]
        try:
            return column.cast(kind)
        except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError) as error:
            what = str(error).partition("\n")[0]
            raise InputError(f"column {name} of the incidents cannot be used: {what}.") from None

    def floats(self, name: str) -> Floats:
        """Return a column of numbers, NaN where one is missing."""
        if name not in self._table.column_names:
            return np.full(self.count, np.nan)
        return np.asarray(self._column(name, arrow.float64()).to_numpy(), dtype=np.float64)

    def codes(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """Return a column of text as numbers and what each stands for; -1 where the text is missing."""
        if name not in self._codes:
            if name not in self._table.column_names:
                self._codes[name] = np.full(self.count, -1, dtype=np.int32), []
            else:
                coded = self._column(name, arrow.string()).combine_chunks().dictionary_encode()
                coded = coded.combine_chunks() if isinstance(coded, arrow.ChunkedArray) else coded
                numbers = compute.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
                self._codes[name] = numbers, coded.dictionary.to_pylist()
        return self._codes[name]

    def by_text(self, name: str, meaning: Callable[[str], float], missing: float) -> Floats:
        """Return for each incident what its text in a column means, each text being read once."""
        codes, texts = self.codes(name)
        return np.array([*(meaning(text) for text in texts), missing])[codes]

    @cached_property
    def tally(self) -> NDArray[np.bool_]:
        """Which are counts over all of their time, not one event in it."""
        if "tally" not in self._table.column_names:
            return np.zeros(self.count, dtype=bool)
        said = compute.fill_null(self._column("tally", arrow.bool_()), False)
        return np.asarray(said.to_numpy(zero_copy_only=False), dtype=bool)

    @cached_property
    def positions(self) -> Positions:
        """Where the incidents were, with what is known of the error; without an error a position is taken as right."""
        lat, lon, along, across, azimuth = (self.floats(name) for name in FLOATS[:5])
        return Positions.of(
            lat, lon, _or_zero(along), _or_zero(across), _or_zero(azimuth),
            box=self.by_text("shape", lambda text: float(text == "box"), 0.0) == 1.0,
        )  # fmt: skip

    @cached_property
    def times(self) -> tuple[Floats, Floats]:
        """Seconds since 1970 at which each began and ended; NaN where not known."""
        found: list[Floats] = []
        for name in TIMES:
            column = (
                self._column(name, arrow.timestamp("us", "UTC"))
                .cast(arrow.int64())
                .cast(arrow.float64(), safe=False)
            )
            found.append(np.asarray(column.to_numpy()) / 1e6)
        start, end = found
        return start, np.where(end < start, start, end)

    def is_kind(self, kinds: Iterable[str]) -> NDArray[np.bool_]:
        """Say which incidents are of one of these kinds."""
        known = set(kinds)
        return self.by_text("kind", lambda text: float(text in known), 0.0) == 1.0

    def share(self, first: dt.date | None, last: dt.date | None) -> Floats:
        """Return the share of each incident's time that lies in these days of the agreement's zone, both included."""
        begin = -np.inf if first is None else self._midnight(first)
        end = np.inf if last is None or last == dt.date.max else self._midnight(last + dt.timedelta(days=1))
        start, stop = self.times
        inside = np.clip(np.minimum(stop, end) - np.maximum(start, begin), 0.0, None)
        point = np.where((start >= begin) & (start < end), 1.0, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.where(stop > start, inside / (stop - start), point)
        return np.where(np.isfinite(start + stop), found, np.nan)

    def _midnight(self, day: dt.date) -> float:
        zone = zoneinfo.ZoneInfo(self.agreement.time_zone)
        return dt.datetime.combine(day, dt.time(), tzinfo=zone).timestamp()

    def by(self, parties: tuple[str, ...] | None) -> Floats:
        """Say whether each is attributed to one of these parties: 1, 0, or NaN where it cannot be told.

        Where all are meant, what is attributed to nobody is someone's among them.
        """
        everyone = parties is None or set(parties) >= set(self.agreement.parties)

        def meaning(name: str) -> float:
            party = self.agreement.id_of("parties", name)
            return np.nan if party is None else float(parties is None or party in parties)

        return self.by_text("by", meaning, 1.0 if everyone else np.nan)

    def of_weapon(self, classes: tuple[str, ...] | None) -> Floats:
        """Say whether each was done with a weapon of one of these classes: 1, 0, or NaN where it cannot be told."""
        if classes is None:
            return np.ones(self.count)
        found = np.stack([self._of_class(name) for name in classes])
        return np.where(
            np.any(found == 1.0, axis=0), 1.0, np.where(np.all(found == 0.0, axis=0), 0.0, np.nan)
        )

    def _of_class(self, name: str) -> Floats:
        weapon = self.agreement.weapons[name]
        called = np.ones(self.count)
        if weapon.words:
            called = self.by_text("weapon", lambda text: self._called(text, name), np.nan)
        sized = np.ones(self.count)
        if (range_ := weapon.calibre_mm) is not None:
            calibre = self.floats("calibre_mm")
            least, most = range_.at_least or 0.0, range_.at_most or np.inf
            below = range_.below or np.inf
            inside = (calibre >= least) & (calibre <= most) & (calibre < below)
            sized = np.where(np.isnan(calibre), np.nan, inside)
        return np.where((called == 0.0) | (sized == 0.0), 0.0, called * sized)

    def _called(self, text: str, name: str) -> float:
        """Say whether a text names the class: 1; another class: 0; none that is known: NaN.

        A word that is part of a longer one does not count: rocket artillery is not artillery.
        """
        said = f" {_plain(text)} "
        words = {
            (class_, _plain(word)) for class_, entry in self.agreement.weapons.items() for word in entry.words
        }
        there = {(class_, word) for class_, word in words if f" {word} " in said or f" {word}s " in said}
        longest = {
            class_
            for class_, word in there
            if not any(word != other and f" {word} " in f" {other} " for _, other in there)
        }
        return np.nan if not longest else float(name in longest)

    def says(self, words: tuple[str, ...]) -> Floats:
        """Say whether what the report itself gives as an exemption has one of these words."""
        plain = [_plain(word) for word in words]

        def meaning(text: str) -> float:
            return float(any(f" {word} " in f" {_plain(text)} " for word in plain))

        return self.by_text("exempt", meaning, 0.0)

    @property
    def possible_sectors(self) -> list[tuple[str, float | None]] | None:
        """The sectors that the first incident's position leaves possible, with their probabilities; None where there is no doubt."""
        if "sectors" not in self._table.column_names or not self.count:
            return None
        return self._table["sectors"][0].as_py()

    def inside(self, place: Place, rows: Rows, day: dt.date) -> Floats:
        """Return the probability that incidents happened in a place, as it was on a day; NaN where it cannot be told."""
        if place.zone.everywhere or place.zone.nowhere:
            return np.full(len(rows), float(place.zone.everywhere))
        found = membership(place.zone, self.positions[rows].blurred(place.sd_km))
        unknown = np.isnan(found)
        if np.any(unknown):
            found[unknown] = self._by_sector(place, day)[self.codes("sector")[0][rows[unknown]]]
        return found

    def _by_sector(self, place: Place, day: dt.date) -> Floats:
        """Say of each sector that is named whether it lies in a place wholly (1) or not at all (0); last, of none."""
        _, names = self.codes("sector")
        found = np.full(len(names) + 1, np.nan)
        for number, name in enumerate(names):
            sector = self.agreement.id_of("sectors", name)
            zone = self.agreement.sectors[sector].zone if sector is not None else None
            where = self.agreement.atlas.zone(zone, day) if zone is not None else None
            held = place.zone.holds(where.zone) if where is not None else None
            found[number] = np.nan if held is None else float(held)
        return found


def _or_zero(errors: Floats) -> Floats:
    return np.where(np.isnan(errors), 0.0, errors)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def columns_of(incidents: Any, row: int) -> Mapping[str, Any]:
    """Return one incident as columns of one row."""
    table = incidents if isinstance(incidents, arrow.Table) else arrow.table(dict(incidents))
    return table.slice(row, 1)
