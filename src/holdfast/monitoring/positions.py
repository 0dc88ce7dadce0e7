"""Where something was, as far as is known: positions with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holdfast.errors import InputError
from holdfast.monitoring._masses import REACH

Floats = NDArray[np.float64]

LEAST_KM = 0.001
"""No position is taken to be surer than a metre."""
MOST_KM = 500.0
"""An error larger than that says nothing about where something was."""
DOUBTED = 0.05
"""A position that lies in a sector with less than this contradicts a report that names the sector."""


@dataclass(frozen=True)
class Positions:
    """Positions with their errors; NaN where one is not known.

    Parameters
    ----------
    lat, lon
        Degrees, WGS 84.
    sd_along_km, sd_across_km
        Standard deviations along the azimuth and across it; for a box half-lengths.
    azimuth_deg
        Degrees clockwise from north.
    box
        Whether the error is a uniform rectangle.
    """

    lat: Floats
    lon: Floats
    sd_along_km: Floats
    sd_across_km: Floats
    azimuth_deg: Floats
    box: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        lat: ArrayLike,
        lon: ArrayLike,
        sd_along_km: ArrayLike = 0.0,
        sd_across_km: ArrayLike | None = None,
        azimuth_deg: ArrayLike = 0.0,
        box: ArrayLike = False,
    ) -> Positions:
        """Make positions of arrays or single numbers; an error that is given once is the same both ways.

        Raises
        ------
        InputError
            When the arrays have several lengths, or an error is below 0.
        """
        across = sd_along_km if sd_across_km is None else sd_across_km
        parts = [np.asarray(part, dtype=np.float64) for part in (lat, lon, sd_along_km, across, azimuth_deg)]
        try:
            spread = np.broadcast_arrays(np.zeros(1), *parts, np.asarray(box, dtype=np.bool_))[1:]
        except ValueError:
            sizes = ", ".join(str(part.size) for part in parts)
            raise InputError(f"positions come in columns of {sizes} values. Give as many of each.") from None
        floats = [np.ascontiguousarray(part, dtype=np.float64) for part in spread[:5]]
        for name, errors in (("sd_along_km", floats[2]), ("sd_across_km", floats[3])):
            if len(wrong := np.flatnonzero(errors < 0)):
                raise InputError(f"{name} of position {wrong[0]} = {errors[wrong[0]]:g}; must be 0 or more.")
        lat_, lon_, along, across_, azimuth = floats
        return cls(lat_, lon_, along, across_, azimuth, np.ascontiguousarray(spread[5]))

    @classmethod
    def from_columns(cls, columns: Mapping[str, ArrayLike]) -> Positions:
        """Make positions of the columns lat, lon, sd_along_km, sd_across_km, azimuth_deg and shape."""
        names = ("lat", "lon", "sd_along_km", "sd_across_km", "azimuth_deg")
        lat, lon, along, across, azimuth = (columns[name] for name in names)
        return cls.of(lat, lon, along, across, azimuth, np.asarray(columns["shape"]) == "box")

    def __len__(self) -> int:
        return len(self.lat)

    def __getitem__(self, which: NDArray[Any]) -> Positions:
        parts: dict[str, Any] = {name: getattr(self, name)[which] for name in self.__dataclass_fields__}
        return Positions(**parts)

    def blurred(self, sd_km: float) -> Positions:
        """Return them with an error more, the same in all directions, such as that of where a line was drawn.

        A box becomes the normal distribution of the same variance first.
        """
        if sd_km == 0.0:
            return self
        part = np.where(self.box, 3.0, 1.0)
        along, across = (np.sqrt(sd**2 / part + sd_km**2) for sd in (self.sd_along_km, self.sd_across_km))
        return Positions(
            self.lat, self.lon, along, across, self.azimuth_deg, np.zeros(len(self), dtype=np.bool_)
        )

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Which positions say where something was at all."""
        with np.errstate(invalid="ignore"):
            right = (np.abs(self.lat) <= 90) & (np.abs(self.lon) <= 180)
            return right & (self.reach_km <= REACH * MOST_KM) & np.isfinite(self.azimuth_deg)

    @cached_property
    def reach_km(self) -> Floats:
        """How far from the position something may have been, but for one chance in a million."""
        along, across = np.maximum(self.sd_along_km, LEAST_KM), np.maximum(self.sd_across_km, LEAST_KM)
        return np.where(self.box, np.hypot(along, across), REACH * np.maximum(along, across))
