"""The scenario as pydantic models: every key of the file, with its type and what it means.

Rules that look at one field stand here; rules that look across the file stand in ``checks``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PrivateAttr, WithJsonSchema

from holdfast.scenario._faults import Faults
from holdfast.scenario._fields import (
    Correlated,
    Date,
    Flag,
    Horizon,
    Id,
    IdList,
    Model,
    Name,
    Paths,
    Share,
    Text,
)
from holdfast.scenario.bodies import Body
from holdfast.scenario.quantities import (
    AtLeastOne,
    Nonnegative,
    Ordinary,
    Place,
    Positive,
    Quantity,
    ShareOf,
    Unit,
    Years,
)
from holdfast.scenario.terms import Pledge, TermInFile

PRINCIPAL_FIELDS = ("war_cost", "crises_per_year", "noise", "word_cost")


def _source_date(raw: Any) -> Any:
    if isinstance(raw, int) and not isinstance(raw, bool) and 1000 <= raw <= 9999:
        return str(raw)
    if not (isinstance(raw, str) and raw.strip()):
        faults = Faults("date")
        faults.add("must be a date. Write a year, year-month or year-month-day, such as 2025-09-04.")
        faults.throw()
    return raw


SourceDate = Annotated[
    str, BeforeValidator(_source_date), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]})
]


class Source(Model):
    """Where a number comes from."""

    publisher: Name = Field(description="Who published it.")
    title: Name = Field(description="Title of the publication.")
    date: SourceDate = Field(description="When it was published: a year, year-month or year-month-day.")
    link: Text | None = Field(default=None, description="Where it can be read.")
    says: Text = Field(description="What it says, in a sentence of your own.")
    note: Text | None = Field(default=None, description="What to bear in mind about it.")


class Issue(Model):
    """A question under negotiation, on a scale from 0 to 1."""

    low: Name = Field(description="What 0 means.")
    high: Name = Field(description="What 1 means.")
    description: Text | None = Field(default=None, description="What is in dispute.")


class Crossing(Model):
    """Where on an issue a red line runs: exactly one of the two."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    above: Share | None = Field(default=None, description="Crossed by outcomes strictly above this.")
    below: Share | None = Field(default=None, description="Crossed by outcomes strictly below this.")


def _crossing(crossing: Crossing) -> Crossing:
    if (crossing.above is None) == (crossing.below is None):
        faults = Faults("red line")
        faults.add("must have one of above and below. Write {above: 0.5}.")
        faults.throw()
    return crossing


class RedLine(Model):
    """A condition that a principal says it cannot accept."""

    id: Id | None = Field(default=None, description="Names the red line in paths and results.")
    crosses: dict[Id, Annotated[Crossing, AfterValidator(_crossing)]] = Field(
        description="By issue, where the line runs; all issues named must be crossed.", min_length=1
    )
    firmness: Unit = Field(description="Probability that the party means it.")
    description: Text | None = Field(default=None, description="What the party says.")


class Party(Model):
    """Any actor. A principal can break the ceasefire; the rest may guarantee, watch or decide."""

    name: Name = Field(description="Full name, for tables and pages.")
    description: Text | None = Field(default=None, description="Who this is.")
    principal: Flag = Field(
        default=False, description="Whether it can break the ceasefire. Exactly two parties can."
    )
    strength: Ordinary | None = Field(
        default=None,
        description="Military strength, in any unit that all parties share. Required for principals.",
    )
    war_cost: Nonnegative | None = Field(
        default=None,
        description="What a year of war costs it, in whole stakes (90 % range 0.03 to 0.15). Principals only.",
    )
    crises_per_year: Nonnegative | None = Field(
        default=None, description="Occasions a year on which it could attack (0.1 to 2). Principals only."
    )
    noise: Positive | None = Field(
        default=None, description="Spread of its private costs, in its stake (0.02 to 0.08). Principals only."
    )
    word_cost: Nonnegative | None = Field(
        default=None,
        description="What breaking its word costs it, in its stake (0.01 to 0.1). Principals only.",
    )
    positions: dict[Id, Place] = Field(
        default_factory=dict[str, Quantity], description="Its ideal on each issue. Required for principals."
    )
    salience: dict[Id, Nonnegative] = Field(
        default_factory=dict[str, Quantity],
        description="How much each issue weighs for it. In what an outcome is worth to it only ratios matter; in bargaining it is the "
        "share of its influence that it would spend on the issue, scaled down where the shares sum to more than 1. Required "
        "for principals.",
    )
    influence: Nonnegative | None = Field(
        default=None,
        description="Weight in the bargaining, in any unit that all parties share. Where no party has one, strength is taken.",
    )
    red_lines: tuple[RedLine, ...] = Field(
        default=(), description="What it says it cannot accept. Principals only."
    )


class Settling(Model):
    """How much more brittle a young ceasefire is."""

    excess: AtLeastOne = Field(
        description="Crises and accidents at signature, in multiples of later (3 to 12)."
    )
    years: Years = Field(description="Years in which the excess falls to about a third (0.5 to 2).")


class War(Model):
    """What wars in this situation are like."""

    years: Years = Field(description="How long a war lasts on average, in years (1.5 to 5).")
    discount: Positive = Field(description="Discount rate a year (0.03 to 0.08).")
    decisiveness: Ordinary = Field(description="How much superior strength decides a war (0.5 to 2).")
    settling: Settling = Field(description="How much more brittle a young ceasefire is.")
    accidents_per_year: Nonnegative = Field(
        description="Incidents a year that escalate to war without a decision (0.005 to 0.05)."
    )
    horizon_years: Horizon = Field(
        default=20.0, description="Years after which nothing changes any more; 10 or more."
    )


