"""How fast the Spatial Model of Politics runs: 40 parties on one issue, each draw to the end of its bargaining.

The aim is 200 draws a second on two cores. `python benchmarks/spatial_speed.py [draws]` prints wall and processor time, with one thread
and with two. Where others use the machine too, processor time is what counts.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from holdfast.bargaining.spatial import SpatialModel, run_draws

PARTIES, ISSUES = 40, 1


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    rng = np.random.default_rng(0)
    positions = rng.uniform(0, 1, (PARTIES, ISSUES, draws))
    salience = rng.uniform(0.1, 1, (PARTIES, ISSUES, draws))
    strength = rng.uniform(1, 100, (PARTIES, draws))
    begun = time.perf_counter()
    run_draws(positions[..., :1], salience[..., :1], strength[..., :1], SpatialModel())
    print(f"compiled in {time.perf_counter() - begun:.1f} s")
    for threads in (1, 2):
        wall, used = time.perf_counter(), time.process_time()
        found = run_draws(positions, salience, strength, SpatialModel(), threads=threads)
        wall, used = time.perf_counter() - wall, time.process_time() - used
        print(
            f"{threads} threads: {draws / wall:.0f} draws/s; {1e3 * used / draws:.1f} ms of processor time a draw "
            f"({draws / used:.0f} draws a second and core), {found.turns.mean():.1f} turns a draw"
        )


if __name__ == "__main__":
    main()
