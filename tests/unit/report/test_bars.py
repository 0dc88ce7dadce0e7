"""Labels of bars: short enough to fit, and never two inputs under one label."""

from __future__ import annotations

import re

import pytest

from holdfast.report.figures.bars import Bar, bars, fitted


def shown(*labels: str, value: str = "31%; tips at 0.305", mark: str = " · judgement") -> str:
    drawn = [Bar(label, value, 0, 0.3, mark=mark) for label in labels]
    return str(bars(drawn, domain=(0, 1), axis="share", label="A picture", key="k"))


def test_the_party_is_cut_and_not_the_quantity() -> None:
    assert "noise of decisions · judgement" in shown("Sudanese Armed Forces: noise of decisions")
    assert fitted("Sudanese Armed Forces: cost of war", 40) == "Sudanese Armed Forces: cost of war"


@pytest.mark.parametrize(
    "labels",
    [
        ("Sudanese Armed Forces: noise of decisions", "Sudanese Liberation Army: noise of decisions"),
        ("Sudanese Armed Forces: noise of decisions", "Southern Armed Front: noise of decisions"),
        (
            "noise of decisions (A long name and another alike)",
            "noise of decisions (A long name and more alike)",
        ),
    ],
)
def test_two_inputs_never_read_alike(labels: tuple[str, ...]) -> None:
    texts = re.findall(r"<text[^>]*>([^<]*judgement)</text>", shown(*labels))
    assert len(texts) == len(labels) == len(set(texts))
    assert all(len(text) <= 58 for text in texts)
