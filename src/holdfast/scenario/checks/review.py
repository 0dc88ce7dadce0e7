"""What ``holdfast check`` says of a file without mistakes: numbers without a source, and cautions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from holdfast.scenario.model import BodyFile, Scenario
from holdfast.scenario.quantities import Quantity, Standing

NOISE_LIMIT = 0.15
CRISES_LIMIT = 4.0


@dataclass(frozen=True, slots=True)
class Review:
    """What a scenario rests on.

    Parameters
    ----------
    counts
        How many of its numbers are sourced, judgement and unsourced.
    unsourced
        Numbers without a source, in the order of the file.
    unexplained
        Judgements that do not say why, in the order of the file.
    tied
        How many of its numbers are the same as another, by `same_as`; `counts` leaves them out.
    warnings
        What to be careful with.
    """

    counts: dict[Standing, int]
    unsourced: tuple[Quantity, ...]
    unexplained: tuple[Quantity, ...]
    tied: int
    warnings: tuple[str, ...]


def review(scenario: BodyFile) -> Review:
    """Say what a file's numbers rest on, and what to be careful with."""
    quantities = sorted(scenario.quantities.values(), key=lambda q: (q.line, q.path))
    own = [q for q in quantities if q.same_as is None]
    counts: dict[Standing, int] = {"sourced": 0, "judgement": 0, "unsourced": 0}
    for quantity in own:
        counts[quantity.standing] += 1
    return Review(
        counts=counts,
        unsourced=tuple(q for q in own if q.standing == "unsourced"),
        unexplained=tuple(q for q in own if q.standing == "judgement" and not _explained(q)),
        tied=len(quantities) - len(own),
        warnings=(
            *_extremes(quantities),
            *(unsigned(scenario, scenario.proposals) if isinstance(scenario, Scenario) else ()),
        ),
    )


def _explained(quantity: Quantity) -> bool:
    return quantity.because is not None or any(part.because for part in quantity.alternatives)


def _extremes(quantities: list[Quantity]) -> Iterator[str]:
    for quantity in quantities:
        name = quantity.path.rpartition(".")[2]
        limit = {"noise": NOISE_LIMIT, "crises_per_year": CRISES_LIMIT}.get(name)
        high = quantity.interval90[1]
        if limit is not None and high > limit:
            yield (
                f"line {quantity.line}: {quantity.path} reaches {high:.3g}, above {limit:g}: "
                "there the equations, not the situation, decide."
            )


def unsigned(scenario: Scenario, proposals: Iterable[str]) -> Iterator[str]:
    """Proposals that a principal does not sign: no mistake, but signed leaves its acceptance out."""
    for id_ in proposals:
        signing = scenario.proposals[id_].signatories
        for principal in scenario.principals:
            if principal not in signing:
                yield (
                    f"proposals.{id_}.signatories: the principal {principal} does not sign, so that signed does not "
                    f"ask whether it accepts. Add {principal}, unless that is meant."
                )
