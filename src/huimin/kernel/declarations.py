"""Declarations: what a city or a domain says in a YAML file, read into a model that forbids what it does not know.

YAML is read by the core schema of YAML 1.2: only `true` and `false` are truths (a key `on` stays a word),
days and codes with a leading zero (`01`) stay text, a key may stand once. A mistake is a `DeclarationWrong`
that names file and line, and all mistakes of a file are told at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from huimin.kernel.refusals import Refusal

_CORE_SCALARS: Final = {
    "tag:yaml.org,2002:null": r"(?:~|null|Null|NULL|)",
    "tag:yaml.org,2002:bool": r"(?:true|True|TRUE|false|False|FALSE)",
    "tag:yaml.org,2002:int": r"[-+]?(?:0|[1-9][0-9]*)",
    "tag:yaml.org,2002:float": r"[-+]?(?:[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?|\.inf)",
}


class Declaration(BaseModel):
    """A model of a declaration: unknown keys are forbidden, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


DeclarationType = TypeVar("DeclarationType", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a file: the line counts from 1; `where` is the path of keys, `saying` the reason."""

    path: Path
    line: int
    where: str
    saying: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: "
        return place + (f"{self.where}: {self.saying}" if self.where else self.saying)


class DeclarationWrong(Refusal):
    """A declaration cannot be read; the city must not start with it."""

    zh = "声明文件有误：\n{mistakes}"
    en = "A declaration is wrong:\n{mistakes}"
    status = 500

    def __init__(self, *, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(mistakes=mistakes)
        self.mistakes = mistakes

    def sentence(self, language: str = "zh") -> str:
        """The sentence, with one line for each mistake."""
        template = self.en if language.lower().startswith("en") else self.zh
        return template.format(mistakes="\n".join(map(str, self.mistakes)))

    def __str__(self) -> str:
        # Declarations hold no personal data: the traceback may name the line.
        return self.sentence("en")


class _CoreSchemaLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2 core schema in place of YAML 1.1; libyaml where it is there, ten times as fast."""

    yaml_implicit_resolvers: dict[str | None, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern in _CORE_SCALARS.items():
    _CoreSchemaLoader.add_implicit_resolver(_tag, re.compile(rf"^{_pattern}$"), None)


def _nodes_of(node: yaml.Node) -> Iterator[yaml.Node]:
    """All nodes below and including this one."""
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes_of(key)
            yield from _nodes_of(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _nodes_of(item)


def _repeated_keys(path: Path, root: yaml.Node) -> Iterator[Mistake]:
    for node in _nodes_of(root):
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    yield Mistake(path, key.start_mark.line + 1, str(key.value), "this key stands here twice")
                seen.add(key.value)


def _line_of(root: yaml.Node, where: tuple[int | str, ...]) -> int:
    """The line of the deepest part of a validation path that is in the file, counted from 1."""
    node, line = root, root.start_mark.line
    for step in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                continue
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
    return line + 1


def _unreadable(path: Path, failure: yaml.YAMLError) -> DeclarationWrong:
    """The parser's complaint as ours."""
    mark = failure.problem_mark if isinstance(failure, yaml.MarkedYAMLError) else None
    saying = getattr(failure, "problem", None) or getattr(failure, "reason", None) or "this is not YAML"
    return DeclarationWrong(mistakes=(Mistake(path, mark.line + 1 if mark else 1, "", saying),))


def _read(path: Path) -> tuple[yaml.Node, object]:
    """The tree of the file, which knows its lines, and its content."""
    try:
        loader = _CoreSchemaLoader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        if root is None:
            raise DeclarationWrong(mistakes=(Mistake(path, 1, "", "the file is empty"),))
        if repeated := tuple(_repeated_keys(path, root)):
            raise DeclarationWrong(mistakes=repeated)
        return root, loader.construct_document(root)
    except (OSError, UnicodeDecodeError) as failure:
        raise DeclarationWrong(mistakes=(Mistake(path, 1, "", str(failure)),)) from failure
    except yaml.YAMLError as failure:
        raise _unreadable(path, failure) from failure


def load(model: type[DeclarationType], path: Path) -> DeclarationType:
    """The declaration in this file; raises `DeclarationWrong` that names the file and every wrong line."""
    root, content = _read(path)
    try:
        return model.model_validate(content, extra="forbid")
    except ValidationError as failure:
        mistakes = tuple(
            Mistake(path, _line_of(root, fault["loc"]), ".".join(map(str, fault["loc"])), fault["msg"])
            for fault in failure.errors(include_url=False, include_context=False)
        )
        # The library's own text quotes the input: it is left behind.
        raise DeclarationWrong(mistakes=mistakes) from None


def load_all(model: type[DeclarationType], folder: Path, *, pattern: str = "*.yaml") -> dict[Path, DeclarationType]:
    """The declarations in a folder that match the pattern (`*/service.yaml`), by path, in the order of their names.

    Raises one `DeclarationWrong` with the mistakes of all files, and one if there is no such folder.
    """
    if not folder.is_dir():
        raise DeclarationWrong(mistakes=(Mistake(folder, 1, "", "there is no such folder"),))
    found: dict[Path, DeclarationType] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob(pattern)):
        try:
            found[path] = load(model, path)
        except DeclarationWrong as wrong:
            mistakes.extend(wrong.mistakes)
    if mistakes:
        raise DeclarationWrong(mistakes=tuple(mistakes))
    return found


def mistake_at(path: Path, where: tuple[int | str, ...], saying: str) -> Mistake:
    """A mistake that shows only when several declarations are held together, at the line where its place stands in the file."""
    try:
        root, _ = _read(path)
    except DeclarationWrong:
        return Mistake(path, 1, ".".join(map(str, where)), saying)
    return Mistake(path, _line_of(root, where), ".".join(map(str, where)), saying)
