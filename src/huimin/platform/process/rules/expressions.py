"""Conditions on the flows of a definition: comparisons over the data of the process, and nothing else.

The language is the part of Python's expressions that a modeller needs: names, constants, `== != < <= > >= in`, `not
in`, `and or not`, lists of constants, round brackets. `${…}` around it, which many modellers write, is taken off.
What other modellers write for the same is understood: `#{…}`, a leading `=` (FEEL), `&&`, `||`, `!`, a single `=`, `true`, `false`,
`null`. There are no calls, no attributes, no arithmetic: a condition cannot do anything but be true or false.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from huimin.kernel.refusals import Refusal

_SCALARS: Final = (bool, int, float, str)
Data = Mapping[str, Any]
Evaluation = Callable[[Data], Any]

LONGEST: Final = 500
"""Characters that a condition may have; who needs more needs a decision table."""


class ConditionNotAllowed(Refusal):
    """The condition on a flow uses something outside the language of conditions."""

    zh = "条件“{text}”不能使用：只能比较数据项（== != < <= > >= in and or not）。"
    en = "The condition “{text}” cannot be used: it may only compare data (== != < <= > >= in and or not)."
    status = 422


class DataMissing(Refusal):
    """A condition asks for a datum that the process does not hold, so the way on cannot be told."""

    zh = "缺少数据项“{name}”，无法判断下一步。"
    en = "The datum “{name}” is missing, so the next step cannot be told."


class DataNotComparable(Refusal):
    """A condition compares values that have no order between them, such as a word and a number."""

    zh = "条件“{text}”比较了不可比的值。"
    en = "The condition “{text}” compares values that cannot be compared."


_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


class _OutsideTheLanguage(Exception):
    """Raised while compiling; `Condition.parse` turns it into the refusal with the whole text."""


_WORDS: Final = {"true": True, "false": False, "null": None}
_QUOTED: Final = re.compile(r"""("[^"]*"|'[^']*')""")
_OTHER_SIGNS: Final = (
    (re.compile(r"&&"), " and "),
    (re.compile(r"\|\|"), " or "),
    (re.compile(r"!(?!=)"), " not "),
    (re.compile(r"(?<![=!<>:])=(?!=)"), "=="),
)


def _in_our_signs(text: str) -> str:
    """A condition as Python writes it, whichever modeller wrote it; what stands in quotes stays as it is."""
    bare = text.strip()
    if bare[:2] in ("${", "#{") and bare.endswith("}"):
        bare = bare[2:-1]
    bare = bare.strip().removeprefix("=").strip() if not bare.startswith("==") else bare
    parts = _QUOTED.split(bare)
    for place in range(0, len(parts), 2):
        for sign, ours in _OTHER_SIGNS:
            parts[place] = sign.sub(ours, parts[place])
    return "".join(parts).strip()


def _name(node: ast.Name) -> Evaluation:
    if node.id in _WORDS:
        return lambda _data: _WORDS[node.id]

    def look_up(data: Data) -> Any:
        if node.id not in data:
            raise DataMissing(name=node.id)
        return data[node.id]

    return look_up


def _constant(node: ast.Constant) -> Evaluation:
    if node.value is not None and not isinstance(node.value, _SCALARS):
        raise _OutsideTheLanguage
    return lambda _data: node.value


def _list(node: ast.List | ast.Tuple) -> Evaluation:
    if not all(isinstance(item, ast.Constant) for item in node.elts):
        raise _OutsideTheLanguage
    values = [_compiled(item)({}) for item in node.elts]
    return lambda _data: values


def _both(node: ast.BoolOp) -> Evaluation:
    parts = [_compiled(value) for value in node.values]
    decide = all if isinstance(node.op, ast.And) else any
    return lambda data: decide(bool(part(data)) for part in parts)


def _negation(node: ast.UnaryOp) -> Evaluation:
    inner = _compiled(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda data: not inner(data)
    if (
        isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
        and isinstance(node.operand.value, int | float)
    ):
        return lambda data: -inner(data)
    raise _OutsideTheLanguage


def _comparison(node: ast.Compare) -> Evaluation:
    if any(type(op) not in _COMPARISONS for op in node.ops):
        raise _OutsideTheLanguage
    operands = [_compiled(part) for part in (node.left, *node.comparators)]
    tests = [_COMPARISONS[type(op)] for op in node.ops]

    def holds(data: Data) -> bool:
        values = [operand(data) for operand in operands]
        return all(test(left, right) for test, left, right in zip(tests, values, values[1:], strict=False))

    return holds


_COMPILERS: Final[dict[type[ast.AST], Callable[[Any], Evaluation]]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.List: _list,
    ast.Tuple: _list,
    ast.BoolOp: _both,
    ast.UnaryOp: _negation,
    ast.Compare: _comparison,
}


def _compiled(node: ast.AST) -> Evaluation:
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise _OutsideTheLanguage
    return compiler(node)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was checked once and can be asked often. Equal when the text is equal."""

    text: str
    names: frozenset[str] = field(compare=False)
    _evaluate: Evaluation = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """The condition that a modeller wrote. Raises ConditionNotAllowed for anything outside the language."""
        bare = _in_our_signs(text)
        if not bare or len(bare) > LONGEST:
            raise ConditionNotAllowed(text=text.strip()[:80])
        try:
            tree = ast.parse(bare, mode="eval").body
            evaluate = _compiled(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError, _OutsideTheLanguage) as error:
            raise ConditionNotAllowed(text=bare[:80]) from error
        names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - _WORDS.keys()
        return cls(bare, names, evaluate)

    def holds(self, data: Data) -> bool:
        """Whether it is true of these data. Raises DataMissing or DataNotComparable, never guesses."""
        try:
            return bool(self._evaluate(data))
        except TypeError as error:
            raise DataNotComparable(text=self.text) from error
