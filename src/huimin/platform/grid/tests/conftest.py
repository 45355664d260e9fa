import pytest

from huimin.platform.grid.queries import forget_grid


@pytest.fixture(autouse=True)
def no_grid_left_over() -> None:
    """A process keeps the grid that it knows for a second, and a test that was rolled back leaves none."""
    forget_grid()
