"""The measures of a body's members: power beside weight as a picture, every measure as a table, and what each means."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from holdfast.report.blocks import Figure, Fold, Panel, Points, Table
from holdfast.report.coalitions import raise_digits, tenths
from holdfast.report.figures.power import PowerRow, power_bars
from holdfast.report.words import MATERIAL, capital, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from holdfast.report.blocks import Cell
    from holdfast.report.coalitions import Decision
    from holdfast.scenario.bodies import Rule

__all__ = ["EXPLAINED", "measure", "measured_members", "measures_fold", "power_figure"]

#: Each measure's heading, and what it is in one sentence.
EXPLAINED: dict[str, tuple[str, str]] = {
    "shapley_shubik": (
        "Shapley–Shubik",
        "if members say yes one after another in random order, the probability that this one’s yes is what decides; sums to 1.",
    ),
    "banzhaf": (
        "Banzhaf",
        "if all others vote yes or no by the toss of a coin, the probability that this member’s vote decides.",
    ),
    "banzhaf_normalised": ("Banzhaf, share", "the same, divided by the sum over members; sums to 1."),
    "coleman_prevent": (
        "Coleman, to prevent",
        "the share of winning coalitions that would fail if this member left them; 1 for whoever can block alone.",
    ),
    "coleman_initiate": (
        "Coleman, to initiate",
        "the share of losing coalitions that would win if this member joined them.",
    ),
    "johnston": (
        "Johnston",
        "every winning coalition that some single member can break counts once, shared by those who can; sums to 1.",
    ),
    "deegan_packel": (
        "Deegan–Packel",
        "every minimal winning coalition, in which each member is needed, counts the same and is shared alike; sums to 1.",
    ),
    "holler": (
        "Holler",
        "in how many minimal winning coalitions the member is, divided by the sum over members; sums to 1.",
    ),
    "pivotality": (
        "pivotality",
        "given each member’s support, the probability that this member’s vote decides: what a sure yes in place of a sure no would add.",
    ),
}
_ROWS_A_PANEL = 12
_MOST_ROWS = 36
#: A table of more members than this is cut, so that the page keeps below its limit.
_MOST_MEMBERS = 1000


class _Held(NamedTuple):
    """Members alike, with one member's power and weight, as shares."""

    members: tuple[str, ...]
    power: float
    weight: float

    @property
    def gain(self) -> float:
        """By how much their power together exceeds their weight together."""
        return len(self.members) * (self.power - self.weight)


def measure(value: float | None) -> str:
    """Return a measure to five decimals, or three digits where it is smaller than a thousandth.

    Examples
    --------
    >>> measure(421 / 2145), measure(4 / 2145), measure(0.0), measure(1.0), measure(2.0**-30), measure(None)
    ('0.19627', '0.00186', '0', '1', '9.31 × 10⁻¹⁰', '–')
    """
    if value is None:
        return "–"
    if value in (0, 1):
        return f"{value:.0f}"
    if value >= 0.001:
        return f"{value:.5f}"
    lead, _, power = f"{value:.2e}".partition("e")
    return f"{lead} × 10{raise_digits(int(power))}"


def _held(decision: Decision) -> list[_Held] | None:
    """Return power and weight of the members, those alike together; None where there is no measure of power."""
    index = _index(decision)
    if index is None:
        return None
    weights, _ = _weights(decision)
    total = sum(weights.values())
    return [
        _Held(group, decision.members[group[0]][index], weights[group[0]] / total) for group in decision.alike
    ]


def _index(decision: Decision) -> str | None:
    """Return the measure that the picture shows: the first of two that was found."""
    first = next(iter(decision.members.values()))
    return next((key for key in ("shapley_shubik", "banzhaf_normalised") if first[key] is not None), None)


