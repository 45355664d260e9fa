"""What is declared of planned rounds."""

from datetime import date

import pytest

from huimin.platform.grid.rounds import NoSuchRound, Who, round_coded, rounds

pytestmark = [pytest.mark.unit, pytest.mark.covers("D20")]


def test_the_declared_rounds_are_right() -> None:
    assert rounds().purpose == "elder_care"
    assert round_coded("lone_elders").who.alone
    assert round_coded("looked_after").who.named
    with pytest.raises(NoSuchRound):
        round_coded("nobody")


def test_who_is_old_enough() -> None:
    assert Who(age_from=75).born_until(date(2026, 11, 22)) == date(1951, 11, 22)
    assert Who(age_from=75).born_until(date(2028, 2, 29)) == date(1953, 2, 28)


@pytest.mark.parametrize("said", [{}, {"age_from": 60, "named": True}, {"alone": True, "named": True}])
def test_a_round_looks_after_an_age_or_a_list(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="either"):
        Who.model_validate(said)
