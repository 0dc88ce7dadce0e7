"""Random numbers of few digits, so that a stored scenario is short and exact."""

import numpy as np

from tests.reference.regimes import Range


class Dice:
    """A generator of numbers of few digits, and of choices."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def uniform(self, bounds: Range, digits: int = 4) -> float:
        return round(float(self.rng.uniform(*bounds)), digits)

    def log_uniform(self, bounds: Range) -> float:
        return float(f"{np.exp(self.rng.uniform(np.log(bounds[0]), np.log(bounds[1]))):.4g}")

    def integer(self, bounds: tuple[int, int]) -> int:
        return int(self.rng.integers(bounds[0], bounds[1] + 1))

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def pick(self, options):
        return options[int(self.rng.integers(len(options)))]

    def some(self, options: list, count: int) -> list:
        order = self.rng.permutation(len(options))[:count]
        return [options[k] for k in sorted(order)]
