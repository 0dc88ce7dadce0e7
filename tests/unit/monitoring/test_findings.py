"""Findings: each condition by itself, what is not known, exemptions, days, and a plain twin that takes one incident at a time."""

from __future__ import annotations

import datetime as dt
import time
import zoneinfo
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm

from holdfast.errors import InputError
from holdfast.monitoring.findings import FINDING_SCHEMA, UNKNOWN, findings
from holdfast.monitoring.grounds import grounds
from holdfast.monitoring.places import distance_km

from .agreement.example import TEXT, read

AGREEMENT = read()
KYIV = zoneinfo.ZoneInfo("Europe/Kyiv")
NOON = dt.datetime(2020, 5, 1, 12, tzinfo=KYIV)
FLOATS = ("lat", "lon", "sd_along_km", "sd_across_km", "azimuth_deg", "calibre_mm")
TEXTS = ("kind", "shape", "sector", "weapon", "by", "exempt")


def table(*rows: dict[str, Any]) -> Any:
    """Incidents as columns; one that says nothing else lasted no time, at noon on 1 May 2020."""
    full = [{"start": NOON, "end": NOON, **row} for row in rows]
    types = dict.fromkeys(FLOATS, pa.float64()) | dict.fromkeys(TEXTS, pa.string())
    types |= dict.fromkeys(("start", "end"), pa.timestamp("us", "UTC"))
    return pa.table({name: pa.array([row.get(name) for row in full], kind) for name, kind in types.items()})


def found(row: dict[str, Any], article: str, agreement=AGREEMENT) -> dict[str, Any]:
    rows = [one for one in findings(agreement, table(row)).to_pylist() if one["article"] == article]
    assert len(rows) == 1, rows
    return rows[0]


def at(lat: float, lon: float, sd: float = 0.0) -> dict[str, Any]:
    return {"lat": lat, "lon": lon, "sd_along_km": sd, "sd_across_km": sd}


HOWITZER = {"kind": "weapon", "weapon": "Howitzers (D-30)", "calibre_mm": 122.0}
EXERCISE = {"kind": "explosion", "exempt": "a live-fire exercise, outside the zone"}
PLACE = 1 << UNKNOWN.index("place")
WEAPON = 1 << UNKNOWN.index("weapon")
PARTY = 1 << UNKNOWN.index("party")
EXEMPT = 1 << UNKNOWN.index("exemption")


