"""What signing is worth to each principal, taken apart, against fighting on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.report.blocks import Figure, Panel, Table
from holdfast.report.draws import quoted_column
from holdfast.report.figures.bars import Bar, bars
from holdfast.report.figures.svg import BLUE, FAINT, ORANGE, STEEL
from holdfast.report.study import some
from holdfast.report.words import capital, chance, listing, number, quoted, signed_number, worth

if TYPE_CHECKING:
    from holdfast.report.answers import Proposal
    from holdfast.report.study import Study
    from holdfast.report.words import Spread


@dataclass(frozen=True)
class Worth:
    """What a proposal is worth to one principal, taken apart; means over draws, in shares of its stake.

    Parameters
    ----------
    signing, fighting
        Net value of signing, and of fighting on.
    margin
        Signing less fighting on, draw by draw.
    parts
        (what, mean): what is given up on each issue (at most 0), relief, upkeep, and the risk of war again.
    """

    proposal: Proposal
    party: str
    signing: Spread
    fighting: Spread
    margin: Spread | None
    parts: tuple[tuple[str, float], ...]


def worths_of(study: Study) -> list[Worth]:
    """Take every proposal's value to every principal apart."""
    issues = list(study.scenario.issues)
    principals = study.scenario.principals
    columns = [
        *(f"utility.{principal}.{issue}" for principal in principals for issue in issues),
        *(f"peace.{principal}.{part}" for principal in principals for part in ("relief", "upkeep")),
    ]
    means = study.draws.means(columns)
    found: list[Worth] = []
    for principal in principals:
        fighting = study.draws.spread(f"fighting.{principal}")
        for p in study.answers.proposals:
            signing, alternative = p.value.get(principal), fighting.get(p.id)
            if signing is None or alternative is None:
                continue
            parts = [
                (study.names.issue(issue), means[f"utility.{principal}.{issue}"].get(p.id, 0.0))
                for issue in issues
            ]
            parts += [
                ("Relief granted", means[f"peace.{principal}.relief"].get(p.id, 0.0)),
                ("Upkeep of the terms", -means[f"peace.{principal}.upkeep"].get(p.id, 0.0)),
            ]
            risk = signing.mean - 1 - sum(value for _, value in parts)
            parts.append(("Risk of war again", risk))
            needed = (f"value.{principal}", f"fighting.{principal}")
            margin = (
                study.draws.spread_of(" - ".join(quoted_column(c) for c in needed), p.id)
                if study.draws.columns.issuperset(needed)
                else None
            )
            found.append(Worth(p, principal, signing, alternative, margin, tuple(parts)))
    return sorted(found, key=lambda w: (w.proposal.rank, w.party))


def worth_figure(study: Study, worths: list[Worth]) -> Figure:
    """Draw what signing is made of, against fighting on."""
    ends = [0.0, 1.0]
    for w in worths:
        level = 1.0
        for _, value in w.parts:
            level += value
            ends.append(level)
        ends += [w.signing.p05, w.fighting.p05, w.signing.p95, w.fighting.p95]
    domain = (min(ends), max(ends))
    order = [what for what, _ in worths[0].parts]
    shown = {what for w in worths for what, value in w.parts if abs(value) >= 0.0005}
    data = Table(
        "What signing is worth, taken apart (means over draws, shares of the party’s own stake; intervals 5–95%)",
        ("Proposal", "to", *order, "signing", "fighting on", "difference"),
        tuple(
            (
                f"{w.proposal.rank} {w.proposal.title}",
                study.names.party(w.party),
                *(signed_number(dict(w.parts)[what], 3) for what in order),
                worth(w.signing),
                worth(w.fighting),
                worth(w.margin),
            )
            for w in worths
        ),
    )
    return Figure(
        _finding(study, worths),
        tuple(_panel(study, w, domain, shown) for w in worths),
        (data,),
        legend="From 1, the party’s ideal on everything, downwards: what it gives up (orange, −) and gains (blue, +), then what "
        "signing is worth. The dashed line is fighting on. Black lines: 5–95% intervals.",
    )


def compared(difference: float, *, with_size: bool = False) -> str:
    """Return how one worth compares with another; "as much as" where the two decimals shown do not differ.

    Examples
    --------
    >>> compared(0.2), compared(-0.2, with_size=True), compared(-0.004, with_size=True)
    ('more than', '0.20 less than', 'as much as')
    """
    size = number(abs(difference))
    if size == number(0):
        return "as much as"
    word = "more than" if difference > 0 else "less than"
    return f"{size} {word}" if with_size else word


def _finding(study: Study, worths: list[Worth]) -> str:
    """Title the figure: who would rather fight on, and under how many proposals."""
    parts: list[str] = []
    for who in study.scenario.principals:
        own = [w for w in worths if w.party == who]
        better = [w for w in own if w.signing.mean >= w.fighting.mean]
        if not own:
            continue
        if len(own) == 1:
            verb = compared(own[0].signing.mean - own[0].fighting.mean)
            parts.append(f"to {study.names.party(who)} signing is worth {verb} fighting on")
        elif len(better) in {0, len(own)}:
            parts.append(
                f"to {study.names.party(who)} signing is worth {'more' if better else 'less'} than fighting on under every proposal"
            )
        else:
            which = listing(some([quoted(w.proposal.title) for w in better], 2))
            parts.append(
                f"to {study.names.party(who)} signing is worth more than fighting on only under {which}"
            )
    return capital(f"By the mean, {'; '.join(parts)}")


def _panel(study: Study, w: Worth, domain: tuple[float, float], shown: set[str]) -> Panel:
    """Draw one proposal's worth to one principal, from its ideal down."""
    rows = [Bar("its ideal on everything", "1.00", 0, 1, colour=FAINT)]
    level = 1.0
    for what, value in w.parts:
        if what in shown:
            rows.append(
                Bar(what, signed_number(value), level, level + value, colour=BLUE if value > 0 else ORANGE)
            )
        level += value
    for what, spread, colour in (("signing", w.signing, STEEL), ("fighting on", w.fighting, FAINT)):
        rows.append(Bar(what, worth(spread), 0, spread.mean, spread.p05, spread.p95, colour))
    name = study.names.party(w.party)
    told = ", ".join(f"{what} {signed_number(value)}" for what, value in w.parts)
    picture = bars(
        rows,
        domain=domain,
        axis=f"share of {name}’s stake",
        form=".1f",
        label=(
            f"Proposal {w.proposal.rank}, {w.proposal.title}, to {name}: from 1, {told}; signing {worth(w.signing)}, "
            f"fighting on {worth(w.fighting)}."
        ),
        key=f"worth{w.proposal.rank}{list(study.scenario.principals).index(w.party)}",
        reference=w.fighting.mean,
    )
    accepts = w.proposal.accept.get(w.party)
    finding = f"{name}: accepts {chance(accepts)}" if accepts else name
    return Panel(f"{w.proposal.rank} {w.proposal.title}", finding, picture)
