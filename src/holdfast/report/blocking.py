"""What a body's rule comes to, in sentences: who can block, who can decide, how likely a decision is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.coalitions import amount, tenths
from holdfast.report.words import Spread, capital, chance, count, likelihood, listing
from holdfast.study.decide import without_support

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.report.coalitions import Decision, Kind

__all__ = [
    "absent",
    "abstaining",
    "alone",
    "answers",
    "changed",
    "changer",
    "circumstances",
    "headline",
    "how_many_win",
    "likely",
    "passing",
    "smallest_blocking",
    "smallest_deciding",
]

_UNKNOWN = "Not known: the rule is too large to list them."
#: Pivotalities closer than this are the same.
_SAME = 1e-9


def headline(decision: Decision) -> str:
    """Return the answer in a sentence: who can block."""
    blockers, everyone = decision.blockers, len(decision.members)
    if decision.impossible:
        return "No decision can pass, even if all who may vote say yes"
    if decision.certain:
        return "A decision passes whatever anyone votes"
    if decision.stopped:
        who = decision.party(str(decision.attacker))
        return f"No decision can pass after an attack by {who}: it votes no and can block alone"
    if dictator := _dictator(decision):
        return f"{dictator} decides alone"
    if len(blockers) == everyone and everyone > 6:
        return f"Every one of the {everyone} members can block alone"
    if blockers:
        return f"{decision.named(blockers)} can {'each ' if len(blockers) > 1 else ''}block alone"
    sizes = [min((k.size for k in decision.kinds(key)), default=None) for key in _LISTS]
    if sizes[0] is None or sizes[1] is None:
        return "Nobody can block alone"
    return f"Nobody can block alone: it takes {count(sizes[0], 'member')} to block and {count(sizes[1], 'member')} to decide"


def alone(decision: Decision) -> str:
    """Say who can block alone."""
    blockers, everyone = decision.blockers, len(decision.members)
    if decision.impossible:
        return "No decision can pass, even if all who may vote say yes."
    if decision.certain:
        return "Nobody: a decision passes whatever anyone votes."
    if dictator := _dictator(decision):
        return f"{dictator}, which also decides alone."
    if not blockers:
        return "Nobody."
    if len(blockers) == everyone > 6:
        return f"Every one of the {everyone} members."
    if len(blockers) == 1:
        return f"{decision.party(blockers[0])}, and nobody else."
    return f"{decision.named(blockers)}: each of them."


def _dictator(decision: Decision) -> str | None:
    return next((decision.party(m) for m, own in decision.members.items() if own["dictator"]), None)


def smallest_blocking(decision: Decision) -> str:
    """Say which smallest groups can block, besides those who can alone."""
    if decision.found["minimal_blocking"] is None:
        return _UNKNOWN
    if decision.impossible or decision.certain:
        return "None: the votes make no difference."
    kinds = [kind for kind in decision.kinds("minimal_blocking") if kind.size > 1]
    blockers = len(decision.blockers)
    if not kinds:
        total = decision.found["minimal_blocking_number"]
        if total is None or total <= blockers:
            return "No others: whichever group can block has one of them in it."
        return f"{capital(amount(total - blockers))} more, larger groups, not listed here."
    told = _smallest(decision, kinds, "minimal_blocking")
    return f"Without {'that one' if blockers == 1 else 'those'}: {told}" if blockers else capital(told)


def smallest_deciding(decision: Decision) -> str:
    """Say which smallest groups can decide."""
    if decision.found["smallest_winning"] is None:
        return _UNKNOWN
    if decision.impossible:
        return "None."
    if decision.certain:
        return "No vote is needed."
    kinds = decision.kinds("smallest_winning")
    return capital(_smallest(decision, kinds, "smallest_winning"))


_LISTS = {"minimal_blocking": "minimal_blocking_number", "smallest_winning": "minimal_winning"}


def _smallest(decision: Decision, kinds: Sequence[Kind], listed: str) -> str:
    """Name the kinds of the smallest size; where the list breaks off within it, one of them as an instance."""
    size = min(kind.size for kind in kinds)
    smallest = [kind for kind in kinds if kind.size == size]
    every = decision.kinds(listed)
    settled = max(kind.size for kind in kinds) > size or decision.complete(every, _LISTS[listed])
    told = [decision.told(kind) for kind in smallest]
    if size == 1 and len(smallest) > 1:
        return f"{listing(told, 'or')} alone."
    if len(smallest) == 1 and settled:
        plain = len(smallest[0].parts) == 1
        return f"{told[0]}." if plain else f"{count(size, 'member')}, namely {told[0]}."
    if settled and len(smallest) <= 2:
        return f"{count(size, 'member')}: {'; or '.join(told)}."
    return f"{count(size, 'member')}, such as {told[0]}."


def how_many_win(decision: Decision) -> str:
    """Say how many of all coalitions win."""
    winning, share = decision.found["winning"], decision.found["collectivity"]
    if winning is None:
        return "Not known." if share is None else f"{tenths(share)} of them."
    text = f"{capital(amount(winning))} of {amount(decision.found['coalitions'])}"
    share_told = "" if share is None else f" ({tenths(share)})"
    return f"{text}{share_told}{': all together' if winning == 1 else ''}."


def passing(decision: Decision) -> Spread | None:
    """Return how likely a decision is; None where the file does not give everyone's support."""
    passes = decision.found["passes"]
    return None if passes is None else Spread(**passes)


