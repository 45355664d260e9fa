"""What a scaffold makes loads as it is, and nothing that is there is written over."""

import py_compile
from datetime import date
from pathlib import Path

import pytest

from huimin.kernel.declarations import load
from huimin.platform.catalogue.declarations.scenarios import Scenarios
from huimin.platform.catalogue.library import read_service, vocabulary
from huimin.platform.catalogue.queries.eligibility import decide_values
from huimin.platform.catalogue.rules.walks import values_of, walk
from huimin.platform.exchange.declarations import Resource
from huimin.platform.process.rules.bpmn import compiled
from huimin.tooling.scaffolds import AlreadyThere, BadName, NoSuchDomain, new_domain, new_resource, new_service

pytestmark = pytest.mark.unit


@pytest.fixture
def package(tmp_path):
    """A package with one new domain."""
    new_domain(tmp_path, "sports_and_parks")
    return tmp_path


def names(files: list[Path], package: Path) -> set[str]:
    return {path.relative_to(package).as_posix() for path in files}


@pytest.mark.covers("V01")
def test_a_domain_is_a_package(package):
    made = package / "domains/sports_and_parks/__init__.py"
    py_compile.compile(str(made), doraise=True)
    assert made.read_text("utf-8").startswith('"""Sports and parks: declarations and rules.')


def test_a_resource_loads(package):
    files = new_resource(package, "sports_and_parks", "sports.clubs")
    assert names(files, package) == {"domains/sports_and_parks/resources/sports.clubs.yaml"}
    assert load(Resource, files[0]).code == "sports.clubs"


def test_a_service_loads_with_its_form_letters_and_scenarios_and_is_a_draft(package):
    files = new_service(package, "sports_and_parks", "angling_licence")
    folder = package / "domains/sports_and_parks/services/angling_licence"
    assert names(files, folder) == {
        *("service.yaml", "form.yaml", "eligibility.yaml", "scenarios.yaml"),
        *(f"letters/{outcome}.{language}.md" for outcome in ("granted", "refused") for language in ("zh", "en")),
    }
    service = read_service(folder, folder / "no overlay", vocabulary())
    assert (service.code, service.domain, service.item.status) == ("angling_licence", "sports_and_parks", "draft")
    assert service.eligibility is not None
    for scenario in load(Scenarios, folder / "scenarios.yaml").scenarios:
        walked = walk(service, compiled(service.process_text), scenario)
        found = decide_values(service, values_of(scenario.facts), on=date.fromisoformat(scenario.on))
        assert (walked.end, walked.wrong, found.answer) == (scenario.expect.outcome, (), scenario.expect.eligible)
        if scenario.expect.materials is not None:
            assert (walked.materials, walked.to_bring) == (scenario.expect.materials, scenario.expect.to_bring)


def test_nothing_is_written_over(package):
    new_service(package, "sports_and_parks", "angling_licence")
    kept = package / "domains/sports_and_parks/services/angling_licence/form.yaml"
    kept.write_text("mine", "utf-8")
    with pytest.raises(AlreadyThere):
        new_service(package, "sports_and_parks", "angling_licence")
    with pytest.raises(AlreadyThere):
        new_domain(package, "sports_and_parks")
    assert kept.read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["Sports", "1st", "a-b", "../x", "", "a__b", "x.y"])
def test_a_name_that_names_nothing_is_refused(package, name):
    with pytest.raises(BadName):
        new_domain(package, name)
    with pytest.raises(BadName):
        new_service(package, "sports_and_parks", name)
    with pytest.raises(NoSuchDomain):
        new_resource(package, name or "nowhere", "a.b")
    assert [path.name for path in (package / "domains").iterdir()] == ["sports_and_parks"]
