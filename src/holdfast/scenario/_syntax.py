"""What is wrong with a text that is not YAML, in words that say what to write."""

from __future__ import annotations

from itertools import islice
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from holdfast.errors import Problem


def shorten(text: str, limit: int = 60) -> str:
    """Return the text on one line, cut to the limit, without characters that a terminal would act on.

    Examples
    --------
    >>> shorten("one" + chr(10) + "two")
    'one two'
    """
    clean = "".join(c if c.isprintable() else " " for c in text[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 3] + "..."


def syntax_problem(error: YAMLError, text: str, file: str) -> Problem:
    """Say the parser's complaint in words that say what to write."""
    if not isinstance(error, MarkedYAMLError):
        what = shorten(str(error).partition("\n")[0], 120)
        return Problem(0, 0, "", None, f"is not readable as YAML: {what}.", file)
    found: Any = error
    mark = found.problem_mark or found.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    what = shorten(str(found.problem or found.context or "not readable as YAML"), 120)
    what = what.replace("'<stream end>'", "the end").replace("<stream end>", "the end")
    written = next(islice(text.splitlines(), max(line - 1, 0), None), "")
    return Problem(line, column, "", None, f"{what}. {_hint(what, written)}", file)


def _hint(what: str, written: str) -> str:
    if "mapping values are not allowed" in what:
        return 'Text with a colon needs quotes: write "...: ...".'
    if "\\t" in what or "\t" in written:
        return "Indent with spaces; YAML does not allow tabs."
    if "cannot start any token" in what:
        return f"Text that begins with {written.strip()[:1]!r} or another sign needs quotes."
    if "expected ',' or" in what or "flow" in what:
        return "Close every bracket, put commas between the entries, and quote text that holds either."
    if "node content" in what:
        return "A value is missing here, or a bracket above is not closed."
    if "block" in what:
        return (
            "Check the indentation of this line against the lines above it, and quote text that holds signs."
        )
    return "Check quotes, brackets and indentation here and in the line above."
