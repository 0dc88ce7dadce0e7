"""Interrupts that arrive where Python drops exceptions."""

from __future__ import annotations

import gc
import sys

import pytest

from holdfast.cli._interrupts import kept_interrupts


class Dropping:
    """A callback of the garbage collector that is interrupted, or fails, once."""

    def __init__(self, error):
        self.errors = [error]

    def __call__(self, phase, info):
        if self.errors:
            raise self.errors.pop()


@pytest.fixture
def collect():
    def run(error):
        callback = Dropping(error)
        gc.callbacks.append(callback)
        try:
            gc.collect()
        finally:
            gc.callbacks.remove(callback)

    return run


def test_an_interrupt_during_garbage_collection_is_raised_later(collect):
    with kept_interrupts() as raise_dropped:
        raise_dropped()
        collect(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            raise_dropped()


def test_other_dropped_errors_are_reported_as_ever(collect, monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: reported.append(found.exc_type))
    usual = sys.unraisablehook
    with kept_interrupts() as raise_dropped:
        collect(ValueError())
        raise_dropped()
    assert reported == [ValueError]
    assert sys.unraisablehook is usual
