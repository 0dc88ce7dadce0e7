"""Writes the made-up reports of catalog/alder-birch, and which of them are of the same true event: truth.csv.

Run `python docs/made_up_reports.py`; the same files come out every time. What is true is worked out here without the package: true
positions against the maps with geodesics, true times against the agreement's days. Each observer then sees some of the events and reports
them with its own errors, in a form of its own. A few rows are bad on purpose; truth.csv says what is wrong with each.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pyproj

FOLDER = Path(__file__).resolve().parent.parent / "catalog" / "alder-birch"
GEOD = pyproj.Geod(ellps="WGS84")
# local time, six hours ahead of UTC
FIRST, DAYS = dt.datetime(2019, 3, 1), 92  # noqa: DTZ001
AHEAD = dt.timedelta(hours=6)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

LINE = [(85.02, -29.5), (84.98, -29.75), (85.03, -30.0), (84.97, -30.25), (85.0, -30.5)]
BOXES = {  # west, south, east, north
    "north": (84.3, -30.0, 85.7, -29.5),
    "south": (84.3, -30.5, 85.7, -30.0),
    "quiet-area": (84.93, -29.8, 85.05, -29.7),
    "quiet-area-wide": (84.84, -29.87, 85.14, -29.63),
    "post-west": (84.5, -30.4, 84.7, -30.2),
    "post-east": (85.3, -30.4, 85.5, -30.2),
}
WATERWORKS = ((84.6, -29.75, 84.68, -29.68), (85.35, -29.8, 85.43, -29.73))
VILLAGES = {
    "Rowanstead": (84.93, -29.57),
    "Mossend": (85.09, -29.6),
    "Thornby": (84.9, -29.68),
    "Hazelby": (85.08, -29.77),
    "Fernhollow": (84.92, -29.86),
    "Willowmere": (85.1, -29.92),
    "Briarley": (84.97, -29.97),
    "Larkfield": (85.12, -30.06),
    "Sedgeford": (84.93, -30.12),
    "Ashmarket": (85.07, -30.18),
    "Heathcote": (84.89, -30.26),
    "Sloehill": (85.05, -30.33),
    "Marramness": (84.92, -30.4),
    "Teasel": (85.08, -30.45),
    "Gorsewick": (84.55, -29.85),
    "Bracken": (85.5, -29.65),
    "Yarrow": (84.6, -30.1),
    "Campion": (85.45, -30.12),
}
NEAR = tuple(VILLAGES)[:14]

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")

Row = dict[str, str]


@dataclass
class Event:
    """What truly happened."""

    kind: str
    village: str
    lon: float
    lat: float
    at: dt.datetime
    effects: int = 1
    weapon: str = ""
    calibre: str = ""
    by: str = ""
    remark: str = ""
    clear: bool = True
    seen_by: tuple[str, ...] = ("patrol", "lantern", "acled", "residents", "firms")
    id: str = ""
    breaches: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)


def from_line(lon: float, lat: float) -> float:
    """Return the distance from the line of contact in kilometres, against a point every 50 metres of it."""
    best = float("inf")
    for (x1, y1), (x2, y2) in pairwise(LINE):
        steps = 600
        xs = [x1 + (x2 - x1) * n / steps for n in range(steps + 1)]
        ys = [y1 + (y2 - y1) * n / steps for n in range(steps + 1)]
        _, _, metres = GEOD.inv([lon] * len(xs), [lat] * len(ys), xs, ys)
        best = min(best, *metres)
    return best / 1000


def inside(lon: float, lat: float, box: Sequence[float]) -> bool:
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def quiet(event: Event) -> bool:
    name = "quiet-area" if event.at.date() < dt.date(2019, 4, 15) else "quiet-area-wide"
    return inside(event.lon, event.lat, BOXES[name])


def judge(event: Event) -> None:
    """Say which articles an event breaches, and which it does not although they forbid its kind."""
    km = from_line(event.lon, event.lat)
    exempt = (
        "notified live-fire exercise" in event.remark and event.kind in {"explosion", "firing"} and km >= 10
    )
    calibre = float(event.calibre or 0)
    where: dict[str, dict[str, bool]] = {
        **{kind: {"ceasefire": not exempt} for kind in ("explosion", "firing", "clash", "violence")},
        "weapon": {
            "artillery": event.weapon in {"howitzer", "gun"} and calibre >= 100 and km < 25,
            "mortars-tanks": event.weapon in {"mortar", "tank"} and km < 10,
        },
        "flight": {"flights": km < 10 and "flight of the mission" not in event.remark},
        "works": {"works": quiet(event)},
        "access": {"access": True} if event.at.date() >= dt.date(2019, 3, 8) else {},
        "site": {"protected-sites": any(inside(event.lon, event.lat, box) for box in WATERWORKS)},
        "exercise": {"exercises": km < 10},
        "movement": {
            "post-west": event.by == "BIR" and inside(event.lon, event.lat, BOXES["post-west"]),
            "post-east": event.by == "ALD" and inside(event.lon, event.lat, BOXES["post-east"]),
        },
    }
    for article, breached in where.get(event.kind, {}).items():
        (event.breaches if breached else event.allowed).append(article)


class World:
    """All true events, drawn from a seed."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.events: list[Event] = []
        self._fire()
        self._burst()
        self._placed()
        self._exercises()
        self._others()
        for _ in range(22):
            self.add("fire", self.rng.choice(tuple(VILLAGES)), 6.0, seen_by=("firms",))
        self.events.sort(key=lambda event: (event.at, event.kind, event.lon))
        for number, event in enumerate(self.events, start=1):
            event.id = f"e{number:03d}"
            judge(event)

    def moment(self, first: float = 0.0, last: float = DAYS) -> dt.datetime:
        return FIRST + dt.timedelta(minutes=self.rng.randrange(int(first * 1440), int(last * 1440)))

    def apart(self, lon: float, lat: float, at: dt.datetime) -> bool:
        """Whether no event is so near, in place and time, that nobody could tell the two apart."""
        near = (event for event in self.events if abs(event.at - at) < 30 * HOUR)
        return all(GEOD.inv(lon, lat, event.lon, event.lat)[2] >= 12_000 for event in near)

    def add(self, kind: str, village: str, spread_km: float = 2.0, **more: object) -> Event:
        """Add an event near a village, at a time and place where it can be told from others; in a crowd, anywhere."""
        crowd = bool(more.pop("crowd", False))
        first, last = more.pop("days", (0, DAYS))  # type: ignore[misc]
        for _ in range(200):
            lon, lat, _ = GEOD.fwd(
                *VILLAGES[village], self.rng.uniform(0, 360), 1000 * self.rng.uniform(0, spread_km)
            )
            at = self.moment(first, last)
            if crowd or self.apart(lon, lat, at):
                break
        event = Event(kind, village, lon, lat, at, **more)  # type: ignore[arg-type]
        self.events.append(event)
        return event

    def at_distance(self, kind: str, km: float, village: str, **more: object) -> Event:
        """Add an event so far from the line, east or west of a village's latitude."""
        event = self.add(kind, village, 1.0, **more)
        lat = VILLAGES[village][1] + self.rng.uniform(-0.01, 0.01)
        side = 90.0 if VILLAGES[village][0] > 85 else 270.0
        low, high = 0.0, 150.0
        middle = next(
            x1 + (x2 - x1) * (lat - y1) / (y2 - y1)
            for (x1, y1), (x2, y2) in pairwise(LINE)
            if y2 <= lat <= y1
        )
        for _ in range(30):
            half = (low + high) / 2
            lon, found, _ = GEOD.fwd(middle, lat, side, 1000 * half)
            low, high = (half, high) if from_line(lon, found) < km else (low, half)
        event.lon, event.lat = lon, found
        return event

    def _fire(self) -> None:
        for _ in range(84):
            kind = self.rng.choices(("explosion", "firing", "clash", "violence"), (40, 30, 22, 8))[0]
            weapon = self.rng.choice(("", "mortar", "howitzer", "machine gun")) if kind != "violence" else ""
            by = self.rng.choice(("", "", "ALD", "BIR"))
            self.add(kind, self.rng.choice(NEAR), effects=self.rng.randint(2, 12), weapon=weapon, by=by)

    def _burst(self) -> None:
        """One week in the north with much fire: the first trigger."""
        for n in range(16):
            village = ("Rowanstead", "Mossend", "Thornby", "Hazelby", "Fernhollow", "Willowmere")[n % 6]
            kind = ("explosion", "firing")[n % 2]
            self.add(
                kind,
                village,
                crowd=True,
                days=(31, 36),
                effects=self.rng.randint(4, 12),
                by=("ALD", "BIR")[n % 2],
            )

    def _placed(self) -> None:
        """Weapons and flights at distances that are clear, and some that are not."""
        only = ("patrol", "lantern")
        for km, weapon, calibre, clear in (
            (4, "howitzer", "152", True),
            (12, "howitzer", "122", True),
            (14, "gun", "130", True),
            (8, "howitzer", "152", True),
            (36, "howitzer", "152", True),
            (42, "howitzer", "122", True),
            (38, "gun", "130", True),
            (25.3, "howitzer", "152", False),
            (24.7, "howitzer", "122", False),
            (13, "howitzer", "", False),
            (15, "gun", "85", True),
            (2, "mortar", "120", True),
            (1.5, "mortar", "82", True),
            (2.5, "mortar", "120", True),
            (19, "mortar", "120", True),
            (22, "mortar", "82", True),
            (10.2, "mortar", "120", False),
            (9.9, "tank", "", False),
            (1, "tank", "", True),
            (2, "tank", "", True),
            (20, "tank", "", True),
            (24, "tank", "", True),
            (3, "machine gun", "12.7", True),
            (5, "machine gun", "14.5", True),
        ):
            village = self.rng.choice(NEAR)
            by = self.rng.choice(("ALD", "BIR"))
            self.at_distance(
                "weapon", km, village, weapon=weapon, calibre=calibre, by=by, clear=clear, seen_by=only
            )
        for km, clear in (
            (0.5, True),
            (1, True),
            (2, True),
            (1.5, True),
            (3, True),
            (19, True),
            (24, True),
            (30, True),
            (21, True),
            (10.1, False),
            (9.8, False),
        ):
            self.at_distance("flight", km, self.rng.choice(NEAR), clear=clear, seen_by=("patrol",))
        self.at_distance("flight", 1.0, "Hazelby", remark="flight of the mission", seen_by=("patrol",))

    def _exercises(self) -> None:
        notified = "notified live-fire exercise"
        for km, clear in (
            (24, True),
            (28, True),
            (33, True),
            (27, True),
            (3, True),
            (2, True),
            (10.0, False),
        ):
            self.at_distance(
                "explosion",
                km,
                self.rng.choice(NEAR),
                effects=self.rng.randint(5, 12),
                remark=notified,
                clear=clear,
                seen_by=("patrol",),
            )
        for km in (2.0, 26.0, 31.0):
            self.at_distance("exercise", km, self.rng.choice(NEAR), remark=notified, seen_by=("patrol",))

    def _others(self) -> None:
        only = ("patrol",)
        for lon, lat, first, last in (
            (84.99, -29.75, 5, 40),
            (84.99, -29.76, 50, 90),
            (84.88, -29.75, 5, 40),
            (84.88, -29.75, 50, 90),
            (85.1, -29.72, 8, 40),
            (85.1, -29.72, 50, 90),
            (85.3, -29.75, 50, 90),
        ):
            event = self.add(
                "works", "Hazelby", days=(first, last), by=self.rng.choice(("ALD", "BIR")), seen_by=only
            )
            event.lon, event.lat = lon, lat
        for village, days in (
            ("Sedgeford", (1, 6)),
            ("Sloehill", (10, 40)),
            ("Teasel", (55, 90)),
            ("Mossend", (12, 40)),
            ("Briarley", (60, 90)),
        ):
            self.add("access", village, days=days, by=self.rng.choice(("ALD", "BIR")), seen_by=only)
        for lon, lat in ((84.64, -29.715), (85.39, -29.765), (84.64, -29.71), (85.2, -30.4)):
            event = self.add("site", "Gorsewick", effects=self.rng.randint(2, 6), seen_by=only)
            event.lon, event.lat = lon, lat
        for lon, lat, by in (
            (84.6, -30.3, "BIR"),
            (84.62, -30.28, "BIR"),
            (84.6, -30.3, "ALD"),
            (85.4, -30.3, "ALD"),
            (85.4, -30.32, "BIR"),
            (84.6, -30.3, ""),
            (85.15, -30.3, "ALD"),
        ):
            event = self.add("movement", "Yarrow", by=by, clear=bool(by), seen_by=only)
            event.lon, event.lat = lon, lat


