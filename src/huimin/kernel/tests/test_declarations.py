import pytest
from pydantic import BaseModel

from huimin.kernel.declarations import Declaration, DeclarationWrong, load, load_all
from huimin.kernel.identifiers import CitizenId, DivisionCode
from huimin.kernel.money import Fen

pytestmark = pytest.mark.unit


class Part(BaseModel):
    code: str
    days: int = 1


class Thing(Declaration):
    name: str
    on: bool = False
    fee: Fen = Fen(0)
    division: DivisionCode | None = None
    parts: tuple[Part, ...] = ()


@pytest.fixture
def declared(tmp_path):
    def write(text, name="thing.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_declaration_is_read(declared):
    path = declared('name: 甲\non: true\nfee: 500\ndivision: "340202"\nparts:\n  - {code: 01, days: 3}\n')
    thing = load(Thing, path)
    assert (thing.name, thing.on, thing.fee, thing.parts[0].code) == ("甲", True, Fen(500), "01")
    assert type(thing.division) is DivisionCode
    assert thing.model_dump(mode="json")["fee"] == 500


def test_words_that_old_yaml_would_change_stay_words(declared):
    path = declared("name: no\nparts:\n  - code: 12:30\n  - code: 2026-01-01\n  - code: 0x1F\n  - code: 007\n")
    thing = load(Thing, path)
    assert thing.name == "no"
    assert [part.code for part in thing.parts] == ["12:30", "2026-01-01", "0x1F", "007"]


@pytest.mark.parametrize(
    ("text", "line", "saying"),
    [
        ("name: 甲\ncolour: red\n", 2, "colour"),
        ("name: 甲\nparts:\n  - code: a\n  - code: b\n    colour: red\n", 5, "parts.1.colour"),
        ("name: 甲\nparts:\n  - code: a\n  - days: 2\n", 4, "parts.1.code"),
        ("name: 甲\n\n\nfee: 1.5\n", 4, "fee"),
        ("name: 甲\nparts:\n  - code: 7\n", 3, "string"),
        ('name: 甲\ndivision: "990000"\n', 2, "division code has 6 digits"),
        ("name: 甲\nname: 乙\n", 2, "twice"),
        ("name: 甲\n  on: [\n", 2, ""),
        ("", 1, "empty"),
        ("- 甲\n", 1, "Thing"),
        ("name: !!python/object:os.system 甲\n", 1, "could not determine a constructor"),
        ("name: \x07\n", 1, "not allowed"),
    ],
)
def test_a_mistake_names_file_and_line(declared, text, line, saying):
    path = declared(text)
    with pytest.raises(DeclarationWrong) as wrong:
        load(Thing, path)
    assert f"{path}:{line}: " in str(wrong.value)
    assert saying in str(wrong.value)
    assert f"{path}:{line}: " in wrong.value.sentence("zh")


def test_all_mistakes_are_told_at_once(declared):
    path = declared("colour: red\nfee: many\n")
    with pytest.raises(DeclarationWrong) as wrong:
        load(Thing, path)
    assert {mistake.where for mistake in wrong.value.mistakes} == {"colour", "fee", "name"}


def test_a_file_that_is_not_there_or_not_utf8(declared, tmp_path):
    with pytest.raises(DeclarationWrong, match=r"missing\.yaml"):
        load(Thing, tmp_path / "missing.yaml")
    path = tmp_path / "gbk.yaml"
    path.write_bytes("name: 芜湖".encode("gb18030"))
    with pytest.raises(DeclarationWrong, match=r"gbk\.yaml:1"):
        load(Thing, path)


def test_a_folder_is_read_in_order_with_all_its_mistakes(declared, tmp_path):
    declared("name: b\n", "b/service.yaml")
    declared("name: a\n", "a/service.yaml")
    found = load_all(Thing, tmp_path, pattern="*/service.yaml")
    assert [(path.parent.name, thing.name) for path, thing in found.items()] == [("a", "a"), ("b", "b")]
    declared("nam: a\n", "a/service.yaml")
    declared("name: [\n", "b/service.yaml")
    with pytest.raises(DeclarationWrong) as wrong:
        load_all(Thing, tmp_path, pattern="*/service.yaml")
    assert {mistake.path.parent.name for mistake in wrong.value.mistakes} == {"a", "b"}
    with pytest.raises(DeclarationWrong, match="no such folder"):
        load_all(Thing, tmp_path / "nowhere")


def test_a_declaration_does_not_change(declared):
    thing = load(Thing, declared("name: 甲\n"))
    with pytest.raises(ValueError, match="frozen"):
        thing.name = "乙"


def test_a_mistake_does_not_quote_what_was_written(declared):
    class Holder(Declaration):
        who: CitizenId

    assert load(Holder, declared("who: 11010519491231002X\n")).who.sex == "2"
    with pytest.raises(DeclarationWrong, match="check digit") as wrong:
        load(Holder, declared('who: "110105194912310021"\n'))
    assert "19491231" not in str(wrong.value)


def test_identifiers_in_a_declaration_are_taken_exactly_as_written(declared):
    with pytest.raises(DeclarationWrong, match="division code"):
        load(Thing, declared('name: 甲\ndivision: " 340202"\n'))
