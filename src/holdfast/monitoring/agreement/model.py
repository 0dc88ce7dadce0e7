"""The agreement as pydantic models: every key of the file, with its type and what it means.

Rules that look at one field stand here; rules that look across the file stand in ``_checks``. Days are days of the agreement's
time zone, and ``until`` is the last of them.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from holdfast.monitoring.agreement._fields import (
    Calibre,
    Clock,
    Count,
    Days,
    Error,
    FileName,
    Kilometres,
    Kinds,
    Texts,
)
from holdfast.monitoring.words import Evidence, Grade, Unit
from holdfast.scenario.reading import Date, Id, Ids, Model, Name, Share, Source, Text


class Sourced(Model):
    """What says where it comes from."""

    source: Ids | None = Field(
        default=None, description="Where it comes from: an id from `sources`, several, or judgement."
    )
    because: Text | None = Field(
        default=None, description="The reason, in a sentence; required where the source is judgement."
    )


class Period(Model):
    """Some days."""

    since: Date | None = Field(default=None, description="The first day; from the beginning where not given.")
    until: Date | None = Field(default=None, description="The last day; without an end where not given.")

    def holds(self, day: dt.date) -> bool:
        """Whether the day is one of them."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Party(Model):
    """A party to the agreement: who is bound by it."""

    name: Name = Field(description="Full name, for tables and pages.")
    description: Text | None = Field(default=None, description="Who this is.")
    reported_as: Texts = Field(default=(), description="What reports call it, beside its id and its name.")


class Observer(Model):
    """Who reports."""

    name: Name = Field(description="Full name, for tables and pages.")
    kind: Literal["mission", "party", "dataset", "satellite", "press"] = Field(description="What it is.")
    evidence: Evidence = Field(
        default="reported", description="How it knows, where a report does not say: a step of the ladder."
    )
    reported_as: Texts = Field(default=(), description="What reports call it, beside its id and its name.")
    description: Text | None = Field(default=None, description="Whatever a reader should know of it.")


class Drawing(Period, Sourced):
    """How a zone or line ran in some days: a feature of a GeoJSON file."""

    file: FileName = Field(description="A GeoJSON file beside the agreement or below it.")
    feature: Text | None = Field(
        default=None,
        description="The feature's id, or its property `id` or `name`; may be left out where the file has one.",
    )
    sd_km: Error = Field(
        default=0.0, description="Standard deviation of where it really ran, to each side, in kilometres."
    )


class Corridor(Model):
    """All that is nearer than so far to something."""

    km: Kilometres = Field(description="Geodesic distance, in kilometres.")
    of: Ids = Field(description="Lines or zones; the nearest counts.")


class Line(Model):
    """A line, such as one of contact."""

    name: Name = Field(description="Full name, for tables and pages.")
    description: Text | None = Field(default=None, description="What it is.")
    drawn: tuple[Drawing, ...] = Field(min_length=1, description="How it ran, one entry a period.")


class ZoneEntry(Model):
    """An area: drawn, or all that is nearer than so far to something."""

    name: Name = Field(description="Full name, for tables and pages.")
    description: Text | None = Field(default=None, description="What it is.")
    drawn: tuple[Drawing, ...] = Field(default=(), description="How it ran, one entry a period.")
    nearer_than: Corridor | None = Field(default=None, description="Instead: a distance from lines or zones.")


class Sector(Model):
    """A part of the country by which counts are kept."""

    name: Name = Field(description="Full name, for tables and pages.")
    zone: Id | None = Field(default=None, description="The zone that it is.")
    reported_as: Texts = Field(default=(), description="What reports call it, beside its id and its name.")


class Calibres(Model):
    """A range of calibres, in millimetres."""

    at_least: Calibre | None = Field(default=None, description="The smallest.")
    below: Calibre | None = Field(default=None, description="What is smaller than this.")
    at_most: Calibre | None = Field(default=None, description="The largest.")


class WeaponClass(Sourced):
    """A class of weapons."""

    name: Name = Field(description="Full name, for tables and pages.")
    words: Texts = Field(default=(), description="What reports call such weapons; any case.")
    calibre_mm: Calibres | None = Field(default=None, description="Calibres that belong to it.")


class Where(Model):
    """A place; where several keys are given, all of them must hold."""

    inside: Ids | None = Field(default=None, description="In one of these zones.")
    outside: Ids | None = Field(default=None, description="In none of these zones.")
    nearer_than: Corridor | None = Field(default=None, description="Nearer than so far.")
    beyond: Corridor | None = Field(default=None, description="So far, or farther.")


class Article(Period, Sourced):
    """Something that the agreement forbids."""

    title: Name = Field(description="Short name, for tables and pages.")
    text: Text | None = Field(default=None, description="What the agreement says.")
    forbids: Kinds = Field(description="Kinds of events that breach it.")
    to: Ids | None = Field(default=None, description="The parties bound by it; all where not given.")
    where: Where | None = Field(default=None, description="Where it holds; everywhere where not given.")
    weapons: Ids | None = Field(default=None, description="Classes of weapons; any where not given.")


class When(Model):
    """What makes an exemption apply; where several keys are given, all of them must hold."""

    kinds: Kinds | None = Field(default=None, description="Kinds of events.")
    says: Texts = Field(
        default=(), description="Words, one of which stands in what the report itself says may exempt it."
    )
    by: Ids | None = Field(default=None, description="Parties that the event is attributed to.")
    where: Where | None = Field(default=None, description="Where it happened.")
    weapons: Ids | None = Field(default=None, description="Classes of weapons.")


class Exemption(Period, Sourced):
    """What an article would forbid and the agreement allows."""

    title: Name = Field(description="Short name, for tables and pages.")
    text: Text | None = Field(default=None, description="What the agreement says.")
    of: Ids = Field(description="The articles that it limits.")
    when: When = Field(description="When it applies.")


