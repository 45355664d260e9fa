import pytest

from huimin.kernel.registry import NotRegistered, RegisteredTwice, Registry

pytestmark = pytest.mark.unit


def test_things_are_kept_in_order_under_their_names():
    steps = Registry("steps")
    steps.register("b", 2)

    @steps.registering("a")
    def step():
        return 1

    assert steps.names() == ("b", "a")
    assert list(steps) == [2, step]
    assert steps.items() == (("b", 2), ("a", step))
    assert steps.get("a") is step
    assert "a" in steps
    assert "c" not in steps
    assert len(steps) == 2


def test_a_name_is_taken_once():
    steps = Registry("steps")
    steps.register("a", 1)
    with pytest.raises(RegisteredTwice, match="'a'"):
        steps.register("a", 1)
    assert steps.get("a") == 1


def test_an_unknown_name_is_refused_aloud():
    with pytest.raises(NotRegistered) as refused:
        Registry("steps").get("a")
    assert refused.value.sentence("en") == "Nothing is registered in steps as a."
