"""Reports whose events are known: made-up places, observers that each see some events and err in their own ways.

Events lie around villages and in time as drawn; each observer sees each event with its own probability, and reports it
with its own errors of position and time, its own words and kinds. Errors are not always what the report states: the press's
are three times as large in a tenth of its reports, and a chronicle's date is one day off in a twentieth, because that is what
linkage has to live with. Everything follows from the seed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from holdfast.monitoring.reports import REPORT_SCHEMA

KINDS = np.array(["explosion", "firing", "clash", "violence", "flight", "weapon"])
SHARES = np.array([0.35, 0.25, 0.15, 0.08, 0.10, 0.07])
WORDS = {
    "explosion": [
        "explosions heard near {v}",
        "shelling reported close to {v}, several impacts",
        "{v}: undetermined explosion to the {w}",
    ],
    "firing": ["bursts of small arms fire {w} of {v}", "heavy machine gun fire at {v}", "shots heard in {v}"],
    "clash": [
        "exchange of fire between positions near {v}",
        "clash on the {w} edge of {v}",
        "fighting around {v} reported by residents",
    ],
    "violence": [
        "civilian injured in {v}",
        "residential house damaged in {v}, one civilian wounded",
        "civilians hurt {w} of {v}",
    ],
    "flight": [
        "drone seen flying {w} over {v}",
        "unmanned aerial vehicle near {v}",
        "flight heard above {v}",
    ],
    "weapon": [
        "towed howitzer seen {w} of {v}",
        "two mortars in a compound at {v}",
        "tank observed near {v}",
    ],
}
SIDES = ["north", "south", "east", "west"]
MISCODED = {
    "explosion": "firing",
    "firing": "explosion",
    "clash": "firing",
    "violence": "explosion",
    "flight": "other",
    "weapon": "movement",
}
START = np.datetime64("2031-03-01T00:00:00", "us")
HOUR = 3_600_000_000


class Observer(NamedTuple):
    """How one observer sees and reports."""

    name: str
    format: str
    sees: float
    sd_km: float
    hours: float  # how long an interval it gives
    miscodes: float
    heavy: float = 0.0  # share of positions three times as far off
    off_by_a_day: float = 0.0
    kinds: tuple[str, ...] = tuple(KINDS)


OBSERVERS = (
    Observer("Team North", "table", 0.5, 0.6, 0.5, 0.10),
    Observer("Lantern Desk", "table", 0.4, 2.5, 6.0, 0.15, heavy=0.1),
    Observer(
        "Chronicle",
        "ucdp",
        0.5,
        3.5,
        24.0,
        0.15,
        off_by_a_day=0.05,
        kinds=("explosion", "firing", "clash", "violence"),
    ),
    Observer("Orbit 1", "firms", 0.35, 0.19, 0.02, 0.0, kinds=("explosion", "firing")),
)


class Simulated(NamedTuple):
    """Reports by REPORT_SCHEMA, and for each the number of its event."""

    reports: pa.Table
    event: np.ndarray


def _names(rng: np.random.Generator, number: int) -> np.ndarray:
    first, last = (
        ["bel", "kor", "mil", "tar", "vos", "nel", "dru", "sam", "pol", "hav"],
        ["ino", "ka", "mir", "sk", "evo", "ara", "dol", "itz", "une", "ost"],
    )
    return np.array(
        [(first[a] + last[b] + last[c]).capitalize() for a, b, c in rng.integers(0, 10, (number, 3))]
    )


def simulate(
    events: int,
    *,
    days: float,
    side_km: float,
    seed: int,
    hot: float = 0.0,
    hot_km: float = 40.0,
    centre: tuple[float, float] = (48.0, 38.0),
    first: int = 0,
) -> Simulated:
    """Return reports of so many events over so many days in a square.

    Parameters
    ----------
    hot
        Share of the events that fall on one day into one square of ``hot_km``.
    first
        Number of the first event, and part of the ids, so that several simulations go together.
    """
    rng = np.random.default_rng(seed)
    villages = max(4, int(side_km**2 / 60))
    where = rng.uniform(-side_km / 2, side_km / 2, (villages, 2))
    names = _names(rng, villages)
    village = rng.integers(0, villages, events)
    hours = rng.uniform(0, days * 24, events)
    is_hot = rng.random(events) < hot
    inside = np.flatnonzero(np.all(np.abs(where) < hot_km / 2, axis=1))
    if hot and inside.size:
        village[is_hot] = rng.choice(inside, int(is_hot.sum()))
        hours[is_hot] = days * 12 + rng.uniform(0, 24, int(is_hot.sum()))
    place = where[village] + rng.normal(0, 2.0, (events, 2))
    kind = rng.choice(len(KINDS), events, p=SHARES)
    parts = [
        _seen(rng, one, number, place, hours, kind, names[village], where[village], centre, first)
        for number, one in enumerate(OBSERVERS)
    ]
    table = pa.concat_tables([part.reports for part in parts])
    event = np.concatenate([part.event for part in parts])
    order = rng.permutation(table.num_rows)
    return Simulated(table.take(pa.array(order)), event[order])


def _seen(rng, one, number, place, hours, kind, names, homes, centre, first) -> Simulated:
    can = np.isin(KINDS[kind], one.kinds)
    seen = np.flatnonzero(can & (rng.random(len(kind)) < one.sees))
    n = seen.size
    spread = one.sd_km * np.where(rng.random(n) < one.heavy, 3.0, 1.0)
    if one.format == "ucdp":  # places what it knows at the village
        xy = homes[seen]
    elif one.format == "firms":
        xy = place[seen] + rng.uniform(-one.sd_km, one.sd_km, (n, 2))
    else:
        xy = place[seen] + rng.normal(0, 1, (n, 2)) * spread[:, None]
    lat = centre[0] + xy[:, 1] / 111.2
    lon = centre[1] + xy[:, 0] / (111.2 * np.cos(np.radians(lat)))
    at = hours[seen]
    if one.format == "ucdp":
        day = np.floor(at / 24) + np.where(rng.random(n) < one.off_by_a_day, rng.choice([-1, 1], n), 0)
        begin = day * 24.0
    elif one.format == "firms":
        begin = at + rng.uniform(0, 8, n)  # the next pass
    else:
        begin = at + rng.normal(0, 0.3, n) - rng.uniform(0, one.hours, n)
    start = START + (begin * HOUR).astype("int64").astype("timedelta64[us]")
    end = start + np.timedelta64(int(one.hours * HOUR), "us")
    true = KINDS[kind[seen]]
    wrong = rng.random(n) < one.miscodes
    said = np.where(wrong, np.array([MISCODED[k] for k in true], dtype=object), true)
    if one.format == "firms":
        said, text = np.full(n, "fire"), np.full(n, "")
    else:
        which, side = rng.integers(0, 3, n), rng.integers(0, 4, n)
        text = np.array(
            [
                WORDS[k][a].format(v=v, w=SIDES[b])
                for k, a, b, v in zip(true, which, side, names[seen], strict=True)
            ],
            dtype=object,
        )
    ids = [f"r{number:01x}{first + e:015x}" for e in seen.tolist()]
    ids = [f"r{(int(i[1:], 16) * 0x9E3779B97F4A7C15) % 2**64:016x}" for i in ids]  # spread, as hashes are
    shape = "box" if one.format == "firms" else "normal"
    columns = {
        "id": ids,
        "format": [one.format] * n,
        "observer": [one.name] * n,
        "native_id": pa.nulls(n, pa.string()),
        "kind": said,
        "start": pa.array(start, pa.timestamp("us", "UTC")),
        "end": pa.array(end, pa.timestamp("us", "UTC")),
        "offset_minutes": np.zeros(n, dtype=np.int32),
        "lat": lat,
        "lon": lon,
        "sd_along_km": np.full(n, one.sd_km),
        "sd_across_km": np.full(n, one.sd_km),
        "azimuth_deg": np.zeros(n),
        "shape": [shape] * n,
        "unit": ["incident"] * n,
        "count": np.ones(n, dtype=np.int64),
        "evidence": ["reported"] * n,
        "text": text,
        "raw": [""] * n,
        "sources": pa.array([[]] * n, pa.list_(pa.string())),
        "figures": pa.array([[]] * n, pa.map_(pa.string(), pa.float64())),
    }
    arrays = [
        pa.nulls(n, part.type)
        if part.name not in columns
        else columns[part.name]
        if isinstance(columns[part.name], pa.Array)
        else pa.array(columns[part.name], part.type)
        for part in REPORT_SCHEMA
    ]
    return Simulated(pa.Table.from_arrays(arrays, schema=REPORT_SCHEMA), seen + first)
