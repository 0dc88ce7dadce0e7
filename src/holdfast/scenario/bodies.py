"""Bodies and their decision rules, as they stand in the file."""

from __future__ import annotations

from pydantic import ConfigDict, Field, model_validator

from holdfast.scenario._faults import Faults
from holdfast.scenario._fields import Flag, Id, IdList, Ids, Model, Name, Text, WholeWeight
from holdfast.scenario.quantities import Quantity, Unit
from holdfast.scenario.rule_fields import Count, Quota, Recusal, Veto, Weight

KINDS = ("quota", "most_against", "all_of", "any_of", "at_least")
"""What a rule can be: exactly one of these."""


class SomeOf(Model):
    """So many of several rules."""

    number: Count = Field(description="How many of them must be met.")
    of: tuple[Rule, ...] = Field(description="The rules.", min_length=1)


class Bloc(Model):
    """Members who decide among themselves first and then vote as one."""

    members: IdList = Field(description="Parties or groups that belong to it.")
    rule: Rule = Field(description="How it decides.")


class Rule(Model):
    """How a body decides: exactly one of quota, most_against, all_of, any_of and at_least."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [kind]} for kind in KINDS]})

    quota: Quota | None = Field(
        default=None,
        description="Weight of yes votes needed; all: the whole weight of those who may vote; {share: 0.65} of it; or "
        "{above: 0.5}: more than that share of it.",
    )
    most_against: WholeWeight | None = Field(
        default=None,
        description="Weight of no votes that are too few to stop it; 0 is consensus, where abstaining is no objection.",
    )
    all_of: tuple[Rule, ...] | None = Field(
        default=None, description="Rules that must all be met.", min_length=1
    )
    any_of: tuple[Rule, ...] | None = Field(
        default=None, description="Rules of which one must be met.", min_length=1
    )
    at_least: SomeOf | None = Field(default=None, description="So many of several rules must be met.")
    weights: dict[Id, Weight] = Field(
        default_factory=dict[str, float | str],
        description='Weight of each member\'s vote, such as 3, 0.5 or "1/3"; 1 where not given.',
    )
    of: IdList | None = Field(
        default=None, description="Who counts in this part of the rule; all who may vote where not given."
    )
    blocs: dict[Id, Bloc] = Field(
        default_factory=dict[str, Bloc],
        description="Members who vote as one in this part; the bloc's id stands for them in weights, of and veto.",
    )
    veto: Veto | None = Field(
        default=None,
        description="Members who must say yes: all, or a list. Where members may abstain: who must not vote no.",
    )
    recuse: Recusal | None = Field(
        default=None,
        description="Members who neither vote nor are needed: attacker, principals, or a list. Only for the body's whole rule.",
    )
    abstentions: Flag = Field(
        default=False,
        description="Whether members may abstain, so that a veto is a vote against. Only for the body's whole rule.",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Rule:
        _check_kind(self)
        return self


def _check_kind(rule: Rule) -> None:
    given = [kind for kind in KINDS if getattr(rule, kind) is not None]
    faults = Faults("rule")
    if len(given) != 1:
        found = f"has {' and '.join(given)}" if given else "does not say when a decision passes"
        faults.add(f"{found}; a rule is exactly one of {', '.join(KINDS)}. Write quota: all for unanimity.")
    if given and given[0] not in ("quota", "most_against"):
        for key in ("weights", "of"):
            if getattr(rule, key):
                faults.add(f"belongs to a quota, not beside {given[0]}. Move it into the rules inside.", key)
    for number, inside in enumerate(_inside(rule)):
        for key in ("recuse", "abstentions"):
            if getattr(inside, key):
                where = f"the {number + 1}. rule inside" if number else "the rule inside"
                faults.add(f"has {key} in {where}; it holds for the whole body. Move it to the body's rule.")
    faults.throw()


def _inside(rule: Rule) -> list[Rule]:
    several = [*(rule.all_of or ()), *(rule.any_of or ()), *(rule.at_least.of if rule.at_least else ())]
    return several + [bloc.rule for bloc in rule.blocs.values()]


class Body(Model):
    """Who must decide before a pledge falls due."""

    name: Name | None = Field(default=None, description="Full name, for tables and pages.")
    description: Text | None = Field(default=None, description="What it is.")
    source: Ids | None = Field(default=None, description="Where its members and its rule are laid down.")
    members: IdList = Field(description="Parties or groups that vote.")
    rule: Rule = Field(description="How it decides.")
    support: dict[Id, Unit] = Field(
        default_factory=dict[str, Quantity],
        description="Probability of each member's yes once an attack is attributed. An attacker votes no.",
    )
    abstains: dict[Id, Unit] = Field(
        default_factory=dict[str, Quantity],
        description="Probability that a member which does not vote yes abstains rather than votes no; 0 where not given.",
    )


for model in (SomeOf, Bloc, Rule, Body):
    model.model_rebuild()
