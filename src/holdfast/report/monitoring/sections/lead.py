"""The first screen: is it being kept, where, and what falls due?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from holdfast.report.blocks import Cell, Figure, Panel, Table
from holdfast.report.monitoring.breaches import Kept, by_whom, grades
from holdfast.report.monitoring.counts import Counted, Series
from holdfast.report.monitoring.drawing import Element, add, finished, hatching, sheet
from holdfast.report.monitoring.map import LINE, SHADES, VERDICT_COLOURS, Drawn, breaks, draw
from holdfast.report.monitoring.places import Scene
from holdfast.report.monitoring.sections.triggers import due
from holdfast.report.monitoring.watch import GRADES_UP, Watch, daily, few, figure, units_of, whole
from holdfast.report.words import capital, count, listing

__all__ = ["Lead", "lead"]


@dataclass(frozen=True)
class Lead:
    """The first screen.

    Parameters
    ----------
    headline
        The answer in a line.
    answers
        Questions, each with its answer.
    figure
        The map; None where there is nothing to draw.
    table
        Counts per sector and day observed.
    drawn
        What must be said of the map; None where there is none.
    """

    headline: str
    answers: tuple[tuple[str, Cell], ...]
    figure: Figure | None
    table: Table
    drawn: Drawn | None


def lead(watch: Watch, found: Sequence[Kept], series: Sequence[Series], shown: Counted, scene: Scene) -> Lead:
    """Return the first screen.

    Parameters
    ----------
    found
        What was found under each article.
    series
        What was counted.
    shown
        The unit and the observer that colour the map.
    scene
        What the map shows.
    """
    main = [one for one in series if one.key == shown]
    figure, drawn = _map(watch, main, shown, scene)
    answers = (
        ("Is it being kept?", _kept(watch, found)),
        ("Where?", _where(watch, main, shown)),
        ("What falls due?", due(watch)),
        ("What was not seen?", _unseen(watch)),
    )
    return Lead(_headline(watch, found), answers, figure, _table(watch, series), drawn)


def _headline(watch: Watch, found: Sequence[Kept]) -> str:
    met = [one["first_met"] for one in watch.status["triggers"] if one["state"] == "met"]
    unclear = sum(one["state"] == "cannot be told" for one in watch.status["triggers"])
    breached = [one for one in found if one.breach]
    if breached:
        told = _breached(watch, breached)
    elif any(one.undetermined for one in found):
        told = "No breach is established, but some cases are undetermined"
    elif not watch.watched:
        told = "Nothing was observed" + ("; nothing that was reported is a breach" if found else "")
    else:
        told = "No breach was found" + (" in what was observed" if any(watch.unseen.values()) else "")
    if not watch.status["triggers"]:
        return told
    ends = [f"{count(len(met), 'trigger')} {'is' if len(met) == 1 else 'are'} met{_first_met(watch, met)}"]
    ends += [f"of {'one' if unclear == 1 else unclear} it cannot be told"] if unclear else []
    return f"{told}; {listing(ends)}"


def _first_met(watch: Watch, met: Sequence[str | None]) -> str:
    """Say when triggers were first met: what was met before the period is no news of it."""
    days = sorted({day for day in met if day is not None})
    if not days:
        return ""
    early = sum(day is not None and day < watch.since.isoformat() for day in met)
    when = listing(days) if len(days) <= 2 else f"between {days[0]} and {days[-1]}"
    if not early:
        before = ""
    elif early == len(met):
        before = ", before this period"
    else:
        before = f", {count(early, 'of them', 'of them')} before this period"
    return f" (first {'' if len(days) > 2 else 'on '}{when}{before})"


def _breached(watch: Watch, breached: Sequence[Kept]) -> str:
    """Say that breaches were found, no surer than the surest of them is: what is only reported is not established."""
    steps = [
        max((GRADES_UP.index(grade) for grade, number in one.grades.items() if number), default=0)
        for one in breached
    ]
    surest, established = max(steps), GRADES_UP.index("observed")
    sure = [number for number, step in enumerate(steps) if step >= min(surest, established)]
    what = f"“{watch.article(breached[sure[0]].article)}”" if len(sure) == 1 else count(len(sure), "article")
    if surest >= established:
        told = (
            f"Not kept throughout: breaches of {what} were {GRADES_UP[min(steps[number] for number in sure)]}"
        )
        left = len(breached) - len(sure)
        return f"{told}, and of {count(left, 'more article')} reported" if left else told
    if GRADES_UP[surest] == "corroborated":
        return f"Breaches of {what} are reported by several sources, but were not observed"
    return f"Breaches of {what} are reported, but neither corroborated nor observed"


def _kept(watch: Watch, found: Sequence[Kept]) -> str:
    breached = sorted((one for one in found if one.breach), key=lambda one: -one.breach)
    undetermined, allowed = sum(one.undetermined for one in found), sum(one.allowed for one in found)
    parts: list[str] = []
    for one in breached[:3]:
        counts = by_whom(one.counts)
        of = f", counting {counts}" if counts else ""
        of += f", besides {by_whom(one.exempt)} said to be exempt" if one.exempt else ""
        parts.append(
            f"“{watch.article(one.article)}”: {count(one.breach, 'finding')} of breach{of} ({grades(one)})."
        )
    if len(breached) > 3:
        parts.append(f"Breaches of {count(len(breached) - 3, 'more article')} stand below.")
    if not breached:
        parts.append("Nothing that was reported is found to breach an article.")
    parts.append(
        f"{capital(count(undetermined, 'finding'))} undetermined, {count(allowed, 'finding')} allowed."
    )
    return " ".join(parts)


def _where(watch: Watch, main: Sequence[Series], shown: Counted) -> str:
    rated = sorted(
        (one for one in main if one.rate is not None and one.sector), key=lambda one: -(one.rate or 0.0)
    )
    blind = [_blind(watch, one) for one in main if one.rate is None and one.sector]
    parts = [f"{watch.sector(one.sector)}: {_rate(one)}" for one in rated[:4]]
    if len(rated) > 4:
        parts.append(f"{len(rated) - 4} more sectors below")
    told = "; ".join(parts) + ("." if parts else "")
    if blind:
        told += f" Not observed on any day: {few(blind)}."
    by = f" ({shown.by})" if shown.by and rated else ""
    return f"{capital(units_of(shown.unit, shown.kinds))} per day observed{by}. {told.strip() or 'No sector has a figure.'}"


def _rate(one: Series) -> str:
    days = (one.period[1] - one.period[0]).days + 1
    more = f", and {figure(one.unseen)} more reported of days not observed" if one.unseen else ""
    return f"{daily(one.rate or 0.0)} a day ({one.observed} of {days} days observed){more}"


def _blind(watch: Watch, one: Series) -> str:
    return watch.sector(one.sector) + (f" ({figure(one.total)} reported all the same)" if one.total else "")


def _unseen(watch: Watch) -> str:
    parts = [
        f"{watch.sector(name)} on {len(days)} of {watch.days} days"
        for name, days in watch.unseen.items()
        if days
    ]
    if not parts:
        return "No gap in observation is recorded."
    return f"{few(parts)}. What happened there and then is not known; it is not counted as nothing."


def _table(watch: Watch, series: Sequence[Series]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            watch.sector(one.sector),
            "–" if one.rate is None else daily(one.rate),
            units_of(one.unit, one.kinds),
            f"{one.observed} of {watch.days}",
            one.by or "one by one",
            "–" if one.rate is None else figure(one.total - one.unseen),
            figure(one.unseen) if one.unseen else "–",
            figure(one.highest) if one.bars else "–",
        )
        for one in series
    ]
    head = (
        *("Sector", "per day observed", "of", "days observed", "tallied by"),
        *("counted on them", "reported of other days", "highest day"),
    )
    return Table("Counts by sector, never added across units or observers", head, tuple(rows), words=(2, 4))


def _map(
    watch: Watch, main: Sequence[Series], shown: Counted, scene: Scene
) -> tuple[Figure | None, Drawn | None]:
    ends = breaks(max((one.rate or 0.0 for one in main if one.sector), default=0.0))
    told = [
        f"{area.name}: "
        f"{'not observed' if area.series is None or area.series.rate is None else daily(area.series.rate)}"
        for area in scene.areas
    ]
    what = capital(units_of(shown.unit, shown.kinds))
    label = f"Map on {watch.until}. {what} per day observed: {'; '.join(told) or 'no sector has an outline'}."
    drawn = draw(scene, ends, label, "map")
    if drawn is None:
        return None, None
    rated = any(one.rate is not None for one in main)
    by = f", as tallied by {shown.by}" if shown.by and rated else ""
    panel = Panel("", "", drawn.picture)
    table = Table(
        "What colours the map",
        ("Sector", "per day observed", "days observed", "outline"),
        tuple(
            (
                area.name,
                "–" if area.series is None or area.series.rate is None else daily(area.series.rate),
                "–" if area.series is None else f"{area.series.observed} of {watch.days}",
                "drawn by the agreement"
                if area.borrowed is None
                else f"the administrative region {area.borrowed}",
            )
            for area in scene.areas
        ),
        words=(3,),
    )
    title = f"{what} per day observed{by}"
    return Figure(title, (panel,), (table,), _keys(scene, drawn, ends), "map"), drawn


def _keys(scene: Scene, drawn: Drawn, ends: tuple[float, ...]) -> Markup:
    """Return the map's legend."""
    keys: list[Markup] = []
    if scene.areas:
        limits = ["0", *_classes(ends)]
        keys += [_key(_swatch(colour), text) for colour, text in zip(SHADES, limits, strict=False)]
        keys.append(_key(_swatch(None), "not observed"))
    if scene.lines:
        keys.append(_key(_stroke(LINE, None), listing([name for name, _, _ in scene.lines.values()])))
    if scene.zones:
        keys.append(_key(_stroke(LINE, "1.5 2.5"), "zones of the agreement"))
    if len(scene.dots.lon):
        seen = {int(verdict) for verdict in scene.dots.verdict}
        names = ("incident, breach", "incident, undetermined", "incident, allowed or of no article")
        kinds = [0, 1, 2] if seen & {2, 3} else [0, 1]
        keys += [
            _key(_dot(VERDICT_COLOURS[kind]), names[kind]) for kind in kinds if kind in seen or kind == 2
        ]
        keys += [_key(_ring(), "where it may have been")] if drawn.errors else []
    if drawn.disputed:
        keys.append(
            _key(_stroke("#77706a", "3 3"), "border that is disputed, a line of control or not settled")
        )
    return Markup(" ").join(keys)


