"""Decision rules: pure functions on arrays, which know no file."""

from holdfast.voting.quota import can_pass, passage_probability

__all__ = ["can_pass", "passage_probability"]
