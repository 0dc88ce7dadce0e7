"""The figures of a page as tables: what it shows, cut off nowhere, from the same series, findings and status as the page itself.

The columns are described in docs/reference/monitoring-report.md.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from holdfast.report.monitoring.breaches import Kept
from holdfast.report.monitoring.counts import Series
from holdfast.report.monitoring.timeline import runs
from holdfast.report.monitoring.watch import GRADES_UP, ONE_DAY, Watch

arrow: Any = pa

__all__ = ["checks", "figures", "side_by_side"]

_TEXT, _NUMBER, _WHOLE, _DAY = arrow.string(), arrow.float64(), arrow.int64(), arrow.date32()
_TIME, _TEXTS = arrow.timestamp("us", "UTC"), arrow.list_(arrow.string())
_GRADES = {grade.replace(" ", "_"): grade for grade in GRADES_UP}
_PLACE = {"sector_id": _TEXT, "sector": _TEXT}
_COUNTED = {"unit": _TEXT, "tallied_by": _TEXT}
_SERIES = _COUNTED | {"kinds": _TEXTS}
_VERDICTS = dict.fromkeys(("breach", "undetermined", "allowed"), _WHOLE) | dict.fromkeys(
    ("low", "high"), _NUMBER
)
_SCHEMAS: dict[str, dict[str, Any]] = {
    "counts_by_sector": _PLACE
    | _SERIES
    | {"days": _WHOLE, "days_observed": _WHOLE, "per_day_observed": _NUMBER}
    | dict.fromkeys(("on_days_observed", "on_other_days", "highest_day"), _NUMBER),
    "counts_by_day": _PLACE
    | _SERIES
    | {"since": _DAY, "until": _DAY, "days_observed": _WHOLE, "count": _NUMBER, "per_day": _NUMBER},
    "days_observed": _PLACE | {"days": _WHOLE, "days_observed": _WHOLE},
    "findings_by_article": {"article": _TEXT, "title": _TEXT} | _VERDICTS | dict.fromkeys(_GRADES, _WHOLE),
    "findings_by_sector": _PLACE
    | {"article": _TEXT, "title": _TEXT}
    | _VERDICTS
    | dict.fromkeys(_GRADES, _WHOLE),
    "breaches_counted": {"article": _TEXT, "title": _TEXT} | _COUNTED | {"count": _NUMBER, "exempt": _NUMBER},
    "triggers": dict.fromkeys(("trigger", "title", "state"), _TEXT)
    | dict.fromkeys(("p_low", "p_high", "count_low", "count_high", "threshold"), _NUMBER)
    | {"unit": _TEXT, "within_days": _NUMBER}
    | dict.fromkeys(("window_since", "window_until", "first_met"), _DAY)
    | {"rests_on": _TEXTS, "rests_on_all": _WHOLE, "would_change": _TEXTS}
    | dict.fromkeys(("scenario", "proposal", "pledge"), _TEXT),
    "trigger_gaps": {"trigger": _TEXT} | _PLACE | {"since": _DAY, "until": _DAY},
    "tally_checks": {"observer": _TEXT}
    | _PLACE
    | dict.fromkeys(("kind", "unit", "earlier", "later"), _TEXT)
    | dict.fromkeys(("since", "until", "repeated_until"), _TIME)
    | dict.fromkeys(("count", "repeated", "difference"), _NUMBER)
    | {"verdict": _TEXT, "why": _TEXT},
    "rivals": _PLACE
    | {"since": _TIME, "until": _TIME}
    | {
        f"{side}_{name}": kind
        for side in ("first", "second")
        for name, kind in {"observer": _TEXT, "unit": _TEXT, "count": _NUMBER}.items()
    }
    | {"difference": _NUMBER, "verdict": _TEXT, "left": _NUMBER, "why": _TEXTS},
}


def figures(watch: Watch, series: Sequence[Series], found: Sequence[Kept]) -> dict[str, Any]:
    """Return the page's figures as tables by name; each has its columns also where it has no row.

    Parameters
    ----------
    watch
        The period.
    series
        What was counted.
    found
        What was found under each article.
    """
    rows: dict[str, Iterable[dict[str, Any]]] = {
        "counts_by_sector": (_by_sector(watch, one) for one in series),
        "counts_by_day": (row for one in series for row in _by_day(watch, one)),
        "days_observed": _observed(watch),
        "findings_by_article": (_article(watch, one) for one in found),
        "findings_by_sector": (_sector(watch, row) for row in watch.status["findings"]),
        "breaches_counted": (row for one in found for row in _breaches(watch, one)),
        "triggers": (_trigger(one) for one in watch.status["triggers"]),
        "trigger_gaps": (row for one in watch.status["triggers"] for row in _gaps(watch, one)),
        "tally_checks": (_check(watch, one) for one in checks(watch)),
        "rivals": (_rival(watch, one) for one in side_by_side(watch)),
    }
    return {
        name: arrow.Table.from_pylist([*told], arrow.schema(_SCHEMAS[name])) for name, told in rows.items()
    }


def checks(watch: Watch) -> list[Mapping[str, Any]]:
    """Return the checks of tallies of which the later one ends in the period."""
    days = (
        (one, _day(watch, dt.datetime.fromisoformat(one["repeated_until"])))
        for one in watch.status["tallies"]["checks"]
    )
    return [one for one, day in days if watch.since <= day <= watch.until]


def side_by_side(watch: Watch) -> list[Mapping[str, Any]]:
    """Return the rival tallies that lie in the period, also in part."""
    found: list[Mapping[str, Any]] = []
    for one in watch.status["rivals"]:
        first, last = _window(one)
        if _day(watch, min(first + ONE_DAY, last)) <= watch.until and watch.since <= _day(watch, last):
            found.append(one)
    return found


def _window(one: Mapping[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    """Return when the first of two rivals' tallies begins, and the last one ends."""
    both = one["first"], one["second"]
    moment = dt.datetime.fromisoformat
    return min(moment(side["since"]) for side in both), max(moment(side["until"]) for side in both)


