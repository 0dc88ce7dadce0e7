"""Who can block the decision to help, and how other rules would change how likely it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast import voting
from holdfast.errors import InputError
from holdfast.report.blocking import alone, changed, changer, circumstances, smallest_blocking
from holdfast.report.blocks import Figure, Heading, Note, Panel, Points, Prose, Section, Table
from holdfast.report.coalitions import Decision
from holdfast.report.figures.bars import Bar, bars
from holdfast.report.figures.svg import BLUE, STEEL
from holdfast.report.words import MATERIAL, Spread, capital, chance, listing, percent, quoted
from holdfast.scenario import sample
from holdfast.study.decide import attackers, decide, passing_under
from holdfast.study.reader import Reader
from holdfast.study.rules import game_of, votes
from holdfast.study.summary import spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.report.blocks import Block, Cell
    from holdfast.report.study import Study

AS_IT_IS = "as it is"
#: The alternative rules in a sentence.
_UNDER = {
    "every member a veto": "with a veto for every member",
    "every member a veto, the attacker recused": "with a veto for every member and the attacker recused",
    "two thirds": "by two thirds of the members",
    "two thirds, the attacker recused": "by two thirds of the others",
    "any 1 may act": "by the yes of any one member",
}
_LABELS = {"any 1 may act": "any one member may act"}
#: The study's own draws are read again, up to so many.
_MOST_DRAWS = 4096
#: Probabilities closer than this are the same.
_SAME = 1e-9


@dataclass(frozen=True)
class _Case:
    """A body that has to decide after an attack by one principal.

    Parameters
    ----------
    under
        How likely it is to decide, by rule; its own rule first.
    recused
        What its own rule would come to with the attacker recused, where the attacker can block alone.
    """

    decision: Decision
    name: str
    attacker: str
    under: Mapping[str, Spread]
    recused: str | None

    @property
    def as_it_is(self) -> Spread | None:
        """How likely it is to decide by its own rule."""
        return self.under.get(AS_IT_IS)


def bodies(study: Study) -> Section | None:
    """Return the section on the bodies that decide on pledges; None where no pledge names one."""
    named = _named(study)
    if not named:
        return None
    draws = Reader(
        sample(study.scenario, start=0, count=min(study.answers.draws, _MOST_DRAWS), seed=study.answers.seed)
    )
    cases: list[_Case] = []
    large: list[str] = []
    for body in named:
        for attacker in attackers(study.scenario, body):
            try:
                cases.append(_case(study, body, attacker, draws))
            except InputError as error:
                large.append(f"{capital(study.names.body(body))}: {error}")
    blocks: list[Block] = [
        Prose(
            "Before a pledge falls due, a body may have to decide. Who can stop it is a matter of its rule; how likely it is to decide, "
            "also of each member’s support in the file. An attacker votes no where it has a vote."
        ),
        *(block for case in cases for block in _told(case)),
        *(Note(text) for text in dict.fromkeys(large)),
    ]
    if cases:
        blocks += [
            Heading("What other rules would change"),
            Prose(
                "Each member’s support is taken to be the same whatever the rule. That is a simplification: who can be overruled "
                "may vote differently, and who is needed may ask for something in return. None of these rules is proposed "
                "here; they are there to be compared."
            ),
            _figure(study, cases),
        ]
    return Section("bodies", "Who can block the decision to help?", tuple(blocks))


def _named(study: Study) -> list[str]:
    """Return the bodies that a pledge of some proposal of this study names."""
    scenario = study.scenario
    pledges = [pledge for p in study.answers.proposals for pledge in scenario.proposals[p.id].pledges]
    found = {pledge.body_of(member) for pledge in pledges for member in scenario.members(pledge.by)}
    return sorted(body for body in found if body is not None)


def _case(study: Study, body: str, attacker: str, draws: Reader) -> _Case:
    count, seed = draws.draws.count, study.answers.seed
    decision = Decision(study.scenario, decide(study.scenario, body, attacker, draws=count, seed=seed))
    passing = passing_under(study.scenario, body, attacker, draws)
    under = {label: Spread(**found) for label, found in passing.items() if found is not None}
    own = next((s for p in study.answers.proposals if (s := p.decide.get(body)) is not None), None)
    # The study's column is the mean over attackers where there are several.
    if own is not None and len(attackers(study.scenario, body)) == 1:
        under[AS_IT_IS] = own
    recused = _recused(study, decision, draws) if decision.stopped else None
    return _Case(decision, study.names.body(body), attacker, under, recused)


def _recused(study: Study, decision: Decision, draws: Reader) -> str | None:
    """Say how likely the same rule would be to decide with the attacker recused, and whose vote would matter most then."""
    who = study.names.party(str(decision.attacker))
    rule = decision.body.rule.model_copy(update={"recuse": "attacker"})
    body = decision.body.model_copy(update={"rule": rule})
    try:
        game = game_of(study.scenario, body, decision.attacker)
    except InputError:  # the others cannot reach what the rule asks for
        return f"Were {who} recused under the same rule, nothing could pass either."
    support, abstain = votes(body, game, decision.attacker, draws)
    chances = spread(voting.passage_probability(game, support, abstain))
    if chances is None or chances["mean"] == 0:
        return f"Were {who} recused under the same rule, nothing could pass either."
    pivots = dict(
        zip(game.members, voting.pivotality(game, support, abstain).mean(axis=1).tolist(), strict=True)
    )
    told = f"Were {who} recused under the same rule, it would decide with a probability of {chance(Spread(**chances))}."
    return f"{told} Whose change of mind would raise that most? {changed(decision, pivots)}"


def _told(case: _Case) -> list[Block]:
    """Return what one body's rule comes to, in sentences."""
    decision = case.decision
    told: list[Cell] = [
        *circumstances(decision),
        f"Who can block alone? {alone(decision)}",
        f"What are the smallest groups that can block? {smallest_blocking(decision)}",
    ]
    if case.as_it_is is not None:
        told.append(
            "It never decides to help."
            if case.as_it_is.mean == 0
            else f"It decides to help with a probability of {chance(case.as_it_is)}."
        )
    if (change := changer(decision)) is not None:
        told.append(f"Whose change of mind would raise that most? {change}")
    if case.recused is not None:
        told.append(case.recused)
    return [Heading(capital(decision.title)), Points(tuple(told))]


