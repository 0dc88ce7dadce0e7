"""Bargaining: where positions end, what is acceptable to whom, which states are stable. Knows no file."""
