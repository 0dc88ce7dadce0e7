"""The range that a field allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Bounds:
    """The range a field allows.

    Parameters
    ----------
    low, high
        Ends of the range, in the field's unit.
    low_open
        Whether the low end itself is excluded.
    example
        A number that is usual where it must be above 0.
    ends
        What the ends mean where it runs from 0 to 1.

    Examples
    --------
    >>> str(Bounds(0.0, low_open=True)), str(Bounds(0.0, 1.0)), Bounds(0.0, 1.0).holds(1.3)
    ('above 0', 'from 0 to 1', False)
    >>> str(Bounds(0.0, 7.0, low_open=True))
    'above 0, to 7 at most'
    """

    low: float = -np.inf
    high: float = np.inf
    low_open: bool = False
    example: float = 0.01
    ends: tuple[str, str] = ("never", "certain")

    def holds(self, value: float) -> bool:
        """Whether the value is allowed."""
        return (value > self.low if self.low_open else value >= self.low) and value <= self.high

    def __str__(self) -> str:
        if np.isfinite(self.high) and self.low_open:
            return f"above {self.low:g}, to {self.high:g} at most"
        if np.isfinite(self.high):
            return f"from {self.low:g} to {self.high:g}"
        if np.isfinite(self.low):
            return f"above {self.low:g}" if self.low_open else f"{self.low:g} or more"
        return "a number"
