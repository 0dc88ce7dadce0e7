"""What a study says: the page that opens offline, and the table of the terminal."""

from holdfast.report.page import page, write_page
from holdfast.report.terminal import table

__all__ = ["page", "table", "write_page"]