class Files:
    """The rows of all files, with what is true of each."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.rows: dict[str, list[tuple[Row | str, str, str]]] = {}  # row, its event, what is wrong with it

    def put(self, name: str, row: Row | str, event: str = "", wrong: str = "") -> None:
        self.rows.setdefault(name, []).append((row, event, wrong))

    def spot(self, event: Event, sd_km: float) -> tuple[float, float]:
        """Return a position with an error."""
        east, north = self.rng.gauss(0, sd_km), self.rng.gauss(0, sd_km)
        lon, lat, _ = GEOD.fwd(event.lon, event.lat, 90.0, 1000 * east)
        lon, lat, _ = GEOD.fwd(lon, lat, 0.0, 1000 * north)
        return lon, lat

    def sees(self, share: float) -> bool:
        return self.rng.random() < share


PARTY = {"": "", "ALD": "Forces of Alder", "BIR": "Forces of Birch"}
WORDS = {
    "explosion": "explosion",
    "firing": "shots",
    "clash": "exchange",
    "violence": "civilians",
    "flight": "flight",
    "weapon": "weapon",
    "works": "digging",
    "access": "turned back",
    "site": "waterworks",
    "exercise": "exercise",
    "movement": "column",
}
SAID = {
    "explosion": "{n} explosions heard {w} of {v}",
    "firing": "bursts of fire {w} of {v}",
    "clash": "exchange of fire at {v}",
    "violence": "civilian hurt in {v}",
    "flight": "small aircraft over {v}",
    "weapon": "{g} seen {w} of {v}",
    "works": "new trench {w} of {v}",
    "access": "patrol stopped at {v}",
    "site": "shots hit the waterworks near {v}",
    "exercise": "exercise announced near {v}",
    "movement": "column on the road to {v}",
}
UNITS = {"weapon": "presence", "works": "presence", "access": "refusal", "movement": "presence"}


def said(event: Event, rng: random.Random) -> str:
    side = rng.choice(("north", "south", "east", "west"))
    weapon = f"{event.weapon} {event.calibre} mm" if event.calibre else event.weapon
    return SAID[event.kind].format(n=event.effects, w=side, v=event.village, g=weapon or "weapon")


def patrols(world: World, files: Files) -> None:
    name = "patrols.csv"
    rng = files.rng
    for event in world.events:
        loud = event.kind in {"explosion", "firing", "clash", "violence"} and not event.remark
        storm = event.lat > -30 and dt.date(2019, 4, 20) <= event.at.date() <= dt.date(2019, 4, 22)
        if "patrol" not in event.seen_by or storm or (loud and not files.sees(0.62)):
            continue
        lon, lat = files.spot(event, 0.4)
        at = event.at + dt.timedelta(minutes=rng.randint(-20, 20))
        unit = UNITS.get(event.kind, "effect")
        row = {
            "ref": f"P{len(files.rows.get(name, [])) + 1:03d}",
            "team": "Patrol North" if lat > -30 else "Patrol South",
            "day": f"{at:%Y-%m-%d}",
            "time": f"{at:%H:%M}",
            "what": WORDS[event.kind],
            "lat": f"{lat:.5f}",
            "lon": f"{lon:.5f}",
            "error_m": "400",
            "sector": "North" if lat > -30 else "South",
            "counted": unit,
            "number": str(event.effects if unit == "effect" else 1),
            "weapon": event.weapon,
            "calibre": event.calibre,
            "side": PARTY[event.by],
            "remark": event.remark,
            "notes": said(event, rng),
        }
        if event.kind == "flight" and event.clear and not event.remark and event.village == NEAR[0]:
            row |= {"lat": "", "lon": "", "error_m": ""}
        files.put(name, row, event.id)
    good = dict(files.rows[name][0][0])
    for change, wrong in (
        ({"lat": good["lon"], "lon": good["lat"]}, "swapped"),
        ({"time": "25:10"}, "time"),
        ({"what": "humming"}, "no word for kind"),
        ({"error_m": ""}, "without an error"),
        ({"lat": "-129.9"}, "lat"),
    ):
        files.put(name, {**good, "ref": f"P{len(files.rows[name]) + 1:03d}", **change}, wrong=wrong)


def lantern(world: World, files: Files) -> None:
    """A press desk: semicolons, decimal commas, the day first; markup and what looks like a formula in its texts."""
    name = "lantern.csv"
    rng = files.rng
    for event in world.events:
        if "lantern" not in event.seen_by or not files.sees(0.36):
            continue
        sd = 3.0
        lon, lat = files.spot(event, sd * (3 if files.sees(0.05) else 1))
        at = event.at + dt.timedelta(minutes=rng.randint(-150, 150))
        by = (
            rng.choice((event.by, event.by, "", "ALD", "BIR"))
            if event.kind not in {"weapon", "movement"}
            else event.by
        )
        text = said(event, rng)
        number = len(files.rows.get(name, []))
        text = {
            3: f"<b>{text}</b> & more",
            7: f"=1+1 {text}",
            11: f'<script>alert("{event.village}")</script>',
        }.get(number, text)
        row = {
            "Nr": str(1000 + number),
            "From": f"{at - 3 * HOUR:%d.%m.%Y %H:%M}",
            "To": f"{at + 3 * HOUR:%d.%m.%Y %H:%M}",
            "Event": event.kind,
            "Lat": f"{lat:.4f}".replace(".", ","),
            "Lon": f"{lon:.4f}".replace(".", ","),
            "Km": "3,0",
            "Region": "North" if event.lat > -30 else "South",
            "Arm": event.weapon if event.kind == "weapon" else "",
            "Who": PARTY[by],
            "Text": text,
        }
        files.put(name, row, event.id)
    good = {**files.rows[name][0][0], "Text": "for trying out"}  # type: ignore[dict-item]
    files.put(name, "2001;05.03.2019 10:00", wrong="fields")
    files.put(name, {**good, "Nr": "2002", "From": "31.02.2019 10:00"}, wrong="31.02.2019")
    files.put(
        name, {**good, "Nr": "2003", "From": "05.03.2099 10:00", "To": "05.03.2099 16:00"}, wrong="2099"
    )


def residents(world: World, files: Files) -> None:
    """Calls, as JSON lines: in which direction from the village, and how far, by ear."""
    name = "residents.jsonl"
    rng = files.rng
    for event in world.events:
        if "residents" not in event.seen_by or not files.sees(0.2):
            continue
        bearing, _, metres = GEOD.inv(*VILLAGES[event.village], event.lon, event.lat)
        km = metres / 1000 * (1 + rng.gauss(0, 0.15))
        bearing += rng.gauss(0, 5)
        at = event.at + dt.timedelta(minutes=rng.randint(-60, 60))
        row = {
            "when": f"{at - HOUR:%Y-%m-%d %H:%M}",
            "until": f"{at + HOUR:%Y-%m-%d %H:%M}",
            "kind": event.kind,
            "village": event.village,
            "direction": COMPASS[round(bearing / 45) % 8],
            "km": f"{max(round(2 * km), 1) / 2:g}",
            "said": said(event, rng),
        }
        files.put(name, row, event.id)
    files.put(name, '{"when": "2019-03-09 10:00", "until"', wrong="JSON")
    good = dict(files.rows[name][0][0])
    files.put(name, {**good, "direction": "uphill"}, wrong="bearing")


ACLED = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]
ACLED_TYPES = {
    "explosion": ("Explosions/Remote violence", "Shelling/artillery/missile attack"),
    "firing": ("Battles", "Armed clash"),
    "clash": ("Battles", "Armed clash"),
    "violence": ("Violence against civilians", "Attack"),
}


def acled(world: World, files: Files) -> None:
    """Rows in ACLED's form, all made up; one is revised."""
    name = "events-acled.csv"
    rng = files.rng
    for event in world.events:
        if "acled" not in event.seen_by or event.kind not in ACLED_TYPES or not files.sees(0.42):
            continue
        lon, lat = files.spot(event, 2.0)
        type_, sub = ACLED_TYPES[event.kind]
        stamp = int((event.at - AHEAD + 5 * DAY).replace(tzinfo=dt.UTC).timestamp())
        civilians = event.kind == "violence"
        row = dict.fromkeys(ACLED, "") | {
            "event_id_cnty": f"XAB{len(files.rows.get(name, [])) + 1}",
            "event_date": f"{event.at:%Y-%m-%d}",
            "year": "2019",
            "time_precision": "1",
            "disorder_type": "Political violence",
            "event_type": type_,
            "sub_event_type": sub,
            "actor1": PARTY[event.by] or "Unidentified forces",
            "actor2": "Civilians" if civilians else "Military forces",
            "admin1": "North" if lat > -30 else "South",
            "location": event.village,
            "country": "Invented",
            "latitude": f"{lat:.4f}",
            "longitude": f"{lon:.4f}",
            "geo_precision": "1",
            "source": rng.choice(("Lantern Desk", "Lantern Desk; Shore Gazette")),
            "notes": f"Made up. {said(event, rng)}.",
            "fatalities": "0",
            "timestamp": str(stamp),
        }
        if civilians and not event.by:
            row["actor1"] = ""
        files.put(name, row, event.id)
    revised, event, _ = files.rows[name][4]
    files.put(name, {**revised, "fatalities": "1", "notes": f"{revised['notes']} Revised."}, event)  # type: ignore[dict-item, index]
    good = dict(files.rows[name][0][0])
    files.put(name, {**good, "event_id_cnty": "XAB901", "geo_precision": "4"}, wrong="geo_precision")
    files.put(name, {**good, "event_id_cnty": "XAB902", "timestamp": "1551000000"}, wrong="timestamp")


