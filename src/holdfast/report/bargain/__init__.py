"""What bargaining over a file found, as a page of its own and as a section of the main report."""

from holdfast.report.bargain.page import bargain_page, write_bargain_page
from holdfast.report.bargain.section import bargaining

__all__ = ["bargain_page", "bargaining", "write_bargain_page"]
