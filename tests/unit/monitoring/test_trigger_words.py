"""What a trigger says that it still lacks is what its articles forbid."""

from __future__ import annotations

import pytest

from .happened import agreement, due, happened


@pytest.mark.parametrize(
    ("articles", "lacking"),
    [
        ("heavy-weapons", "Met if 4 more weapons in breach were reported"),
        ("[heavy-weapons, access]", "Met if 4 more weapons or works in breach were reported"),
    ],
)
def test_works_are_named_only_where_an_article_may_forbid_them(articles: str, lacking: str) -> None:
    made = agreement(f"articles: {articles}, count: {{at_least: 4, unit: presence}}, within_days: 10")
    found = due(made, [])
    assert found.would_change[0].startswith(lacking)
    one = happened(1, article="heavy-weapons", kind="weapon", unit="presence", count=3)
    said = lacking.replace("4 more weapons", "1 more weapon").replace("or works", "or work")
    assert due(made, [one]).would_change[0].startswith(said.replace("were", "was"))