def _classes(ends: tuple[float, ...]) -> list[str]:
    if not ends:
        return []
    texts = [whole(end) if end >= 1 else f"{end:g}" for end in ends]
    return [
        f"up to {texts[0]}",
        *(f"{low}–{high}" for low, high in pairwise(texts)),
        f"above {texts[-1]}",
    ]


def _key(picture: Markup, text: str) -> Markup:
    return Markup('<span class="key">{}{}</span>').format(picture, text)


def _swatch(colour: str | None) -> Markup:
    root = sheet(18, 12)
    fill = colour or hatching(root, "key-gap")
    add(root, "rect", x="0.5", y="0.5", width=17, height=11, fill=fill, stroke="#5b6470")
    return _small(root)


def _stroke(colour: str, dash: str | None) -> Markup:
    root = sheet(18, 12)
    add(root, "line", x1=0, y1=6, x2=18, y2=6, stroke=colour, stroke_width=2, stroke_dasharray=dash)
    return _small(root)


def _dot(colour: str) -> Markup:
    root = sheet(12, 12)
    add(root, "circle", cx=6, cy=6, r=4, fill=colour, stroke="#1b1f24")
    return _small(root)


def _ring() -> Markup:
    root = sheet(18, 12)
    add(
        root,
        "ellipse",
        cx=9,
        cy=6,
        rx=8,
        ry=5,
        fill="#1b1f24",
        fill_opacity="0.05",
        stroke="#1b1f24",
        stroke_opacity="0.5",
    )
    return _small(root)


def _small(root: Element) -> Markup:
    made = finished(root, "")
    return Markup(str(made).replace('role="img" aria-label=""', 'aria-hidden="true" class="swatch"'))  # noqa: S704 - own
