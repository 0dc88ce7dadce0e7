"""Why a finding is what it is, in a sentence or two that a person can check."""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from typing import Any

from holdfast.monitoring._facts import Facts, columns_of
from holdfast.monitoring.agreement import Agreement, Article, Where
from holdfast.monitoring.findings import ALLOWED, BREACH, Tested, weigh
from holdfast.monitoring.places import distance_km
from holdfast.monitoring.positions import DOUBTED
from holdfast.scenario.reading import listed

__all__ = ["grounds"]


def grounds(agreement: Agreement, incidents: Any, row: int, article: str) -> str:
    """Say why an incident is a breach of an article, is allowed by it, or cannot be told.

    Parameters
    ----------
    agreement, incidents
        As given to `findings`.
    row
        Which of the incidents.
    article
        Id of the article.
    """
    facts = Facts(agreement, columns_of(incidents, row))
    rule = agreement.articles[article]
    tested = weigh(facts, article, whole=True)
    if len(tested.rows) == 0:
        kind = facts.codes("kind")[1]
        if not facts.is_kind(rule.forbids)[0]:
            return f"{rule.title} ({article}) is not about {''.join(kind) or 'this'}: it is about {listed(rule.forbids)}."
        return f"{rule.title} ({article}) was not in force then."
    parts = [
        _when(facts, tested),
        _where(facts, rule, tested),
        _weapon(facts, rule),
        _who(facts, rule, tested),
    ]
    parts += [_sector(facts), _exempt(agreement, facts, tested)]
    return (
        f"{_verdict(tested)} {rule.title} ({article}): "
        + "; ".join(part for part in parts if part)
        + f". {_sum(tested)}"
    )


def _verdict(tested: Tested) -> str:
    if tested.p_low[0] >= BREACH:
        return "Breach of"
    return "Allowed under" if tested.p_high[0] <= ALLOWED else "Undetermined under"


def _sum(tested: Tested) -> str:
    low, high = float(tested.p_low[0]), float(tested.p_high[0])
    chance = _chance(low) if math.isclose(low, high) else f"between {_chance(low)} and {_chance(high)}"
    return f"Probability of a breach: {chance} ({BREACH:g} or more is a breach, {ALLOWED:g} or less is none)."


def _chance(p: float) -> str:
    """Write a probability; never 0 or 1 for what is only near.

    Examples
    --------
    >>> _chance(1.0), _chance(0.9999999), _chance(0.123)
    ('1', 'above 0.999', '0.123')
    """
    if p in (0.0, 1.0):
        return f"{p:g}"
    return "above 0.999" if p > 0.999 else "below 0.001" if p < 0.001 else f"{p:.3f}".rstrip("0")


def _day(facts: Facts) -> dt.date | None:
    start = float(facts.times[0][0])
    if math.isnan(start):
        return None
    return dt.datetime.fromtimestamp(start, tz=zoneinfo.ZoneInfo(facts.agreement.time_zone)).date()


def _text(facts: Facts, name: str) -> str:
    codes, texts = facts.codes(name)
    return texts[int(codes[0])] if codes[0] >= 0 else ""


def _when(facts: Facts, tested: Tested) -> str:
    day, time = _day(facts), float(tested.time[0])
    what = _text(facts, "kind")
    if day is None:
        return f"{what}, and it is not known when"
    share = "" if time >= 1.0 else f", and {_chance(time)} of the time given lies in the article's days"
    return f"{what} {_time(facts, day)}{share}"


def _time(facts: Facts, day: dt.date) -> str:
    """Say when: of a tally its window, of an event its day, or the days between which it was."""
    if math.isnan(float(facts.times[1][0])):
        return f"from {day} on, and it is not known until when"
    zone = zoneinfo.ZoneInfo(facts.agreement.time_zone)
    start, stop = (dt.datetime.fromtimestamp(float(part[0]), tz=zone) for part in facts.times)
    if facts.tally[0]:
        return f"tallied from {start:%Y-%m-%d %H:%M} to {stop:%Y-%m-%d %H:%M}"
    # midnight is the end of the day before
    last = max(stop - dt.timedelta(microseconds=1), start).date()
    return f"on {day}" if last == day else f"at some time between {day} and {last}"


def _where(facts: Facts, article: Article, tested: Tested) -> str:
    if article.where is None:
        return ""
    chance = float(tested.plain[0])
    told = "cannot be told" if math.isnan(chance) else f"holds with probability {_chance(chance)}"
    return f"that it was {_condition(facts, article.where)} {told}; {_position(facts, article.where)}"


def _condition(facts: Facts, where: Where) -> str:
    zones, lines = facts.agreement.zones, facts.agreement.lines

    def names(ids: tuple[str, ...]) -> str:
        return listed([(zones.get(id_) or lines[id_]).name for id_ in ids])

    parts = [f"inside {names(where.inside)}"] if where.inside is not None else []
    parts += [f"outside {names(where.outside)}"] if where.outside is not None else []
    for word, near in (("nearer than", where.nearer_than), ("not nearer than", where.beyond)):
        parts += [f"{word} {near.km:g} km to {names(near.of)}"] if near is not None else []
    return listed(parts)


