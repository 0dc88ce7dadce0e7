"""Axiomatic bargaining: what a fair or reasonable deal is, by Nash, Kalai–Smorodinsky or the egalitarian rule.

Over a finite list of packages (`nash`, `kalai_smorodinsky`, `egalitarian`) and over the issue space (`agreements`) for all draws at once;
over lotteries or the issue space for one draw at a time (`nash_agreement`, …). Over both the answer comes with a proof of how good it is.
"""

from holdfast.bargaining.axiomatic.agreement import Agreement, Outcome, same_for_all
from holdfast.bargaining.axiomatic.draws import Agreements, Rule, agreements
from holdfast.bargaining.axiomatic.maximin import egalitarian_agreement, kalai_smorodinsky_agreement
from holdfast.bargaining.axiomatic.packages import Choice, Chosen, egalitarian, kalai_smorodinsky, nash
from holdfast.bargaining.axiomatic.product import nash_agreement
from holdfast.bargaining.axiomatic.regions import IssueSpace, Lotteries, Region

__all__ = [
    "Agreement",
    "Agreements",
    "Choice",
    "Chosen",
    "IssueSpace",
    "Lotteries",
    "Outcome",
    "Region",
    "Rule",
    "agreements",
    "egalitarian",
    "egalitarian_agreement",
    "kalai_smorodinsky",
    "kalai_smorodinsky_agreement",
    "nash",
    "nash_agreement",
    "same_for_all",
]