FIRMS = [
    "latitude",
    "longitude",
    "bright_ti4",
    "scan",
    "track",
    "acq_date",
    "acq_time",
    "satellite",
    "instrument",
    "confidence",
    "version",
    "bright_ti5",
    "frp",
    "daynight",
]


def firms(world: World, files: Files) -> None:
    """Rows in the form of NASA FIRMS, all made up: fires, a few of them of explosions."""
    name = "fires-firms.csv"
    rng = files.rng
    for event in world.events:
        wanted = event.kind == "fire" or (
            event.kind == "explosion" and "firms" in event.seen_by and files.sees(0.3)
        )
        if not wanted:
            continue
        at = event.at - AHEAD + dt.timedelta(minutes=rng.randint(0, 40))
        scan, track = rng.uniform(0.38, 0.6), rng.uniform(0.36, 0.5)
        lon, lat, _ = GEOD.fwd(event.lon, event.lat, rng.uniform(0, 360), 1000 * rng.uniform(0, 0.18))
        row = {
            "latitude": f"{lat:.5f}",
            "longitude": f"{lon:.5f}",
            "bright_ti4": f"{rng.uniform(300, 350):.1f}",
            "scan": f"{scan:.2f}",
            "track": f"{track:.2f}",
            "acq_date": f"{at:%Y-%m-%d}",
            "acq_time": str(at.hour * 100 + at.minute),
            "satellite": rng.choice(("N20", "N")),
            "instrument": "VIIRS",
            "confidence": rng.choice("lnnh"),
            "version": "2.0NRT",
            "bright_ti5": f"{rng.uniform(280, 300):.1f}",
            "frp": f"{rng.uniform(0.4, 9):.2f}",
            "daynight": "D" if 0 <= at.hour < 12 else "N",
        }
        files.put(name, row, event.id)
    good = dict(files.rows[name][0][0])
    files.put(name, {**good, "confidence": "x"}, wrong="confidence")
    files.put(name, {**good, "acq_time": "1061"}, wrong="acq_time")


