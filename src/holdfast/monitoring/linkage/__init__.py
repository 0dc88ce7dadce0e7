"""Which reports are of the same event: candidates, probabilities, incidents."""

from holdfast.monitoring.linkage.link import Counts, Decision, Known, Linked, estimate, link
from holdfast.monitoring.linkage.model import COMPARISONS, DEFAULT, Model

__all__ = ["COMPARISONS", "DEFAULT", "Counts", "Decision", "Known", "Linked", "Model", "estimate", "link"]
