"""Departments, their posts, who holds them, and the departments' systems."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.platform.identity.models.accounts import Account
from huimin.platform.identity.models.keys import new_public_id


class Department(models.Model):
    """A body of the city that answers for records, decides, or provides a service; declared in `departments.yaml`."""

    class Kind(models.TextChoices):
        """What sort of body: it decides nothing here but how a list is grouped."""

        PARTY = "party", _("党委部门")
        GOVERNMENT = "government", _("政府部门")
        DISTRICT = "district", _("县市区")
        INSTITUTION = "institution", _("事业单位")
        MASS = "mass", _("群团组织")
        VERTICAL = "vertical", _("垂直管理单位")
        UTILITY = "utility", _("公共服务企业")

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60, unique=True)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    uscc = models.CharField(max_length=18, blank=True, default="")
    division = models.CharField(max_length=12, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="a_code_names_one_department"),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A seat in a department: what its holder may do comes from its duty, what he may see from the grants to it."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(max_length=40, unique=True, help_text="<department>.<post>, such as gaj.data")
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120)
    duty = models.CharField(max_length=32, db_index=True, help_text="a code of duties.yaml")
    divisions = models.JSONField(
        default=list, help_text="division prefixes that the post answers for; empty is the whole city"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.department.name} {self.title}"


class PostHoldingQuerySet(models.QuerySet["PostHolding"]):
    """Reads of holdings."""

    def current(self, at: datetime) -> "PostHoldingQuerySet":
        """Those that hold at this instant."""
        return self.filter(Q(until=None) | Q(until__gt=at), starts_at__lte=at, post__closed_at=None)


class PostHolding(models.Model):
    """Somebody holds a post from an instant to another (exclusive; open while None)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="holdings")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = PostHoldingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("starts_at")), name="a_holding_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["account", "post"], condition=Q(until=None), name="a_post_is_held_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.post}"


class ApiClient(models.Model):
    """A department's system that calls with OAuth 2 client credentials (RFC 6749 4.4)."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="clients")
    name = models.CharField(max_length=60)
    client_id = models.CharField(max_length=255, unique=True, help_text="the identifier of OAuth 2, RFC 6749 2.2")
    duty = models.CharField(max_length=32)
    registered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="a_department_names_its_systems_apart"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.name}"

    @property
    def reference(self) -> str:
        """How facts speak of this system."""
        return f"client:{self.public_id}"
