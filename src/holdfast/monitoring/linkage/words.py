"""What the texts of two reports can share: words, as whole numbers, the rare ones apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from holdfast.monitoring.linkage.untyped import pa
from holdfast.monitoring.reports import Table

__all__ = ["COMMON", "common_words", "fill_words"]

COMMON = 1 / 128
"""A word is common if more than this share of the texts has it."""
MOST_WORDS = 24
"""Words read of a text: the first sentences say what happened where."""

_WORDS = f"list_distinct(regexp_extract_all(lower(text), '[\\p{{L}}\\p{{N}}]{{3,}}')[:{MOST_WORDS}])"


def common_words(con: Any, rows: Table) -> tuple[str, ...]:
    """Return the words that are common in the texts of these rows (column n) of `prepared`, in order."""
    con.register("asked", rows)
    found = con.sql(
        f"""with texts as (select {_WORDS} as words from prepared semi join asked using (n) where text <> ''),
            single as (select unnest(words) as word from texts)
            select word from single group by word
            having count(*) > greatest(1, {COMMON} * (select count(*) from texts)) order by word"""  # noqa: S608
    ).fetchall()
    con.unregister("asked")
    return tuple(word for (word,) in found)


def fill_words(con: Any, common: tuple[str, ...]) -> None:
    """Fill the table `texts` (n, words, rare) for the reports that are in a pair of `candidates`."""
    told = con.sql(
        f"""with asked as (select l as n from candidates union select r from candidates)
            select n, {_WORDS} as words from prepared semi join asked using (n) order by n"""  # noqa: S608
    ).to_arrow_table()
    words = told["words"].combine_chunks()
    coded = (
        words.values.dictionary_encode()
        if len(words.values)
        else pa.array([], pa.string()).dictionary_encode()
    )
    codes: np.ndarray = coded.indices.to_numpy().astype(np.int32)
    starts: np.ndarray = words.offsets.to_numpy()
    known = set(common)
    rare = np.array([word not in known for word in coded.dictionary.to_pylist()], dtype=bool)
    keep = rare[codes] if codes.size else np.zeros(0, dtype=bool)
    rare_starts = np.concatenate([[0], np.cumsum(keep)])[starts].astype(np.int32)
    con.register(
        "coded",
        pa.table(
            {
                "n": told["n"].combine_chunks(),
                "words": pa.ListArray.from_arrays(pa.array(starts.astype(np.int32)), pa.array(codes)),
                "rare": pa.ListArray.from_arrays(pa.array(rare_starts), pa.array(codes[keep])),
            }
        ),
    )
    con.execute("create or replace table texts as select * from coded")
    con.unregister("coded")
