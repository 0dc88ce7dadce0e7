"""Where the bargaining among a file's parties ends, by every model; what the parties gain, and who is for and against."""

from holdfast.study.bargain.answers import DRAWS, bargain
from holdfast.study.bargain.brief import brief
from holdfast.study.bargain.models import MODELS

__all__ = ["DRAWS", "MODELS", "bargain", "brief"]
