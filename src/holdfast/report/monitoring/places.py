"""What a map shows: sectors with their counts, zones and lines as they ran on the last day, incidents with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely as _shapely
from numpy.typing import NDArray

from holdfast.report.monitoring.counts import Series
from holdfast.report.monitoring.outlines import Box, region
from holdfast.report.monitoring.watch import Watch

shapely: Any = _shapely
Floats = NDArray[np.float64]

__all__ = ["Area", "Dots", "Scene", "scene"]

_VERDICTS = ("breach", "undetermined", "allowed")
"""From the one that outweighs the others."""


@dataclass(frozen=True)
class Area:
    """A sector on the map.

    Parameters
    ----------
    series
        What was counted in it; None where nothing says.
    geometry
        In degrees.
    borrowed
        The administrative region that stands for it; None where the agreement draws it.
    """

    name: str
    series: Series | None
    geometry: Any
    borrowed: str | None


@dataclass(frozen=True)
class Dots:
    """Incidents with a position.

    Parameters
    ----------
    lon, lat
        Degrees.
    along, across, azimuth, box
        Error of each: kilometres, degrees from north, and whether it is a rectangle.
    verdict
        Place of the verdict among breach, undetermined, allowed; 3 where no article concerns it.
    """

    lon: Floats
    lat: Floats
    along: Floats
    across: Floats
    azimuth: Floats
    box: NDArray[np.bool_]
    verdict: NDArray[np.int64]


@dataclass(frozen=True)
class Scene:
    """All that a map shows, and what it cannot show.

    Parameters
    ----------
    absent
        Names of sectors that have no outline.
    undrawn
        Names of zones and lines that were not drawn on the last day.
    unplaced
        Incidents without a position, tallies left aside.
    """

    areas: tuple[Area, ...]
    zones: Mapping[str, Any]
    lines: Mapping[str, tuple[str, Any, float]]
    dots: Dots
    absent: tuple[str, ...]
    undrawn: tuple[str, ...]
    unplaced: int

    @property
    def extent(self) -> list[Any]:
        """What the map must hold: sectors, zones and lines; only where there are none of these, the incidents."""
        drawn = [area.geometry for area in self.areas] + list(self.zones.values())
        drawn += [line for _, line, _ in self.lines.values()]
        if not drawn and len(self.dots.lon):
            edges = [np.quantile(part, (0.02, 0.98)) for part in (self.dots.lon, self.dots.lat)]
            drawn = [shapely.box(edges[0][0], edges[1][0], edges[0][1], edges[1][1])]
        return drawn


def scene(watch: Watch, series: Mapping[str, Series]) -> Scene:
    """Return what the map of a period shows.

    Parameters
    ----------
    series
        What was counted, by sector, in the unit that colours the map.
    """
    agreement, day = watch.agreement, watch.until
    zones, lines, undrawn = dict[str, Any](), dict[str, tuple[str, Any, float]](), list[str]()
    for id_, zone in agreement.zones.items():
        outline = agreement.atlas.shape(id_, day)
        if outline is None or shapely.is_empty(outline):
            undrawn.append(zone.name)
        else:
            zones[id_] = outline
    for id_, line in agreement.lines.items():
        outline = agreement.atlas.shape(id_, day)
        if outline is None:
            undrawn.append(line.name)
        else:
            lines[id_] = (
                line.name,
                outline,
                max((one.sd_km for one in line.drawn if one.holds(day)), default=0.0),
            )
    dots, unplaced = _dots(watch)
    near = _box([*zones.values(), *(line for _, line, _ in lines.values())], dots)
    areas: list[Area] = []
    absent: list[str] = []
    for id_, sector in agreement.sectors.items():
        if sector.zone is not None:
            if sector.zone in zones:
                areas.append(Area(sector.name, series.get(id_), zones[sector.zone], None))
            else:
                absent.append(sector.name)
        elif (found := region((id_, sector.name, *sector.reported_as), near)) is not None:
            areas.append(Area(sector.name, series.get(id_), found.geometry, found.names[0]))
        else:
            absent.append(sector.name)
    shown = {sector.zone for sector in agreement.sectors.values()}
    rest = {id_: outline for id_, outline in zones.items() if id_ not in shown}
    return Scene(tuple(areas), rest, lines, dots, tuple(absent), tuple(undrawn), unplaced)


def _box(drawn: list[Any], dots: Dots) -> Box | None:
    """Return where to look for regions by name."""
    if drawn:
        west, south, east, north = shapely.total_bounds(drawn).tolist()
        return west, south, east, north
    if len(dots.lon):
        lon, lat = np.quantile(dots.lon, (0.05, 0.95)), np.quantile(dots.lat, (0.05, 0.95))
        return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])
    return None


def _dots(watch: Watch) -> tuple[Dots, int]:
    names = ("lat", "lon", "sd_along_km", "sd_across_km", "azimuth_deg")
    lat, lon, along, across, azimuth = (watch.numbers(name) for name in names)
    tally = np.array([bool(one) for one in watch.column("incidents", "tally")], dtype=bool)
    box = np.array([one == "box" for one in watch.column("incidents", "shape")], dtype=bool)
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90) & (np.abs(lon) <= 180))
    verdict = np.full(len(lat), len(_VERDICTS))
    rows = {name: row for row, name in enumerate(watch.column("incidents", "incident"))}
    for incident, told in watch.rows("findings", ("incident", "verdict")):
        if (row := rows.get(incident)) is not None:
            verdict[row] = min(int(verdict[row]), _VERDICTS.index(told))
    errors = [np.nan_to_num(part[placed]) for part in (along, across, azimuth)]
    dots = Dots(lon[placed], lat[placed], errors[0], errors[1], errors[2], box[placed], verdict[placed])
    return dots, int(np.count_nonzero(~tally)) - int(np.count_nonzero(~tally[placed]))
