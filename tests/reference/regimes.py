"""Regimes of random scenarios: a regime is a handful of ranges that scenarios are drawn from.

Whatever a regime does not name comes from `USUAL`, the starting ranges of the design.
"""

from dataclasses import dataclass, replace

Range = tuple[float, float]


@dataclass(frozen=True)
class Regime:
    """Ranges that scenarios are drawn from; a chance is the probability that a thing is there at all."""

    pledges: tuple[int, int] = (2, 5)  # counted a guarantor, over both directions
    both_protected: float = 0.3
    bodies: tuple[int, int] = (0, 1)
    noise: Range = (0.02, 0.08)
    honour_noise: Range = (0.03, 0.2)
    stake: Range = (0.2, 1.0)
    decisiveness: Range = (0.5, 2.0)
    ratio: Range = (1.0, 2.0)  # the stronger principal's strength to the weaker's
    guarantor: Range = (0.1, 0.8)  # strength, as a share of the weaker principal
    crises: Range = (0.1, 2.0)
    strengthening: float = 0.2
    support: float = 0.3
    deployments: float = 0.2
    sanctions: float = 0.15  # chance that a pledge is one of sanctions
    several_each: float = 0.2  # chance that a pledge is by a guarantor that has one already
    groups: float = 0.3
    alike: float = 0.2  # chance that all guarantors of one beneficiary are comparable
    spread: float = 1.5  # of cost around indifference, in noises
    others: Range = (0.0, 1.5)  # what the others bring where a guarantor is indifferent, in its own strengths
    share: Range = (0.3, 1.0)  # of its strength that a guarantor pledges
    favoured: bool = True  # whether the stronger principal may be the one protected
    word: Range = (0.01, 0.1)
    excess: Range = (1.0, 12.0)
    accidents: Range = (0.0, 0.05)
    premium: Range | None = None  # peace over unaided war, in noises, where relief and upkeep are to set it
    proposals: float = 0.2  # chance of a second proposal


USUAL = Regime()
STAGS = replace(  # help counts only when much of it comes: all or none
    USUAL,
    pledges=(3, 6),
    honour_noise=(0.005, 0.03),
    stake=(0.5, 1.5),
    alike=1.0,
    decisiveness=(2.5, 4.0),
    ratio=(2.0, 4.0),
    favoured=False,
    sanctions=0.0,
    spread=0.4,
    guarantor=(0.3, 0.5),
    others=(1.0, 3.0),
    share=(0.9, 1.0),
    both_protected=0.15,
)
SUPERFLUOUS = replace(  # each guarantor's help makes the others' superfluous
    USUAL,
    pledges=(3, 6),
    honour_noise=(0.005, 0.02),
    stake=(0.8, 2.0),
    alike=1.0,
    decisiveness=(0.8, 2.0),
    sanctions=0.0,
    spread=0.5,
    others=(0.2, 0.9),
    guarantor=(0.3, 1.0),
    share=(0.5, 1.0),
    both_protected=0.15,
)
REGIMES: dict[str, tuple[int, Regime]] = {
    "no pledge": (8, replace(USUAL, pledges=(0, 0), support=0.5, strengthening=0.5)),
    "one pledge": (8, replace(USUAL, pledges=(1, 1))),
    "one protected": (16, replace(USUAL, both_protected=0.0)),
    "both protected": (16, replace(USUAL, both_protected=1.0, pledges=(3, 7))),
    "eight pledges": (10, replace(USUAL, pledges=(7, 8), both_protected=0.4, guarantor=(0.05, 0.5))),
    "several a guarantor": (8, replace(USUAL, several_each=0.7, pledges=(3, 6))),
    "bodies": (20, replace(USUAL, bodies=(1, 2), pledges=(2, 6), both_protected=0.4)),
    "lopsided": (16, replace(USUAL, ratio=(1.0, 100.0), guarantor=(0.1, 10.0))),
    "low noise": (16, replace(USUAL, noise=(0.005, 0.02), honour_noise=(0.005, 0.03))),
    "high noise": (6, replace(USUAL, noise=(0.15, 0.5), honour_noise=(0.15, 0.5))),
    "indecisive": (4, replace(USUAL, decisiveness=(0.5, 0.6))),
    "decisive": (8, replace(USUAL, decisiveness=(3.0, 4.0))),
    "ramps": (16, replace(USUAL, strengthening=1.0, support=0.6)),
    "deployments": (10, replace(USUAL, deployments=1.0)),
    "sanctions": (8, replace(USUAL, sanctions=0.6)),
    "restless": (8, replace(USUAL, crises=(2.0, 4.0))),
    "no occasions": (2, replace(USUAL, crises=(0.0, 0.0))),
    "tempted": (14, replace(USUAL, premium=(-30.0, 3.0))),
    "two ways of standing": (
        6,
        replace(
            USUAL,
            pledges=(0, 1),
            crises=(2.0, 4.0),
            noise=(0.01, 0.04),
            word=(0.0, 0.005),
            premium=(6.0, 10.0),
            ratio=(1.0, 1.2),
            accidents=(0.0, 0.005),
            excess=(1.0, 2.0),
        ),
    ),
    "several fixed points": (14, SUPERFLUOUS),
    "all or none": (10, STAGS),
    "ramps past a jump": (10, replace(STAGS, strengthening=1.0, support=0.8)),
    "everything": (
        10,
        replace(
            USUAL,
            pledges=(4, 8),
            bodies=(1, 2),
            both_protected=0.8,
            noise=(0.01, 0.2),
            honour_noise=(0.01, 0.3),
            decisiveness=(0.5, 4.0),
            ratio=(1.0, 10.0),
            strengthening=0.7,
            support=0.7,
            deployments=0.7,
            proposals=0.5,
        ),
    ),
    "through folds": (
        6,
        replace(
            SUPERFLUOUS,
            spread=0.15,
            others=(0.3, 0.7),
            guarantor=(0.6, 1.0),
            share=(0.9, 1.0),
            both_protected=0.0,
        ),
    ),
    "all or none, through folds": (
        6,
        replace(
            STAGS, spread=0.15, support=0.0, strengthening=0.0, deployments=0.0, honour_noise=(0.005, 0.015)
        ),
    ),
}