UCDP = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]


def ucdp(world: World, files: Files) -> None:
    """Rows in the form of UCDP GED, all made up: clashes, and violence against civilians."""
    name = "events-ucdp.csv"
    rng = files.rng
    for event in world.events:
        if "acled" not in event.seen_by or event.kind not in {"clash", "violence"} or not files.sees(0.45):
            continue
        lon, lat = files.spot(event, 2.0)
        civilians = event.kind == "violence"
        side = PARTY[event.by]  # none where nobody knows
        row = dict.fromkeys(UCDP, "") | {
            "id": str(9001 + len(files.rows.get(name, []))),
            "year": "2019",
            "type_of_violence": "3" if civilians else "1",
            "side_a": side if civilians else "Forces of Alder",
            "side_b": "Civilians" if civilians else "Forces of Birch",
            "source_office": "Lantern Desk;Shore Gazette",
            "source_headline": f"Made up. {said(event, rng)}.",
            "where_prec": "1",
            "where_coordinates": event.village,
            "adm_1": "North" if event.lat > -30 else "South",
            "latitude": f"{lat:.4f}",
            "longitude": f"{lon:.4f}",
            "geom_wkt": f"POINT ({lon:.4f} {lat:.4f})",
            "country": "Invented",
            "event_clarity": "1",
            "date_prec": "1",
            "date_start": f"{event.at:%Y-%m-%d}",
            "date_end": f"{event.at:%Y-%m-%d}",
            **dict.fromkeys(("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"), "0"),
            **dict.fromkeys(("best", "high", "low"), "0"),
        }
        files.put(name, row, event.id)
    good = dict(files.rows[name][0][0])
    lat, lon = good["latitude"], good["longitude"]
    files.put(name, {**good, "id": "9901", "latitude": lon, "longitude": lat}, wrong="swapped")
    files.put(name, {**good, "id": "9902", "best": "some"}, wrong="best")


