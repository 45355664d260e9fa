"""Accounts, the proofs that bind them to people, and the three separated administrators."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.models.keys import new_public_id
from huimin.platform.identity.rules import Assurance, ProofState
from huimin.platform.identity.rules.standing import PROOF_MOVES, PROVEN


class Accounts(BaseUserManager["Account"]):
    """Accounts are opened by operations; this only finds them by the name they sign in with."""


class Account(AbstractBaseUser):
    """Somebody who can sign in: a citizen, an official, or a department's system.

    `person_key` is blank until the account is proven to be this very person (`Assurance.MATCHED` or more); the same
    person
    has at most one account of a kind. No personal value lives here but the name that the account shows itself by.
    """

    class Kind(models.TextChoices):
        """What the account is for: one person may hold a citizen's and an official's, never in one."""

        CITIZEN = "citizen", _("群众")
        OFFICIAL = "official", _("工作人员")
        CLIENT = "client", _("部门系统")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    username = models.CharField(_("登录名"), max_length=64, unique=True)
    name = models.CharField(_("显示的名字"), max_length=100)
    kind = models.CharField(max_length=8, choices=Kind)
    person_key = models.CharField(max_length=32, blank=True, default="", db_index=True)
    assurance = models.PositiveSmallIntegerField(default=Assurance.CLAIMED.value)
    language = models.CharField(_("语言"), max_length=8, blank=True, default="")
    elder_mode = models.BooleanField(_("长辈版"), default=False)
    failures = models.PositiveIntegerField(default=0, help_text="failed sign-ins since the last good one")
    locked_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Accounts] = Accounts()

    class Meta:
        verbose_name = _("账号")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "person_key"], condition=~Q(person_key=""), name="one_account_of_a_kind_per_person"
            ),
            models.CheckConstraint(
                condition=Q(person_key="", assurance__lt=PROVEN.value)
                | (~Q(person_key="") & Q(assurance__gte=PROVEN.value)),
                name="a_person_key_is_proven",
            ),
            models.CheckConstraint(condition=Q(assurance__lte=Assurance.SEEN.value), name="assurance_is_a_level"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def reference(self) -> str:
        """How facts speak of this account: `account:<public id>`."""
        return f"account:{self.public_id}"

    @property
    def is_proven(self) -> bool:
        """Whether this account is this very person."""
        return bool(self.person_key)

    @property
    def level(self) -> Assurance:
        """How surely."""
        return Assurance(self.assurance)


class Proof(models.Model):
    """One attempt to show who one is with number, name and a code sent to the phone registered for that person.

    Holds the person it would prove, a digest of the code and how often it was tried; never number, name or phone.
    """

    MOVES = PROOF_MOVES

    class Purpose(models.TextChoices):
        """Bind the account to the person, or let the person back into the account."""

        BIND = "bind", _("实名认证")
        RECOVER = "recover", _("找回账号")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="proofs")
    purpose = models.CharField(max_length=8, choices=Purpose)
    state = models.CharField(
        max_length=8, default=ProofState.SENT.value, choices=[(s.value, s.value) for s in ProofState]
    )
    person_key = models.CharField(max_length=32)
    code_digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_key", "sent_at"])]
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("sent_at")), name="a_proof_ends_after_it_began")]

    def __str__(self) -> str:
        return f"{self.public_id} {self.purpose} {self.state}"


class Administrator(models.Model):
    """One of the three separated administrators (GB/T 22239 8.1.5.1): an account holds at most one, for ever one to
    one."""

    class Role(models.TextChoices):
        """Who runs the system, who reads the audit, who gives rights: three people, none of whom can do the others'
        part."""

        SYSTEM = "system", _("系统管理员")
        AUDIT = "audit", _("审计管理员")
        SECURITY = "security", _("安全管理员")

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="administrator")
    role = models.CharField(max_length=8, choices=Role, db_index=True)
    appointed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account} {self.role}"


class BorrowedPower(models.Model):
    """Administrator power that is lent: for a stated reason, until an instant at most an hour away."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    administrator = models.ForeignKey(Administrator, on_delete=models.CASCADE, related_name="loans")
    reason = models.CharField(max_length=200)
    borrowed_at = models.DateTimeField()
    until = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("borrowed_at")), name="a_loan_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_loan_has_a_reason"),
            models.UniqueConstraint(
                fields=["administrator"], condition=Q(returned_at=None), name="one_open_loan_an_administrator"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.until:%F %H:%M}"