def _figure(study: Study, cases: Sequence[_Case]) -> Figure:
    """Draw how likely each body is to decide under each rule."""
    return Figure(
        _finding(study, cases),
        tuple(_panel(study, case, place) for place, case in enumerate(cases)),
        (_table(cases),),
        legend="Bars: means over draws; black lines: 5–95% intervals. Blue: the rule as it is; grey: other rules for the same members. "
        "Two thirds are counted of those who vote. Any one member: any but the attacker.",
    )


def _finding(study: Study, cases: Sequence[_Case]) -> str:
    """Title the figure: the rule that would change a decision most, and recusal where it would as well."""
    changes = [
        (passes.mean - case.as_it_is.mean, label, case)
        for case in cases
        if case.as_it_is is not None
        for label, passes in case.under.items()
        if label in _UNDER
    ]
    deciding = [change for change in changes if not change[1].startswith("any")] or changes
    if not deciding:
        return "No draw says how likely a decision is under other rules"
    change, label, case = max(deciding, key=lambda entry: abs(entry[0]))
    if abs(change) < MATERIAL or case.as_it_is is None:
        return "None of these rules for a body would change by a point how likely it is to decide"
    recused = "every member a veto, the attacker recused"
    first = [recused] if recused in case.under and recused != label else []
    shown = [
        entry for entry in (*first, label) if abs(case.under[entry].mean - case.as_it_is.mean) >= MATERIAL
    ]
    # Where each member has a veto already, only the recusal is new.
    veto = case.under.get("every member a veto")
    only = (
        {}
        if veto is None or abs(veto.mean - case.as_it_is.mean) > _SAME
        else {recused: "with the attacker recused"}
    )
    told = [
        f"{only.get(entry, _UNDER[entry])} {'with' if place else 'it would with probability'} {percent(case.under[entry].mean)}"
        for place, entry in enumerate(shown)
    ]
    now = (
        "never decide"
        if case.as_it_is.mean == 0
        else f"decide with probability {percent(case.as_it_is.mean)}"
    )
    who = study.names.party(case.attacker)
    return f"After an attack by {who}, {quoted(case.name)} would {now}; {listing(told)}"


def _panel(study: Study, case: _Case, place: int) -> Panel:
    drawn = [
        Bar(
            _LABELS.get(label, label),
            chance(passes),
            0,
            passes.mean,
            passes.p05,
            passes.p95,
            BLUE if label == AS_IT_IS else STEEL,
        )
        for label, passes in case.under.items()
    ]
    who = study.names.party(case.attacker)
    told = "; ".join(f"{bar.label} {bar.value}" for bar in drawn)
    return Panel(
        capital(case.name),
        f"after an attack by {who}",
        bars(
            drawn,
            domain=(0, 1),
            axis="probability that it decides to help",
            label=f"{capital(case.name)}, after an attack by {who}: probability that it decides: {told}.",
            key=f"rules{place}",
        ),
    )


def _table(cases: Sequence[_Case]) -> Table:
    labels = list(dict.fromkeys(label for case in cases for label in case.under))
    return Table(
        "Probability that each body decides to help, by rule; in brackets: the 5–95% interval over draws",
        ("Body", *(_LABELS.get(label, label) for label in labels)),
        tuple(
            (capital(case.decision.title), *(chance(case.under.get(label)) for label in labels))
            for case in cases
        ),
    )
