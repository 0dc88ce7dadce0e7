"""Compiled kernels kept between runs, in a folder of the user's cache for each version of the code and type of machine."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

__all__ = ["keep_kernels"]

_FOLDERS = 4
"""Of so many versions or machines kernels are kept, the others' being removed."""

_SEAL = hashlib.sha256().digest_size


def keep_kernels() -> None:
    """Keep the kernels of this process in the user's cache folder, unless JAX_COMPILATION_CACHE_DIR says where JAX shall.

    A kernel that JAX has taken from its own cache cannot be kept a second time.
    """
    import jax  # noqa: PLC0415 - takes a second

    from holdfast.chain.kernels import keep  # noqa: PLC0415

    if not jax.config.jax_compilation_cache_dir:  # pyright: ignore[reportAttributeAccessIssue]
        keep(KernelFolder(cache_folder() / "kernels", _made_by()))


def cache_folder() -> Path:
    """Return where Holdfast keeps what it can make again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "holdfast"


class KernelFolder:
    """Kernels as files, each behind its own hash, so that a damaged one is not used.

    Parameters
    ----------
    base
        Where the folders of all versions and machines are.
    made_by
        Whatever must be the same for a kernel to be of use.
    """

    def __init__(self, base: Path, made_by: str) -> None:
        self._folder = base / hashlib.sha256(made_by.encode()).hexdigest()[:16]
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.utime(self._folder)
            newest_first = sorted(base.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
            for old in newest_first[_FOLDERS:]:
                shutil.rmtree(old, ignore_errors=True)

    def read(self, name: str) -> bytes | None:
        """Return a kernel that was written whole, or None."""
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return None
        seal, kernel = content[:_SEAL], content[_SEAL:]
        return kernel if hashlib.sha256(kernel).digest() == seal else None

    def write(self, name: str, content: bytes) -> None:
        """Write a kernel whole or not at all; a full disk only means that it is compiled again next time."""
        with contextlib.suppress(OSError):
            handle, draft = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(content).digest() + content)
                Path(draft).replace(self._folder / name)
            except OSError:
                Path(draft).unlink(missing_ok=True)


def _made_by() -> str:
    import jax  # noqa: PLC0415

    from holdfast import bargaining, chain, voting  # noqa: PLC0415

    sources = hashlib.sha256()
    for package in (bargaining, chain, voting):
        for file in sorted(Path(package.__path__[0]).rglob("*.py")):
            sources.update(file.read_bytes())
    config, device = cast(Any, jax.config), cast(Any, jax.devices()[0])
    made_by: tuple[Any, ...] = (
        sources.hexdigest(),
        [(name, version(name)) for name in ("jax", "jaxlib", "numpy")],
        platform.python_version(),
        (device.platform, device.device_kind),
        _processor(),
        os.environ.get("XLA_FLAGS"),
        config.jax_enable_x64,
    )
    return repr(made_by)


def _processor() -> tuple[str, ...]:
    """Return what tells processors apart whose compiled code differs: on Linux their features, elsewhere the machine's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return (platform.machine(), platform.processor(), platform.node())
    return (
        platform.machine(),
        *sorted({x for x in lines if x.startswith(("flags", "Features", "model name"))}),
    )
