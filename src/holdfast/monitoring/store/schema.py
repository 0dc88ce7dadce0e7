"""The tables of the index. Names and meanings are in docs/reference/monitoring.md."""

from __future__ import annotations

__all__ = ["TABLES", "VERSION"]

VERSION = 5
"""Of the tables' form; an index of another one is not read, and made anew by whoever adds next."""

_TIME = "timestamp with time zone"
_PLACE = "lat double, lon double, sd_along_km double, sd_across_km double, azimuth_deg double, shape varchar"
_SAID = f"entry bigint, recorded {_TIME}"
_WHO = '"by" varchar, why varchar'

TABLES: dict[str, str] = {
    "about": "version integer, entry bigint, hash varchar, linking varchar, bytes bigint, sha256 varchar",
    "agreement_files": "place integer, name varchar, data blob",
    "amendments": f"{_SAID}, {_WHO}",
    "files": f"entry bigint, name varchar, format varchar, observer varchar, recorded {_TIME}",
    "reports": f"""
        id varchar, format varchar, observer varchar, native_id varchar, kind varchar, start {_TIME}, "end" {_TIME},
        offset_minutes integer, {_PLACE}, sector varchar, unit varchar, count bigint, weapon varchar, calibre_mm double,
        "by" varchar, evidence varchar, text varchar, sources varchar[], figures map(varchar, double), exempt varchar,
        entry bigint, file bigint, line bigint, sector_id varchar, observer_id varchar, by_id varchar, superseded boolean,
        sectors map(varchar, double), evidence_counted varchar
    """,
    "aside": "id varchar, entry bigint, file bigint, line bigint, reason varchar, raw varchar, mended boolean",
    "pairs": "one varchar, other varchar, probability double, apart double, alone double",
    "crowded": "report varchar, beyond bigint",
    "members": "report varchar, incident varchar, probability double",
    "incidents": f"""
        incident varchar, reports bigint, observers varchar[], probability double, kind varchar, start {_TIME}, "end" {_TIME},
        {_PLACE}, sector varchar, sector_id varchar, unit varchar, count bigint, exempt_least bigint, exempt_count bigint,
        weapon varchar, calibre_mm double, "by" varchar, by_id varchar,
        by_disputed boolean, exempt varchar, tally boolean, day date, occurrence varchar, first_occurrence varchar,
        occurred boolean, attribution varchar, not_by varchar[], sectors map(varchar, double),
        signature hugeint
    """,
    "findings": """
        incident varchar, article varchar, verdict varchar, p_low double, p_high double, exemption varchar, unknown utinyint,
        exempt_least bigint, exempt_most bigint, breach varchar, claimed bigint, incident_day date, incident_sector varchar,
        incident_occurred boolean
    """,
    "claims": f"""
        {_SAID}, report varchar, claim varchar, grade varchar, article varchar, holds boolean, party varchar, {_WHO}, unused varchar
    """,
    "corrections": f"{_SAID}, report varchar, field varchar, was varchar, now varchar, {_WHO}",
    "decisions": f"{_SAID}, one varchar, other varchar, same boolean, {_WHO}",
    "models": "entry bigint, model varchar",
}
"""Columns of each table, as SQL."""