GDELT = {  # by column, from 1; all others are empty
    "GlobalEventID": 1,
    "Day": 2,
    "MonthYear": 3,
    "Year": 4,
    "Actor1Name": 7,
    "Actor2Name": 17,
    "IsRootEvent": 26,
    "EventCode": 27,
    "EventBaseCode": 28,
    "EventRootCode": 29,
    "GoldsteinScale": 31,
    "NumMentions": 32,
    "NumSources": 33,
    "NumArticles": 34,
    "AvgTone": 35,
    "ActionGeo_Type": 52,
    "ActionGeo_FullName": 53,
    "ActionGeo_Lat": 57,
    "ActionGeo_Long": 58,
    "DATEADDED": 60,
    "SOURCEURL": 61,
}
CAMEO = {"explosion": "1831", "firing": "193", "clash": "190", "violence": "180"}


def gdelt(world: World, files: Files) -> None:
    """Rows in the form of GDELT 2.0, all made up: 61 columns parted by tabs, without a header."""
    name = "events-gdelt.csv"
    rng = files.rng
    for event in world.events:
        if "acled" not in event.seen_by or event.kind not in CAMEO or not files.sees(0.15):
            continue
        lon, lat = files.spot(event, 4.0)
        number = len(files.rows.get(name, []))
        code = CAMEO[event.kind]
        told: Row = {
            "GlobalEventID": str(990000001 + number),
            "Day": f"{event.at:%Y%m%d}",
            "MonthYear": f"{event.at:%Y%m}",
            "Year": "2019",
            "Actor1Name": PARTY[event.by].upper(),
            "Actor2Name": "",
            "IsRootEvent": "1",
            "EventCode": code,
            "EventBaseCode": code[:3],
            "EventRootCode": code[:2],
            "GoldsteinScale": "-10.0",
            "NumMentions": str(rng.randint(1, 9)),
            "NumSources": "1",
            "NumArticles": "1",
            "AvgTone": "-5.0",
            "ActionGeo_Type": "4",
            "ActionGeo_FullName": f"{event.village}, {'North' if event.lat > -30 else 'South'}, Invented",
            "ActionGeo_Lat": f"{lat:.4f}",
            "ActionGeo_Long": f"{lon:.4f}",
            "DATEADDED": f"{event.at + DAY:%Y%m%d%H%M%S}",
            "SOURCEURL": f"https://shore-gazette.example/{number + 1}",
        }
        cells = {GDELT[key]: value for key, value in told.items()}
        files.put(name, "\t".join(cells.get(n, "") for n in range(1, 62)), event.id)
    good = str(files.rows[name][0][0]).split("\t")
    files.put(name, "\t".join(good[:58]), wrong="fields")
    files.put(name, "\t".join([*good[:59], "20190101000000", good[60]]), wrong="added")