def _position(facts: Facts, where: Where) -> str:
    positions = facts.positions
    if not positions.known[0]:
        sector = _text(facts, "sector")
        return f"the report names the sector {sector} and no position" if sector else "no position is given"
    lat, lon = float(positions.lat[0]), float(positions.lon[0])
    error = max(float(positions.sd_along_km[0]), float(positions.sd_across_km[0]))
    kind = "half-width" if positions.box[0] else "standard deviation"
    text = f"reported at {lat:.4f}, {lon:.4f} ({kind} {error:.2g} km)"
    day = _day(facts) or facts.agreement.in_force.since
    for near in (where.nearer_than, where.beyond):
        for id_ in near.of if near is not None else ():
            outline: Any = facts.agreement.atlas.shape(id_, day)
            entry = facts.agreement.zones.get(id_) or facts.agreement.lines[id_]
            if outline is not None:
                text += f", {distance_km(outline, lat, lon):.1f} km from {entry.name}"
    return text


def _sector(facts: Facts) -> str:
    """Say where the position leaves the sector in doubt, or contradicts the one that is named."""
    possible = facts.possible_sectors
    if possible is None:
        return ""
    sectors = facts.agreement.sectors
    told = [
        f"{sectors[id_].name} {'unknown' if p is None else _chance(p)}"
        for id_, p in possible
        if id_ in sectors
    ]
    named = facts.agreement.id_of("sectors", _text(facts, "sector") or "")
    inside = dict(possible).get(named or "", 0.0)
    if named is not None and inside is not None and inside < DOUBTED:
        where = f"probability of {listed(told)}" if told else "it lies in none that is drawn"
        return (
            f"the report names the sector {sectors[named].name}, and its position contradicts that ({where})"
        )
    return f"by the position, the probability of each sector is {listed(told)}" if told else ""


def _weapon(facts: Facts, article: Article) -> str:
    """Say to which of the article's classes a weapon belongs or may belong; where to none, name all of them."""
    if article.weapons is None:
        return ""
    calibre = float(facts.floats("calibre_mm")[0])
    said = _text(facts, "weapon") or "a weapon that is not named"
    said += "" if math.isnan(calibre) else f" of {calibre:g} mm"
    fits = {facts.agreement.weapons[id_].name: float(facts.of_weapon((id_,))[0]) for id_ in article.weapons}
    if its := [name for name, fit in fits.items() if fit == 1.0]:
        return f"{said} belongs to {listed(its)}"
    if maybe := [name for name, fit in fits.items() if math.isnan(fit)]:
        return f"{said} may or may not belong to {listed(maybe, 'or')}"
    verb = "belongs to neither" if len(fits) > 1 else "does not belong to"
    return f"{said} {verb} {listed(fits, 'nor')}"


def _who(facts: Facts, article: Article, tested: Tested) -> str:
    bound = (
        listed([facts.agreement.parties[id_].name for id_ in article.to])
        if article.to is not None
        else "all parties"
    )
    said = f"attributed to {_text(facts, 'by')}" if _text(facts, "by") else "attributed to nobody"
    fits = float(tested.party[0])
    if math.isnan(fits):
        return f"{said}, so that it cannot be told whether whoever did it is bound; the article binds {bound}"
    return f"{said}; the article binds {bound}" + ("" if fits else ", and not that party")


def _exempt(agreement: Agreement, facts: Facts, tested: Tested) -> str:
    number = int(tested.exemption[0])
    if tested.part.given[0]:
        return _exempt_part(agreement, facts, tested)
    if number < 0:
        return ""
    plain, low, high = (float(part[0]) for part in (tested.plain, tested.low, tested.high))
    if plain == low == high:
        return ""  # it cannot have been there
    exemption = list(agreement.exemptions.values())[number]
    said = f', as the report says ("{_text(facts, "exempt")}")' if exemption.when.says else ""
    if (where := exemption.when.where) is not None:
        said += f", where it was {_condition(facts, where)}; {_position(facts, where)}"
    if math.isnan(low) or math.isnan(high) or low != high:
        return f"the exemption {exemption.title} may apply{said}"
    share = 1.0 - high / plain if plain > 0.0 else 0.0
    return f"the exemption {exemption.title} applies with probability {_chance(max(share, 0.0))}{said}"


def _exempt_part(agreement: Agreement, facts: Facts, tested: Tested) -> str:
    """Say of how many the report itself says that they were exempt, and what that leaves."""
    part, number = tested.part, int(tested.exemption[0])
    count, least, most = (float(one[0]) for one in (part.count, part.least, part.most))
    if number < 0:
        return "the report says that some of what it counts was exempt, but no exemption of the article is about that"
    exemption = list(agreement.exemptions.values())[number].title
    if float(facts.floats("exempt_least")[0]) < most:
        said = f'"{_text(facts, "exempt")}"'
        return (
            f"a remark ({said}) may be about what the exemption {exemption} covers; of how many of the {count:,.0f}, from none to "
            "all, it does not say"
        )
    verb = "are" if least == most else "may be"
    rest = "none is left" if most >= count else f"this is about the other {count - most:,.0f}"
    return f"by the report itself {most:,.0f} of the {count:,.0f} {verb} exempt ({exemption}); {rest}"
