"""How far two reports are apart, in SQL: in kilometres, in standard errors, in hours, and how many lie so near by chance.

Distances are great circles on a sphere of the Earth's mean radius, R = 6371.0088 km (haversine): at most 0.56 % off the geodesic on
WGS 84, which is far below the errors of position that they are compared with. The direction of the line between two places, needed
only where an error is longer one way than the other, is that at its middle.

Every function takes two patterns such as ``"{}_l"`` and ``"{}_r"`` and returns an expression, so that the same words select
candidates and score them.
"""

from __future__ import annotations

__all__ = ["EARTH_KM", "chance", "distance_km", "errors_apart", "errors_apart_in_time"]

EARTH_KM = 6371.0088


def distance_km(left: str, right: str) -> str:
    """Return SQL for the great-circle distance, d = 2 R asin √(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2))."""
    p, q = left.format("lat"), right.format("lat")
    a, b = left.format("lon"), right.format("lon")
    half = f"sin(radians({q} - {p}) / 2) ** 2 + cos(radians({p})) * cos(radians({q})) * sin(radians({b} - {a}) / 2) ** 2"
    return f"(2 * {EARTH_KM} * asin(sqrt(least(1.0, {half}))))"


def errors_apart(left: str, right: str) -> str:
    """Return SQL for the distance in standard errors, z = d √(uᵀ Σ⁻¹ u), where Σ adds both covariances and u is the direction."""
    east, north = _direction(left, right)
    xx, yy, xy = (f"({left.format(c)} + {right.format(c)})" for c in ("cov_ee", "cov_nn", "cov_en"))
    form = f"(({east}) ** 2 * {yy} - 2 * ({east}) * ({north}) * {xy} + ({north}) ** 2 * {xx})"
    # where both stand at one place there is no direction, and no distance either
    spread = f"((({east}) ** 2 + ({north}) ** 2) * ({xx} * {yy} - {xy} ** 2))"
    return f"({distance_km(left, right)} * sqrt(coalesce({form} / nullif({spread}, 0), 0)))"


def _direction(left: str, right: str) -> tuple[str, str]:
    p, q = left.format("lat"), right.format("lat")
    a, b = left.format("lon"), right.format("lon")
    turn = f"({b} - {a} - 360 * round(({b} - {a}) / 360))"  # the short way round
    return f"cos(radians(({p} + {q}) / 2)) * {turn}", f"{q} - {p}"


def errors_apart_in_time(left: str, right: str) -> str:
    """Return SQL for the time between the middles of two intervals in standard errors, |Δt| / √(τ₁² + τ₂²)."""
    t, u = left.format("hours"), right.format("hours")
    s, r = left.format("sd_hours"), right.format("sd_hours")
    return f"(abs({t} - {u}) / sqrt({s} ** 2 + {r} ** 2))"


def chance(left: str, right: str) -> str:
    """Return SQL for how many other reports there are per pair's own error ellipse and time: what could be taken for it by chance."""
    xx, yy, xy = (f"({left.format(c)} + {right.format(c)})" for c in ("cov_ee", "cov_nn", "cov_en"))
    s, r = left.format("sd_hours"), right.format("sd_hours")
    size = f"sqrt({xx} * {yy} - {xy} ** 2) * sqrt({s} ** 2 + {r} ** 2)"
    # the pair itself is not counted
    others = " + ".join(
        f"greatest({side.format('near')} - 1, 0) / {side.format('near_size')}" for side in (left, right)
    )
    return f"(({others}) / 2 * {size})"