def _weights(decision: Decision) -> tuple[dict[str, float], str]:
    """Return each member's weight, for the picture, and what has to be said of it.

    Where a rule has several parts, the weights are those of its only part that has some; else each member counts once.
    """
    plain = {m: own["weight"] for m, own in decision.members.items() if own["weight"] is not None}
    if len(plain) == len(decision.members):
        return plain, ""
    given = {tuple(sorted(weights.items())) for weights in _given(decision.body.rule)}
    if len(given) != 1:
        return dict.fromkeys(decision.members, 1.0), (
            " The rule weighs its members in more than one way; the grey bars count each member once."
        )
    own = dict(given.pop())
    told = " Only a part of the rule weighs its members, and the grey bars show these weights."
    return {m: float(Fraction(own.get(m, 1))) for m in decision.members}, told


def _given(rule: Rule) -> Iterator[Mapping[str, float | str]]:
    """Yield the weights in a rule and in the rules inside it."""
    if rule.weights:
        yield rule.weights
    inside = [*(rule.all_of or ()), *(rule.any_of or ()), *(rule.at_least.of if rule.at_least else ())]
    for each in (*inside, *(bloc.rule for bloc in rule.blocs.values())):
        yield from _given(each)


def power_figure(decision: Decision, key: str) -> Figure | None:
    """Return the picture of power beside weight; None where the rule is too large for a measure of power.

    Parameters
    ----------
    decision
        The body.
    key
        Prefix of the ids inside, unique in the page.
    """
    held, index = _held(decision), _index(decision)
    if held is None or index is None or decision.impossible or decision.certain:
        return None
    weights, told = _weights(decision)
    noun = "votes" if set(weights.values()) == {1.0} else "weight"
    drawn = held[:_MOST_ROWS]
    end = _axis_end(max(max(row.power, row.weight) for row in drawn))
    pieces = -(-len(drawn) // _ROWS_A_PANEL)
    step = -(-len(drawn) // pieces)
    panels = tuple(
        _panel(decision, drawn[at : at + step], noun, end, f"{key}-{at}") for at in range(0, len(drawn), step)
    )
    legend = (
        f"Blue, above: share of the power ({EXPLAINED[index][0]}). Grey, below: share of the {noun}. "
        f"Members that the rule treats alike stand in one row, each with so much.{told}"
    )
    if len(held) > len(drawn):
        legend += f" The {len(held) - len(drawn)} rows with the least power are left to the table."
    return Figure(
        _finding(decision, held, noun), panels, (_figure_table(decision, held, noun),), legend=legend
    )


def _axis_end(largest: float) -> float:
    """Return the end of an axis that is a little longer than its longest bar, 1 at most."""
    return next((e for e in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8) if largest <= e), 1.0)


def _panel(decision: Decision, held: Sequence[_Held], noun: str, end: float, key: str) -> Panel:
    rows = [PowerRow(decision.each(h.members), h.power, h.weight) for h in held]
    told = "; ".join(
        f"{row.label}: {tenths(row.power)} of the power, {tenths(row.weight)} of the {noun}" for row in rows
    )
    members = sum(len(h.members) for h in held)
    if members == len(decision.members):
        title, finding = "All members", f"{count(members, 'member')} of {count(len(held), 'kind')}"
    else:
        title, finding = _span(decision, held), _together(held, noun)
    return Panel(
        title,
        finding,
        power_bars(
            rows,
            end=end,
            noun=noun,
            axis=f"share of the power, and of the {noun}",
            label=f"{decision.title}. {told}.",
            key=key,
        ),
    )


def _together(held: Sequence[_Held], noun: str) -> str:
    power, weight = (
        min(sum(len(h.members) * share for h, share in pairs), 1.0)
        for pairs in ([(h, h.power) for h in held], [(h, h.weight) for h in held])
    )
    return f"together {tenths(power)} of the power, {tenths(weight)} of the {noun}"


def _span(decision: Decision, held: Sequence[_Held]) -> str:
    first, last = (decision.party(h.members[0]) for h in (held[0], held[-1]))
    members = sum(len(h.members) for h in held)
    return first if first == last else f"{first} to {last}: {count(members, 'member')}"


def _finding(decision: Decision, held: Sequence[_Held], noun: str) -> str:
    """Title the picture: who has more power than weight, and who less."""
    everyone = len(decision.members)
    if len(held) == 1:
        return (
            f"All {count(everyone, 'member')} have the same power: {tenths(held[0].power)} each"
            if everyone > 1
            else (f"{decision.party(held[0].members[0])} has all the power")
        )
    widest = max(abs(h.power - h.weight) for h in held)
    if widest < MATERIAL:
        return f"Power follows {noun}: no member’s share of the one differs from its share of the other by a point"
    gains, loses = max(held, key=lambda h: h.gain), min(held, key=lambda h: h.gain)

    def share(h: _Held, *, short: bool = False) -> str:
        number = len(h.members)
        power, weight = tenths(min(number * h.power, 1.0)), tenths(min(number * h.weight, 1.0))
        return f"{power} with {weight}" if short else f"{power} of the power with {weight} of the {noun}"

    verb = "together have" if len(gains.members) > 1 else "has"
    least = f"{decision.named(loses.members, 3)}{' together' if len(loses.members) > 1 else ''}"
    return (
        f"{capital(decision.named(gains.members))} {verb} {share(gains)}; {least}, {share(loses, short=True)}"
    )


def _figure_table(decision: Decision, held: Sequence[_Held], noun: str) -> Table:
    return Table(
        f"Share of the power and of the {noun}, of each of the members that the rule treats alike",
        ("Members", "how many", "power of each", f"{noun} of each", "difference, in points"),
        tuple(
            (
                decision.each(h.members),
                str(len(h.members)),
                tenths(h.power),
                tenths(h.weight),
                f"{100 * (h.power - h.weight):+.1f}".replace("-", "−"),
            )
            for h in held
        ),
    )


def measured_members(decision: Decision) -> Table:
    """Return every measure by member, those with most power first."""
    order = [m for group in decision.alike for m in group]
    keys = [key for key in EXPLAINED if any(own[key] is not None for own in decision.members.values())]
    rows: list[tuple[Cell, ...]] = []
    for member in order[:_MOST_MEMBERS]:
        own = decision.members[member]
        rows.append(
            (
                f"{decision.party(member)} ({member})",
                "–" if own["weight"] is None else f"{own['weight']:.6g}",
                _standing(decision, member),
                *(measure(own[key]) for key in keys),
            )
        )
    caption = "Each member that votes, those with most power first"
    if len(order) > len(rows):
        caption += f"; the {len(order) - len(rows):,} with the least power are left out"
    head = ("Member", "weight", "alone", *(EXPLAINED[key][0] for key in keys))
    return Table(caption, head, tuple(rows), words=(2,))


def _standing(decision: Decision, member: str) -> str:
    """Say what a member can do alone."""
    own = decision.members[member]
    if own["dictator"]:
        return "decides"
    if own["dummy"]:
        return "changes nothing"
    if own["veto"]:
        return "can block"
    return "can decide" if decision.suffices(member) else "needs others"


def measures_fold(decision: Decision) -> Fold:
    """Return what each measure means, in a sentence each."""
    first = next(iter(decision.members.values()))
    items = [f"{capital(name)}: {text}" for key, (name, text) in EXPLAINED.items() if first[key] is not None]
    return Fold(
        "What each measure says",
        (
            Points(
                (
                    "Weight: what the member’s vote counts where the rule weighs votes in one way; a dash where it does so in several.",
                    (
                        "Alone: whether the member’s no stops every decision (can block), its yes is enough for one (can decide), or both "
                        "(decides); whether its vote never makes a difference (changes nothing). The rest need others for either."
                    ),
                    *items,
                )
            ),
        ),
    )
