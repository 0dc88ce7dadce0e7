"""The outside view: published figures on past ceasefires and past promises, shown beside the model's answers.

Never blended into them. Every figure says whether it is about collapse (war restarting) or about
violations, and comes with the cautions that hold for it. Figures marked "computed" were calculated
from the author's public data with the specification given; the others were read in the source itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

About = Literal["collapse", "violations", "promises", "settlement"]


@dataclass(frozen=True)
class Survival:
    """A published survival curve of past ceasefires: the share still holding after some years.

    Parameters
    ----------
    id
        Short name of the curve.
    label
        What the ceasefires were.
    ceasefires
        How many of them.
    points
        (years after the ceasefire, share still holding in [0, 1]).
    """

    id: str
    label: str
    ceasefires: int
    points: tuple[tuple[float, float], ...]

    def at(self, years: float) -> float | None:
        """Return the share still holding after so many years, None where none is published."""
        return dict(self.points).get(years)


@dataclass(frozen=True)
class Figure:
    """One published figure.

    Parameters
    ----------
    value
        The figure as the source gives it.
    what
        What it is the share or size of.
    source
        Author, year and where.
    status
        "read in the source" or "computed from the author's data".
    about
        What it measures: collapse, violations, promises in war, or how wars ended.
    """

    value: str
    what: str
    source: str
    status: str
    about: About


_FORTNA = "V. P. Fortna, replication data of “Does Peacekeeping Keep Peace?” (2004) and “Does Peacekeeping Work?” (2008)"
_SEEN = "read in the source"
_COMPUTED = "computed from the author’s data"

SURVIVAL_SOURCE = f"{_FORTNA}; Kaplan–Meier estimates computed from them"
SURVIVAL_ABOUT = (
    "Share of ceasefires in civil wars after the Cold War at which the war had not restarted (56 of 96 had failed by the "
    "end of 2004). This is about collapse, not about violations."
)
SURVIVAL: tuple[Survival, ...] = (
    Survival(
        "without", "without peacekeepers", 62, ((0.5, 0.71), (1, 0.61), (2, 0.55), (5, 0.39), (10, 0.33))
    ),
    Survival("with", "with peacekeepers", 34, ((0.5, 0.85), (1, 0.79), (2, 0.68), (5, 0.56), (10, 0.56))),
)
SURVIVAL_ALL = Survival("all", "all of them", 96, ((0.5, 0.76), (1, 0.68), (2, 0.59), (5, 0.45), (10, 0.41)))

CEASEFIRES: tuple[Figure, ...] = (
    Figure(
        "0.49 (0.38–0.61)",
        "Weibull shape of the same 96 ceasefires: the older a ceasefire, the smaller its hazard, steeply; scale 11 years",
        _FORTNA,
        _COMPUTED,
        "collapse",
    ),
    Figure(
        "0.54 (0.30–0.95); 0.28 (0.12–0.68)",
        "hazard ratio of peacekeeping, crude; adjusted for prior risk (own specification, not the author’s)",
        _FORTNA,
        _COMPUTED,
        "collapse",
    ),
    Figure(
        "0.48 (0.23–1.01), 0.40 (0.20–0.83), 0.26 (0.11–0.59)",
        "hazard ratios of peacekeeping, a treaty and a victory in one model of 95 segments (standard errors not clustered)",
        _FORTNA,
        _COMPUTED,
        "collapse",
    ),
    Figure(
        "almost half",
        "international wars since 1945 followed by renewed fighting between at least one pair of the parties",
        "V. P. Fortna 2004, Peace Time",
        _SEEN,
        "collapse",
    ),
    Figure(
        "55% / 20%",
        "wars ended by negotiated settlement, 1940–1990: interstate / civil; with a third party’s guarantee, settlement "
        "talks always succeeded",
        "B. F. Walter 1997, International Organization 51(3)",
        _SEEN,
        "settlement",
    ),
)

PROMISES: tuple[Figure, ...] = (
    Figure(
        "74.5%",
        "alliance obligations honoured when called upon, 1816–1944, counting the specific terms",
        "Leeds, Long & Mitchell 2000, Journal of Conflict Resolution 44(5):686–699",
        _SEEN,
        "promises",
    ),
    Figure(
        "50%",
        "alliance commitments honoured in war, 1816–2003",
        "Berkemeier & Fuhrmann 2018, Research & Politics",
        _SEEN,
        "promises",
    ),
    Figure(
        "66% / 22%",
        "the same, before 1945 / 1945–2003",
        "Berkemeier & Fuhrmann 2018, Research & Politics",
        _SEEN,
        "promises",
    ),
    Figure(
        "41% / 37% / 74% / 78%",
        "the same, by type: defence pacts / non-aggression / offence / neutrality",
        "Berkemeier & Fuhrmann 2018, Research & Politics",
        _SEEN,
        "promises",
    ),
    Figure(
        "about two thirds",
        "alliances invoked by war over 200 years that were honoured; lower for multilateral ones after 1945, driven by "
        "few related cases",
        "D. Chiba, author’s research page",
        _SEEN,
        "promises",
    ),
    Figure(
        "no effect on success",
        "of the mere alliance or of nuclear weapons in 54 cases of extended immediate deterrence; the local balance "
        "and ties matter",
        "Huth & Russett 1984, World Politics 36(4)",
        _SEEN,
        "promises",
    ),
    Figure(
        "far weaker than commonly assumed",
        "effect of tripwire deployments on public support for honouring",
        "Musgrave & Ward 2023",
        _SEEN,
        "promises",
    ),
    Figure(
        "small tripwires do not deter",
        "three case studies",
        "Reiter & Poast 2021, Texas National Security Review 4(3)",
        _SEEN,
        "promises",
    ),
)

#: Said wherever the figures are shown.
CAUTIONS: tuple[str, ...] = (
    "Civil wars are not wars between states.",
    "Crises in which deterrence was tried at once are not a fair sample of all crises.",
    "Alliances are tested when deterrence has already failed, so their record says little about the attacks that never came.",
)

#: What a figure is about, in words for the page.
ABOUT: dict[About, str] = {
    "collapse": "collapse (war restarting)",
    "violations": "violations (daily breaches)",
    "promises": "promises in war: neither collapse nor violations",
    "settlement": "how wars ended: neither collapse nor violations",
}
