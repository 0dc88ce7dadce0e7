"""The sections of the report, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.report.bargain.section import bargaining
from holdfast.report.blocks import Section
from holdfast.report.sections.bodies import bodies
from holdfast.report.sections.enforcement import enforcement
from holdfast.report.sections.hinges import hinges
from holdfast.report.sections.holding import holding
from holdfast.report.sections.inputs import inputs
from holdfast.report.sections.lead import lead
from holdfast.report.sections.limits import limits
from holdfast.report.sections.refusal import refusal
from holdfast.report.sections.surprises import surprises
from holdfast.report.study import Study

__all__ = ["lead", "sections"]


def sections(
    study: Study, manifest: Mapping[str, Any], bargained: Mapping[str, Any] | None = None
) -> list[Section]:
    """Return the sections that a study has, in their order."""
    found = (
        holding(study),
        enforcement(study),
        bodies(study),
        refusal(study),
        bargaining(study, bargained),
        surprises(study),
        hinges(study),
        inputs(study),
        limits(study, manifest),
    )
    return [section for section in found if section is not None]