def modis(world: World, files: Files) -> None:
    """Rows in the form of NASA FIRMS for MODIS, all made up: some of the fires, seen by another satellite at another time."""
    name = "fires-modis.csv"
    rng = files.rng
    for event in world.events:
        if event.kind != "fire" or not files.sees(0.4):
            continue
        at = event.at - AHEAD + dt.timedelta(minutes=rng.randint(-30, 30))
        lon, lat, _ = GEOD.fwd(event.lon, event.lat, rng.uniform(0, 360), 1000 * rng.uniform(0, 0.45))
        row = {
            "latitude": f"{lat:.5f}",
            "longitude": f"{lon:.5f}",
            "brightness": f"{rng.uniform(305, 340):.1f}",
            "scan": f"{rng.uniform(1.0, 1.4):.2f}",
            "track": f"{rng.uniform(1.0, 1.2):.2f}",
            "acq_date": f"{at:%Y-%m-%d}",
            "acq_time": str(at.hour * 100 + at.minute),
            "satellite": rng.choice(("Terra", "Aqua")),
            "instrument": "MODIS",
            "confidence": str(rng.randint(20, 95)),
            "version": "6.1NRT",
            "bright_t31": f"{rng.uniform(285, 300):.1f}",
            "frp": f"{rng.uniform(5, 30):.1f}",
            "daynight": "D" if 0 <= at.hour < 12 else "N",
        }
        files.put(name, row, event.id)
    good = dict(files.rows[name][0][0])
    files.put(name, {**good, "confidence": "120"}, wrong="confidence")


