"""The ladder of evidence: how sure it is that an incident happened, that it was a breach, and who did it.

Three claims, each on its own ladder: reported, corroborated, observed, verified on site, ruled. The first grade follows from the
reports; every later change is an entry of a person, who says why.

    occurrence   the highest evidence among the incident's reports; two distinct observers make it at least corroborated
    attribution  reported where one observer attributes it to a party, corroborated where two or more do so to the same one; none
                 where nobody does, or where they disagree (then it is disputed)
    breach       where the finding says breach: as the occurrence, and never more than the occurrence is now. What raises the
                 occurrence later does not raise the breach; what lowers it does. A ruling is always a claim of its own

A report that says no more than that it is one (evidence reported) counts as its observer knows in general, by the agreement.

Claims of persons are taken in the order of the record; on each question the latest holds, whatever its grade. One may also say that it is
not so: an incident that did not happen counts nowhere; a finding that is no breach is allowed; a party that did not do it is ruled out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from holdfast.monitoring._columns import Codes, Columns, Mask, arrow, compute, with_column, worded
from holdfast.monitoring._first_grades import first_grades
from holdfast.monitoring.agreement import GRADES, Agreement
from holdfast.monitoring.findings import VERDICTS

__all__ = ["CLAIMS", "Unused", "claim_fault", "first_grades", "settle_findings", "settle_incidents"]

CLAIMS = ("occurrence", "breach", "attribution")
"""What can be claimed."""
VERIFIED = GRADES.index("verified on site")


@dataclass(frozen=True, slots=True)
class Unused:
    """A claim that changes nothing.

    Parameters
    ----------
    entry
        Its entry in the record.
    why
        The reason, and what to do.
    """

    entry: int
    why: str


def claim_fault(agreement: Agreement, claim: Mapping[str, Any]) -> str | None:
    """Say what is wrong with a claim of a person; None where nothing is.

    Parameters
    ----------
    agreement
        Whose articles and parties it may name.
    claim
        report, claim, grade, article (of a breach), holds (true where left out), party (of an attribution), by and why.

    Examples
    --------
    >>> claim_fault(None, {"report": "r1", "claim": "guilt"})
    'claim = guilt; must be one of occurrence, breach, attribution.'
    """
    kind, grade = claim.get("claim"), claim.get("grade")
    if not claim.get("report"):
        return "report is missing. Name a report of the incident."
    if kind not in CLAIMS:
        return f"claim = {kind}; must be one of {', '.join(CLAIMS)}."
    if grade not in GRADES:
        return f"grade = {grade}; must be one of {', '.join(GRADES)}."
    if claim.get("holds") not in (None, True, False):
        return f"holds = {claim['holds']}; must be true (it is so) or false (it is not so)."
    article, party = claim.get("article"), claim.get("party")
    if kind == "breach" and article not in agreement.articles:
        return f"article = {article}; must be one of {', '.join(agreement.articles)}."
    if kind == "attribution":
        if party is None and _holds(claim):
            return f"party is missing. Write one of {', '.join(agreement.parties)}."
        if party is not None and agreement.id_of("parties", party) is None:
            return f"party = {party}; must be one of {', '.join(agreement.parties)}."
    for name in ("by", "why"):
        if not str(claim.get(name) or "").strip():
            return (
                f"{name} is missing. Write {'who says so' if name == 'by' else 'the reason, in a sentence'}."
            )
    return None


def _holds(claim: Mapping[str, Any]) -> bool:
    return claim.get("holds") is not False


def settle_incidents(
    agreement: Agreement, incidents: Any, members: Any, claims: Any
) -> tuple[Any, list[Unused]]:
    """Apply claims of persons on occurrence and attribution to incidents that have their first grades.

    Parameters
    ----------
    agreement
        Whose parties are meant.
    incidents
        As `first_grades` gives them.
    members
        Which report belongs to which: report, incident. A claim goes with its report.
    claims
        entry, report, claim, grade, holds, party, by, why; article is not looked at.

    Returns
    -------
    tuple
        incidents with occurrence, attribution, by_id and by_disputed as they are now; first_occurrence as it followed from
        the reports; occurred (false where it is claimed that it did not happen) and not_by (a list of parties ruled out, or null). And
        the claims that change nothing, of any kind, with the reason.
    """
    base = Columns(incidents, "incidents", ["incident", "occurrence"])
    first = base.grades("occurrence")
    parties = list(agreement.parties)
    columns = _Settled(
        occurrence=first.copy(),
        occurred=np.ones(base.count, dtype=bool),
        attribution=base.grades("attribution"),
        party=base.translated("by_id", {name: number for number, name in enumerate(parties)}),
        parties=parties,
        disputed=base.flags("by_disputed", missing=False),
    )
    unused: list[Unused] = []
    for claim, row in _placed(agreement, base, members, claims, unused):
        if claim["claim"] == "occurrence":
            columns.occurred[row] = _holds(claim)
            columns.occurrence[row] = GRADES.index(claim["grade"])
        elif claim["claim"] == "attribution":
            columns.attribute(row, claim, agreement.id_of("parties", claim.get("party")))
    table = with_column(base.table, "occurrence", worded(columns.occurrence, GRADES))
    table = with_column(table, "first_occurrence", worded(first, GRADES))
    table = with_column(table, "occurred", arrow.array(columns.occurred))
    table = with_column(table, "attribution", worded(columns.attribution, GRADES))
    table = with_column(table, "by_id", worded(columns.party, columns.parties))
    table = with_column(table, "by_disputed", arrow.array(columns.disputed))
    out = [None] * base.count if not columns.ruled_out else columns.excluded()
    return with_column(table, "not_by", arrow.array(out, arrow.list_(arrow.string()))), unused


@dataclass(slots=True)
class _Settled:
    occurrence: Codes
    occurred: Mask
    attribution: Codes
    party: Codes
    parties: list[str]
    disputed: Mask
    ruled_out: dict[int, set[str]] = field(default_factory=dict[int, set[str]])

    def attribute(self, row: int, claim: Mapping[str, Any], party: str | None) -> None:
        """Change who did it, as one claim says."""
        if _holds(claim) and party is not None:
            self.party[row] = self.parties.index(party)
            self.attribution[row] = GRADES.index(claim["grade"])
            self.disputed[row] = False
            self.ruled_out.get(row, set[str]()).discard(party)
            return
        if party is not None:
            self.ruled_out.setdefault(row, set[str]()).add(party)
        if party is None or self.party[row] == self.parties.index(party):
            self.party[row] = self.attribution[row] = -1
            self.disputed[row] = False

    def excluded(self) -> list[list[str] | None]:
        return [sorted(self.ruled_out.get(row, ())) or None for row in range(len(self.party))]


def _placed(
    agreement: Agreement, base: Columns, members: Any, claims: Any, unused: list[Unused]
) -> Iterator[tuple[dict[str, Any], int]]:
    """Go through the claims in the order of the record, each with the row of its incident."""
    table = Columns(claims, "claims", ["entry", "report", "claim", "grade"]).table.sort_by("entry")
    wanted = {claim["report"] for claim in table.to_pylist()}
    if not wanted:
        return
    linked = Columns(members, "members", ["report", "incident"])
    named = compute.is_in(linked.texts("report"), value_set=arrow.array(sorted(map(str, wanted))))
    few = Columns(linked.table.filter(named), "members")
    place = dict(
        zip(
            few.texts("report").to_pylist(),
            few.rows_of("incident", base.texts("incident")).tolist(),
            strict=True,
        )
    )
    for claim in table.to_pylist():
        fault = claim_fault(agreement, claim)
        row = place.get(claim["report"], -1)
        if fault is None and row < 0:
            fault = f"report {claim['report']} is of no incident. Name one that is, and that no later one revised."
        if fault is not None:
            unused.append(Unused(int(claim["entry"]), fault))
        else:
            yield claim, row


def settle_findings(agreement: Agreement, findings: Any, incidents: Any, members: Any, claims: Any) -> Any:
    """Give findings the grade of their breach, and apply the claims of persons on breaches.

    Where a claim says that it is a breach of an article, the finding is a breach with probability 1 and the claim's grade,
    even if the article does not concern such events by itself; where it says that it is none, the finding is allowed with probability 0.

    Parameters
    ----------
    agreement
        Whose articles are meant.
    findings
        incident (its id, or its row among incidents), article, verdict, p_low, p_high, unknown, exemption.
    incidents
        As `settle_incidents` gives them.
    members, claims
        As there; other claims than of breaches are not looked at.

    Returns
    -------
    pyarrow.Table
        findings with breach (a grade; null where it is none) and claimed (the entry of the claim that holds, or null). Findings that
        only a claim makes stand at the end.
    """
    base = Columns(incidents, "incidents", ["incident", "occurrence"])
    table = Columns(findings, "findings", ["incident", "article", "verdict", "p_low", "p_high"])
    row = rows_of_findings(table, base)
    now = base.grades("occurrence")
    first = base.grades("first_occurrence") if base.has("first_occurrence") else now
    bound = np.minimum(np.minimum(now, first), VERIFIED)
    verdict = table.translated("verdict", {word: number for number, word in enumerate(VERDICTS)})
    breach = np.where((verdict == 0) & (row >= 0), bound[row], -1)
    low, high = table.floats("p_low").copy(), table.floats("p_high").copy()
    claimed = np.full(table.count, -1)

    latest = _breach_claims(agreement, base, members, claims)
    added: list[dict[str, Any]] = []
    if latest:
        article, names = table.codes("article")
        concerned = np.flatnonzero(np.isin(row, [place for place, _ in latest]))
        where: dict[tuple[int, str], int] = {(int(row[n]), names[int(article[n])]): int(n) for n in concerned}
        for (place, name), claim in latest.items():
            holds, found = _holds(claim), where.get((place, name))
            if found is not None:
                verdict[found], claimed[found] = (0 if holds else 1), claim["entry"]
                low[found] = high[found] = float(holds)
                breach[found] = GRADES.index(claim["grade"]) if holds else -1
            elif holds:
                added.append(
                    {"row": place, "article": name, "grade": claim["grade"], "entry": claim["entry"]}
                )
    done = with_column(table.table, "verdict", worded(verdict, VERDICTS))
    done = with_column(with_column(done, "p_low", arrow.array(low)), "p_high", arrow.array(high))
    done = with_column(done, "breach", worded(breach, GRADES))
    done = with_column(done, "claimed", arrow.array(claimed, arrow.int64(), mask=claimed < 0))
    return _extended(done, base, added)


def rows_of_findings(findings: Columns, incidents: Columns) -> Codes:
    """Return the row of each finding's incident, whether it is given by row or by id; -1 where there is none."""
    kind = findings.table["incident"].type
    if arrow.types.is_integer(kind):
        rows = findings.floats("incident").astype(np.int64)
        return np.where((rows >= 0) & (rows < incidents.count), rows, -1)
    return findings.rows_of("incident", incidents.texts("incident"))