class Support(Model):
    """Help that a principal receives today, and what becomes of it after signature."""

    strength: Nonnegative = Field(description="What today's support adds, in the unit of strength.")
    continues: ShareOf = Field(description="Share of it that continues after signature.")


class NoAgreement(Model):
    """Going on fighting."""

    description: Text | None = Field(default=None, description="What happens without an agreement.")
    outcome: dict[Id, Place] = Field(
        default_factory=dict[str, Quantity],
        description="Where each issue stands without an agreement; bargaining measures gains against it.",
    )
    support: dict[Id, Support] = Field(
        default_factory=dict[str, Support], description="Help that principals receive today, by principal."
    )


class Proposal(Model):
    """An outcome on each issue, with terms."""

    title: Name = Field(description="Short name, for tables and pages.")
    description: Text | None = Field(default=None, description="What it says.")
    outcome: dict[Id, Place] = Field(description="Where it settles each issue, from 0 to 1.")
    signatories: IdList = Field(description="The parties that must sign.")
    accepts: dict[Id, Unit] = Field(
        default_factory=dict[str, Quantity],
        description="Probability of signing, for signatories that are no principals.",
    )
    terms: tuple[TermInFile, ...] = Field(
        default=(), description="What is promised: a list, each with its kind as key."
    )

    @property
    def pledges(self) -> tuple[Pledge, ...]:
        """Its pledges, in the order of the file."""
        return tuple(term for term in self.terms if isinstance(term, Pledge))


class Correlation(Model):
    """Numbers that are high or low together."""

    between: Paths = Field(description="Paths of two or more uncertain numbers.")
    rank: Correlated = Field(description="Rank correlation of every two of them, between -1 and 1.")


class BodyFile(Model):
    """Bodies and those who vote in them, by themselves: what a scenario's bodies are, without a situation."""

    holdfast: Literal[1] = Field(description="Version of this file's form: 1.")
    title: Name = Field(description="What the situation is.")
    as_of: Date = Field(description="The day whose state of affairs the file describes: year-month-day.")
    description: Text | None = Field(default=None, description="Whatever a reader should know first.")
    sources: dict[Id, Source] = Field(
        default_factory=dict[str, Source],
        description="Where numbers come from, by id. 'judgement' is built in.",
    )
    parties: dict[Id, Party] = Field(
        description="Actors, by id; in a scenario exactly two of them are principals."
    )
    groups: dict[Id, IdList] = Field(
        default_factory=dict[str, tuple[str, ...]], description="Names for several parties at once."
    )
    bodies: dict[Id, Body] = Field(
        default_factory=dict[str, Body], description="Who must decide before a pledge falls due, by id."
    )

    _path: str = PrivateAttr("")
    _sha256: str = PrivateAttr("")
    _quantities: dict[str, Quantity] = PrivateAttr(default_factory=dict[str, Quantity])

    def keep(self, *, path: str, sha256: str) -> None:
        """Remember which file this was read from; the loader does, once."""
        self._path, self._sha256 = path, sha256

    def index(self, quantities: Iterable[Quantity]) -> None:
        """Remember the quantities, which know their paths by now; the loader does, once."""
        self._quantities = {q.path: q for q in sorted(quantities, key=lambda q: q.path)}

    @property
    def path(self) -> str:
        """The file as the user named it."""
        return self._path

    @property
    def file_sha256(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        return self._sha256

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Every quantity by its full path, sorted by path."""
        return self._quantities

    def members(self, by: str | tuple[str, ...]) -> tuple[str, ...]:
        """Parties that an id or several ids stand for, groups opened, sorted, each once."""
        waiting, found = [by] if isinstance(by, str) else list(by), set[str]()
        while waiting:
            name = waiting.pop()
            if name in self.groups:
                waiting.extend(self.groups[name])
            else:
                found.add(name)
        return tuple(sorted(found))


class Bargaining(Model):
    """Who bargains with whom, where not all parties do."""

    among: IdList = Field(description="The parties or groups that bargain.")


class PositionFile(BodyFile):
    """Issues, and where the parties stand on them: what bargaining needs, without wars and proposals."""

    issues: dict[Id, Issue] = Field(description="Questions under negotiation, by id.", min_length=1)
    bargaining: Bargaining | None = Field(
        default=None, description="Who bargains; all parties with a position where this is not given."
    )
    no_agreement: NoAgreement = Field(default_factory=NoAgreement, description="Going on fighting.")
    correlations: tuple[Correlation, ...] = Field(
        default=(), description="Numbers that are high or low together."
    )


class Scenario(PositionFile):
    """A situation: who the parties are, what is proposed, who promises what, and how sure anyone is."""

    war: War = Field(description="What wars in this situation are like.")
    detection: dict[Id, Unit] = Field(
        description="By principal: probability that an attack by it is attributed in time, without monitors."
    )
    proposals: dict[Id, Proposal] = Field(description="What could be agreed, by id.", min_length=1)

    @cached_property
    def principals(self) -> tuple[str, str]:
        """The two parties that can break the ceasefire, sorted."""
        first, second = sorted(id_ for id_, party in self.parties.items() if party.principal)
        return first, second

    def is_signed_by_both(self, proposal: str) -> bool:
        """Whether both principals are signatories of a proposal."""
        return {*self.principals} <= {*self.members(self.proposals[proposal].signatories)}
