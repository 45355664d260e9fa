"""The library: every declared service, licence type and body of this city, read once, held together, immutable.

A mistake in any file is one `DeclarationWrong` with all mistakes, each with its file and line.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings
from pydantic import BaseModel, RootModel, ValidationError

from huimin.kernel.codes import code_list
from huimin.kernel.declarations import DeclarationWrong, Mistake, load, mistake_at
from huimin.kernel.refusals import NotFound
from huimin.platform.catalogue.declarations.eligibility import Eligibility
from huimin.platform.catalogue.declarations.forms import Form
from huimin.platform.catalogue.declarations.items import Basis, ServiceItem
from huimin.platform.catalogue.declarations.licences import LicenceType
from huimin.platform.catalogue.declarations.local import Bodies, Revision, foreign_keys, merged
from huimin.platform.catalogue.declarations.scenarios import Scenarios
from huimin.platform.catalogue.declarations.tables import DecisionTable
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.declarations.words import Words
from huimin.platform.catalogue.rules.agreement import item_faults, result_faults
from huimin.platform.catalogue.rules.faults import Fault, Place, Vocabulary
from huimin.platform.catalogue.rules.form_agreement import eligibility_faults, form_faults, table_faults
from huimin.platform.catalogue.rules.letters import letter_faults
from huimin.platform.catalogue.rules.process_agreement import process_faults
from huimin.platform.catalogue.rules.shared_sections import delivery_faults, fitted
from huimin.platform.exchange.declarations import Column, Item, Resource, resources, sources
from huimin.platform.identity.declarations import this_city
from huimin.platform.registries.fields import fields_of

DIVISION: Final = "@division"
TEMPLATES: Final = Path(__file__).with_name("processes")
LETTERS_OF_PARTS: Final = Path(__file__).with_name("letters")
SECTIONS: Final = Path(__file__).with_name("sections")
M = TypeVar("M", bound=BaseModel)


class NoSuchService(NotFound):
    """There is no service of this code."""

    zh = "没有这个事项。"
    en = "There is no such service."


class NoSuchBody(NotFound):
    """No department of this city has the function, or none answers for the district."""

    zh = "本市没有部门承担 {function}。"
    en = "No department of this city has the function {function}."


class _Content(RootModel[dict[str, Any]]):
    """A file as it is written."""


class _KnownWords(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """`known_words.yaml`: registry → field → further words under which a form would ask for it."""


def _city() -> Path:
    return Path(settings.CITIES) / settings.CITY


@cache
def bodies() -> Mapping[str, str]:
    """Function → code of the department that has it in this city, or `@division`."""
    path = _city() / "bodies.yaml"
    declared = load(Bodies, path).root
    departments = {department.code for department in this_city().departments.departments}
    lost = [
        mistake_at(path, (function,), f"there is no department {code}")
        for function, code in declared.items()
        if code not in departments and code != DIVISION
    ]
    if lost:
        raise DeclarationWrong(mistakes=tuple(lost))
    return declared


def department_of(function: str, division: str = "") -> str:
    """The code of the department that has a function, for a case of this division (GB/T 2260). Raises NoSuchBody."""
    code = bodies().get(function, "")
    if code == DIVISION:
        found = (
            one.code for one in this_city().departments.departments if one.division and one.division == division[:6]
        )
        code = next(found, "")
    if not code:
        raise NoSuchBody(function=function)
    return code


@cache
def licence_types() -> Mapping[str, LicenceType]:
    """Every licence type by its code, the name of its file."""
    found: dict[str, LicenceType] = {}
    for path in sorted((Path(settings.PACKAGE) / "domains").glob("*/licences/*.yaml")):
        if path.stem in found:
            raise DeclarationWrong(mistakes=(Mistake(path, 1, "", f"the licence type {path.stem} stands twice"),))
        found[path.stem] = load(LicenceType, path)
    return found


@cache
def vocabulary() -> Vocabulary:
    """What declarations of this city may name."""
    registries = ("people", "organisations")
    return Vocabulary(
        fields={
            registry: {
                field: Words(zh=words.names.zh, en=words.names.en) for field, words in fields_of(registry).items()
            }
            for registry in registries
        },
        asked_as=load(_KnownWords, Path(__file__).with_name("known_words.yaml")).root,
        licences=licence_types(),
        resources={code: _places(resource) for code, resource in resources().items()},
        functions=frozenset(bodies()),
        issuers=frozenset(function for function, department in bodies().items() if _has_code(department)),
    )


def _has_code(department: str) -> bool:
    """Whether a department, or each government of a district that may be meant, has a credit code."""
    departments = this_city().departments.departments
    meant = [
        one for one in departments if one.code == department or (department == DIVISION and one.kind == "district")
    ]
    return all(one.uscc for one in meant)


def _places(resource: Resource) -> Mapping[str, Place]:
    """What this city's department can write of each item of a resource; nothing where nobody delivers it."""
    source = sources().get(resource.code)
    return {name: _place(item, source.column(name) if source else None) for name, item in resource.items.items()}


