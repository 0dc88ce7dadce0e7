"""An amended agreement: both versions stay in the record, and everything is tested against the later one."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import InputError
from holdfast.monitoring.record import LOG, entries, files_in, verify
from holdfast.monitoring.status import status
from holdfast.monitoring.store.amending import amend
from holdfast.monitoring.store.folder import agreement_of, index_read
from holdfast.monitoring.store.index import rebuilt
from holdfast.monitoring.store.saying import claim
from tests.unit.monitoring.store.small import AGREEMENT, added, agreement, begun, held, rows_of

EARLIER = AGREEMENT.replace("until: 2021-12-31", "until: 2020-05-31")
WITHOUT = AGREEMENT.replace("forbids: [explosion, firing]", "forbids: [firing]")
assert AGREEMENT not in {EARLIER, WITHOUT}


def verdicts(folder: Path) -> list[tuple[str, str]]:
    return sorted(rows_of(folder, "select article, verdict from findings"))


def test_reports_that_were_added_before_are_tested_against_the_amended_agreement(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(
        folder,
        {"no": "1"},
        {"no": "2", "what": "firing", "since": "2020-05-09T10:00:00", "until": "2020-05-09T11:00:00"},
    )
    assert verdicts(folder) == [("ceasefire", "breach")] * 2
    amend(folder, agreement(WITHOUT), "the commission", "Protocol 2")
    assert verdicts(folder) == [("ceasefire", "breach")]


def test_a_longer_agreement_counts_what_lay_outside(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record", EARLIER)
    added(folder, {"no": "1"}, {"no": "2", "since": "2020-07-01T10:00:00", "until": "2020-07-01T11:00:00"})
    assert status(folder)["record"]["outside"] == 1
    amend(folder, agreement(), "the commission", "A year longer.")
    assert status(folder)["record"]["outside"] == 0


def test_both_versions_stay_and_the_status_says_who_and_why(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record", EARLIER)
    n = amend(folder, agreement(), "the commission", "A year longer.")
    kept = {entry.n: files_in(entry)["a.yaml"] for entry in entries(folder) if files_in(entry)}
    assert kept == {1: EARLIER.encode(), n: AGREEMENT.encode()}
    [told] = status(folder)["record"]["amendments"]
    assert (told["entry"], told["by"], told["why"]) == (n, "the commission", "A year longer.")
    with index_read(folder) as con:
        assert str(agreement_of(con).in_force.until) == "2021-12-31"
    assert not verify(folder).faults


def test_the_index_after_an_amendment_is_the_one_made_anew(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record", EARLIER)
    added(folder, {"no": "1"}, {"no": "2", "sector": "East"})
    amend(folder, agreement(WITHOUT), "the commission", "Protocol 2")
    before = held(folder)
    rebuilt(folder)
    assert held(folder) == before


def test_a_claim_about_an_article_that_is_gone_changes_nothing_and_is_listed(tmp_path: Path) -> None:
    folder = begun(tmp_path / "record")
    added(folder, {"no": "1", "what": "flight"})
    [(report,)] = rows_of(folder, "select id from reports")
    claim(folder, report, "breach", "ruled", "a court", "ruling 7", article="quiet")
    gone = "\n".join(line for line in AGREEMENT.splitlines() if not line.startswith("  quiet: {title"))
    amend(folder, agreement(gone), "the commission", "Flights are free.")
    assert "quiet" not in {article for article, _ in verdicts(folder)}
    [told] = status(folder)["record"]["unused_claims"]
    assert told["why"].startswith("article = quiet; must be one of ceasefire")
    amend(folder, agreement(), "the commission", "Flights are not free after all.")
    assert status(folder)["record"]["unused_claims"] == []
    assert ("quiet", "breach") in verdicts(folder)


@pytest.mark.parametrize(
    ("text", "by", "why", "told"),
    [
        (AGREEMENT, "me", "because", "is the agreement that holds already"),
        (WITHOUT, " ", "because", "--by: must not be empty"),
        (WITHOUT, "me", "", "--why: must not be empty"),
    ],
)
def test_what_amends_nothing_or_is_signed_by_nobody_is_refused(
    tmp_path: Path, text: str, by: str, why: str, told: str
) -> None:
    folder = begun(tmp_path / "record")
    before = (folder / LOG).read_bytes()
    with pytest.raises(InputError, match=told):
        amend(folder, agreement(text), by, why)
    assert (folder / LOG).read_bytes() == before
