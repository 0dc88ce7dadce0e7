"""Hinges: which inputs an answer hinges on, estimated from the same draws, and where it tips."""

from holdfast.study.hinges._basis import InputInfo
from holdfast.study.hinges._hinges import (
    BEST,
    MOST_DRAWS,
    OUTCOMES,
    Hinges,
    best_shares,
)
from holdfast.study.hinges._types import Explained, Hinge, HingesResult, Overlap, TippingValue

__all__ = [
    "BEST",
    "MOST_DRAWS",
    "OUTCOMES",
    "Explained",
    "Hinge",
    "Hinges",
    "HingesResult",
    "InputInfo",
    "Overlap",
    "TippingValue",
    "best_shares",
]