@pytest.mark.parametrize(
    ("row", "article", "verdict", "low", "high", "unknown"),
    [
        ({"kind": "explosion"}, "ceasefire", "breach", 1, 1, 0),
        ({"kind": "explosion", "by": "B"}, "ceasefire", "breach", 1, 1, 0),
        ({"kind": "explosion", "by": "a third"}, "ceasefire", "undetermined", 0, 1, PARTY),
        ({**HOWITZER, **at(48, 38.2)}, "heavy-weapons", "breach", 1, 1, 0),
        ({**HOWITZER, **at(48, 38.5)}, "heavy-weapons", "allowed", 0, 0, 0),
        (HOWITZER, "heavy-weapons", "undetermined", 0, 1, PLACE),
        ({**HOWITZER, **at(48, 38.2), "calibre_mm": 85.0}, "heavy-weapons", "allowed", 0, 0, 0),
        ({**HOWITZER, **at(48, 38.2), "calibre_mm": 100.0}, "heavy-weapons", "breach", 1, 1, 0),
        ({**HOWITZER, **at(48, 38.2), "calibre_mm": None}, "heavy-weapons", "undetermined", 0, 1, WEAPON),
        ({**HOWITZER, **at(48, 38.2), "weapon": "mortar"}, "heavy-weapons", "allowed", 0, 0, 0),
        ({**HOWITZER, **at(48, 38.2), "weapon": "catapult"}, "heavy-weapons", "undetermined", 0, 1, WEAPON),
        ({**HOWITZER, **at(48, 38.2), "weapon": None}, "heavy-weapons", "undetermined", 0, 1, WEAPON),
        ({**HOWITZER, **at(48, 38.5), "weapon": None}, "heavy-weapons", "allowed", 0, 0, WEAPON),
        ({"kind": "flight", "by": "A", **at(47.7, 37.2)}, "quiet", "breach", 1, 1, 0),
        ({"kind": "flight", "by": "Government of Northland", **at(47.7, 37.2)}, "quiet", "breach", 1, 1, 0),
        ({"kind": "flight", "by": "B", **at(47.7, 37.2)}, "quiet", "allowed", 0, 0, 0),
        ({"kind": "flight", **at(47.7, 37.2)}, "quiet", "undetermined", 0, 1, PARTY),
        ({"kind": "flight", "by": "A", "sector": "West region"}, "quiet", "breach", 1, 1, 0),
        ({"kind": "flight", "by": "A", "sector": "East"}, "quiet", "undetermined", 0, 1, PLACE),
        ({"kind": "flight", "by": "A", **at(47.7, 37.5, 2.0)}, "quiet", "undetermined", 0.5, 0.5, 0),
        ({**EXERCISE, **at(48, 38.5)}, "ceasefire", "allowed", 0, 0, 0),
        ({**EXERCISE, **at(48, 38.1)}, "ceasefire", "breach", 1, 1, 0),
        ({**EXERCISE, "exempt": "an exercise", **at(48, 38.5)}, "ceasefire", "breach", 1, 1, 0),
        (EXERCISE, "ceasefire", "undetermined", 0, 1, EXEMPT),
    ],
)  # fmt: skip
def test_a_finding(row, article: str, verdict: str, low: float, high: float, unknown: int) -> None:
    one = found(row, article)
    assert one["verdict"] == verdict
    assert (one["p_low"], one["p_high"]) == pytest.approx((low, high), abs=2e-3)
    assert one["unknown"] == unknown
    assert one["exemption"] == ("exercise" if verdict == "allowed" and "exempt" in row else None)


@pytest.mark.parametrize(
    ("range_", "calibre", "verdict"),
    [
        ("below: 100", 99.9, "breach"),
        ("below: 100", 100.0, "allowed"),
        ("at_most: 100", 100.0, "breach"),
        ("at_most: 100", 100.1, "allowed"),
        ("at_least: 82, below: 100", 81.9, "allowed"),
        ("at_least: 82, below: 100", 82.0, "breach"),
    ],
)
def test_a_calibre_is_below_or_at_most(range_: str, calibre: float, verdict: str) -> None:
    """A gun of 100 mm is not below 100 mm, and is of at most 100 mm."""
    one = read(TEXT.replace("calibre_mm: {at_least: 100}", f"calibre_mm: {{{range_}}}"))
    row = {**HOWITZER, **at(48, 38.2), "calibre_mm": calibre}
    assert found(row, "heavy-weapons", one)["verdict"] == verdict


def test_a_word_of_no_class_cannot_be_told_and_one_of_another_class_can() -> None:
    """A tank of 125 mm: as long as no class has the word, it may be what someone calls artillery."""
    tank = {**HOWITZER, **at(48, 38.2), "weapon": "tank (T-72)", "calibre_mm": 125.0}
    one = found(tank, "heavy-weapons")
    assert (one["verdict"], one["unknown"]) == ("undetermined", WEAPON)
    assert found({**tank, "calibre_mm": 85.0}, "heavy-weapons")["verdict"] == "allowed"
    listed = read(
        TEXT.replace("  mortar: {name", '  tank: {name: "Tanks", words: ["tank"]}\n  mortar: {name')
    )
    one = found(tank, "heavy-weapons", listed)
    assert (one["verdict"], one["unknown"]) == ("allowed", 0)


