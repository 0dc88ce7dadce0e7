"""The agreement: who may not do what, where and from when; its zones and lines; what falls due when it is breached."""

from holdfast.monitoring.agreement.atlas import ANYWHERE, Atlas, Place
from holdfast.monitoring.agreement.load import Agreement, load_agreement, read_agreement
from holdfast.monitoring.agreement.model import (
    AgreementFile,
    Article,
    Confidence,
    Exemption,
    Observer,
    Party,
    Sector,
    Trigger,
    When,
    Where,
)
from holdfast.monitoring.words import EVENT_KINDS, GRADES, UNITS, EventKind, Evidence, Grade, Unit

__all__ = [
    "ANYWHERE",
    "EVENT_KINDS",
    "GRADES",
    "UNITS",
    "Agreement",
    "AgreementFile",
    "Article",
    "Atlas",
    "Confidence",
    "EventKind",
    "Evidence",
    "Exemption",
    "Grade",
    "Observer",
    "Party",
    "Place",
    "Sector",
    "Trigger",
    "Unit",
    "When",
    "Where",
    "load_agreement",
    "read_agreement",
]
