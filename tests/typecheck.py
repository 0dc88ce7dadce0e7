"""How the tests check types at run time: as beartype does, but a whole number is a number, as PEP 484 has it."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