def test_an_exemption_of_some_kinds_is_of_no_others() -> None:
    text = TEXT.replace(
        'when: {says: ["live-fire exercise"]', 'when: {kinds: [firing], says: ["live-fire exercise"]'
    )
    one = read(text)
    firing = {**EXERCISE, **at(48, 38.5), "kind": "firing"}
    assert found(firing, "ceasefire", one)["exemption"] == "exercise"
    assert found({**firing, "kind": "explosion"}, "ceasefire", one)["verdict"] == "breach"
    # what says nothing of an exemption, and what lies elsewhere, is none for its kind alone
    assert found({**firing, "exempt": None}, "ceasefire", one)["verdict"] == "breach"
    only = read(
        TEXT.replace(
            'when: {says: ["live-fire exercise"], where: {outside: security}}', "when: {kinds: [firing]}"
        )
    )
    assert found({"kind": "firing"}, "ceasefire", only)["verdict"] == "allowed"
    assert found({"kind": "explosion"}, "ceasefire", only)["verdict"] == "breach"


@pytest.mark.parametrize(
    ("hours", "verdict"), [(95, "breach"), (94, "undetermined"), (6, "undetermined"), (5, "allowed")]
)
def test_the_verdict_turns_at_a_twentieth(hours: int, verdict: str) -> None:
    """Of a hundred hours so many lie in the days of the article, which begin on 1 June."""
    june = dt.datetime(2020, 5, 31, 21, tzinfo=dt.UTC)
    row = {
        "kind": "access",
        "start": june - dt.timedelta(hours=100 - hours),
        "end": june + dt.timedelta(hours=hours),
    }
    one = found(row, "access")
    assert (one["p_low"], one["verdict"]) == (hours / 100, verdict)


def test_only_articles_on_the_kind_and_in_force_are_found() -> None:
    before = {"kind": "access", "start": NOON, "end": NOON}
    late = dt.datetime(2022, 1, 1, 0, 0, tzinfo=KYIV)
    rows = [before, {"kind": "other"}, {"kind": "explosion", "start": late, "end": late}]
    assert findings(AGREEMENT, table(*rows)).num_rows == 0
    last = late - dt.timedelta(seconds=1)
    assert findings(AGREEMENT, table({"kind": "explosion", "start": last, "end": last})).num_rows == 1
    assert findings(AGREEMENT, table()).schema == FINDING_SCHEMA


def test_days_are_those_of_the_agreements_zone() -> None:
    """1 June begins at 21:00 UTC of 31 May in Kyiv."""
    june = dt.datetime(2020, 5, 31, 21, tzinfo=dt.UTC)
    assert found({"kind": "access", "start": june, "end": june}, "access")["verdict"] == "breach"
    hour = dt.timedelta(hours=1)
    half = found({"kind": "access", "start": june - hour, "end": june + hour}, "access")
    assert (half["p_low"], half["p_high"], half["verdict"]) == (0.5, 0.5, "undetermined")
    unknown = found({"kind": "access", "start": None, "end": None}, "access")
    assert (unknown["p_low"], unknown["p_high"], unknown["unknown"]) == (0.0, 1.0, 1)


def test_a_zone_drawn_anew_counts_from_its_day_on() -> None:
    row = {"kind": "flight", "by": "A", **at(47.7, 37.6)}
    new_year = dt.datetime(2021, 1, 1, tzinfo=KYIV)
    day = dt.timedelta(days=1)
    for start, end, p in (
        (new_year - day, new_year - day, 0.0),
        (new_year, new_year, 1.0),
        (new_year - day, new_year + 3 * day, 0.75),
    ):
        one = found({**row, "start": start, "end": end}, "quiet")
        assert (one["p_low"], one["p_high"]) == pytest.approx((p, p))


def test_an_exemption_holds_in_its_days_only() -> None:
    text = TEXT.replace("    of: ceasefire\n", "    of: ceasefire\n    until: 2020-04-30\n")
    assert found({**EXERCISE, **at(48, 38.5)}, "ceasefire", read(text))["verdict"] == "breach"