def _place(item: Item, column: Column | None) -> Place:
    codes = frozenset(code for code, _ in code_list(item.codes).choices("zh")) if item.codes else None
    if column is None or (column.source is None and column.constant is None) or column.part:
        return Place(kind=item.type.value, codes=codes, is_delivered=False)
    if column.constant is not None:
        return Place(kind=item.type.value, codes=codes, written=frozenset({column.constant}))
    return Place(kind=item.type.value, codes=codes, written=frozenset(column.codes.values()) if column.codes else None)


class _CommonBasis(RootModel[dict[str, Basis]]):
    """`common_basis.yaml`: articles that any service may cite without repeating them."""


@cache
def common_basis() -> Mapping[str, Any]:
    """The articles that hold for every service, as written."""
    path = Path(__file__).with_name("common_basis.yaml")
    load(_CommonBasis, path)
    return load(_Content, path).root


@cache
def _folders() -> Mapping[str, Path]:
    return {
        path.parent.name: path.parent
        for path in sorted((Path(settings.PACKAGE) / "domains").glob("*/services/*/service.yaml"))
    }


@cache
def services() -> Mapping[str, Service]:
    """Every declared service by its code, checked. Raises DeclarationWrong with all mistakes of all services."""
    found: dict[str, Service] = {}
    mistakes: list[Mistake] = []
    common_basis()
    for code, folder in _folders().items():
        try:
            found[code] = read_service(folder, _city() / "services" / f"{code}.yaml", vocabulary())
        except DeclarationWrong as wrong:
            mistakes.extend(wrong.mistakes)
    mistakes += [
        Mistake(path, 1, "", f"there is no service {path.stem}")
        for path in sorted((_city() / "services").glob("*.yaml"))
        if path.stem not in _folders()
    ]
    if mistakes:
        raise DeclarationWrong(mistakes=tuple(mistakes))
    return found


def get_declared(code: str) -> Service:
    """The declared service of this code. Raises NoSuchService."""
    if service := services().get(code):
        return service
    raise NoSuchService


@cache
def scenarios_of(code: str) -> Scenarios:
    """The acceptance test of a service. Raises NoSuchService, DeclarationWrong."""
    return load(Scenarios, folder_of(code) / "scenarios.yaml")


def folder_of(code: str) -> Path:
    """The folder of a service. Raises NoSuchService."""
    if folder := _folders().get(code):
        return folder
    raise NoSuchService


def read_service(folder: Path, overlay: Path, known: Vocabulary) -> Service:
    """The service in this folder with the city's overlay, where there is one. Raises DeclarationWrong with every mistake found."""
    item = _checked(ServiceItem, folder / "service.yaml") or {}
    revision = 0
    if overlay.exists():
        item, revision = _overlaid(item, overlay)
    # Articles that hold for every service stand once; a published version has those that it cites.
    cited = {"reconsideration", "litigation", *_cited(item)}
    common = {code: article for code, article in common_basis().items() if code in cited}
    item = {**item, "basis": {**item["basis"], **common}}
    content = {
        "item": item,
        "form": _form(folder / "form.yaml", item),
        "eligibility": _checked(Eligibility, folder / "eligibility.yaml", optional=True),
        "decision": _checked(DecisionTable, folder / "decision.json", optional=True),
        "process": _process(folder, item.get("process")),
        "letters": {name: text for name, text in _letters(folder / "letters").items() if name.count(".") == 1},
    }
    if event := item.get("life_event"):
        content["parts"] = {
            part["code"]: {"letters": _letters_of_part(folder / "letters", part["code"])} for part in event["parts"]
        }
    service = Service(code=folder.name, domain=folder.parts[-3], revision=revision, content=content)
    faults = tuple(mistake_at(folder / fault.file, fault.where, fault.saying) for fault in faults_of(service, known))
    if faults:
        raise DeclarationWrong(mistakes=faults)
    return service


