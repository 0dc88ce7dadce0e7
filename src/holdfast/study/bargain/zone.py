"""Which proposals both sides would sign, who blocks the others, and how sure that is.

Whether a principal signs is the chain's answer, war being what it has instead. What would bring a blocker in is in `concessions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from holdfast.errors import InputError
from holdfast.scenario import Scenario, sample
from holdfast.study.bargain.concessions import Search, concession
from holdfast.study.bargain.solutions import solutions
from holdfast.study.summary import spread

__all__ = ["DRAWS", "THRESHOLD", "agreement_zone", "check_threshold"]

THRESHOLD = 0.5
Progress = Callable[[int, int], None]
Values = Mapping[str, Mapping[str, np.ndarray]]


DRAWS = 512
"""Draws of the zone itself, where no study has worked it out on more: a mean near the threshold needs more than a search does."""


def agreement_zone(
    scenario: Scenario,
    *,
    threshold: float = THRESHOLD,
    search: Search | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    proposals: Sequence[str] = (),
    values: Values | None = None,
    rows: Sequence[int] | None = None,
    progress: Progress = lambda _done, _of: None,
) -> dict[str, Any]:
    """Return what `bargain --json` says under `zone`; docs/reference/bargain.md says what each entry means.

    Parameters
    ----------
    scenario
        With its proposals.
    threshold
        What each signatory's probability of accepting must reach, the mean over draws.
    search
        How hard to look for concessions.
    seed, draws
        Of the draws that the zone is worked out on; those that concessions are tried and told on are the first of them.
    proposals
        Which; all where empty.
    values
        By proposal, what a study has worked out of the same seed's draws, by column name: at least `accept`, `value` and `fighting`.
    rows
        Which of the seed's draws those are, in their order; the first ones where not given.
    progress
        Told how many proposals are done.

    Raises
    ------
    InputError
        Where the threshold is not above 0 and at most 1.
    """
    check_threshold(threshold)
    from holdfast.bargaining.zone import zone  # noqa: PLC0415

    how = search or Search()
    chosen = sorted(proposals or scenario.proposals)
    worked = values or _values(scenario, chosen, draws, seed)
    signatories = sorted({s for p in chosen for s in scenario.members(scenario.proposals[p].signatories)})
    given = {p: {s: worked[p].get(f"accept.{s}") for s in signatories} for p in chosen}
    count = next(len(a) for each in given.values() for a in each.values() if a is not None)
    everyone = np.ones(count)  # who need not sign blocks nothing
    accept = np.stack([[everyone if (a := given[p][s]) is None else a for s in signatories] for p in chosen])
    found = zone(accept, threshold)
    few, all_ = (
        sample(scenario, start=0, count=n, seed=seed, bargaining=True) for n in (how.draws, how.confirmed)
    )
    told: dict[str, Any] = {}
    for n, p in enumerate(chosen):
        progress(n, len(chosen))
        blockers = [s for m, s in enumerate(signatories) if found.blocks[n, m]]
        told[p] = {
            "accepts": {s: spread(a) for s, a in given[p].items() if a is not None},
            "signed": spread(np.prod(accept[n], axis=0)),
            "close": [s for s, a in given[p].items() if a is not None and _is_close(a, threshold)],
            "inside": bool(found.inside[n]),
            "inside_share": float(found.inside_share[n]),
            "blocks": blockers,
            "concessions": {
                b: concession(scenario, p, b, how=how, drawn=(few, all_), threshold=threshold, among=chosen)
                for b in blockers
                if b in scenario.principals
            },
        }
    progress(len(chosen), len(chosen))
    return {
        "threshold": threshold,
        "draws": count,
        "search": {
            "draws": how.draws,
            "confirmed": how.confirmed,
            "issues": list(how.issues),
            "parts": list(how.parts),
        },
        "proposals": told,
        "closest": [chosen[n] for n in found.closest],
        "open_share": found.open_share,
        "open_share_both": _open_to_both(scenario, chosen, accept, threshold),
        "solutions": solutions(scenario, chosen, worked, seed=seed, rows=rows),
    }


def _open_to_both(
    scenario: Scenario,
    proposals: Sequence[str],
    accept: Float[np.ndarray, "proposals signatories draws"],
    threshold: float,
) -> float | None:
    """Return in what share of draws some proposal that both principals sign is accepted by all; None where they sign none together.

    One that a principal does not sign may be accepted by all its signatories in every draw, and says nothing of an agreement between
    the two.
    """
    from holdfast.bargaining.zone import zone  # noqa: PLC0415

    signs = [scenario.is_signed_by_both(p) for p in proposals]
    return zone(accept[signs], threshold).open_share if any(signs) else None


def _is_close(accepts: Float[np.ndarray, " draws"], threshold: float) -> bool:
    """Say whether a mean is nearer to the threshold than two of its standard errors, so that other draws might put it beyond."""
    error = float(np.std(accepts)) / np.sqrt(len(accepts)) if len(accepts) > 1 else np.inf
    return bool(abs(float(np.mean(accepts)) - threshold) < 2 * error)


def check_threshold(threshold: float) -> None:
    """Raise an InputError where a threshold asks for nothing, or for the impossible."""
    if not 0 < threshold <= 1:
        raise InputError(f"--accept {threshold:g}: must be above 0 and at most 1. Write --accept 0.5.")


def _values(scenario: Scenario, proposals: Sequence[str], draws: int, seed: int) -> Values:
    """Put the proposals through the chain."""
    from holdfast.study.evaluate import outcomes  # noqa: PLC0415 - JAX takes a second to import

    drawn = sample(scenario, start=0, count=draws, seed=seed)
    return {p: outcomes(scenario, scenario.proposals[p], drawn, proposals) for p in proposals}
