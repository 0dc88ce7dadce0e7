"""Which places a proposal's promises, bodies and terms need in the chain's arrays, in an order of their own.

Places are filled up to a few sizes, so that proposals of like size share one compiled kernel.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from holdfast.scenario import Monitoring, Pledge, Proposal, Scenario, Strengthening
from holdfast.scenario.terms import TermBase

__all__ = ["Promise", "Size", "promises", "shared_size", "size_of", "terms"]

STEPS = (0, 2, 4, 8, 12, 16, 24, 32, 48, 64)
"""Numbers of pledges that kernels are compiled for; above the last, any."""


class Promise(NamedTuple):
    """One guarantor's pledge: `name` is the pledge's id, or `id/member` where several give it."""

    name: str
    member: str
    pledge: Pledge


T = TypeVar("T", bound=TermBase)


def terms(proposal: Proposal, kind: type[T]) -> list[T]:
    """Return a proposal's terms of a kind in an order that does not depend on the file's."""
    return sorted((t for t in proposal.terms if isinstance(t, kind)), key=lambda t: (t.kind_of_term, t.key))


def promises(scenario: Scenario, proposal: Proposal) -> tuple[Promise, ...]:
    """Return every guarantor's pledges under a proposal, by pledge id and member."""
    found: list[Promise] = []
    for pledge in sorted(proposal.pledges, key=lambda p: p.id):
        members = scenario.members(pledge.by)
        several = any(by in scenario.groups for by in pledge.by) or len(members) > 1
        found += [Promise(f"{pledge.id}/{m}" if several else pledge.id, m, pledge) for m in members]
    return tuple(found)


class Size(NamedTuple):
    """How many places arrays have; by attacker where there are two."""

    force: tuple[int, int] = (0, 0)
    sanctions: tuple[int, int] = (0, 0)
    bodies: tuple[int, int] = (0, 0)
    ramps: int = 0
    monitors: int = 0
    others: int = 0
    red_lines: int = 0
    """Of the principal that has most."""

    def joined(self, other: Size) -> Size:
        """Return the smallest size that has room for both."""
        return Size(
            _larger(self.force, other.force),
            _larger(self.sanctions, other.sanctions),
            _larger(self.bodies, other.bodies),
            *(max(a, b) for a, b in zip(self[3:], other[3:], strict=True)),
        )

    @property
    def rounded(self) -> Size:
        """The size with numbers of pledges raised to the next of `STEPS`."""
        return self._replace(force=_raised(self.force), sanctions=_raised(self.sanctions))


def _larger(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return max(a[0], b[0]), max(a[1], b[1])


def _raised(pair: tuple[int, int]) -> tuple[int, int]:
    first, second = (next(step for step in STEPS if step >= n) if n <= STEPS[-1] else n for n in pair)
    return first, second


def size_of(scenario: Scenario, proposal: Proposal) -> Size:
    """Return the places that one proposal needs."""
    pair, given = scenario.principals, promises(scenario, proposal)
    against = [[p for p in given if p.pledge.against == a] for a in pair]

    def count(i: int, sanctions: bool) -> int:
        return sum((p.pledge.kind == "sanctions") == sanctions for p in against[i])

    bodies = [{b for p in ps if (b := p.pledge.body_of(p.member)) is not None} for ps in against]
    return Size(
        (count(0, False), count(1, False)),
        (count(0, True), count(1, True)),
        (len(bodies[0]), len(bodies[1])),
        len(terms(proposal, Strengthening)),
        len(terms(proposal, Monitoring)),
        sum(p not in pair for p in scenario.members(proposal.signatories)),
        max(len(scenario.parties[p].red_lines) for p in pair),
    )


def shared_size(scenario: Scenario, proposal: Proposal, among: Iterable[str]) -> Size:
    """Return the size of a proposal's arrays: that of all those of its class, which then share one compiled kernel.

    Classes are proposals without pledges, those with few enough to enumerate, and those with more.
    """
    from holdfast.chain.help import ENUMERATED  # noqa: PLC0415 - brings JAX, which summaries do not need

    def rank(size: Size) -> int:
        most = max(size.force)
        return 0 if not most and not max(size.sanctions) else 1 if most <= ENUMERATED else 2

    own = size_of(scenario, proposal)
    sizes = [size_of(scenario, scenario.proposals[p]) for p in among]
    for size in sizes:
        own = own.joined(size) if rank(size) == rank(own) else own
    return own.rounded
