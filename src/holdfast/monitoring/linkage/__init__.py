"""Which reports are of the same event: candidates, probabilities, incidents."""

from holdfast.monitoring.linkage.estimating import estimate
from holdfast.monitoring.linkage.linking import link
from holdfast.monitoring.linkage.model import COMPARISONS, DEFAULT, Model
from holdfast.monitoring.linkage.results import Counts, Decision, Known, Linked
from holdfast.monitoring.linkage.windows import by_windows

__all__ = [
    "COMPARISONS",
    "DEFAULT",
    "Counts",
    "Decision",
    "Known",
    "Linked",
    "Model",
    "by_windows",
    "estimate",
    "link",
]
