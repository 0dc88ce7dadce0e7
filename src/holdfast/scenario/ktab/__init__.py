"""Files of actors of the KAPSARC Toolkit for Behavioral Analysis (KTAB), as CSV or XML, to and from files of positions.

`actors` is what such a file says; `csv_form` (with `csv_records` and `headings`) and `xml_form` read and write it; `to_file` and
`from_file` turn it into a file of positions and back, with `ids` for names that cannot be ids and `limits` for what KTAB takes. Forms and
limits are those of KTAB's reader [ktabsource].
"""

from holdfast.scenario.ktab.actors import Actor, Actors, counted
from holdfast.scenario.ktab.from_file import Left, actors_of
from holdfast.scenario.ktab.read_write import SUFFIXES, form_notes, read_actors, text_of
from holdfast.scenario.ktab.to_file import import_notes, position_file

__all__ = [
    "SUFFIXES",
    "Actor",
    "Actors",
    "Left",
    "actors_of",
    "counted",
    "form_notes",
    "import_notes",
    "position_file",
    "read_actors",
    "text_of",
]
