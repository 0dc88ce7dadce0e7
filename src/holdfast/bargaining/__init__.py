"""Bargaining: where positions, salience and strength lead, what the parties could agree on, and which states are stable. Knows no file."""

import jax

jax.config.update("jax_enable_x64", True)