def test_a_place_and_its_exemption_share_the_error_of_the_position() -> None:
    """Nearer than 25 km, and exempt beyond 15: a breach lies within 15 km, which is not the product of the two."""
    text = TEXT.replace(
        'of: ceasefire\n    when: {says: ["live-fire exercise"], ', "of: heavy-weapons\n    when: {"
    )
    row = {**HOWITZER, **at(48, 38.2, 6.0)}
    one = found(row, "heavy-weapons", read(text))
    away = distance_km(AGREEMENT.atlas.shape("contact", NOON.date()), 48, 38.2)
    assert away == pytest.approx(14.92, abs=0.01)
    assert one["p_high"] == pytest.approx(
        norm.cdf((15 - away) / 6), abs=2e-3
    )  # the corridor's edge is straight
    assert one["verdict"] == "undetermined"


def test_a_line_that_is_not_surely_drawn_adds_its_error() -> None:
    text = TEXT.replace("feature: line}", "feature: line, sd_km: 5}")
    row = {**HOWITZER, **at(48, 38.3)}
    plain, unsure = found(row, "heavy-weapons"), found(row, "heavy-weapons", read(text))
    assert plain["verdict"] == "breach"
    away = distance_km(AGREEMENT.atlas.shape("contact", NOON.date()), 48, 38.3)
    assert unsure["p_low"] == pytest.approx(norm.cdf((25 - away) / 5), abs=2e-3)


def test_a_longer_word_goes_before_a_part_of_it() -> None:
    text = TEXT.replace(
        "  mortar: {name", '  rockets: {name: "Rockets", words: ["rocket artillery"]}\n  mortar: {name'
    )
    row = {"kind": "weapon", "weapon": "rocket artillery", "calibre_mm": 122.0, **at(48, 38.2)}
    assert found(row, "heavy-weapons", read(text))["verdict"] == "allowed"
    assert (
        found({**row, "weapon": "self-propelled ARTILLERY"}, "heavy-weapons", read(text))["verdict"]
        == "breach"
    )


