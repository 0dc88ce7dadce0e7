"""Axiomatic bargaining: what a fair or reasonable deal is, by Nash, Kalai–Smorodinsky or the egalitarian rule.

Over a finite list of packages for all draws at once (`nash`, `kalai_smorodinsky`, `egalitarian`); over lotteries or the issue space for
one draw at a time, with a proof of how good the answer is (`nash_agreement`, …).
"""

from holdfast.bargaining.axiomatic.agreement import Agreement, Outcome, same_for_all
from holdfast.bargaining.axiomatic.maximin import egalitarian_agreement, kalai_smorodinsky_agreement
from holdfast.bargaining.axiomatic.packages import Choice, Chosen, egalitarian, kalai_smorodinsky, nash
from holdfast.bargaining.axiomatic.product import nash_agreement
from holdfast.bargaining.axiomatic.regions import IssueSpace, Lotteries, Region

__all__ = [
    "Agreement",
    "Choice",
    "Chosen",
    "IssueSpace",
    "Lotteries",
    "Outcome",
    "Region",
    "egalitarian",
    "egalitarian_agreement",
    "kalai_smorodinsky",
    "kalai_smorodinsky_agreement",
    "nash",
    "nash_agreement",
    "same_for_all",
]