def _day(watch: Watch, end: dt.datetime) -> dt.date:
    """Return the day to which a tally belongs that ends then."""
    last = end - dt.timedelta(microseconds=1)
    return last.astimezone(zoneinfo.ZoneInfo(watch.agreement.time_zone)).date()


def _place(watch: Watch, sector: str | None) -> dict[str, Any]:
    return {"sector_id": sector, "sector": watch.sector(sector)}


def _counted(watch: Watch, one: Series) -> dict[str, Any]:
    return _place(watch, one.sector) | {"unit": one.unit, "tallied_by": one.by, "kinds": [*one.kinds]}


def _by_sector(watch: Watch, one: Series) -> dict[str, Any]:
    return _counted(watch, one) | {
        "days": watch.days,
        "days_observed": one.observed,
        "per_day_observed": one.rate,
        "on_days_observed": None if one.rate is None else one.total - one.unseen,
        "on_other_days": one.unseen,
        "highest_day": one.highest if one.bars else None,
    }


def _by_day(watch: Watch, one: Series) -> Iterator[dict[str, Any]]:
    """Yield the bars of a series, and the days between them: those without a figure, and those on which none was counted."""
    same = _counted(watch, one)
    told: set[dt.date] = set()
    rows: list[dict[str, Any]] = []
    for bar in one.bars:
        days = {bar.first + number * ONE_DAY for number in range(bar.days)}
        seen = sum(watch.since <= day <= watch.until and day not in one.gaps for day in days)
        told |= days
        rows.append(
            {"since": bar.first, "until": bar.last, "days_observed": seen, "count": bar.count}
            | {"per_day": bar.count / bar.days}
        )
    rest = {watch.since + number * ONE_DAY for number in range(watch.days)} - told
    for days, count in ((rest & one.gaps, None), (rest - one.gaps, 0.0)):
        rows += [
            {"since": first, "until": last, "count": count, "per_day": count}
            | {"days_observed": 0 if count is None else (last - first).days + 1}
            for first, last in runs(days)
        ]
    yield from (same | row for row in sorted(rows, key=lambda row: (row["since"], row["until"])))


def _observed(watch: Watch) -> Iterator[dict[str, Any]]:
    for name in watch.agreement.sectors:
        yield _place(watch, name) | {"days": watch.days, "days_observed": watch.observed(name)}


def _article(watch: Watch, one: Kept) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("article", *_VERDICTS)}
    return told | {"title": watch.article(one.article)} | _graded(one.grades)


def _sector(watch: Watch, row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("article", *_VERDICTS)}
    return (
        _place(watch, row["sector"])
        | told
        | {"title": watch.article(row["article"])}
        | _graded(row["grades"])
    )


def _graded(grades: Mapping[str, int]) -> dict[str, int]:
    return {column: grades.get(grade, 0) for column, grade in _GRADES.items()}


def _breaches(watch: Watch, one: Kept) -> Iterator[dict[str, Any]]:
    for unit, by in dict.fromkeys([*one.counts, *one.exempt]):
        yield {
            "article": one.article,
            "title": watch.article(one.article),
            "unit": unit,
            "tallied_by": by,
            "count": one.counts.get((unit, by), 0.0),
            "exempt": one.exempt.get((unit, by), 0.0),
        }


def _trigger(one: Mapping[str, Any]) -> dict[str, Any]:
    low, high = one["probability"]
    least, most = one["count"]
    since, until = one["window"] or (None, None)
    due: Mapping[str, Any] = one["commitment"] or {}
    named = {name: due.get(name) for name in ("scenario", "proposal", "pledge")}
    same = ("title", "state", "threshold", "unit", "within_days", "rests_on", "rests_on_all", "would_change")
    return (
        {name: one[name] for name in same}
        | {"trigger": one["id"], "p_low": low, "p_high": high, "count_low": least, "count_high": most}
        | {"window_since": _date(since), "window_until": _date(until), "first_met": _date(one["first_met"])}
        | named
    )


def _gaps(watch: Watch, one: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for gap in one["not_observed"]:
        days = {name: _date(gap[name]) for name in ("since", "until")}
        yield {"trigger": one["id"]} | _place(watch, gap["sector"]) | days


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _named(watch: Watch, sector: str) -> dict[str, Any]:
    """Return the place of a tally, whose sector stands as its report has it."""
    return {"sector_id": watch.agreement.id_of("sectors", sector), "sector": sector}


def _check(watch: Watch, one: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: dt.datetime.fromisoformat(one[name]) for name in ("since", "until", "repeated_until")}
    return {**one, **_named(watch, one["sector"]), **times}


def _rival(watch: Watch, one: Mapping[str, Any]) -> dict[str, Any]:
    both = {side: one[side] for side in ("first", "second")}
    counts = {
        f"{side}_{name}": told[name] for side, told in both.items() for name in ("observer", "unit", "count")
    }
    since, until = _window(one)
    return (
        _named(watch, both["first"]["sector"])
        | {"since": since, "until": until}
        | counts
        | {name: one[name] for name in ("difference", "verdict", "left", "why")}
    )
