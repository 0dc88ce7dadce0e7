"""Holdfast: a workbench for ceasefires and the security guarantees behind them."""

__all__ = ["__version__"]

__version__ = "0.1.0"
