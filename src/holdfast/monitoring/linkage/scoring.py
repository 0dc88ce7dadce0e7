"""Candidates found among pairs, and scored by splink, for which they are registered as blocked pairs."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
from jaxtyping import Int

from holdfast.monitoring.linkage.kinds import CAN_BE
from holdfast.monitoring.linkage.measures import errors_apart, errors_apart_in_time
from holdfast.monitoring.linkage.model import COMPARISONS, REACH, Model
from holdfast.monitoring.linkage.untyped import pa
from holdfast.monitoring.reports import Table

__all__ = ["COMPARED", "fill_candidates", "fill_reports", "scored", "splink_settings"]

KEPT = 0.02
"""Pairs of a lower probability are not kept."""

COMPARED = (
    *("n", "lat", "lon", "cov_ee", "cov_nn", "cov_en", "hours", "sd_hours"),
    *("kind", "near", "near_size", "words", "rare"),
)


def fill_candidates(
    con: Any, left: Int[np.ndarray, " pairs"], right: Int[np.ndarray, " pairs"], asking: str = "ready"
) -> int:
    """Fill the table `candidates` (l, r, apart) with those pairs that can be of one event; return how many.

    The left report of each is read from the table or view ``asking``.
    """
    pair = ("l.{}", "r.{}")
    apart = f"sqrt({errors_apart(*pair)} ** 2 + {errors_apart_in_time(*pair)} ** 2)"
    kinds = " or ".join(
        f"(l.kind in ({names}) and r.kind in ({names}))"
        for names in (", ".join(f"'{k}'" for k in sorted(s)) for s in CAN_BE)
    )
    con.register(
        "pairs", pa.table({"l": pa.array(left.astype(np.int32)), "r": pa.array(right.astype(np.int32))})
    )
    con.execute(
        f"""create or replace table candidates as select * from (
              select pairs.l, pairs.r, {apart} as apart
              from pairs join {asking} as l on l.n = pairs.l join ready as r on r.n = pairs.r
              where (l.data_set <> r.data_set or l.data_set = 0) and ({kinds}))
            where apart <= {REACH}"""  # noqa: S608
    )
    con.unregister("pairs")
    (found,) = con.sql("select count(*) from candidates").fetchall()[0]
    return int(found)


def fill_reports(con: Any, near: np.ndarray, near_size: np.ndarray, data_set: np.ndarray) -> None:
    """Fill the table `ready` with what was prepared, and how crowded it is."""
    con.register(
        "around",
        pa.table({
            "n": pa.array(np.arange(len(near), dtype=np.int32)), "near": pa.array(near.astype(np.float64)),
            "near_size": pa.array(near_size), "data_set": pa.array(data_set.astype(np.int32)),
        }),
    )  # fmt: skip
    con.execute(
        """create or replace table ready as
           select p.n, lat, lon, cov_ee, cov_nn, cov_en, hours, sd_hours, kind, near, near_size, around.data_set
           from prepared p join around using (n)"""
    )
    con.unregister("around")


@contextmanager
def _silent() -> Generator[None]:
    """Keep splink's advice out of standard error."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def splink_settings(model: Model) -> Any:
    """Return the model as splink takes it."""
    from splink import SettingsCreator  # noqa: PLC0415 - half a second, which whoever only reads need not wait

    comparisons: list[Any] = []
    for one in COMPARISONS:
        levels: list[dict[str, Any]] = []
        for level, m, u in zip(one.levels, model.m[one.name], model.u[one.name], strict=True):
            levels.append({
                "sql_condition": level.when, "label_for_charts": level.name, "m_probability": m, "u_probability": u,
            })  # fmt: skip
        comparisons.append({"output_column_name": one.name, "comparison_levels": levels})
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="n",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[],
        probability_two_random_records_match=model.prior,
        retain_matching_columns=False,
    )


def scored(con: Any, model: Model) -> Table:
    """Return the candidates worth keeping, with their probability: l, r, probability, apart, ordered by l and r."""
    con.execute(
        f"create or replace table compared as select {', '.join(COMPARED)} from ready join texts using (n)"  # noqa: S608
    )
    con.execute(
        "create or replace table blocked as select '0' as match_key, l as join_key_l, r as join_key_r from candidates"
    )
    with _silent():
        from splink import DuckDBAPI, Linker  # noqa: PLC0415

        api = DuckDBAPI(connection=con)
        linker = Linker(
            api.register("compared", table_name="h_compared"),
            splink_settings(model),
            log_level=None,
            validate_settings=False,
        )
        linker.table_management.register_blocked_pairs_for_predict(
            api.register("blocked", table_name="h_blocked")
        )
        found = linker.inference.predict(threshold_match_probability=KEPT, warning_mode="never").physical_name
    kept = con.sql(
        f"""select l, r, match_probability as probability, apart
            from {found} p join candidates c on c.l = p.n_l and c.r = p.n_r order by l, r"""  # noqa: S608
    ).to_arrow_table()
    api.delete_tables_created_by_splink_from_db()
    con.execute("drop table compared; drop table blocked")
    return kept