def _breach_claims(
    agreement: Agreement, base: Columns, members: Any, claims: Any
) -> dict[tuple[int, str], dict[str, Any]]:
    placed = _placed(agreement, base, members, claims, [])
    return {(row, claim["article"]): claim for claim, row in placed if claim["claim"] == "breach"}


def _extended(findings: Any, base: Columns, added: list[dict[str, Any]]) -> Any:
    """Append the findings that only claims make; what they do not say is null."""
    if not added:
        return findings
    by_row = arrow.types.is_integer(findings.schema.field("incident").type)
    ids = base.texts("incident")
    filled: dict[str, list[Any]] = {
        "incident": [one["row"] if by_row else ids[one["row"]].as_py() for one in added],
        "article": [one["article"] for one in added],
        "verdict": ["breach"] * len(added),
        "p_low": [1.0] * len(added),
        "p_high": [1.0] * len(added),
        "unknown": [0] * len(added),
        "exempt_least": [0] * len(added),
        "exempt_most": [0] * len(added),
        "breach": [one["grade"] for one in added],
        "claimed": [one["entry"] for one in added],
    }
    columns: list[Any] = []
    for part in findings.schema:
        kind = part.type.value_type if arrow.types.is_dictionary(part.type) else part.type
        column = arrow.array(filled.get(part.name, [None] * len(added)), kind)
        columns.append(column.dictionary_encode().cast(part.type) if kind != part.type else column)
    more = arrow.Table.from_arrays(columns, schema=findings.schema)
    return arrow.concat_tables([findings, more]).unify_dictionaries()
