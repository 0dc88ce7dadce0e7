"""Status and tables as an index makes them, from reports of which each is an incident of its own: for tests of the page."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.monitoring.agreement import Agreement, load_agreement
from holdfast.monitoring.findings import findings
from holdfast.monitoring.reports import Report, report_id, table_of
from holdfast.monitoring.status import checked, side_by_side
from holdfast.monitoring.tallies import tallies_of

CATALOG = Path(__file__).parents[4] / "catalog" / "donbas-2015" / "agreement.yaml"
PERIOD = (dt.date(2021, 11, 1), dt.date(2021, 11, 30))
DAY = dt.timedelta(days=1)
MARKUP = "<script>alert('x')</script><img src=http://example.invalid/x onerror=alert(1)> & \"quoted\" \u202egnp.exe"
TEXTS = (
    "incident",
    "kind",
    "shape",
    "sector_id",
    "unit",
    "weapon",
    "by",
    "by_id",
    "exempt",
    "occurrence",
    "attribution",
)
FLOATS = ("probability", "lat", "lon", "sd_along_km", "sd_across_km", "azimuth_deg", "calibre_mm")
INCIDENTS = pa.schema(
    dict.fromkeys(TEXTS, pa.string())
    | dict.fromkeys(FLOATS, pa.float64())
    | dict.fromkeys(("start", "end"), pa.timestamp("us", "UTC"))
    | dict.fromkeys(("reports", "count"), pa.int64())
    | dict.fromkeys(("tally", "by_disputed"), pa.bool_())
    | {"observers": pa.list_(pa.string()), "day": pa.date32()}
)


def donbas() -> Agreement:
    return load_agreement(CATALOG)


def incidents(agreement: Agreement, reports: list[Report]) -> Any:
    zone = zoneinfo.ZoneInfo(agreement.time_zone)
    rows = []
    for one in reports:
        tally = one.format == "tally"
        moment = one.end if tally else one.start
        same = {
            name: getattr(one, name)
            for name in (
                *FLOATS[1:],
                "kind",
                "shape",
                "unit",
                "weapon",
                "by",
                "exempt",
                "start",
                "end",
                "count",
            )
        }
        party = agreement.id_of("parties", one.by)
        rows.append(
            same
            | {
                "incident": one.id,
                "sector_id": agreement.id_of("sectors", one.sector),
                "reports": 1,
                "observers": [one.observer],
                "probability": 1.0,
                "by_id": party,
                "by_disputed": False,
                "tally": tally,
                "occurrence": one.evidence,
                "attribution": "reported" if one.by else None,
                "day": moment.astimezone(zone).date(),
            }
        )
    return pa.Table.from_pylist(rows, INCIDENTS)


def index(
    agreement: Agreement, reports: Iterable[Report], period: tuple[dt.date, dt.date] = PERIOD
) -> dict[str, Any]:
    """Tables of a period."""
    known = list(reports)
    found = incidents(agreement, known)
    inside = [period[0] <= day <= period[1] for day in found["day"].to_pylist()]
    found = found.filter(pa.array(inside, pa.bool_()))
    kept = [one for one, here in zip(known, inside, strict=True) if here]
    told = findings(agreement, found.append_column("sector", found["sector_id"])) if kept else None
    rows = told.to_pylist() if told is not None else []
    ids, grades = found["incident"].to_pylist(), found["occurrence"].to_pylist()
    table = table_of(kept)
    by = [agreement.id_of("sectors", one.sector) for one in kept]
    return {
        "incidents": found,
        "findings": pa.Table.from_pylist(
            [row | {"incident": ids[row["incident"]], "breach": grades[row["incident"]]} for row in rows],
            pa.schema(
                dict.fromkeys(("incident", "article", "verdict", "exemption", "breach"), pa.string())
                | {"p_low": pa.float64(), "p_high": pa.float64(), "unknown": pa.uint8()}
            ),
        ),
        "members": pa.table({"report": ids, "incident": ids, "probability": [1.0] * len(ids)}),
        "claims": pa.table(
            {
                name: pa.array([], pa.string())
                for name in ("report", "claim", "grade", "article", "party", "by", "why")
            }
            | {
                "entry": pa.array([], pa.int64()),
                "at": pa.array([], pa.string()),
                "holds": pa.array([], pa.bool_()),
            }
        ),
        "not_observed": unseen(agreement, found, period),
        "reports": table.append_column("sector_id", pa.array(by, pa.string())).append_column(
            "superseded", pa.array([False] * len(kept))
        ),
    }


def unseen(agreement: Agreement, found: Any, period: tuple[dt.date, dt.date]) -> Any:
    """Days of which no tally tells, where any does."""
    told: dict[str, set[dt.date]] = {}
    for row in found.to_pylist():
        if row["tally"] and row["sector_id"]:
            days = max(1, round((row["end"] - row["start"]) / DAY))
            told.setdefault(row["sector_id"], set()).update(row["day"] - n * DAY for n in range(days))
    rows = []
    for sector, days in told.items():
        run: list[dt.date] = []
        for n in range((period[1] - period[0]).days + 2):
            day = period[0] + n * DAY
            if day <= period[1] and day not in days:
                run.append(day)
            elif run:
                rows.append(
                    {"sector_id": sector, "since": run[0], "until": run[-1], "why": "no daily report at hand"}
                )
                run = []
    schema = pa.schema(
        {"sector_id": pa.string(), "since": pa.date32(), "until": pa.date32(), "why": pa.string()}
    )
    return pa.Table.from_pylist(rows, schema)


def status(
    agreement: Agreement, tables: dict[str, Any], period: tuple[dt.date, dt.date] = PERIOD
) -> dict[str, Any]:
    """What the status says of such tables; its triggers are made up."""
    sectors = {row["incident"]: row["sector_id"] for row in tables["incidents"].to_pylist()}
    found: dict[tuple[Any, str], dict[str, Any]] = {}
    for row in tables["findings"].to_pylist():
        key = (sectors[row["incident"]], row["article"])
        one = found.setdefault(
            key,
            {
                "sector": key[0],
                "article": key[1],
                "title": agreement.articles[key[1]].title,
                "breach": 0,
                "allowed": 0,
            }
            | {"undetermined": 0, "low": 0.0, "high": 0.0, "grades": {}},
        )
        one[row["verdict"]] += 1
        one["low"], one["high"] = one["low"] + row["p_low"], one["high"] + row["p_high"]
        if row["verdict"] == "breach":
            one["grades"][row["breach"]] = one["grades"].get(row["breach"], 0) + 1
    tallies = tallies_of(_reports(tables))
    counts: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in tables["incidents"].to_pylist():
        by = row["observers"][0] if row["tally"] else None
        key = (row["sector_id"], row["unit"], by, row["occurrence"])
        one = counts.setdefault(
            key,
            dict(zip(("sector", "unit", "tallied_by", "grade"), key, strict=True))
            | {"reports": 0, "incidents": 0, "tallies": 0, "count": 0},
        )
        one["tallies" if row["tally"] else "incidents"] += 1
        one["reports"], one["count"] = one["reports"] + 1, one["count"] + row["count"]
    number = tables["reports"].num_rows
    return {
        "agreement": agreement.title,
        "as_of": period[1].isoformat(),
        "since": period[0].isoformat(),
        "time_zone": agreement.time_zone,
        "record": {
            "entries": number + 3,
            "hash": "9f" * 32,
            "reports": number,
            "files": 1,
            "set_aside": 0,
            "superseded": 0,
            "outside": 0,
            "not_indexed": 0,
            "unused_claims": [],
            "amendments": [],
        },
        "linking": {
            "incidents": tables["incidents"].num_rows,
            "of_several": 0,
            "pairs": 0,
            "left_out": 0,
            "within_by_bound": 0,
        },
        "counts": list(counts.values()),
        "findings": list(found.values()),
        "triggers": [_trigger(agreement, name, tables) for name in agreement.triggers],
        "not_observed": [
            {
                "sector": row["sector_id"],
                "since": str(row["since"]),
                "until": str(row["until"]),
                "why": row["why"],
            }
            for row in tables["not_observed"].to_pylist()
        ],
        "tallies": checked(tallies),
        "rivals": side_by_side(agreement, tallies),
    }


def _reports(tables: dict[str, Any]) -> Any:
    from holdfast.monitoring.reports import REPORT_SCHEMA, reports_of

    return reports_of(tables["reports"].select(REPORT_SCHEMA.names))


def _trigger(agreement: Agreement, name: str, tables: dict[str, Any]) -> dict[str, Any]:
    entry = agreement.triggers[name]
    most = [
        (row["count"], row["incident"], row["day"]) for row in tables["incidents"].to_pylist() if row["tally"]
    ]
    count, incident, day = max(most, default=(0, None, None))
    met = count >= entry.count.at_least
    gaps = tables["not_observed"].to_pylist()[:2]
    return {
        "id": name,
        "title": entry.title,
        "state": "met" if met else "cannot be told" if gaps else "not met",
        "probability": [0.98, 1.0] if met else [0.1, 0.7],
        "window": [str(day), str(day)] if day else None,
        "first_met": str(day) if met else None,
        "count": [count, count],
        "threshold": entry.count.at_least,
        "unit": entry.count.unit,
        "within_days": entry.within_days,
        "rests_on": [incident] if met else [],
        "rests_on_all": 1 if met else 0,
        "not_observed": [
            {"sector": gap["sector_id"], "since": str(gap["since"]), "until": str(gap["until"])}
            for gap in gaps
        ],
        "would_change": ["A correction of the tally to below the threshold."]
        if met
        else ["A count for the days not observed."],
        "commitment": {
            "scenario": "catalog/paris-2025/scenario.yaml",
            "proposal": "in-country-force",
            "pledge": "coalition",
        }
        if met
        else None,
    }


def report(n: int, **values: Any) -> Report:
    """A report of its own, at noon of the nth day of the period unless something else is said."""
    start = values.pop("start", dt.datetime(2021, 11, 1, 10, tzinfo=dt.UTC) + n % 30 * DAY)
    raw = f"row {n}"
    told = {
        "format": "table",
        "observer": "SMM",
        "kind": "firing",
        "evidence": "observed",
        "offset_minutes": 120,
        **values,
    }
    return Report(
        report_id("table", raw),
        start=start,
        end=values.get("end", start + dt.timedelta(minutes=10)),
        raw=raw,
        **{k: v for k, v in told.items() if k != "end"},
    )


def made_up(number: int = 160, seed: int = 7) -> list[Report]:
    """Reports with everything in them: tallies with gaps, rivals, weapons near lines, flights, refusals, markup."""
    rng = np.random.default_rng(seed)
    zone = zoneinfo.ZoneInfo("Europe/Kyiv")
    found: list[Report] = []
    for n in range(30):
        for k, (region, mean) in enumerate((("Donetsk", 90), ("Luhansk", 30))):
            if (n in (6, 7, 20)) or (region == "Luhansk" and 12 <= n <= 16):
                continue
            end = dt.datetime(2021, 11, 1, 19, 30, tzinfo=zone) + n * DAY
            count = int(rng.negative_binomial(2, 2 / (2 + mean))) if n not in (2, 25) else 0
            found.append(tally(1000 + 10 * n + k, region, end, count, "OSCE SMM", "effect"))
            if region == "Donetsk" and n % 6 == 0:
                found.append(
                    tally(2000 + 10 * n + k, region, end, max(1, count // 7), "Joint Centre", "incident")
                )
    kinds = ("weapon", "weapon", "weapon", "flight", "access", "works", "site", "explosion")
    for n in range(number):
        kind = kinds[n % len(kinds)]
        lat, lon = 47.2 + 1.6 * rng.random(), 37.4 + 2.2 * rng.random()
        sd = float(rng.choice([0.3, 1.0, 4.0, 9.0], p=[0.5, 0.3, 0.15, 0.05]))
        found.append(
            report(
                n, kind=kind, lat=lat, lon=lon, sd_along_km=sd, sd_across_km=sd / (1 + n % 3), azimuth_deg=float(n * 37 % 180),
                shape="box" if n % 9 == 0 else "normal", sector="Donetsk" if lat < 48.4 else "Luhansk",
                weapon=("152 mm howitzer", "BM-21 Grad", "T-72 tank")[n % 3] if kind == "weapon" else None,
                calibre_mm=152.0 if kind == "weapon" and n % 3 == 0 else None,
                unit={"weapon": "presence", "works": "presence", "access": "refusal"}.get(kind, "incident"),
                by=(None, "UAF", "armed formations")[n % 3], evidence=("observed", "reported", "corroborated", "verified on site")[n % 4],
                observer=MARKUP if n == 3 else "SMM", text=MARKUP if n % 20 == 3 else f"Seen by a patrol, report {n}.",
            )
        )  # fmt: skip
    return found


def tally(
    n: int, region: str, end: dt.datetime, count: int, observer: str, unit: str, days: int = 1
) -> Report:
    """A tally of so many days."""
    end = end.astimezone(dt.UTC)
    raw = f"tally {n}"
    return Report(
        report_id("tally", raw), "tally", observer, "firing", end - days * DAY, end, raw, offset_minutes=120, sector=region, unit=unit,
        count=count, evidence="observed" if unit == "effect" else "reported",
    )  # fmt: skip