def tallies(world: World, files: Files) -> dict[str, list[str]]:
    """Daily figures of the mission, and rival ones of a party; returns what is to be found in them."""
    name, rival = "mission-tally.csv", "birch-tally.csv"
    rng = files.rng
    heard = {"explosion", "firing", "clash"}
    blind = {dt.date(2019, 4, 20), dt.date(2019, 4, 21), dt.date(2019, 4, 22), dt.date(2019, 5, 10)}
    double, wrong_day, odd_day = dt.date(2019, 5, 19), dt.date(2019, 3, 20), dt.date(2019, 4, 9)
    for sector, south in (("North", False), ("South", True)):
        before: int | None = None
        held = 0
        for n in range(DAYS):
            end = FIRST + n * DAY + dt.timedelta(hours=19.5)
            day = end.date()
            own = [
                e
                for e in world.events
                if e.kind in heard and (e.lat <= -30) == south and end - DAY <= e.at < end
            ]
            count = (
                2 * sum(event.effects for event in own)
                + rng.choice((0, 0, 2, 4))
                + (2 if south and 31 <= n <= 44 else 0)
            )
            if not south and day in blind:
                before = None
                continue
            if not south and day == double:
                held = count  # told with the next day's, as one figure of two days
                continue
            two = not south and day == double + DAY
            told = count + held if two else count
            previous = before
            if not south and day == wrong_day and before is not None:
                previous = before + 3
            row = {
                "report_no": f"{n + 1}/2019",
                "issued": f"{day + DAY}",
                "region": sector,
                "period_start_local": f"{end - (2 if two else 1) * DAY:%Y-%m-%dT%H:%M}",
                "period_end_local": f"{end:%Y-%m-%dT%H:%M}",
                "days": "2" if two else "1",
                "ceasefire_violations": str(told),
                "previous_period_violations": "" if previous is None else str(previous),
                "observer": "Joint Mission",
                "exempt": "",
                "note": "",
            }
            files.put(name, row)
            before = count if two else told
            if south and 31 <= n <= 44:
                low, high = -(-told // 12), told // 2
                party = 40 + told if day == odd_day else rng.randint(low, high)
                files.put(
                    rival,
                    {
                        **row,
                        "report_no": f"B{n + 1}",
                        "observer": "Birch liaison office",
                        "ceasefire_violations": str(party),
                        "previous_period_violations": "",
                        "unit": "incident",
                    },
                )
    good = dict(files.rows[name][0][0])
    files.put(name, {**good, "report_no": "901/2019", "ceasefire_violations": ""}, wrong="has no value")
    files.put(name, {**good, "report_no": "902/2019", "days": "3"}, wrong="days")
    return {"differs": [str(wrong_day)], "rival": [str(odd_day)]}


def csv_text(rows: Sequence[Row | str], delimiter: str = ",") -> str:
    out = io.StringIO()
    names = next(list(row) for row in rows if not isinstance(row, str))
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        if isinstance(row, str):
            out.write(row + "\n")
        else:
            writer.writerow(row)
    return out.getvalue()


def outlines() -> str:
    def ring(box: Sequence[float]) -> list[list[float]]:
        west, south, east, north = box
        return [[west, south], [east, south], [east, north], [west, north], [west, south]]

    def feature(name: str, kind: str, coordinates: object) -> dict[str, object]:
        return {
            "type": "Feature",
            "id": name,
            "properties": {},
            "geometry": {"type": kind, "coordinates": coordinates},
        }

    found = [feature("contact-line", "LineString", [list(point) for point in LINE])]
    found += [feature(name, "Polygon", [ring(box)]) for name, box in BOXES.items()]
    found.append(feature("waterworks", "MultiPolygon", [[ring(box)] for box in WATERWORKS]))
    lines = ",\n".join(f"  {json.dumps(one)}" for one in found)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def truth(world: World, files: Files) -> str:
    events = {event.id: event for event in world.events}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["file", "line", "event", "kind", "breaches", "allowed", "clear", "aside"])
    for name in sorted(files.rows):
        if name.endswith("-tally.csv"):
            rows = [(n, one) for n, one in enumerate(files.rows[name]) if one[2]]
        else:
            rows = list(enumerate(files.rows[name]))
        for n, (_, id_, wrong) in rows:
            event = events.get(id_)
            line = n + (1 if name.endswith(".jsonl") or name == "events-gdelt.csv" else 2)
            if event is None:
                writer.writerow([name, line, "", "", "", "", "", wrong])
            else:
                clear = "yes" if event.clear else "no"
                writer.writerow(
                    [
                        name,
                        line,
                        id_,
                        event.kind,
                        " ".join(event.breaches),
                        " ".join(event.allowed),
                        clear,
                        wrong,
                    ]
                )
    return out.getvalue()


def made(seed: int = 20190301) -> dict[str, str]:
    """Return all files by name."""
    world = World(random.Random(seed))
    files = Files(random.Random(seed + 1))
    steps: tuple[Callable[[World, Files], object], ...] = (
        *(patrols, lantern, residents, acled, firms, tallies),
        *(ucdp, gdelt, modis),
    )
    for step in steps:
        step(world, files)
    texts: dict[str, str] = {"zones.geojson": outlines(), "truth.csv": truth(world, files)}
    for name, rows in files.rows.items():
        plain = [row for row, _, _ in rows]
        if name.endswith(".jsonl"):
            texts[name] = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in plain)
        elif all(isinstance(row, str) for row in plain):
            texts[name] = "".join(f"{row}\n" for row in plain)
        else:
            texts[name] = csv_text(plain, ";" if name == "lantern.csv" else ",")
    return texts


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name, text in made().items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")
