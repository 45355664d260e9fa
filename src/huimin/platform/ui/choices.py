"""What a question of a form may be answered with, where only the page knows it."""

from collections.abc import Iterable
from typing import Any

from django import forms


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let the form's question of this name be answered with these choices, value and label. Raises KeyError; AssertionError where the
    question is none of choosing.
    """
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), f"{name} is no question of choosing"
    field.choices = list(choices)
