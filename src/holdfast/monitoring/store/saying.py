"""What persons say of reports that are in the record already: each is an entry of its own, with who says so and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.agreement import GRADES, Agreement
from holdfast.monitoring.claims import CLAIMS
from holdfast.monitoring.record import adding
from holdfast.monitoring.store.correctable import CORRECTABLE, correction_fault, read_changes
from holdfast.monitoring.store.folder import agreement_of, asked, entry_known, index_read, unindexed
from holdfast.monitoring.store.index import caught_up

__all__ = ["CLAIMS", "CORRECTABLE", "claim", "correct", "decide", "signed"]

Check = Callable[[Any, Agreement], None]


def correct(
    folder: Path, report: str, changes: Mapping[str, str], by: str, why: str, *, as_given: bool = False
) -> int:
    """Correct how a report was read, and return the number of the entry; the report stays as it was received.

    A position that seems to be swapped is refused, unless it is said that it is right `as_given`.

    Raises
    ------
    InputError
        For a report that is not there, a field that cannot be corrected, or a value that is none or does not go with the others.
    """
    read = read_changes(changes)

    def check(con: Any, agreement: Agreement) -> None:
        columns = ", ".join(f'"{name}"' for name in CORRECTABLE)
        query = f"select {columns} from reports where id = ?"  # noqa: S608
        [now] = asked(con, query, [report]).to_pylist()
        now |= {name: now[name].isoformat() for name in ("start", "end")}
        if fault := correction_fault(agreement, now, read, dt.datetime.now(dt.UTC), as_given=as_given):
            raise InputError(fault)

    said = {"report": report, "set": read, **signed(by, why)}
    return _say(folder, "correction", said, [report], check)


def claim(
    folder: Path,
    report: str,
    what: str,
    grade: str,
    by: str,
    why: str,
    *,
    holds: bool = True,
    article: str | None = None,
    party: str | None = None,
) -> int:
    """Claim something of the incident that a report belongs to, and return the number of the entry.

    Parameters
    ----------
    folder, report
        Where, and of which report.
    what
        One of CLAIMS.
    grade
        How it is known: a step of the ladder.
    by, why
        Who says so, and on what grounds.
    holds
        False to claim that it is not so.
    article, party
        The article breached, for a breach; who did it, for an attribution.

    Raises
    ------
    InputError
        For a report, article or party that is not there, or a claim or grade that is none.
    """
    if what not in CLAIMS:
        raise InputError(f"--claim {what}: must be one of {', '.join(CLAIMS)}.")
    if grade not in GRADES:
        raise InputError(f"--claim {what}={grade}: must be one of {', '.join(GRADES)}.")
    if (what == "breach") != (article is not None):
        raise InputError("a claim of a breach names its article, and no other claim does. Use --article ID.")
    if (what == "attribution") != (party is not None):
        raise InputError("a claim of who did it names the party, and no other claim does. Use --party ID.")

    def check(_con: Any, agreement: Agreement) -> None:
        for option, name, known in (
            ("--article", article, agreement.articles),
            ("--party", party, agreement.parties),
        ):
            if name is not None and name not in known:
                raise InputError(
                    f"{option} {name}: is not in the agreement; must be one of {', '.join(known)}."
                )

    said = {
        "report": report,
        "claim": what,
        "grade": grade,
        "holds": holds,
        "article": article,
        "party": party,
        **signed(by, why),
    }
    return _say(folder, "claim", said, [report], check)


def decide(folder: Path, one: str, other: str, *, same: bool, by: str, why: str) -> int:
    """Say that two reports are of the same event, or that they are not, and return the number of the entry.

    Raises
    ------
    InputError
        For a report that is not there or is a tally, one report named twice, or a decision that contradicts earlier ones: with it
        no index could be made.
    """
    if one == other:
        raise InputError(f"{one}: is one report; name two.")

    def check(con: Any, _agreement: Agreement) -> None:
        for report in (one, other):
            if con.execute("select format from reports where id = ?", [report]).fetchall() == [("tally",)]:
                raise InputError(
                    f"{report}: is a tally, which is no event. Decide on reports of events only."
                )
        earlier = con.execute("select one, other, same from decisions order by entry").fetchall()
        if against := _contradicted([*earlier, (one, other, same)]):
            raise InputError(
                f"this contradicts what was said before: {against[0]} and {against[1]} are not the same, but others make them "
                "one. Say first what is to hold of these (the last that is said of two reports holds)."
            )

    said = {"one": one, "other": other, "same": same, **signed(by, why)}
    return _say(folder, "link", said, [one, other], check)


def _contradicted(decisions: Iterable[tuple[str, str, bool]]) -> tuple[str, str] | None:
    """Return two reports that are said not to be the same, and made one by what is said of others.

    Examples
    --------
    >>> _contradicted([("a", "b", True), ("b", "c", True), ("c", "a", False)])
    ('a', 'c')
    >>> _contradicted([("a", "b", True), ("b", "a", False)])
    """
    last = {(min(one, other), max(one, other)): same for one, other, same in decisions}
    home: dict[str, str] = {}

    def of(report: str) -> str:
        while home.get(report, report) != report:
            report = home[report]
        return report

    for (one, other), same in last.items():
        if same:
            home[of(one)] = of(other)
    apart = (pair for pair, same in last.items() if not same)
    return next(((one, other) for one, other in apart if of(one) == of(other)), None)


def signed(by: str, why: str) -> dict[str, str]:
    """Return who says something, and why; an error where either is empty."""
    for option, text, ask in (("--by", by, "who says so"), ("--why", why, "why, in a sentence")):
        if not text.strip():
            raise InputError(f"{option}: must not be empty. Say {ask}.")
    return {"by": by, "why": why}


def _say(folder: Path, kind: str, said: dict[str, Any], reports: list[str], check: Check) -> int:
    with adding(folder, known=entry_known(folder)) as writer:
        digest = caught_up(folder)
        with index_read(folder) as con:
            for report in reports:
                _current(con, report)
            check(con, agreement_of(con))
        # sealed: it names a report that an export may leave out
        n = writer.append(kind, {}, {kind: said})
        writer.commit()
        with unindexed(folder, f"Entry {n:,} is in the record"):
            caught_up(folder, digest)
    return n


def _current(con: Any, report: str) -> None:
    """Refuse what is said of a report that is not there, or was revised since."""
    rows = con.execute("select superseded, format, observer, native_id from reports where id = ?", [report])
    found = rows.fetchall()
    if not found:
        raise InputError(f"{report}: no such report. `holdfast monitor report` writes tables that name them.")
    superseded, *native = found[0]
    if superseded:
        [(now,)] = con.execute(
            "select id from reports where (format, observer, native_id) = (?, ?, ?) and not superseded",
            native,
        ).fetchall()
        raise InputError(f"{report}: was revised since. Say it of {now}, which holds now.")
