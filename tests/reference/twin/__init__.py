"""The exact twin: the model of the enforcement chain once more, slow, exact, and sharing no code with src.

Every subset of honoured pledges is enumerated, every decision of every body too; the honour fixed point is
followed by pseudo-arclength continuation; the equations in time are integrated by SciPy to 1e-10. One module
a link: `situation` reads the file, `body` decides, `honour` finds fixed points, `curve` follows them in time,
`front` is one attack at every moment,
`war` values a war, `hold` integrates, `answer` puts the answers together.
"""

from tests.reference.twin.answer import evaluate, report

__all__ = ["evaluate", "report"]
