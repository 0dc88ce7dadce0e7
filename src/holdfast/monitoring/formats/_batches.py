"""From what each row means to a batch: columns of reports, and the rows that are set aside."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from holdfast.monitoring.formats._cells import Floats, Rows
from holdfast.monitoring.formats._records import Broken
from holdfast.monitoring.formats._times import moment_of
from holdfast.monitoring.formats.doubts import too_late
from holdfast.monitoring.formats.swapped import Watched, check_places
from holdfast.monitoring.reports import REPORT_SCHEMA, Aside, Batch, arrow

Values = dict[str, Any]
"""What rows mean: for each field of a report one value for all, or a list or array with one a row."""

_DEFAULTS: Values = {"unit": "incident", "count": 1, "evidence": "reported", "text": "", "offset_minutes": 0}
_MOST_RUNS = 12


@dataclass(slots=True)
class Ids:
    """Gives each row its id; the k-th of identical rows of one file gets its own.

    Eight bytes a row are kept, so that files of any size can be read.

    Parameters
    ----------
    format
        The format, which is part of the id.
    """

    format: str
    runs: list[npt.NDArray[np.uint64]] = field(default_factory=list[npt.NDArray[np.uint64]])
    repeated: dict[int, int] = field(default_factory=dict[int, int])

    def give(self, raws: Sequence[str]) -> list[str]:
        """Return an id for each row as received; as `report_id` would, k counted."""
        start = f"{self.format}\0000\0".encode()
        hashes = [hashlib.sha256(start + raw.encode()).digest()[:8] for raw in raws]
        ids = ["r" + key.hex() for key in hashes]
        keys = np.frombuffer(b"".join(hashes), dtype=">u8").astype(np.uint64)
        ordered, counts = np.unique(keys, return_counts=True)
        known = np.zeros(len(ordered), dtype=bool)
        for run in self.runs:
            at = np.searchsorted(run, ordered)
            known |= run[np.minimum(at, len(run) - 1)] == ordered
        again = set(ordered[known | (counts > 1)].tolist())
        if again:
            already = set(ordered[known].tolist())
            for row, key in enumerate(keys.tolist()):
                if key in again:
                    k = self.repeated.get(key, 1 if key in already else 0)
                    self.repeated[key] = k + 1
                    if k:
                        said = f"{self.format}\0{k}\0{raws[row]}".encode()
                        ids[row] = "r" + hashlib.sha256(said).hexdigest()[:16]
        if len(ordered):
            self.runs.append(ordered)
        if len(self.runs) > _MOST_RUNS:
            self.runs = [np.unique(np.concatenate(self.runs))]
        return ids


def batch_of(
    name: str,
    rows: Rows,
    values: Values,
    ids: Ids,
    broken: Sequence[Broken],
    as_of: int | None,
    watched: Watched | None = None,
) -> Batch:
    """Return the rows as reports, those with faults set aside.

    Parameters
    ----------
    name
        What the file is called.
    rows
        The rows, with their faults.
    values
        What they mean.
    ids
        Gives each its id.
    broken
        Rows that could not be read at all.
    as_of
        Microseconds since 1970; nothing can have happened after this. None where it is not known.
    watched
        What the agreement draws; a position that makes sense only the other way round is set aside.
    """
    check_times(rows, values, as_of)
    if watched is not None:
        check_places(rows, values, watched)
    good = [row for row in range(len(rows)) if row not in rows.faults]
    everything = len(good) == len(rows)
    kept = None if everything else np.array(good, dtype=np.int64)
    raws = rows.raws if everything else [rows.raws[row] for row in good]
    lines = rows.lines if everything else [rows.lines[row] for row in good]
    chosen: Values = {**_DEFAULTS, **values, "id": ids.give(raws), "format": ids.format, "raw": raws}
    done = {"id", "raw"}
    columns = [
        _column(part, chosen.get(part.name), len(good), None if part.name in done else kept)
        for part in REPORT_SCHEMA
    ]
    aside = [Aside(name, line, reason, raw) for line, reason, raw in broken]
    aside += [
        Aside(name, rows.lines[row], " ".join(faults), rows.raws[row])
        for row, faults in sorted(rows.faults.items())
    ]
    aside.sort(key=lambda one: one.line)
    table = arrow.Table.from_arrays(columns, schema=REPORT_SCHEMA)
    return Batch(table, tuple(aside), tuple(lines))


def check_times(rows: Rows, values: Values, as_of: int | None) -> None:
    """Note what ends before it starts, and what starts after the reports were received."""
    start, end = np.asarray(values["start"]), np.asarray(values["end"])
    for row in np.flatnonzero(end <= start):
        if int(row) not in rows.faults:
            rows.fault(int(row), "ends before it starts. Check both dates.")
    if as_of is None:
        return
    for row in np.flatnonzero(start > as_of):
        if int(row) not in rows.faults:
            rows.fault(int(row), too_late(moment_of(int(start[row])), moment_of(as_of)) or "")


def _column(part: Any, value: Any, length: int, kept: npt.NDArray[np.int64] | None) -> Any:
    if part.name == "figures":
        return _figures(value or {}, length, kept, part.type)
    if part.name == "sources" and value is None:
        return arrow.array([[]] * length, part.type)
    if value is None or isinstance(value, str | int | float):
        return arrow.repeat(arrow.scalar(value, part.type), length)
    if isinstance(value, np.ndarray):
        array = cast("npt.NDArray[Any]", value)
        chosen = array if kept is None else array[kept]
        if arrow.types.is_timestamp(part.type):
            return arrow.array(chosen.astype(np.int64)).cast(part.type)
        if arrow.types.is_integer(part.type):
            return arrow.array(chosen.astype(np.int64)).cast(part.type)
        return arrow.array(chosen, part.type, from_pandas=True)  # NaN becomes null
    chosen = value if kept is None else [value[row] for row in kept]
    return arrow.array(chosen, part.type)


def _figures(
    figures: Mapping[str, Floats], length: int, kept: npt.NDArray[np.int64] | None, kind: Any
) -> Any:
    """Return named numbers as a map a row; a figure that is NaN is left out."""
    names = list(figures)
    table = np.full((length, len(names)), np.nan)
    for column, name in enumerate(names):
        table[:, column] = figures[name] if kept is None else figures[name][kept]
    there = np.isfinite(table)
    offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
    words = arrow.array(names, arrow.string())
    keys = words.take(arrow.array(np.nonzero(there)[1])) if names else words
    return arrow.MapArray.from_arrays(
        arrow.array(offsets, arrow.int32()), keys, arrow.array(table[there]), type=kind
    )


def optional(texts: Sequence[str]) -> list[str | None]:
    """Return words, None for an empty one."""
    return [text or None for text in texts]


def distinct(text: str, separator: str = ";") -> list[str]:
    """Return the parts of a text, each once, in their order.

    Examples
    --------
    >>> distinct("AFP; Reuters;AFP")
    ['AFP', 'Reuters']
    """
    if separator not in text:
        return [text.strip()] if text.strip() else []
    return list(dict.fromkeys(part for piece in text.split(separator) if (part := piece.strip())))
