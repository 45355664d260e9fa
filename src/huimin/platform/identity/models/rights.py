"""What gives a view or an act: grants to posts and systems, delegations between people."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.models.accounts import Account
from huimin.platform.identity.models.keys import new_public_id
from huimin.platform.identity.models.posts import ApiClient, Post
from huimin.platform.identity.rules import DelegationState
from huimin.platform.identity.rules.standing import DELEGATION_MOVES


class GrantQuerySet(models.QuerySet["Grant"]):
    """Reads of grants."""

    def current(self, at: datetime) -> "GrantQuerySet":
        """Those in force at this instant."""
        return self.filter(ended_at=None, until__gt=at)


class Grant(models.Model):
    """A post or a system may see these fields of a resource, on these rows, for these purposes, by this law, until
    then."""

    class Rows(models.TextChoices):
        """The row rule: which rows of the resource the grant reaches."""

        EVERYTHING = "everything", _("全部")
        POST_DIVISIONS = "post_divisions", _("本岗位辖区")

    code = models.CharField(max_length=60, unique=True)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    client = models.ForeignKey(ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    resource = models.CharField(max_length=60)
    plain = models.JSONField(default=list, help_text="field names; * is every field")
    masked = models.JSONField(default=dict, help_text="field name: kind of mask")
    rows = models.CharField(max_length=16, choices=Rows)
    purposes = models.JSONField(default=list, help_text="codes of purposes")
    legal_basis = models.CharField(max_length=200)
    granted_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["post", "resource"]), models.Index(fields=["client", "resource"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, client=None) | Q(post=None, client__isnull=False),
                name="a_grant_is_to_a_post_or_a_system",
            ),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="a_grant_has_a_legal_basis"),
        ]

    def __str__(self) -> str:
        return self.code


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Reads of delegations."""

    def current(self, at: datetime) -> "DelegationQuerySet":
        """Those that may be acted on at this instant."""
        return self.filter(Q(until=None) | Q(until__gt=at), state=DelegationState.ACTIVE)


class Delegation(models.Model):
    """An account acts for a person or a firm: which acts, for which services, until when, on what ground.

    `services` are the codes of those that may be applied for and whose cases are seen; empty is every one. `manage` is the power of a
    legal representative, who gives and takes away the powers of the others; nobody else has it.
    """

    MOVES = DELEGATION_MOVES

    class Relation(models.TextChoices):
        """Who the principal is to the agent; shown beside the name."""

        CHILD = "child", _("子女")
        MOTHER = "mother", _("母亲")
        FATHER = "father", _("父亲")
        SPOUSE = "spouse", _("配偶")
        WARD = "ward", _("被监护人")
        FIRM = "firm", _("单位")
        OTHER = "other", _("委托人")

    class Act(models.TextChoices):
        """What the agent may do in the principal's name."""

        VIEW = "view", _("查看信息")
        CORRECT = "correct", _("申请更正")
        APPLY = "apply", _("申办事项")
        RECEIVE = "receive", _("领取结果")
        SIGN = "sign", _("签署、用电子印章")
        MANAGE = "manage", _("管理代办人")

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    principal = models.CharField(max_length=48, db_index=True, help_text="person:<key> or organisation:<key>")
    principal_name = models.CharField(max_length=100)
    agent = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="delegations")
    relation = models.CharField(max_length=8, choices=Relation)
    acts = models.JSONField(default=list)
    services = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in DelegationState])
    basis = models.CharField(
        max_length=100, help_text="how it was shown: by the principal's own account, or papers seen at a window"
    )
    offered_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "agent"],
                condition=Q(state__in=[DelegationState.OFFERED.value, DelegationState.ACTIVE.value]),
                name="one_open_delegation_between_two",
            ),
            models.CheckConstraint(
                condition=Q(principal__startswith="person:") | Q(principal__startswith="organisation:"),
                name="a_principal_is_a_person_or_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    @property
    def reference(self) -> str:
        """How facts speak of this delegation."""
        return f"delegation:{self.public_id}"

    @property
    def is_for_a_firm(self) -> bool:
        """Whether the principal is an organisation."""
        return self.principal.startswith("organisation:")

    @property
    def manages(self) -> bool:
        """Whether the agent is the firm's legal representative here, who gives and takes away powers."""
        return self.Act.MANAGE in self.acts

    @property
    def words_of_acts(self) -> list[str]:
        """The acts in words, in their order."""
        return [str(act.label) for act in self.Act if act in self.acts]
