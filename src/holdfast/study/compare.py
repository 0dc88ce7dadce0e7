"""What changed between two studies: what was asked, the inputs, the answers, the ranking.

A difference of means may be due to the draws alone. Its standard error is that of independent draws,

  se² = Var(y₁) / n₁ + Var(y₂) / n₂,   or   se² = Var(y₂ − y₁) / n

where both studies have the same seed and number of draws, so that draws pair up; Sobol sequences do better, so this
is on the safe side. A difference of less than two standard errors is called noise: other seeds would give as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from holdfast.errors import InputError
from holdfast.study.hinges import best_shares
from holdfast.study.store import damaged, look, read_manifest, read_summary

Floats = NDArray[np.float64]

OUTCOMES = ("signed", "holds.10", "signed_and_holds_10")
"""The answers that are compared, by column of `draws.parquet`."""

BOTH = "signed_and_holds_10"

SURE = 2.0
"""Standard errors within which a difference is noise."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not the same in both studies; None where one has no such thing."""

    what: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in both studies.

    Parameters
    ----------
    proposal, outcome
        Whose, and which: `signed`, `holds.10`, `signed_and_holds_10`, or `best`.
    before, after
        Mean and 5-95 % interval as in the summary (`best`: the mean alone); None where one study has none.
    difference
        After less before, of the means; None where one has none.
    noise
        Two standard errors of the difference.
    within_noise
        Whether the difference is within what different seeds would give.
    """

    proposal: str
    outcome: str
    before: Mapping[str, float] | None
    after: Mapping[str, float] | None
    difference: float | None
    noise: float | None
    within_noise: bool | None


@dataclass(frozen=True, slots=True)
class Rank:
    """A proposal's place by signed and holding ten years, from 1; None where a study does not have it."""

    proposal: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Leader:
    """The best proposal in both studies; `within_noise`: other seeds could have ranked these two the other way."""

    before: str
    after: str
    within_noise: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one study to another.

    Attributes
    ----------
    study
        What was asked: title, date, scenario file, version, seed, draws, proposals, settings.
    added, removed, changed
        Inputs by path, as the manifests describe them (range, median, 90 % interval, source).
    answers
        All that are compared, changed or not.
    ranking
        In the order of the second study; proposals that only the first has come last.
    leader
        Which proposal is first in each.
    """

    study: tuple[Change, ...]
    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    changed: tuple[Change, ...]
    answers: tuple[Answer, ...]
    ranking: tuple[Rank, ...]
    leader: Leader

    def as_json(self) -> dict[str, Any]:
        """Return it as `--json` prints it."""
        return {
            "study": {c.what: {"before": c.before, "after": c.after} for c in self.study},
            "inputs": {
                "added": {c.what: c.after for c in self.added},
                "removed": {c.what: c.before for c in self.removed},
                "changed": {c.what: {"before": c.before, "after": c.after} for c in self.changed},
            },
            "answers": [asdict(answer) for answer in self.answers],
            "ranking": [asdict(rank) for rank in self.ranking],
            "leader": asdict(self.leader),
        }


@dataclass(frozen=True)
class _Study:
    """A complete study as read from its folder; `columns` [draws, proposals] by outcome."""

    asked: dict[str, Any]
    inputs: dict[str, Any]
    summary: dict[str, Any]
    proposals: tuple[str, ...]
    columns: dict[str, Floats]

    def spread(self, proposal: str, outcome: str) -> Mapping[str, float] | None:
        entry: Any = self.summary["proposals"].get(proposal, {})
        for key in outcome.split(".") if entry else ():
            entry = entry.get(key)
        return {"mean": entry} if isinstance(entry, float | int) else entry or None

    def draws(self, proposal: str, outcome: str) -> Floats:
        return self.columns[outcome][:, self.proposals.index(proposal)]


def compare_studies(before: Path, after: Path) -> Comparison:
    """Return what changed between the studies in two folders.

    Raises
    ------
    InputError
        If a folder holds no complete study, or its files were changed.
    """
    first, second = _read(before), _read(after)
    paths = sorted({*first.inputs, *second.inputs})
    changes = [Change(path, first.inputs.get(path), second.inputs.get(path)) for path in paths]
    paired = all(first.asked[name] == second.asked[name] for name in ("seed", "draws"))
    proposals = list(dict.fromkeys((*_ranked(second), *_ranked(first))))
    ranks = [{name: place for place, name in enumerate(_ranked(study), 1)} for study in (first, second)]
    return Comparison(
        study=tuple(
            Change(name, first.asked[name], second.asked[name])
            for name in first.asked
            if first.asked[name] != second.asked[name]
        ),
        added=tuple(change for change in changes if change.before is None),
        removed=tuple(change for change in changes if change.after is None),
        changed=tuple(
            change
            for change in changes
            if change.before is not None and change.after is not None and change.before != change.after
        ),
        answers=tuple(
            _answer(first, second, proposal, outcome, paired)
            for proposal in proposals
            for outcome in (*OUTCOMES, "best")
        ),
        ranking=tuple(Rank(name, ranks[0].get(name), ranks[1].get(name)) for name in proposals),
        leader=_leader(first, second),
    )


def _read(folder: Path) -> _Study:
    """Read a study from its folder."""
    if not (folder / "manifest.json").is_file():
        raise InputError(
            f"{folder} holds no complete study. Name a folder that `holdfast run` has finished writing."
        )
    if look(folder).manifest is None:
        raise InputError(f"{folder}: manifest.json is damaged. Run the study again with --force.")
    if bad := damaged(folder):
        raise InputError(f"{folder}: {', '.join(bad)} changed or missing since the study ran. Run it again.")
    manifest, summary = read_manifest(folder), read_summary(folder)
    run: dict[str, Any] = manifest["run"]
    asked = {
        "title": summary.get("scenario"),
        "as_of": summary.get("as_of"),
        "file": run["file_sha256"],
        **{name: run[name] for name in ("version", "seed", "draws", "proposals", "settings")},
    }
    proposals = tuple(cast("dict[str, Any]", summary["proposals"]))
    columns = _columns(folder / "draws.parquet", proposals)
    columns["best"] = best_shares(columns[BOTH])
    return _Study(asked, manifest.get("inputs") or {}, summary, proposals, columns)


def _columns(path: Path, proposals: Sequence[str]) -> dict[str, Floats]:
    """Read the compared outcomes of every draw and proposal, row group by row group."""
    names = ["proposal", *OUTCOMES]
    parts: dict[str, list[Floats]] = {name: [] for name in names}
    index = {proposal: place for place, proposal in enumerate(proposals)}
    with path.open("rb") as file:
        reader: Any = pq.ParquetFile(file)
        for group in range(reader.num_row_groups):
            table: Any = reader.read_row_group(group, columns=names)
            labels: list[str] = table["proposal"].to_pylist()
            parts["proposal"].append(np.array([index[label] for label in labels], dtype=np.float64))
            for name in OUTCOMES:
                column: Any = table[name].cast("float64").to_numpy()
                parts[name].append(np.asarray(column, dtype=np.float64))
    order = np.argsort(np.concatenate(parts["proposal"]), kind="stable").reshape(len(proposals), -1)
    return {name: np.concatenate(parts[name])[order].T for name in OUTCOMES}


def _ranked(study: _Study) -> list[str]:
    """Return the proposals, best first: by signed and holding ten years, then how often best, then by name."""

    def place(proposal: str) -> tuple[float, float, str]:
        both, best = (study.spread(proposal, outcome) or {"mean": -1.0} for outcome in (BOTH, "best"))
        return -both["mean"], -best["mean"], proposal

    return sorted(study.proposals, key=place)


def _leader(first: _Study, second: _Study) -> Leader:
    """Return the best proposal of each study, and whether their order is noise in either of them."""
    before, after = _ranked(first)[0], _ranked(second)[0]
    close = False
    for study in (first, second):
        if before != after and {before, after} <= set(study.proposals):
            lead = study.draws(before, BOTH) - study.draws(after, BOTH)
            close |= abs(float(np.nanmean(lead))) <= SURE * float(np.sqrt(_squared_error(lead)))
    return Leader(before, after, close)


def _answer(first: _Study, second: _Study, proposal: str, outcome: str, paired: bool) -> Answer:
    """Compare one answer."""
    before, after = first.spread(proposal, outcome), second.spread(proposal, outcome)
    if before is None or after is None:
        return Answer(proposal, outcome, before, after, None, None, None)
    difference = after["mean"] - before["mean"]
    old, new = first.draws(proposal, outcome), second.draws(proposal, outcome)
    squared = _squared_error(new - old) if paired else _squared_error(old) + _squared_error(new)
    noise = SURE * float(np.sqrt(squared))
    return Answer(proposal, outcome, before, after, difference, noise, abs(difference) <= noise)


def _squared_error(values: Floats) -> float:
    """Return the squared standard error of the mean of independent draws, those that do not apply left out."""
    known = values[~np.isnan(values)]
    return float(np.var(known)) / max(len(known) - 1, 1) if len(known) else 0.0