class Window(Sourced):
    """How the reporting days of an observer run."""

    starts: Clock = Field(description='Time of day at which one begins, such as "19:30".')
    time_zone: Text | None = Field(default=None, description="IANA name; the agreement's where not given.")
    of: Ids | None = Field(default=None, description="Observers; all where not given.")


class Rate(Sourced):
    """A number with its range."""

    low: Count = Field(description="5 % are below.")
    likely: Count = Field(description="The likeliest.")
    high: Count = Field(description="5 % are above.")


class Counting(Model):
    """How one unit of count is turned into another."""

    effects_per_incident: Rate | None = Field(
        default=None, description="Explosions and bursts seen or heard, to one incident."
    )


class Gap(Period, Sourced):
    """Days on which nobody could see."""

    sectors: Ids = Field(description="Where.")
    observers: Ids | None = Field(default=None, description="Who; all where not given.")


class Observation(Model):
    """What was watched."""

    tallied_by: Ids | None = Field(
        default=None, description="Observers whose tallies say by themselves which days they cover."
    )
    also_watched: Kinds | None = Field(
        default=None,
        description="Kinds of events for which those of `tallied_by` watch on the days that they tally, beside what they count.",
    )
    not_observed: tuple[Gap, ...] = Field(
        default=(),
        description="Days without observation. Where `tallied_by` is not given, it says of all other days that they were watched; "
        "leave it out if nobody says so.",
    )


class Threshold(Model):
    """How much is needed."""

    at_least: Count = Field(description="Breaches.")
    unit: Unit = Field(default="incident", description="What is counted.")


class Grades(Model):
    """How sure each of the three claims must be."""

    occurrence: Grade = Field(default="reported", description="That it happened.")
    breach: Grade = Field(default="reported", description="That it breached the article.")
    attribution: Grade | None = Field(default=None, description="Who did it; not needed where not given.")


class Commitment(Model):
    """A commitment of a proposal in a scenario."""

    scenario: Text = Field(description="The scenario file, as seen from the agreement.")
    proposal: Id = Field(description="The proposal.")
    pledge: Id = Field(description="The pledge.")


class Trigger(Period, Sourced):
    """Which breaches make a commitment fall due."""

    title: Name = Field(description="Short name, for tables and pages.")
    text: Text | None = Field(default=None, description="What the agreement says.")
    articles: Ids = Field(description="The articles whose breaches count.")
    by: Ids | None = Field(default=None, description="The parties whose breaches count; all where not given.")
    sectors: Ids | None = Field(default=None, description="Where; everywhere where not given.")
    count: Threshold = Field(description="How many breaches.")
    within_days: Days = Field(description="In how long a time.")
    grade: Grades = Field(default_factory=Grades, description="How sure each claim must be.")
    probability: Share = Field(
        default=0.95, description="How probable it must be that the threshold is reached."
    )
    commitment: Commitment | None = Field(default=None, description="What falls due.")


class Confidence(Model):
    """What an export leaves out."""

    kept_from: Ids | None = Field(default=None, description="Parties; all where not given.")
    observers: Ids | None = Field(default=None, description="Reports of these; of all where not given.")
    sectors: Ids | None = Field(default=None, description="Reports from these; from all where not given.")
    fields: Texts = Field(default=(), description="Fields left out; the whole report where not given.")
    because: Text | None = Field(default=None, description="The reason.")


class InForce(Sourced):
    """When the agreement is in force."""

    since: Date = Field(description="The first day.")
    until: Date | None = Field(default=None, description="The last day; without an end where not given.")


class AgreementFile(Model):
    """An agreement to be watched."""

    holdfast: Literal[1] = Field(description="Version of this file's form: 1.")
    title: Name = Field(description="What the agreement is.")
    description: Text | None = Field(default=None, description="Whatever a reader should know first.")
    in_force: InForce = Field(description="When it is in force.")
    time_zone: Text = Field(description="IANA name of the zone whose days count, such as Europe/Kyiv.")
    sources: dict[Id, Source] = Field(
        default_factory=dict[str, Source], description="Where it comes from, by id. 'judgement' is built in."
    )
    parties: dict[Id, Party] = Field(min_length=1, description="Who is bound, by id.")
    observers: dict[Id, Observer] = Field(
        default_factory=dict[str, Observer], description="Who reports, by id."
    )
    lines: dict[Id, Line] = Field(default_factory=dict[str, Line], description="Lines, by id.")
    zones: dict[Id, ZoneEntry] = Field(default_factory=dict[str, ZoneEntry], description="Areas, by id.")
    sectors: dict[Id, Sector] = Field(
        default_factory=dict[str, Sector], description="Parts by which counts are kept, by id."
    )
    weapons: dict[Id, WeaponClass] = Field(
        default_factory=dict[str, WeaponClass], description="Classes of weapons, by id."
    )
    articles: dict[Id, Article] = Field(min_length=1, description="What is forbidden, by id.")
    exemptions: dict[Id, Exemption] = Field(
        default_factory=dict[str, Exemption], description="What is allowed nevertheless, by id."
    )
    windows: dict[Id, Window] = Field(
        default_factory=dict[str, Window], description="Reporting days of observers, by id."
    )
    counting: Counting = Field(default_factory=Counting, description="How units of count are converted.")
    observation: Observation = Field(default_factory=Observation, description="What was watched.")
    triggers: dict[Id, Trigger] = Field(
        default_factory=dict[str, Trigger],
        description="Which breaches make which commitment fall due, by id.",
    )
    confidential: tuple[Confidence, ...] = Field(default=(), description="What an export leaves out.")
