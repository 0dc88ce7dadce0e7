"""Libraries that have no types, under names that a type checker leaves alone."""

from __future__ import annotations

from typing import Any

import pyarrow as _pa  # noqa: ICN001 - the usual name is the one without types
import pyarrow.compute as _pc
from scipy import optimize as _optimize
from scipy import sparse as _sparse
from scipy import spatial as _spatial
from scipy.sparse import csgraph as _csgraph

__all__ = ["csgraph", "optimize", "pa", "pc", "sparse", "spatial"]

pa: Any = _pa
pc: Any = _pc
sparse: Any = _sparse
csgraph: Any = _csgraph
spatial: Any = _spatial
optimize: Any = _optimize
