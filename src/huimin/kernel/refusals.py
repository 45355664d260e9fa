"""Refusals: the one kind of exception that a reader sees.

A refusal is a statement in two languages, not an error in the program: "这一时段已被他人预约".
Every refusal is a class of its own, declared beside the function that raises it:

    class SlotTaken(Refusal):
        \"\"\"Somebody else booked the slot first.\"\"\"

        zh = "{starts} 的时段已被他人预约，请另选。"
        en = "The slot at {starts} has just been taken; please choose another."

    raise SlotTaken(starts=slot.label)

The sentences are checked when the class is made: both must be there and must name the same details.
When it is raised, every detail that the sentences name must be given. Details may be shown to the
reader, so they never hold what the reader may not see.
"""

from string import Formatter
from typing import Any, ClassVar, Final, Protocol, runtime_checkable

CHINESE: Final = "zh"
ENGLISH: Final = "en"


def _names(sentence: str) -> frozenset[str]:
    """The names of the details that a sentence mentions: `{office.name}` mentions `office`."""
    fields = (field for _, field, _, _ in Formatter().parse(sentence) if field is not None)
    return frozenset(field.split(".")[0].split("[")[0] for field in fields)


@runtime_checkable
class Bilingual(Protocol):
    """A detail that reads otherwise in each language, such as the name of a question."""

    def text(self, language: str) -> str:
        """It in the reader's language."""
        ...


class Refusal(Exception):
    """A request that is refused, with the reason in words that the person asking can act on.

    Class attributes: `zh` and `en`, format strings over named details; `status`, the HTTP status
    that says the same to a program (409, the state of things forbids it, unless a subclass differs).
    Instance attribute: `details`, the named values as given.
    """

    zh: ClassVar[str] = "现在不能这样办理。"
    en: ClassVar[str] = "This cannot be done now."
    status: ClassVar[int] = 409
    _named: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Hold every refusal to two sentences that name the same details."""
        super().__init_subclass__(**kwargs)
        if ("zh" in cls.__dict__) != ("en" in cls.__dict__):
            raise TypeError(f"{cls.__qualname__} must say its sentence in both zh and en")
        if _names(cls.zh) != _names(cls.en):
            raise TypeError(f"{cls.__qualname__}: zh and en name different details")
        cls._named = _names(cls.zh)

    def __init__(self, **details: object) -> None:
        missing = self._named - details.keys()
        if missing:
            raise TypeError(f"{type(self).__qualname__} needs {', '.join(sorted(missing))}")
        self.details = details
        # The class name alone: what ends in a log or a traceback holds no personal values.
        super().__init__(type(self).__qualname__)

    @property
    def code(self) -> str:
        """The name that programs recognise the refusal by: `SlotTaken`."""
        return type(self).__name__

    def sentence(self, language: str = CHINESE) -> str:
        """What the reader is told; Chinese unless the language (`en`, `en-gb`) asks for English."""
        template = self.en if language.lower().startswith(ENGLISH) else self.zh
        said = {
            name: value.text(language) if isinstance(value, Bilingual) else value
            for name, value in self.details.items()
        }
        return template.format(**said)

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross a process border with the details."""
        return _restore, (type(self), self.details)


def _restore(kind: type[Refusal], details: dict[str, object]) -> Refusal:
    return kind(**details)


class NotFound(Refusal):
    """There is no such thing, or the reader may not learn that there is."""

    zh = "没有找到您要的内容。"
    en = "What you asked for was not found."
    status = 404


class NotPermitted(Refusal):
    """The actor holds no right to this."""

    zh = "您没有办理此事的权限。"
    en = "You do not have permission to do this."
    status = 403


class BadInput(Refusal):
    """What was filled in cannot be right; `field` names the question it answers."""

    zh = "填写的内容不正确。"
    en = "What was filled in is not correct."
    status = 400

    def __init__(self, *, field: str = "", **details: object) -> None:
        self.field = field
        super().__init__(field=field, **details)
