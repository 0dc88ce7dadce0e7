"""A small agreement with its maps, for tests: two parties, a line, a zone drawn twice, four articles."""

from __future__ import annotations

import json
from typing import Any

from holdfast.monitoring.agreement import Agreement, read_agreement

TEXT = """\
holdfast: 1
title: "A ceasefire"
in_force: {since: 2020-01-01, until: 2021-12-31}
time_zone: Europe/Kyiv
sources:
  text: {publisher: "The parties", title: "The agreement", date: 2020, says: "What is agreed."}
parties:
  A: {name: "Northland", reported_as: ["Government of Northland"]}
  B: {name: "Southland"}
observers:
  mission: {name: "The mission", kind: mission, evidence: observed}
lines:
  contact:
    name: "Line of contact"
    drawn:
      - {file: maps.geojson, feature: line}
zones:
  quiet:
    name: "Quiet zone"
    drawn:
      - {file: maps.geojson, feature: quiet, until: 2020-12-31}
      - {file: maps.geojson, feature: wider, since: 2021-01-01}
  security:
    name: "Security zone"
    nearer_than: {km: 15, of: contact}
sectors:
  west: {name: "West", zone: quiet, reported_as: ["West region"]}
weapons:
  heavy: {name: "Artillery of 100 mm and more", words: ["artillery", "howitzer"], calibre_mm: {at_least: 100}}
  mortar: {name: "Mortars", words: ["mortar"]}
articles:
  ceasefire: {title: "No fire", forbids: [explosion, firing], source: text}
  heavy-weapons: {title: "Heavy weapons back", forbids: [weapon], weapons: heavy, where: {nearer_than: {km: 25, of: contact}}}
  quiet: {title: "No flights in the quiet zone", forbids: [flight], to: A, where: {inside: quiet}}
  access: {title: "Access", forbids: [access], since: 2020-06-01}
exemptions:
  exercise:
    title: "Notified exercise"
    of: ceasefire
    when: {says: ["live-fire exercise"], where: {outside: security}}
windows:
  day: {starts: "19:30", of: mission}
counting:
  effects_per_incident: {low: 1, likely: 5, high: 40, source: judgement, because: "None is published."}
observation:
  tallied_by: mission
  not_observed:
    - {sectors: west, since: 2020-03-01, until: 2020-03-05, source: text}
triggers:
  many:
    title: "Many breaches"
    articles: [ceasefire]
    count: {at_least: 10, unit: effect}
    within_days: 7
    grade: {occurrence: observed, breach: corroborated}
    source: judgement
    because: "An example."
confidential:
  - {kept_from: A, observers: mission, fields: [text]}
"""


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def maps() -> dict[str, Any]:
    """The maps as data, to be changed by a test."""

    def feature(name: str, kind: str, coordinates: Any) -> dict[str, Any]:
        return {
            "type": "Feature",
            "id": name,
            "properties": {},
            "geometry": {"type": kind, "coordinates": coordinates},
        }

    return {
        "type": "FeatureCollection",
        "features": [
            feature("line", "LineString", [[38.0, 47.0], [38.0, 49.0]]),
            feature("quiet", "Polygon", [ring(37.0, 47.5, 37.5, 48.0)]),
            feature("wider", "Polygon", [ring(37.0, 47.5, 37.7, 48.0)]),
        ],
    }


def read(text: str = TEXT, data: Any = None) -> Agreement:
    raw = data if isinstance(data, bytes) else json.dumps(data or maps(), indent=1).encode()
    return read_agreement(text.encode(), "a.yaml", {"maps.geojson": raw})
