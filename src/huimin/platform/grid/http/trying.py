"""A form whose act may be refused: the reason stands beside the question, and what was filled in is kept."""

from collections.abc import Callable

from django import forms

from huimin.kernel.refusals import Refusal
from huimin.platform.ui.languages import reader_language


def attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do what the form says, if it is right; whether it was done. A refusal becomes a mistake of the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, refusal.sentence(reader_language()))
        return False
    return True
