"""The incident, and its disposal by each department that takes part."""

from datetime import datetime
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.refusals import Refusal
from huimin.platform.incidents.rules.reports import Channel
from huimin.platform.incidents.rules.states import OVER, State, may_move

REFERENCE_LENGTH: Final = 200


class IncidentStands(Refusal):
    """The incident stands in a way that this act cannot follow."""

    zh = "{number} 现在的状态不能这样办理。"
    en = "{number} does not stand in a way that allows this."


class Channels(models.TextChoices):
    """The channels in words."""

    WORKER = Channel.WORKER.value, _("网格员")
    CITIZEN = Channel.CITIZEN.value, _("群众随手拍")
    HOTLINE = Channel.HOTLINE.value, _("12345热线")
    OPEN311 = Channel.OPEN311.value, _("开放接口")
    SENSOR = Channel.SENSOR.value, _("物联感知")
    OFFICIAL = Channel.OFFICIAL.value, _("工作人员")


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Reads of incidents."""

    def open(self) -> "IncidentQuerySet":
        """Those that somebody still has to do something about."""
        return self.filter(ended_at=None)


class Incident(models.Model):
    """An incident 案件. What the steps are and whose, its process says; `state` follows the process and never leads it.

    `class_code` is empty until it is classified. `cell`, `street`, `division` and `grade` are those of the place, the point in degrees of
    the 2000 national system and `datum_said` the system in which it came. `process` is the number of its newest process.
    `due_at` is when the step in which it stands has to be done. `ended_at` is when nobody had to do anything any more, however it ended.
    `voices` count the reports, `returned` departments that sent it back, `reworked` checks that failed, `reopened` closings undone.
    `edition` is the routing table by which it was routed. `resembles` is the number of an open one of the same class close by.
    """

    class Kind(models.TextChoices):
        """What the standards tell apart."""

        COMPONENT = "component", _("部件")
        EVENT = "event", _("事件")

    class States(models.TextChoices):
        """The states in the words of the command centre."""

        REPORTED = State.REPORTED.value, _("待立案")
        VERIFYING = State.VERIFYING.value, _("待核实")
        FILED = State.FILED.value, _("待派遣")
        DISPATCHED = State.DISPATCHED.value, _("已派遣")
        DISPOSING = State.DISPOSING.value, _("处置中")
        CHECKING = State.CHECKING.value, _("待核查")
        CLOSED = State.CLOSED.value, _("已结案")
        NOT_FILED = State.NOT_FILED.value, _("不予立案")
        SHELVED = State.SHELVED.value, _("已挂账")
        VOID = State.VOID.value, _("已作废")
        JOINED = State.JOINED.value, _("已并案")

    number = models.CharField(max_length=26, unique=True)
    standard_ref = models.CharField(max_length=24)
    kind = models.CharField(max_length=9, choices=Kind)
    class_code = models.CharField(max_length=6, blank=True, default="")
    component = models.CharField(max_length=17, blank=True, default="")
    description = models.TextField(max_length=2000, blank=True, default="")
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    datum_said = models.CharField(max_length=8, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    cell = models.CharField(max_length=15, blank=True, default="")
    street = models.CharField(max_length=9, blank=True, default="")
    division = models.CharField(max_length=6, blank=True, default="")
    grade = models.CharField(max_length=1)
    channel = models.CharField(max_length=8, choices=Channels)
    state = models.CharField(max_length=10, choices=States)
    shelved_from = models.CharField(max_length=10, choices=States, blank=True, default="")
    urgent = models.BooleanField(default=False)
    theme = models.CharField(max_length=24, blank=True, default="")
    lead = models.ForeignKey("identity.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField(default=0)
    process = models.CharField(max_length=24, blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    resembles = models.CharField(max_length=26, blank=True, default="")
    outcome_said = models.TextField(
        max_length=1000, blank=True, default="", help_text="why not filed, or how it was closed"
    )
    voices = models.PositiveIntegerField(default=1)
    urged = models.PositiveIntegerField(default=0)
    urged_at = models.DateTimeField(null=True, blank=True)
    returned = models.PositiveIntegerField(default=0)
    reworked = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    observed_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    disposed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("案件")
        indexes = [
            models.Index(fields=["reported_at", "id"], name="incident_newest"),
            models.Index(fields=["division", "reported_at", "id"], name="incident_by_division"),
            models.Index(fields=["street", "reported_at", "id"], name="incident_by_street"),
            models.Index(fields=["cell", "reported_at", "id"], name="incident_by_cell"),
            models.Index(fields=["class_code", "reported_at", "id"], name="incident_by_class"),
            models.Index(fields=["state", "reported_at", "id"], name="incident_by_state"),
            models.Index(fields=["state", "division", "reported_at", "id"], name="incident_by_state_division"),
            models.Index(
                fields=["lead", "reported_at", "id"], condition=Q(lead__isnull=False), name="incident_by_lead"
            ),
            models.Index(fields=["latitude", "longitude"], condition=Q(ended_at=None), name="incident_open_by_place"),
            models.Index(fields=["due_at", "id"], condition=Q(ended_at=None), name="incident_open_by_end"),
            models.Index(
                fields=["division", "reported_at", "id"], condition=Q(ended_at=None), name="incident_open_by_division"
            ),
            models.Index(fields=["cell", "id"], condition=Q(ended_at=None), name="incident_open_by_cell"),
            models.Index(fields=["closed_at", "id"], condition=Q(closed_at__isnull=False), name="incident_by_closing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=sorted(set(State) - OVER))
                | Q(ended_at__isnull=False, state__in=sorted(OVER)),
                name="incident_is_over_or_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__gte=F("reported_at")), name="incident_closed_has_an_instant"
            ),
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(parent__isnull=False), name="incident_joined_has_a_parent"
            ),
            models.CheckConstraint(
                condition=~Q(state="shelved") | ~Q(shelved_from=""), name="incident_shelved_knows_where_it_was"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts, processes and relations speak of it."""
        return f"incident:{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.ended_at is None

    def move(self, state: State, *, at: datetime) -> None:
        """Go to another state, if that is a legal move; raises IncidentStands. Does not save."""
        if not may_move(State(self.state), state):
            raise IncidentStands(number=self.number)
        self.state, self.ended_at = state.value, at if state in OVER else None
        if state is State.CLOSED:
            self.closed_at = at


class Disposal(models.Model):
    """A department's part in dealing with an incident. One that sends it back (退件) keeps its row: it is counted.

    `reported_at` is the incident's own, so that a department's list is read from one index.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="disposals")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)
    round = models.PositiveSmallIntegerField(default=1)
    limit = models.CharField(max_length=20, blank=True, default="")
    dispatched_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    said = models.TextField(max_length=1000, blank=True, default="")
    reported_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Disposal"]] = models.Manager()

    class Meta:
        verbose_name = _("处置")
        indexes = [
            models.Index(fields=["department", "reported_at", "incident"], name="disposal_by_department"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "department", "round"],
                condition=Q(returned_at=None),
                name="a_department_disposes_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(returned_at=None), name="disposal_is_done_or_returned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.department_id}"
