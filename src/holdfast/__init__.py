"""Holdfast: a workbench for ceasefires and the security guarantees behind them."""

__version__ = "0.1.0"
