"""Chinese and English: every sentence that a page shows is there in both."""

import ast
import gettext
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from django.utils.translation.template import templatize

from tests.architecture.tree import inside, name_of, parsed, python_files, source

CALLS = {
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "_": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "pgettext": 1,
    "pgettext_lazy": 1,
}
CONTEXTUAL = {"pgettext", "pgettext_lazy"}
IN_TEMPLATE = re.compile(r"\b(gettext|ngettext|pgettext|npgettext|_)\((.*?)\)(?=\s|$)", re.DOTALL)
UNTRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%\s*comment.*?{%\s*endcomment\s*%}|{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->",
    re.DOTALL,
)
HAN = re.compile(r"[一-鿿]")
LATIN = re.compile(r"[A-Za-z]")
SAYS_ITS_LANGUAGE = re.compile(r"<(\w+)[^>]*\blang=\"zh[^\"]*\"[^>]*>.*?</\1>", re.DOTALL)
BOTH_LANGUAGES = '<section lang="en"'
DETAIL = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")


def catalogues(root: Path) -> list[str]:
    """Sentences without English or not in Chinese, English that loses a detail, Chinese outside of translation."""
    found = []
    for file, line, sentence in [*_in_python(root), *_in_templates(root)]:
        place = f"{inside(root, file)}:{line} “{sentence[:40]}”"
        english = _english(root).get(sentence)
        if LATIN.search(DETAIL.sub("", sentence)) and not HAN.search(sentence):
            found.append(f"{place} is no Chinese sentence")
        elif not english:
            found.append(f"{place} has no English")
        elif _details(sentence) != _details(english):
            found.append(f"{place} names other details in English")
    return found + list(_bare(root))


def _details(sentence: str) -> set[str]:
    return {old or new for old, new in DETAIL.findall(sentence)}


@cache
def _english(root: Path) -> dict[str, str]:
    """Every finished English translation of the tree (msgfmt leaves out what is empty or marked fuzzy)."""
    known: dict[str, str] = {}
    for file in sorted(source(root).rglob("locale/en/LC_MESSAGES/django.po")):
        compiled = subprocess.run(
            ["msgfmt", "--check-format", "-o", "-", str(file)], capture_output=True, check=True
        ).stdout
        catalogue: dict[str | tuple[str, int], str] = gettext.GNUTranslations(BytesIO(compiled))._catalog  # type: ignore[attr-defined]
        known |= {
            _without_context(key[0] if isinstance(key, tuple) else key): english for key, english in catalogue.items()
        }
    return known


def _without_context(key: str) -> str:
    return key.split("\x04")[-1]


def _in_python(root: Path) -> Iterator[tuple[Path, int, str]]:
    for file in python_files(root):
        for call in ast.walk(parsed(file)):
            if isinstance(call, ast.Call) and (count := CALLS.get(name_of(call.func))):
                first = 1 if name_of(call.func) in CONTEXTUAL else 0
                for text in call.args[first : first + count][:1]:
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield file, call.lineno, text.value


def _html(root: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(source(root).rglob("templates/**/*")):
        if file.suffix in {".html", ".txt", ".md"} and "tests" not in file.parts:
            yield file, file.read_text(encoding="utf-8")


def _in_templates(root: Path) -> Iterator[tuple[Path, int, str]]:
    """What Django itself would send to the translators from a template."""
    for file, text in _html(root):
        lifted = templatize(text, origin=str(file))
        for call in IN_TEMPLATE.finditer(lifted):
            words = [node.value for node in _arguments(call[2]) if isinstance(node.value, str)]
            position = 1 if call[1] in {"pgettext", "npgettext"} else 0
            if len(words) > position:
                yield file, lifted[: call.start()].count("\n") + 1, words[position]


def _arguments(text: str) -> list[ast.Constant]:
    try:
        call = ast.parse(f"f({text.strip()})", mode="eval").body
    except SyntaxError:
        return []
    return (
        [argument for argument in call.args if isinstance(argument, ast.Constant)] if isinstance(call, ast.Call) else []
    )


def _bare(root: Path) -> Iterator[str]:
    """Chinese that stands in a template outside of any translation tag: an English reader meets it as it is.

    Allowed where it says its language (`lang="zh-Hans"`), and on a page that carries both, such as the page of error 500.
    """
    for file, text in _html(root):
        if BOTH_LANGUAGES in text:
            continue
        left = SAYS_ITS_LANGUAGE.sub(_only_lines, UNTRANSLATED.sub(_only_lines, text))
        for number, line in enumerate(left.splitlines(), 1):
            if HAN.search(line):
                yield f"{inside(root, file)}:{number} “{line.strip()[:40]}” cannot be translated"


def _only_lines(match: re.Match[str]) -> str:
    """Nothing but the line breaks, so that what is left keeps its line numbers."""
    return "\n" * match[0].count("\n")
