"""What a study's results follow from: its key, and the name of its folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class RunKey:
    """Everything that a study's numbers follow from.

    Parameters
    ----------
    file_sha256
        Of the scenario file's bytes, in hexadecimal.
    version
        Of Holdfast.
    seed, draws
        Of the sequence.
    proposals
        Ids of the proposals that are compared.
    settings
        `PATH=VALUE` of every `--set`, in the order given: a later one overrides an earlier.

    Examples
    --------
    >>> key = RunKey("ab" * 32, "0.1.0", seed=1, draws=4096, proposals=("troops",), settings=())
    >>> key.short
    'd1606d43'
    """

    file_sha256: str
    version: str
    seed: int
    draws: int
    proposals: tuple[str, ...]
    settings: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the key, in hexadecimal."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def short(self) -> str:
        """The first eight digits of `digest`."""
        return self.digest[:8]

    def as_json(self) -> dict[str, Any]:
        """Return the key as manifests and parts hold it."""
        return {**asdict(self), "proposals": list(self.proposals), "settings": list(self.settings)}

    @classmethod
    def from_json(cls, data: object) -> RunKey | None:
        """Read a key back; None if `data` is none."""
        names = [field.name for field in fields(cls)]
        if not isinstance(data, dict):
            return None
        found = cast("dict[str, Any]", data)
        if set(found) != set(names):
            return None
        lists = (found["proposals"], found["settings"])
        if not all(isinstance(found[name], str) for name in ("file_sha256", "version")) or not all(
            isinstance(value, list) for value in lists
        ):
            return None
        values: dict[str, Any] = {
            **found,
            "proposals": tuple(found["proposals"]),
            "settings": tuple(found["settings"]),
        }
        return cls(**values)

    def differences(self, other: RunKey) -> list[str]:
        """Say in what `self` differs from `other`, in words.

        Examples
        --------
        >>> one = RunKey("ab" * 32, "0.1.0", 1, 4096, ("troops",), ())
        >>> one.differences(RunKey("ab" * 32, "0.1.0", 2, 4096, ("troops",), ("war.years=3",)))
        ['seed 1 rather than 2', "settings none rather than 'war.years=3'"]
        """
        found: list[str] = []
        if self.file_sha256 != other.file_sha256:
            found.append("another scenario file, or another version of it")
        if self.version != other.version:
            found.append(f"Holdfast {self.version} rather than {other.version}")
        for name in ("seed", "draws", "proposals", "settings"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                found.append(f"{name} {_words(mine)} rather than {_words(theirs)}")
        return found


def _words(value: int | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ", ".join(repr(item) for item in value) or "none"
    return str(value)


def default_folder(file: Path, key: RunKey) -> Path:
    """Return where a study goes that is given no folder: `holdfast-out/<file's stem>-<hash8>`.

    Examples
    --------
    >>> key = RunKey("ab" * 32, "0.1.0", 1, 4096, ("troops",), ())
    >>> default_folder(Path("scenarios/paris.yaml"), key).as_posix()
    'holdfast-out/paris-d1606d43'
    """
    return Path("holdfast-out") / f"{file.stem}-{key.short}"
