"""How satisfied people are with a service, said so that a small number of them cannot be read off it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """What is published of `rated` ratings (rounded down): `share` of a hundred are satisfied, or at least so many."""

    rated: int
    share: int
    at_least: bool


def published_satisfaction(rated: int, satisfied: int, *, smallest: int) -> Satisfaction | None:
    """What may be published of so many ratings; None where there are fewer than `smallest`, or that few of the satisfied ones.

    The count is rounded down to a multiple of `smallest`, so that two publications do not show a single rating. Where the dissatisfied ones
    are from 1 to smallest - 1, only what holds for all such numbers is said: at least so many are satisfied.
    """
    base = rated - rated % smallest
    if rated < smallest or 0 < satisfied < smallest:
        return None
    few = 0 < rated - satisfied < smallest
    share = 100 * (base - smallest + 1) // base if few else 100 * satisfied // rated
    return Satisfaction(rated=base, share=share, at_least=few)
