"""The file of a made-up study: a scenario of any number of proposals and guarantors."""

from __future__ import annotations

import re
from dataclasses import dataclass

PRINCIPALS = ("ARD", "BEN")


@dataclass
class Shape:
    """What kind of study to make up."""

    proposals: int = 4
    guarantors: int = 5
    draws: int = 512
    pledges: bool = True
    sanctions: bool = False
    hinges: bool = True
    constant: bool = False
    fragile: float = 0.0
    not_converged: float = 0.0
    title: str = "A made-up ceasefire"
    proposal_title: str = "Proposal number {}"
    name: str = "Guarantor {}"
    null_columns: tuple[str, ...] = ()
    preventive: bool = True
    seed: int = 7


def guarantors(shape: Shape) -> list[str]:
    """Return the ids of the guarantors."""
    return [f"G{k:02d}" for k in range(1, shape.guarantors + 1)] if shape.pledges else []


def proposals(shape: Shape) -> list[str]:
    """Return the ids of the proposals."""
    return [f"offer-{k}" for k in range(1, shape.proposals + 1)]


def quote(text: str) -> str:
    """Return a text as a YAML string."""
    return "'" + text.replace("'", "''") + "'"


def scenario_text(shape: Shape) -> str:
    """Return a scenario file."""
    lines = [
        "holdfast: 1",
        f"title: {quote(shape.title)}",
        "as_of: 2025-09-04",
        "description: 'Two neighbours after a year of war.'",
        "sources:",
        "  yearbook:",
        "    publisher: 'An institute'",
        "    title: 'Yearbook'",
        "    date: 2025",
        "    link: 'https://example.org/yearbook'",
        "    says: 'Spending of both sides.'",
        "issues:",
        "  land: {low: 'all to Benn', high: 'all to Ardel', description: 'Who holds the valley.'}",
        "  troops: {low: 'no foreign troops', high: 'foreign troops in the country'}",
        "parties:",
    ]
    for k, principal in enumerate(PRINCIPALS):
        lines += [
            f"  {principal}:",
            f"    name: '{('Ardel', 'Benn')[k]}'",
            "    principal: true",
            "    strength:",
            "      between: [0.8, 1.4]",
            "      source: yearbook",
            "    war_cost:",
            "      between: [0.03, 0.12]",
            "      source: judgement",
            "      because: 'No published figure.'",
            "    crises_per_year: {uniform: [0.2, 1.5], source: judgement}",
            "    noise: 0.05",
            "    word_cost: 0.02",
            f"    positions: {{land: {1 - k}, troops: {k}}}",
            "    salience: {land: 0.7, troops: 0.3}",
        ]
        if k == 0:
            lines += [
                "    red_lines:",
                "      - id: no-troops",
                "        crosses: {troops: {above: 0.5}}",
                "        firmness: 0.4",
            ]
    for guarantor in guarantors(shape):
        lines += [
            f"  {guarantor}:",
            f"    name: {quote(shape.name.format(guarantor))}",
            "    strength: {between: [0.1, 0.4], source: yearbook}",
        ]
    if shape.pledges:
        lines += [
            "groups:",
            f"  friends: [{', '.join(guarantors(shape))}]",
            "bodies:",
            "  council:",
            "    name: 'Council of friends'",
            "    members: [friends]",
            "    rule: {quota: 1}",
            f"    support: {{{', '.join(f'{g}: 0.7' for g in guarantors(shape))}}}",
        ]
    lines += [
        "war:",
        "  years: 3",
        "  discount: 0.05",
        "  decisiveness: 1",
        "  settling: {excess: 5, years: 1}",
        "  accidents_per_year: {between: [0.005, 0.05], source: judgement}",
        "detection: {ARD: 0.7, BEN: 0.7}",
        "proposals:",
    ]
    for k, proposal in enumerate(proposals(shape)):
        lines += _proposal_lines(shape, proposal, k)
    return "\n".join(lines) + "\n"


def _proposal_lines(shape: Shape, proposal: str, k: int) -> list[str]:
    lines = [
        f"  {proposal}:",
        f"    title: {quote(shape.proposal_title.format(k + 1))}",
        f"    outcome: {{land: 0.5, troops: {min(k, 1)}}}",
        "    signatories: [ARD, BEN]",
    ]
    if not shape.pledges or k == 0:
        return lines
    lines += [
        "    terms:",
        "      - pledge:",
        "          id: force",
        "          by: friends",
        "          to: BEN",
        "          against: ARD",
        "          kind: force",
        "          strength:",
        "            share: {between: [0.2, 0.6], source: judgement}",
        "          stake: {between: [0.05, 0.4], source: judgement}",
        "          cost: {between: [0.01, 0.05], source: judgement}",
        "          break_cost: {between: [0.005, 0.05], source: yearbook}",
        "          noise: 0.02",
        "          body: council",
        "      - pledge:",
        "          id: arms",
        "          by: G01",
        "          to: BEN",
        "          against: ARD",
        "          kind: arms",
        "          strength: 0.2",
        "          stake: 0.2",
        "          cost: 0.01",
        "          break_cost: 0.02",
        "          noise: 0.02",
        "      - strengthening: {party: BEN, add: {between: [0.2, 0.6], source: judgement}, over_years: 4}",
        "      - relief: {to: ARD, worth: 0.03}",
    ]
    if shape.sanctions:
        lines = [re.sub("kind: .*", "kind: sanctions", line).replace("share:", "total:") for line in lines]
    return lines
