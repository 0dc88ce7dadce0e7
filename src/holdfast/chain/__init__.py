"""The enforcement chain: detect → decide → honour → deter → hold → accept.

One link a file, each a pure function on arrays: the first axes are those named in its docstring, the last is that of the draws.
`solve` strings them together.
"""

import jax

jax.config.update("jax_enable_x64", True)

from holdfast.chain.inputs import Attack, Inputs, Pledges, Sanctions  # noqa: E402
from holdfast.chain.solve import Method, Outcomes, solve  # noqa: E402

__all__ = ["Attack", "Inputs", "Method", "Outcomes", "Pledges", "Sanctions", "solve"]
