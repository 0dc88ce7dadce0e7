"""How a page is filled in: templates in which all text is escaped, and the style sheet they share."""

from __future__ import annotations

import re
from importlib import resources

import jinja2
from markupsafe import Markup, escape

__all__ = ["MOST_BYTES", "css", "dated", "environment", "tied"]

_RANGE = re.compile(r"(?<=[\d%])–(?=\d)")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
#: What a page may weigh.
MOST_BYTES = 5 * 1024 * 1024


def environment() -> jinja2.Environment:
    """Return what fills in the templates: everything that a file says is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("holdfast.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["tied"] = tied
    made.filters["dated"] = dated
    return made


def tied(text: str) -> str:
    """Return a text in which no range such as 10–83% is broken at the end of a line.

    Examples
    --------
    >>> len(tied("10–83%")) - len("10–83%"), tied("now – 1989")
    (2, 'now – 1989')
    """
    joined = _RANGE.sub("\u2060–\u2060", text)
    return Markup(joined) if isinstance(text, Markup) else joined  # noqa: S704 - as safe as it came


def dated(text: str) -> Markup:
    """Return a text as HTML in which no date such as 2021-11-30 is broken at the end of a line.

    Examples
    --------
    >>> str(dated("A & B, on 2021-11-30"))
    'A &amp; B, on <span class="day">2021-11-30</span>'
    """
    return Markup(_DATE.sub(r'<span class="day">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


def css() -> Markup:
    """Return the style sheet of every page."""
    text = resources.files("holdfast.report").joinpath("templates", "page.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - the package's own file
