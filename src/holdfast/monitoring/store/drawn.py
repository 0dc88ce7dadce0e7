"""Drawings of an agreement that seem to be swapped: far from all others as they are, and near them with the axes changed over."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely as _shapely
from numpy.typing import NDArray

from holdfast.monitoring.agreement import Agreement
from holdfast.monitoring.formats.swapped import FAR_KM, NEAR_KM, Watched

shapely: Any = _shapely

__all__ = ["swapped_drawings"]


def swapped_drawings(agreement: Agreement) -> list[str]:
    """Return a sentence for each zone or line of which a drawing seems to be swapped.

    GeoJSON writes longitude first, where people say latitude first; so one drawing made by hand among others made by a program is
    easily the wrong way round, and no part of it is then where anything is reported. It may be right all the same: this is to be told,
    and to be refused by nobody.
    """
    drawings = agreement.atlas.drawings
    found: dict[str, str] = {}
    for (id_, number), shape in drawings.items():
        # other drawings of the same thing may have been made in the same way
        others = [other for (other_id, _), other in drawings.items() if other_id != id_]
        if not others:
            continue
        watched = Watched(others)
        west, south, east, north = shapely.bounds(shape)
        if max(abs(west), abs(east)) > 90.0:
            continue
        swapped = shapely.transform(shape, _changed_over)
        if watched.distance_km(shape) > FAR_KM and watched.distance_km(swapped) <= NEAR_KM:
            entry = agreement.zones.get(id_) or agreement.lines[id_]
            found[id_] = (
                f"{entry.name} ({id_}, drawing {number + 1}) seems to have latitude and longitude swapped: it lies at latitudes "
                f"{south:g} to {north:g} and longitudes {west:g} to {east:g}, far from all else that is drawn, and near it the other "
                "way round. GeoJSON writes longitude first. If it is wrong, correct the map; if it is right, nothing need be done."
            )
    return list(found.values())


def _changed_over(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[:, ::-1]
