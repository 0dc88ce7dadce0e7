"""From a scenario to a table: runs its draws through the chain, keeps, ranks and explains what comes out."""

from holdfast.study.evaluate import evaluate, outcomes

__all__ = ["evaluate", "outcomes"]