def likely(decision: Decision) -> str | None:
    """Say how likely a decision is; None where support is not given."""
    spread = passing(decision)
    if spread is None:
        return None
    if spread.mean == 0:
        return "It never passes."
    return f"{capital(likelihood(spread))}: {chance(spread)}."


def changer(decision: Decision) -> str | None:
    """Say whose change of mind would raise the probability most; None where support is not given."""
    if passing(decision) is None:
        return None
    pivots = {
        m: own["pivotality"]
        for m, own in decision.members.items()
        if m != decision.attacker and own["pivotality"] is not None
    }
    if decision.stopped:
        who = decision.party(str(decision.attacker))
        return f"Nobody’s: as long as {who} votes no, nothing passes, whatever the others vote."
    return changed(decision, pivots) if pivots else None


def changed(decision: Decision, pivots: Mapping[str, float]) -> str:
    """Say whose change of mind would raise a probability most, from each member's pivotality."""
    most = max(pivots.values(), default=0.0)
    if most <= _SAME:
        return "Nobody’s: no single vote could change the outcome."
    first = [m for m, value in pivots.items() if value >= most - _SAME]
    who = f"any one of {decision.named(first)}" if len(first) > 1 else decision.party(first[0])
    rise = "less than a point" if most < 0.005 else count(round(100 * most), "point")
    return f"{capital(who)}: a sure yes in place of a sure no would raise the probability by {rise}, on average over draws."


def circumstances(decision: Decision) -> list[str]:
    """Say what an attacker, recusals and abstentions change."""
    return [*absent(decision), *abstaining(decision)]


def absent(decision: Decision) -> list[str]:
    """Say what becomes of the attacker's vote, and who is recused."""
    told: list[str] = []
    attacker, recused = decision.attacker, decision.found["recused"]
    if attacker is not None:
        who = decision.party(attacker)
        if attacker in recused:
            told.append(f"{who} has attacked and is recused: it neither votes nor is needed.")
        elif attacker not in decision.members:
            told.append(f"{who}, which has attacked, has no vote in it.")
        elif decision.stopped:
            told.append(f"{who} has attacked and votes no, which blocks every decision.")
        else:
            told.append(f"{who} has attacked and votes no; the others can overrule it.")
    others = [m for m in recused if m != attacker]
    if others:
        verb = (
            "is recused: it neither votes nor is"
            if len(others) == 1
            else "are recused: they neither vote nor are"
        )
        told.append(f"{decision.named(others)} {verb} needed.")
    whom = {"attacker": "the attacker", "principals": "the parties to the dispute"}.get(
        str(decision.body.rule.recuse)
    )
    if whom and not recused and attacker is None:
        told.append(f"The rule recuses {whom}, and nobody is named here: all members vote.")
    return told


def abstaining(decision: Decision) -> list[str]:
    """Say what it changes that members may abstain."""
    if not decision.body.rule.abstentions:
        return []
    text = (
        "Members may abstain: a veto is a vote against, so that whoever abstains does not block, though a quota of yes votes must be "
        "reached without it. The measures are of yes and no votes only."
    )
    return [text]


def _unknown_support(decision: Decision) -> str | None:
    """Say whose support is missing where only some of it is given."""
    missing = without_support(decision.body, decision.game, decision.attacker)
    if not (decision.body.support and missing):
        return None
    return f"Not known: the file gives no support for {decision.named(missing)}."


def answers(decision: Decision) -> list[tuple[str, str]]:
    """Return the questions of the first screen with their answers."""
    asked = [
        ("Who can block alone?", alone(decision)),
        ("What are the smallest groups that can block?", smallest_blocking(decision)),
        (
            "What are the smallest groups that can decide, whatever the others vote?",
            smallest_deciding(decision),
        ),
        ("How many of all coalitions win?", how_many_win(decision)),
        ("How likely is a decision?", likely(decision) or _unknown_support(decision)),
        ("Whose change of mind would raise that most?", changer(decision)),
        ("What else matters here?", " ".join(_besides(decision)) or None),
    ]
    return [(question, answer) for question, answer in asked if answer is not None]


def _besides(decision: Decision) -> list[str]:
    """Return what the headline does not say of the attacker, recusals and abstentions."""
    return abstaining(decision) if decision.stopped else circumstances(decision)