def random_rows(count: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(2)
    return [
        {
            "kind": str(rng.choice(["explosion", "weapon", "flight", "access"])),
            **at(
                float(rng.uniform(47.2, 48.8)), float(rng.uniform(37.0, 39.0)), float(rng.choice([0.0, 3.0]))
            ),
            "start": (start := NOON + dt.timedelta(hours=int(rng.integers(0, 12_000)))),
            "end": start,
            "weapon": str(rng.choice(["howitzer", "mortar"])),
            "calibre_mm": float(rng.choice([82, 122])),
            "by": str(rng.choice(["A", "B"])),
            "exempt": str(rng.choice(["", "live-fire exercise"])),
        }
        for _ in range(count)
    ]


def twin(row: dict[str, Any]) -> dict[str, bool]:
    """Breach or not by article for an incident of which everything is known, from the text of the agreement."""
    day = row["start"].date()
    away = distance_km(AGREEMENT.atlas.shape("contact", day), row["lat"], row["lon"])
    east = 37.5 if day < dt.date(2021, 1, 1) else 37.7
    if row["kind"] == "explosion":
        return {"ceasefire": not (row["exempt"] and away > 15)}
    if row["kind"] == "weapon":
        return {"heavy-weapons": row["weapon"] == "howitzer" and row["calibre_mm"] >= 100 and away < 25}
    if row["kind"] == "flight":
        return {"quiet": row["by"] == "A" and 37 < row["lon"] < east and 47.5 < row["lat"] < 48}
    return {"access": True} if day >= dt.date(2020, 6, 1) else {}


def test_what_is_all_known_is_as_the_text_says() -> None:
    rows = [{**row, **at(row["lat"], row["lon"])} for row in random_rows(400)]
    expected = {(n, article): breach for n, row in enumerate(rows) for article, breach in twin(row).items()}
    result = findings(AGREEMENT, table(*rows)).to_pylist()
    told = {(one["incident"], one["article"]): one["verdict"] for one in result}
    assert told == {key: "breach" if breach else "allowed" for key, breach in expected.items()}
    assert {"breach", "allowed"} == set(told.values())


def test_the_answer_depends_on_nothing_else() -> None:
    rows = random_rows(120)
    whole = findings(AGREEMENT, table(*rows)).to_pylist()
    order = np.random.default_rng(1).permutation(len(rows))
    turned = findings(AGREEMENT, table(*(rows[n] for n in order))).to_pylist()
    for one in turned:
        one["incident"] = int(order[one["incident"]])
    key = lambda one: (one["article"], one["incident"])
    assert sorted(whole, key=key) == sorted(turned, key=key)
    alone = [
        {**one, "incident": n}
        for n, row in enumerate(rows)
        for one in findings(AGREEMENT, table(row)).to_pylist()
    ]
    assert sorted(whole, key=key) == sorted(alone, key=key)


def test_to_know_less_widens_the_range() -> None:
    rows = random_rows(60)
    whole = {(o["incident"], o["article"]): o for o in findings(AGREEMENT, table(*rows)).to_pylist()}
    for hidden in (("lat", "lon"), ("weapon",), ("calibre_mm",), ("by",)):
        less = findings(AGREEMENT, table(*({**row, **dict.fromkeys(hidden)} for row in rows))).to_pylist()
        assert len(less) == len(whole)
        for one in less:
            known = whole[one["incident"], one["article"]]
            assert one["p_low"] <= known["p_low"] + 1e-12
            assert one["p_high"] >= known["p_high"] - 1e-12


def test_grounds_say_why() -> None:
    rows = [
        {**HOWITZER, **at(48, 38.33, 1.0), "by": "A"},
        {**EXERCISE, **at(48, 38.5, 1.0)},
        {"kind": "flight", "sector": "West region"},
        {"kind": "access", "start": None, "end": None},
    ]
    incidents = table(*rows)
    heavy = grounds(AGREEMENT, incidents, 0, "heavy-weapons")
    assert heavy.startswith("Undetermined under Heavy weapons back (heavy-weapons): weapon on 2020-05-01;")
    assert "24.6 km from Line of contact" in heavy
    assert "Howitzers (D-30) of 122 mm belongs to Artillery of 100 mm and more" in heavy
    assert "Probability of a breach: 0.647" in heavy
    exempt = grounds(AGREEMENT, incidents, 1, "ceasefire")
    assert exempt.startswith("Allowed under No fire")
    assert 'Notified exercise applies with probability 1, as the report says ("a live-fire exercise' in exempt
    assert "outside Security zone" in exempt
    flight = grounds(AGREEMENT, incidents, 2, "quiet")
    assert "names the sector West region and no position" in flight
    assert "Probability of a breach: between 0 and 1" in flight
    assert "not known when" in grounds(AGREEMENT, incidents, 3, "access")
    assert "is not about flight: it is about explosion and firing" in grounds(
        AGREEMENT, incidents, 2, "ceasefire"
    )
    for one in findings(AGREEMENT, table(*random_rows(40))).to_pylist():
        text = grounds(AGREEMENT, table(*random_rows(40)), one["incident"], one["article"])
        assert text.split()[0].lower() == one["verdict"]


def test_grounds_name_the_classes_that_a_weapon_belongs_to() -> None:
    tanks = '  tank: {name: "Tanks", words: ["tank"]}\n  gun: {name: "Guns", words: ["gun"], calibre_mm: {at_least: 50}}\n'
    text = TEXT.replace("weapons:\n", "weapons:\n" + tanks, 1)
    agreement = read(text.replace("weapons: heavy,", "weapons: [heavy, tank, gun],"))

    def told(weapon: str, calibre: float | None = None) -> str:
        row = {**HOWITZER, **at(48, 38.33, 1.0), "weapon": weapon, "calibre_mm": calibre}
        return grounds(agreement, table(row), 0, "heavy-weapons")

    assert "; tank belongs to Tanks; attributed" in told("tank")
    assert "; howitzer of 122 mm belongs to Artillery of 100 mm and more; attributed" in told(
        "howitzer", 122.0
    )
    assert "; gun may or may not belong to Guns; attributed" in told("gun")
    all_of_them = "Artillery of 100 mm and more, Tanks or Guns"
    assert f"; thing may or may not belong to {all_of_them}; attributed" in told("thing")
    none = all_of_them.replace(" or ", " nor ")
    assert f"; gun of 23 mm belongs to neither {none}; attributed" in told("gun", 23.0)
    assert "; mortar of 122 mm does not belong to Artillery of 100 mm and more; attributed" in grounds(
        AGREEMENT, table({**HOWITZER, **at(48, 38.33, 1.0), "weapon": "mortar"}), 0, "heavy-weapons"
    )


def test_grounds_name_all_days_of_a_tally_and_of_what_is_known_to_a_month() -> None:
    zone = dt.timezone(dt.timedelta(hours=3))  # Kyiv in summer
    evening = dt.datetime(2020, 5, 15, 19, 30, tzinfo=zone)
    times = {"start": evening, "end": evening + dt.timedelta(days=5)}
    rows = table({"kind": "firing", **times}, {"kind": "firing", **times})
    rows = rows.append_column("tally", pa.array([True, None]))
    assert "firing tallied from 2020-05-15 19:30 to 2020-05-20 19:30;" in grounds(
        AGREEMENT, rows, 0, "ceasefire"
    )
    assert "firing at some time between 2020-05-15 and 2020-05-20;" in grounds(
        AGREEMENT, rows, 1, "ceasefire"
    )
    midnight = dt.datetime(2020, 5, 1, tzinfo=zone)
    day = table({"kind": "firing", "start": midnight, "end": midnight + dt.timedelta(days=1)})
    assert "firing on 2020-05-01;" in grounds(AGREEMENT, day, 0, "ceasefire")
    begun = table({"kind": "firing", "start": midnight, "end": None})
    assert "firing from 2020-05-01 on, and it is not known until when" in grounds(
        AGREEMENT, begun, 0, "ceasefire"
    )


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"kind": ["explosion"]}, "no column start"),
        ({"kind": ["explosion"], "start": ["x"], "end": ["y"]}, "column start of the incidents cannot be used"),
        ({"kind": ["explosion"], "start": [NOON], "end": [NOON], "lat": ["north"], "lon": [3.0]}, "column lat"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_used_are_refused(columns, told: str) -> None:
    agreement = read(
        TEXT.replace('title: "No fire", forbids', 'title: "No fire", where: {inside: quiet}, forbids')
    )
    with pytest.raises(InputError, match=told):
        findings(agreement, columns)


@pytest.mark.slow
def test_a_million_incidents_in_seconds() -> None:
    rng = np.random.default_rng(0)
    count = 1_000_000
    start = pa.array(rng.integers(1_577_836_800, 1_640_000_000, count) * 1_000_000).cast(pa.timestamp("us"))
    incidents = pa.table(
        {
            "kind": rng.choice(["explosion", "weapon", "flight"], count),
            "start": start,
            "end": start,
            "lat": rng.uniform(46, 50, count),
            "lon": rng.uniform(36, 40, count),
            "sd_along_km": rng.uniform(0.1, 3, count),
            "sd_across_km": rng.uniform(0.1, 3, count),
            "shape": rng.choice(["normal", "box"], count),
            "weapon": rng.choice(["howitzer", "mortar"], count),
            "calibre_mm": rng.choice([82.0, 122.0], count),
            "by": rng.choice(["A", "B", "Northland"], count),
            "exempt": rng.choice(["", "live-fire exercise"], count),
        }
    )
    begun = time.process_time()
    assert findings(AGREEMENT, incidents).num_rows > 900_000
    assert (
        time.process_time() - begun < 20.0
    )  # ten articles in a minute; these took 3 s where this was written