def _form(path: Path, item: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says, with the sections that it shares with others behind its own."""
    form = _checked(Form, path) or {}
    model = Form.model_validate(form)
    ways = item["outcome"]["delivery"]
    shared = [load(_Content, SECTIONS / f"{name}.yaml").root for name in model.shared]
    added = [fitted(section, applying=model.applying, ways=ways) for section in shared]
    return {**form, "sections": [*form.get("sections", ()), *added]} if added else form


def _letters(folder: Path) -> dict[str, str]:
    """The letters in a folder, by the names of their files: `granted.zh`, and of a part `hukou.granted.zh`."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def _letters_of_part(folder: Path, part: str) -> dict[str, str]:
    """What a part of a life event writes: its own letters over those that every part has."""
    own = {
        name.removeprefix(f"{part}."): text for name, text in _letters(folder).items() if name.startswith(f"{part}.")
    }
    return {**_letters(LETTERS_OF_PARTS), **own}


def _cited(value: Any) -> Iterator[str]:
    """Every code of an article that an item names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "basis" and isinstance(inner, str):
                yield inner
            else:
                yield from _cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cited(inner)


def _checked(model: type[M], path: Path, *, optional: bool = False) -> dict[str, Any] | None:
    """The content of a file that its model accepts; None where an optional one is not there."""
    if optional and not path.exists():
        return None
    content = load(_Content, path).root
    try:
        model.model_validate(content)
    except ValidationError:
        # Read again by the model: it knows the lines.
        load(model, path)
    return content


def _overlaid(item: dict[str, Any], path: Path) -> tuple[dict[str, Any], int]:
    """The item as this city has it, and the overlay's revision. Raises DeclarationWrong."""
    said = load(_Content, path).root
    if foreign := foreign_keys(said):
        raise DeclarationWrong(
            mistakes=tuple(mistake_at(path, tuple(key.split(".")), "a city may not set this") for key in foreign)
        )
    try:
        revision = Revision.model_validate({"revision": said.get("revision")}).revision
        whole = merged(item, {key: value for key, value in said.items() if key != "revision"})
        ServiceItem.model_validate(whole)
    except ValidationError as failure:
        raise DeclarationWrong(
            mistakes=tuple(mistake_at(path, fault["loc"], fault["msg"]) for fault in failure.errors(include_url=False))
        ) from None
    return whole, revision


def _process(folder: Path, template: object) -> str:
    """The BPMN text: its own file, or the template's."""
    own = folder / "process.bpmn"
    path = TEMPLATES / f"{template}.bpmn" if template else own
    if bool(template) == own.exists():
        saying = (
            "a service has either a process.bpmn or a template"
            if template
            else "there is neither process.bpmn nor template"
        )
        raise DeclarationWrong(mistakes=(mistake_at(folder / "service.yaml", ("process",), saying),))
    if not path.exists():
        raise DeclarationWrong(
            mistakes=(mistake_at(folder / "service.yaml", ("process",), f"there is no template {template}"),)
        )
    return path.read_text(encoding="utf-8")


def faults_of(service: Service, known: Vocabulary) -> Iterator[Fault]:
    """Everything in which the parts of a service do not agree."""
    rules = service.decision.rules if service.decision else ()
    results = frozenset(name for rule in rules for name in rule.gives)
    yield from item_faults(service.item, service.form, known, results)
    yield from form_faults(service.form, service.item, known)
    yield from delivery_faults(service.form, service.item)
    if service.eligibility:
        yield from eligibility_faults(service.eligibility, service.form, service.item, known)
    elif service.item.proactive and service.item.proactive.trigger == "scan":
        yield Fault("service.yaml", ("proactive",), "what is scanned for needs an eligibility.yaml")
    if service.decision:
        yield from table_faults(service.decision, service.form, service.item, known)
    yield from process_faults(service)
    yield from letter_faults(service.letters, service.process_text)
    for place, part in enumerate(service.parts):
        own = service.part(part.code)
        for fault in result_faults(own.item, service.form, known, results):
            yield Fault(fault.file, ("life_event", "parts", place, *fault.where), fault.saying)
        yield from letter_faults(own.letters, "", folder=f"letters/{part.code}.")
