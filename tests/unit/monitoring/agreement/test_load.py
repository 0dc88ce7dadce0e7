"""An agreement is read whole, or every mistake in it and its maps is told with its place."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import numpy as np
import pytest

from holdfast.errors import ScenarioError
from holdfast.monitoring.agreement import load_agreement, read_agreement
from holdfast.monitoring.places import Positions, membership

from .example import TEXT, maps, read, ring

VALUES = ("[]", "{}", "null", "3", "true", '"x"', "-1e400", "[[[]]]", "2020-02-30", "*a")
RING = "features.1.geometry.coordinates.0"


def told(text: str, data: object = None) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(text, data)
    return str(caught.value).splitlines()


def mistakes(text: str, data: object) -> list[str]:
    try:
        read(text, data)
    except ScenarioError as error:
        return [str(problem) for problem in error.problems] or [""]
    return []


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def place(text: str, word: str, after: str = "") -> str:
    """Line and column at which a word begins."""
    at = text.index(word, text.index(after))
    return f"a.yaml:{text.count(chr(10), 0, at) + 1}:{at - text.rfind(chr(10), 0, at)}:"


def test_the_example_is_read() -> None:
    agreement = read()
    assert agreement.articles["heavy-weapons"].where is not None
    assert agreement.observation.not_observed[0].holds(dt.date(2020, 3, 5))
    assert not agreement.observation.not_observed[0].holds(dt.date(2020, 3, 6))
    assert list(agreement.files) == ["a.yaml", "maps.geojson"]
    assert agreement.triggers["many"].grade.attribution is None


def test_its_bytes_make_it_again(tmp_path: Path) -> None:
    (tmp_path / "agreement.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "maps.geojson").write_text(json.dumps(maps()), encoding="utf-8")
    first = load_agreement(tmp_path / "agreement.yaml")
    name, raw = next(iter(first.files.items()))
    again = read_agreement(raw, name, first.files)
    assert again.sha256 == first.sha256
    assert again.model_dump() == first.model_dump()
    assert read_agreement(raw + b"\n", name, first.files).sha256 != first.sha256


def test_names_in_reports_are_known_in_any_case() -> None:
    agreement = read()
    assert agreement.id_of("parties", " government of NORTHLAND") == "A"
    assert agreement.id_of("sectors", "West region") == "west"
    assert agreement.id_of("observers", "someone else") is None
    assert agreement.id_of("observers", None) is None


def test_a_zone_is_as_it_was_drawn_on_the_day() -> None:
    agreement = read()
    position = Positions.of(47.7, 37.6)
    where = agreement.articles["quiet"].where
    found = [
        membership(zone.zone, position)[0]
        for day in (dt.date(2020, 12, 31), dt.date(2021, 1, 1))
        if (zone := agreement.atlas.place(where, day)) is not None
    ]
    assert found == [0.0, 1.0]
    assert agreement.atlas.changes(where) == [dt.date(2021, 1, 1)]


def test_a_corridor_and_what_is_outside_of_it() -> None:
    agreement = read()
    day = dt.date(2020, 5, 1)
    near = agreement.atlas.zone("security", day)
    outside = agreement.atlas.place(agreement.exemptions["exercise"].when.where, day)
    assert near is not None
    assert outside is not None
    positions = Positions.of(48.0, [38.1, 38.5])
    assert membership(near.zone, positions).tolist() == [1.0, 0.0]
    assert membership(outside.zone, positions).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("old", "new", "word", "after", "message"),
    [
        ("where: {inside: quiet}", "where: {inside: quite}", "quite", "", "is no zone of this file. Did you mean quiet?"),
        ("of: contact}}}", "of: contract}}}", "contract", "", "is no line or zone of this file. Did you mean contact?"),
        ("forbids: [flight]", "forbids: [flite]", "flite", "", "must be explosion, firing, clash"),
        ("to: A, where", "to: C, where", "C, where", "", "is no party of this file. Known: A, B."),
        ("since: 2020-06-01", "since: 2020-06-31", "2020-06-31", "", "is no day of the calendar"),
        ("until: 2021-12-31", "until: 2019-12-31", "2019-12-31", "", "is before since, 2020-01-01"),
        ("time_zone: Europe/Kyiv", "time_zone: Europe/Kyjiw", "Europe/Kyjiw", "", "is no time zone of the IANA database"),
        ("since: 2021-01-01", "since: 2020-12-31", "2020-12-31", "wider", "overlaps the drawing before, which ends on 2020-12-31"),
        ("since: 2021-01-01", "since: 2021-01-05", "2021-01-05", "wider", "leaves a gap: the drawing before ends on 2020-12-31"),
        (", until: 2020-12-31}", "}", "{file: maps.geojson, feature: quiet", "", "until: is missing: entry 2 follows"),
        ("feature: wider", "feature: widder", "widder", "", "is no feature of this file. Did you mean wider?"),
        ("feature: wider", "feature: line", "line,", "feature: quiet", "is a LineString; an area must be Polygon"),
        ("{file: maps.geojson, feature: line}", "{file: maps.geojson}", "maps.geojson", "", "has 3 features. Name one: feature: line."),
        ("{file: maps.geojson, feature: line}", "{file: ../maps.geojson}", "../maps.geojson", "", "must be a file beside the agreement"),
        ("drawn:\n      - {file: maps.geojson, feature: line}", "drawn: []", "[]", "", "is empty. Write at least one entry."),
        ("nearer_than: {km: 15, of: contact}", "nearer_than: {km: 0, of: contact}", "0, of", "security", "must be above 0, to 1000"),
        ("nearer_than: {km: 15, of: contact}", "nearer_than: {km: 15, of: security}", "security}", "", "goes in a ring"),
        ("nearer_than: {km: 15, of: contact}", 'description: "nowhere"', "security:", "", "must have exactly one of drawn and nearer_than"),
        ("where: {inside: quiet}", "where: {}", "{}", "", "has no condition"),
        ('"19:30"', '"7:30"', '"7:30"', "", "must be a time of day"),
        ("low: 1, likely: 5", "low: 9, likely: 5", "effects_per", "", "must ascend: low, likely, high."),
        ('    because: "An example."\n', "", "many:", "", "is missing: the reason for this judgement"),
        ("source: text}\n  heavy", "source: txt}\n  heavy", "txt", "", "is no source of this file. Did you mean text?"),
        ('B: {name: "Southland"}', 'B: {name: "northland"}', '"northland"', "", "is what A is called already"),
        ("calibre_mm: {at_least: 100}", "calibre_mm: {at_least: 100, below: 90}", "90", "", "must be above at_least, 100"),
        ("within_days: 7", "within_days: 0", "0", "within_days", "must be above 0, to 36600"),
        ("within_days: 7", "within_day: 7", "within_day:", "", "is not a key here. Did you mean within_days?"),
        ("kept_from: A", "kept_from: Z", "Z", "kept_from", "is no party of this file"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(old: str, new: str, word: str, after: str, message: str) -> None:
    text = changed(old, new)
    found = [line for line in told(text) if message in line]
    assert found, told(text)
    assert found[0].startswith(place(text, word, after)), found


def test_what_a_missing_key_means_keeps_its_capitals() -> None:
    [line] = told(changed("time_zone: Europe/Kyiv\n", ""))
    assert (
        "time_zone: is missing. Write time_zone: with a value here (IANA name of the zone whose days count"
        in line
    )


def test_all_mistakes_at_once_in_all_files() -> None:
    data = maps()
    data["features"][1]["geometry"]["coordinates"][0].pop()
    text = TEXT.replace("inside: quiet", "inside: quite").replace('title: "A ceasefire"', "titel: 1")
    lines = told(text, data)
    assert [line.split(":")[0] for line in lines] == ["a.yaml", "a.yaml", "maps.geojson"]


def test_an_article_needs_its_zone_on_all_its_days() -> None:
    text = changed(
        "{file: maps.geojson, feature: line}", "{file: maps.geojson, feature: line, until: 2020-08-31}"
    )
    lines = told(text)
    assert len(lines) == 2
    assert "articles.heavy-weapons.where" in lines[0]
    assert "is not drawn on 2020-09-01. Let its drawings cover that day." in lines[0]
    early = changed(
        "{file: maps.geojson, feature: line}", "{file: maps.geojson, feature: line, since: 2020-02-01}"
    )
    assert "is not drawn on 2020-01-01" in told(early)[0]


def mutated(change) -> bytes:
    data = maps()
    change(data["features"])
    return json.dumps(data, indent=1).encode()


def set_ring(points: list[list[float]]):
    return lambda features: features[1]["geometry"].update(coordinates=[points])


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (set_ring(ring(37, 47.5, 37.5, 48)[:-1]), f"{RING}.3", "does not close the ring"),
        (set_ring([[37, 47], [37.5, 48], [37, 47]]), RING, "has 3 positions; needs 4"),
        (set_ring([[37, 47], [38, 48], [38, 47], [37, 48], [37, 47]]), "features.1.geometry.coordinates", "is no area: Self-inter"),
        (set_ring([]), RING, "is empty: there are no positions here."),
        (set_ring([[37, 47], [37.2, 91], [38, 48], [37, 47]]), f"{RING}.1", "latitude from -90 to 90.$"),
        (set_ring([[37, 47], [38, 948], [38, 47], [37, 47]]), f"{RING}.1", "is not on the earth"),
        (set_ring([[37, 47], ["38", 48], [38, 47], [37, 47]]), f"{RING}.1", "must be a position"),
        (set_ring([[37, 47], [float("nan"), 48], [38, 47], [37, 47]]), f"{RING}.1", "finite"),
        (lambda f: f[1].update(geometry=None), "features.1.geometry", "is empty: a feature needs a geometry"),
        (lambda f: f[1]["geometry"].update(coordinates=[]), "features.1.geometry.coordinates", "is empty: there is no outline"),
        (lambda f: f[1]["geometry"].update(type="Point"), "features.1.geometry.type", "must be Polygon, MultiPolygon"),
        (lambda f: f[1]["geometry"].update(coordinates=7), "features.1.geometry.coordinates", "must be a list of coordinates"),
        (lambda f: f.__setitem__(1, 7), "features.1", "must be a feature"),
        (lambda f: f.clear(), "features", "must be a list of at least one feature"),
        (lambda f: f[0]["geometry"].update(coordinates=[[38, 47]]), "features.0.geometry.coordinates", "has 1 positions; needs 2"),
        (lambda f: f[0]["geometry"].update(coordinates=[[38, 47], [38, 47]]), "features.0.geometry.coordinates", "a line of no length"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_map_is_told_with_its_place(change, path: str, message: str) -> None:
    raw = mutated(change)
    lines = [line for line in told(TEXT, raw) if line.startswith("maps.geojson")]
    assert len(lines) == 1, lines
    where, _, rest = lines[0].partition(": ")
    assert rest.startswith(f"{path}: "), lines
    assert rest.endswith(message[:-1]) if message.endswith("$") else message in rest
    # the place: counting the value's first character in the text itself
    line, column = (int(part) for part in where.split(":")[1:])
    value = json.loads(raw)
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else value[step]
    text = raw.decode().splitlines()
    found, _ = json.JSONDecoder().raw_decode("\n".join([text[line - 1][column - 1 :], *text[line:]]))
    assert json.dumps(found) == json.dumps(value)


def told_new(folder: Path, text: str) -> list[str]:
    """What is wrong with a file from which a record would be begun."""
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    (folder / "maps.geojson").write_text(json.dumps(maps()), encoding="utf-8")
    try:
        load_agreement(folder / "a.yaml")
    except ScenarioError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]
    return []


GAP = "since: 2020-03-01, until: 2020-03-05"


@pytest.mark.parametrize(
    ("old", "new", "word", "message"),
    [
        ("{at_least: 100}", "{at_least: 240, at_most: 82}", "82", "is below at_least, 240, so that no calibre is both. Write 240"),
        (GAP, "since: 2019-03-01, until: 2019-03-05", "2019-03-05", "is before in_force.since, 2020-01-01"),
        (GAP, "since: 2022-03-01, until: 2022-03-05", "2022-03-01", "is after in_force.until, 2021-12-31"),
    ],
)  # fmt: skip
def test_what_a_record_is_not_begun_with(tmp_path: Path, old: str, new: str, word: str, message: str) -> None:
    """A record that holds such a file is read all the same."""
    text = changed(old, new)
    (line,) = told_new(tmp_path, text)
    assert line.startswith(place(text, word))
    assert message in line
    assert read(text).title == "A ceasefire"


def test_ranges_and_gaps_that_hold_something_are_accepted(tmp_path: Path) -> None:
    assert not told_new(tmp_path, changed("{at_least: 100}", "{at_least: 82, at_most: 82}"))
    assert not told_new(tmp_path, changed(GAP, "since: 2019-03-01, until: 2020-01-01"))
    assert not told_new(tmp_path, changed(GAP, "since: 2021-12-31"))


def test_the_commitment_is_looked_up(tmp_path: Path) -> None:
    scenario = Path(__file__).parents[4] / "catalog" / "three-guarantors" / "scenario.yaml"
    (tmp_path / "s.yaml").write_bytes(scenario.read_bytes())

    def found(name: str, proposal: str, pledge: str, wrong: str = "") -> list[str]:
        given = f"commitment: {{scenario: {name}, proposal: {proposal}, pledge: {pledge}}}"
        text = changed("within_days: 7", f"within_days: 7\n    {given}")
        lines = told_new(tmp_path, text)
        assert all(line.startswith(place(text, wrong, "commitment")) for line in lines)
        # the record keeps the names, and is read without the scenario
        assert read(text).triggers["many"].commitment is not None
        return lines

    assert found("s.yaml", "three-pledges", "rescue") == []
    assert load_agreement(tmp_path / "a.yaml").warnings == ()
    assert found("nowhere.yaml", "p", "q") == []
    (warning,) = load_agreement(tmp_path / "a.yaml").warnings
    assert warning.startswith("triggers.many.commitment.scenario = nowhere.yaml; is not there")
    (line,) = found("s.yaml", "three-pledge", "rescue", "three-pledge,")
    assert line.endswith("is no proposal of s.yaml. Did you mean three-pledges?")
    (line,) = found("s.yaml", "three-pledges", "rescu", "rescu}")
    assert line.endswith("is no pledge of three-pledges in s.yaml. Did you mean rescue?")
    (line,) = found("maps.geojson", "p", "q", "maps.geojson")
    assert "cannot be read as a scenario" in line


def test_a_position_is_taken_for_swapped_only_where_it_then_lies_beside_the_others() -> None:
    line = {"type": "LineString", "coordinates": [[127.1, 37.9], [37.9, 127.2], [127.3, 91]]}
    found = told(TEXT, json.dumps(line).encode())
    said = [one.partition("latitude from -90 to 90.")[2] for one in found if "not on the earth" in one]
    assert said == [" Longitude comes first: write [127.2, 37.9].", ""]


def test_a_mistake_in_a_map_is_told_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "maps.geojson").write_bytes(b"{")
    with pytest.raises(ScenarioError, match=f"{re.escape(str(tmp_path))}/maps\\.geojson:1:2: is no JSON"):
        load_agreement(tmp_path / "a.yaml")
    (tmp_path / "maps.geojson").unlink()
    with pytest.raises(ScenarioError, match=f"{re.escape(str(tmp_path))}/maps\\.geojson: does not exist"):
        load_agreement(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "maps.geojson:1:1: is no JSON"),
        (b'{"type": "FeatureCollection",\n "features": [}', "maps.geojson:2:15: is no JSON"),
        (b"[" * 100_000, "is no GeoJSON that can be read"),
        (b"[1" + b"0" * 10_000 + b"]", "is no GeoJSON"),
        (b"\xff\xfe{", "is in UTF-16"),
        (b'{"type": "Topology"}', "is no GeoJSON: its type must be"),
        (b'{"type": "Feature", "geometry": null}', "geometry: is empty"),
        (b"null", "is no GeoJSON"),
        (b'{"type": "LineString", "crs": {"name": "EPSG:28406"}, "coordinates": [[38, 47], [38, 48]]}', "Convert it"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused(raw: bytes, message: str) -> None:
    assert any(message in line for line in told(TEXT, raw)), told(TEXT, raw)


def test_swapped_coordinates_that_are_on_the_earth_are_found_beside_the_others() -> None:
    data = maps()
    line = data["features"][0]["geometry"]
    line["coordinates"] = [[lat, lon] for lon, lat in line["coordinates"]]
    lines = told(TEXT, data)
    assert len(lines) == 1
    assert lines[0].startswith(place(TEXT, "maps.geojson, feature: line"))
    assert "swapped. Write longitude first" in lines[0]


def test_a_drawing_that_lies_elsewhere_is_not_taken_for_swapped() -> None:
    for east, north in ((30.0, 0.0), (0.0, -20.0), (-2.0, 2.0)):
        data = maps()
        line = data["features"][0]["geometry"]
        line["coordinates"] = [[lon + east, lat + north] for lon, lat in line["coordinates"]]
        assert read(TEXT, data).title == "A ceasefire"


def test_a_distance_across_the_date_line_is_refused() -> None:
    data = maps()
    for feature in data["features"]:
        geometry = feature["geometry"]
        if geometry["type"] == "LineString":
            geometry["coordinates"] = [[x + 141.9, y] for x, y in geometry["coordinates"]]
        else:
            geometry["coordinates"] = [[[x + 141.9, y] for x, y in geometry["coordinates"][0]]]
    lines = told(TEXT, data)
    assert [line.split(": ")[1].split(" = ")[0] for line in lines] == [
        "zones.security.nearer_than.km",
        "articles.heavy-weapons.where.nearer_than.km",
    ]
    assert "reaches across ±180 degrees" in lines[0]


def test_any_damage_is_told_and_nothing_breaks() -> None:
    """Lines cut out, doubled, torn; characters of maps changed: an agreement, or a list of mistakes."""
    rng = np.random.default_rng(1)
    lines, outline = TEXT.splitlines(keepends=True), json.dumps(maps())
    refused = 0
    for _ in range(150):
        text, raw = list(lines), outline.encode()
        kind, at = int(rng.integers(0, 5)), int(rng.integers(0, len(lines)))
        if kind == 0:
            del text[at]
        elif kind == 1:
            text.insert(at, text[int(rng.integers(0, len(lines)))])
        elif kind == 2:
            text[at] = text[at][: int(rng.integers(0, len(text[at])))] + "\n"
        elif kind == 3:
            key, colon, _ = text[at].partition(": ")
            text[at] = key + colon + VALUES[int(rng.integers(0, len(VALUES)))] + "\n"
        else:
            place = int(rng.integers(0, len(raw)))
            raw = raw[:place] + bytes([int(rng.integers(1, 256))]) + raw[place + int(rng.integers(0, 2)) :]
        problems = mistakes("".join(text), raw)
        refused += bool(problems)
        assert all(problem.isprintable() for problem in problems)
    assert 75 < refused < 150


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"catalog/donbas-2015/agreement\.yaml is one to begin with"):
        load_agreement(tmp_path / "none.yaml")
    (tmp_path / "a.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"maps\.geojson: does not exist\. Put the GeoJSON file"):
        load_agreement(tmp_path / "a.yaml")
    with pytest.raises(ScenarioError, match=r"maps\.geojson: does not exist"):
        read_agreement(TEXT.encode(), "a.yaml", {})
    with pytest.raises(ScenarioError, match=r"is a directory. Name the agreement file in it."):
        load_agreement(tmp_path)


@pytest.mark.parametrize(
    "raw", [b"", b"holdfast: 2", b"[]", b"articles: 3", b"lines: {a: {drawn: 3}}", b"zones: []"]
)
def test_what_is_no_agreement_is_refused(raw: bytes) -> None:
    with pytest.raises(ScenarioError):
        read_agreement(raw, "a.yaml", {})
