"""What may be permitted here; which duty holds which is declared in identity's `duties.yaml`."""

from typing import Final

ASSIGN: Final = "grid.assign"
"""Say who walks which cell and when; see which cells nobody walks."""

MY_CELLS: Final = "grid.my_cells"
"""See the cells that one walks, and what is in them."""

READ_CELLS: Final = "grid.read_cells"
"""Open a cell of one's divisions: who walks it, how many live there, what stands and trades there."""

READ_COMPONENTS: Final = "grid.read_components"
"""Look components up."""

KEEP_COMPONENTS: Final = "grid.keep_components"
"""Change the state of a component, with a reason."""

WORK: Final = "grid.work"
"""A grid worker's own work: the handset, patrols, visits."""

MANAGE_HANDSETS: Final = "grid.manage_handsets"
"""Bind handsets to workers; stop one that is lost."""

PATROL_COVERAGE: Final = "grid.patrol_coverage"
"""See which cells were walked lately."""

ROUNDS: Final = "grid.rounds"
"""Make the visits of planned rounds in one's cells: see whom they look after, say what was found."""

PLAN_ROUNDS: Final = "grid.plan_rounds"
"""See how the planned rounds of one's divisions stand, street by street."""
