"""Accounts, posts and people for tests; all synthetic."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from huimin.platform.identity import operations
from huimin.platform.identity.models import Account, Department, Grant, Post
from huimin.platform.identity.ports import RegisteredPerson, SentCode
from huimin.platform.identity.rules import Assurance
from huimin.platform.journal.rules import Actor

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
SYSTEM = Actor(kind="system", ref="tests")
PASSWORD = "correct horse battery 7"
NUMBER = "34020219800101039X"
_numbers = count(1)


def account(kind: str = "citizen", *, person_key: str = "", **fields: Any) -> Account:
    number = next(_numbers)
    made = Account(username=f"user{number}", name=f"测试{number}", kind=kind, **fields)
    if person_key:
        made.person_key, made.assurance = person_key, Assurance.SEEN
    return operations.open_account(account=made, password=fields.pop("password", PASSWORD), actor=SYSTEM, at=AT)


def department(code: str = "") -> Department:
    code = code or f"dep{next(_numbers)}"
    return Department.objects.create(code=code, name=f"部门{code}", name_en=code, kind="government")


def post(duty: str = "quick_query", divisions: tuple[str, ...] = (), at: Department | None = None) -> Post:
    home = at or department()
    return Post.objects.create(
        department=home,
        code=f"{home.code}.p{next(_numbers)}",
        title="岗位",
        title_en="Post",
        duty=duty,
        divisions=list(divisions),
    )


def official(duty: str = "quick_query", divisions: tuple[str, ...] = ()) -> tuple[Account, Post]:
    made, held = account("official"), post(duty, divisions)
    operations.assign_post(account=made, post=held, actor=SYSTEM, at=AT)
    return made, held


def grant(to: Post, **fields: Any) -> Grant:
    given = {
        "code": f"grant.{next(_numbers)}",
        "post": to,
        "resource": "registries.people",
        "plain": ["name"],
        "masked": {"citizen_id": "number"},
        "rows": "everything",
        "purposes": ["case_handling"],
        "legal_basis": "测试依据",
        "until": AT + timedelta(days=30),
    } | fields
    return operations.grant_access(grant=Grant(**given), actor=SYSTEM, at=AT)


class Registry:
    """A registry of one person behind the matcher's port, and a gateway that remembers what it sent."""

    def __init__(self, person: RegisteredPerson, number: str = NUMBER) -> None:
        self.person, self.number, self.codes = person, number, list[str]()

    def match(self, *, citizen_id: str, name: str) -> RegisteredPerson | None:
        return self.person if (citizen_id, name) == (self.number, self.person.name) else None

    def send(self, *, phone: str, code: str) -> SentCode:
        self.codes.append(code)
        return SentCode(simulated=True, shown=f"模拟 {code}")
