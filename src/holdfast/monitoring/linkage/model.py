"""The model of linkage: what agrees how often in two reports of one event, and in two of different events.

Fellegi and Sunter's: the odds that a candidate pair is of one event are the prior odds, times m/u of the level at which each
comparison falls, m being the level's share among pairs of one event and u its share among the other candidates. The levels stand
here; their m and u are estimated (`estimate`) or the ones below, which are judgement.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from holdfast.errors import InputError
from holdfast.monitoring.linkage.kinds import CLOSE
from holdfast.monitoring.linkage.measures import chance, errors_apart, errors_apart_in_time

__all__ = [
    "COMPARISONS",
    "DEFAULT",
    "LEAST",
    "ODDS",
    "OTHERS",
    "REACH",
    "SHAPES",
    "Comparison",
    "Level",
    "Model",
    "shares_of_chance",
]

VERSION = 1
REACH = 4.0
"""Combined standard errors, in space and time together, up to which two reports can be of the same event."""
LEAST = 1e-4
"""No m or u is taken to be below this, however many pairs were seen without it."""


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which a pair can agree.

    Parameters
    ----------
    name
        What the record calls it.
    when
        SQL that holds for it.
    m, u
        Where nothing is estimated.
    among
        Which levels it is one of: which of these sets a pair falls into depends on what the reports are, such as whether they have
        a text, and says nothing of whether they are of one event; so m and u add up to the same over each.
    """

    name: str
    when: str
    m: float
    u: float
    among: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: the first level that holds counts."""

    name: str
    levels: tuple[Level, ...]


_PAIR = ("{}_l", "{}_r")
_AMISS = 0.1
"""Judgement: the share of reports of one event whose errors have nothing to do with those stated."""


def _steps(
    up_to: Sequence[float], normal: Callable[[float], float], anywhere: Callable[[float], float]
) -> list[tuple[float, float]]:
    """Return m and u of steps of a distance in standard errors: errors as stated, or anywhere within reach."""
    shares: list[tuple[float, float]] = []
    for below, x in pairwise([0.0, *up_to]):
        u = anywhere(x) - anywhere(below)
        shares.append(((1 - _AMISS) * (normal(x) - normal(below)) / normal(up_to[-1]) + _AMISS * u, u))
    return shares


_PLACE = (0.75, 1.5, 2.25, 3.0, REACH)
_TIME = (0.25, 0.5, 1.0, 1.75, 2.75, REACH)
# Normal errors in two dimensions and in one; and the share of a ball of radius REACH within x of its axis, and of its middle plane.
_place_steps = _steps(
    _PLACE, lambda x: 1 - math.exp(-(x**2) / 2), lambda x: 1 - max(0.0, 1 - (x / REACH) ** 2) ** 1.5
)
_time_steps = _steps(
    _TIME, lambda x: math.erf(x / math.sqrt(2)), lambda x: 1.5 * (x / REACH) - 0.5 * (x / REACH) ** 3
)
_WORDS = (
    ("a rare word in common", "len(list_intersect(rare_l, rare_r)) > 0", 0.35, 0.06, "text"),
    ("no rare word in common", "len(words_l) > 0 and len(words_r) > 0", 0.25, 0.54, "text"),
    ("no text", "true", 0.40, 0.40, "no text"),
)
_CLOSE = " or ".join(
    f"(kind_l in ({names}) and kind_r in ({names}))"
    for names in (", ".join(f"'{k}'" for k in sorted(s)) for s in CLOSE)
)
# A satellite sees fires only: that kinds differ then says nothing, which kinds does.
_FIRE = "kind_l <> kind_r and (kind_l = 'fire' or kind_r = 'fire')"
_CHANCE = tuple(2.0**k for k in range(-5, 8))
OTHERS = (2.0**-6, *(2.0 ** (k - 0.5) for k in range(-4, 8)), 2.0**8)
"""By level of `chance`: how many others lie as near as errors go, c. The odds before anything else is compared are ρ / c."""
ODDS = 1.0
"""ρ where nothing is estimated: judgement."""


def shares_of_chance(
    odds: float, seen: Sequence[float]
) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """Return prior, m and u of `chance` for which the odds at each level are ρ / c, where so many pairs were seen at each.

    Examples
    --------
    >>> prior, m, u = shares_of_chance(0.5, [1.0] * 14)
    >>> round(prior / (1 - prior) * m[3] / u[3] * OTHERS[3], 9)
    0.5
    """
    same = [n * odds / (odds + c) for n, c in zip(seen, OTHERS, strict=True)]
    other = [n * c / (odds + c) for n, c in zip(seen, OTHERS, strict=True)]
    prior = sum(same) / (sum(same) + sum(other))
    return prior, tuple(n / sum(same) for n in same), tuple(n / sum(other) for n in other)


_PRIOR, _LEVEL_M, _LEVEL_U = shares_of_chance(ODDS, [1.0] * len(OTHERS))

COMPARISONS: tuple[Comparison, ...] = (
    # Who names the same village stands near by chance, too; so both are one comparison, whose u is that of both together.
    Comparison(
        "place",
        tuple(
            Level(
                f"within {x:g} standard errors, {words}",
                f"({when}) and {errors_apart(*_PAIR)} <= {x + 1e-9}"
                if (words, x) != ("no text", REACH)
                else "ELSE",
                m * word_m,
                u * word_u,
                among,
            )
            for words, when, word_m, word_u, among in _WORDS
            for x, (m, u) in zip(_PLACE, _place_steps, strict=True)
        ),
    ),
    Comparison(
        "time",
        tuple(
            Level(
                f"within {x:g} standard errors",
                f"{errors_apart_in_time(*_PAIR)} <= {x}" if x != REACH else "ELSE",
                m,
                u,
            )
            for x, (m, u) in zip(_TIME, _time_steps, strict=True)
        ),
    ),
    Comparison(
        "kind",
        (
            Level(
                "a fire, and what often makes one", f"{_FIRE} and ({_CLOSE})", 0.9 * 0.3, 0.7 * 0.3, "fire"
            ),
            Level("a fire, and what seldom does", _FIRE, 0.1 * 0.3, 0.3 * 0.3, "fire"),
            Level("the same kind", "kind_l = kind_r", 0.7 * 0.65, 0.7 * 0.3),
            Level("kinds often used for one event", _CLOSE, 0.7 * 0.30, 0.7 * 0.5),
            Level("kinds seldom confused", "ELSE", 0.7 * 0.05, 0.7 * 0.2),
        ),
    ),
    # what makes the prior that of a crowded place or of an empty one
    Comparison(
        "chance",
        tuple(
            Level(
                f"up to {x:g} others as near",
                f"{chance(*_PAIR)} <= {x}" if math.isfinite(x) else "ELSE",
                m,
                u,
            )
            for x, m, u in zip((*_CHANCE, math.inf), _LEVEL_M, _LEVEL_U, strict=True)
        ),
    ),
)
"""What is compared. `chance` is not about how alike two reports are: it makes the prior that of a crowded or an empty place."""

SHAPES = COMPARISONS[:-1]
"""Comparisons of how alike two reports are."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model of linkage, as the record keeps it.

    Parameters
    ----------
    prior
        Probability that a candidate pair is of one event, before anything is compared.
    m, u
        By comparison, for each level in order.
    common
        Words so common that sharing one says little.
    pairs
        How many candidate pairs it was estimated from; 0 where it is judgement.
    """

    prior: float
    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    common: tuple[str, ...] = ()
    pairs: int = 0

    def weight(self, levels: Mapping[str, int]) -> float:
        """Return the match weight in bits of a pair at these levels: log₂ of the odds.

        Examples
        --------
        >>> one = Model(0.2, {"kind": (0.9, 0.08, 0.02)}, {"kind": (0.3, 0.4, 0.3)})
        >>> round(one.weight({"kind": 0}), 6)  # odds 1 : 4, times 3
        -0.415037
        """
        found = math.log2(self.prior / (1 - self.prior))
        for name, level in levels.items():
            found += math.log2(self.m[name][level] / self.u[name][level])
        return found

    def to_json(self) -> str:
        """Return the model as one line of JSON, always the same for the same model."""
        told = {
            "holdfast_linkage": VERSION,
            "prior": self.prior,
            "pairs": self.pairs,
            "comparisons": {
                c.name: [
                    {"level": level.name, "m": m, "u": u}
                    for level, m, u in zip(c.levels, self.m[c.name], self.u[c.name], strict=True)
                ]
                for c in COMPARISONS
            },
            "common_words": list(self.common),
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Model:
        """Read a model back.

        Raises
        ------
        InputError
            For what is no model of this version, with other levels, or with a probability that is none.
        """
        try:
            told: Any = json.loads(text)
            version = told["holdfast_linkage"]
            levels = {name: [one["level"] for one in given] for name, given in told["comparisons"].items()}
            m = {name: tuple(float(one["m"]) for one in given) for name, given in told["comparisons"].items()}
            u = {name: tuple(float(one["u"]) for one in given) for name, given in told["comparisons"].items()}
            model = cls(float(told["prior"]), m, u, tuple(map(str, told["common_words"])), int(told["pairs"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"no model of linkage: {error!r:.100}. Make one with estimate().") from None
        if version != VERSION or levels != {c.name: [level.name for level in c.levels] for c in COMPARISONS}:
            raise InputError(
                f"a model of linkage of version {version}, with other levels; must be {VERSION}. Estimate it anew."
            )
        for name, probability in [
            ("prior", model.prior),
            *((n, p) for by in (m, u) for n in by for p in by[n]),
        ]:
            if not 0 < probability < 1:
                raise InputError(
                    f"model of linkage: {name} has a probability of {probability}; must be between 0 and 1."
                )
        return model


DEFAULT = Model(
    prior=_PRIOR,
    m={c.name: tuple(level.m for level in c.levels) for c in COMPARISONS},
    u={c.name: tuple(level.u for level in c.levels) for c in COMPARISONS},
)
"""Judgement, for when there are too few pairs to estimate from: errors that are normal and as large as stated, others anywhere."""
