"""What a study says: the page that opens offline, and the table of the terminal."""

from holdfast.report.page import page, write_page

__all__ = ["page", "write_page"]
