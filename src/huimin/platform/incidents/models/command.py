"""What the command centre keeps: alarms that somebody must take, who is on duty, joint rooms, the theme of a week, tallies of months."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number
from huimin.platform.incidents.rules.evaluation import COUNTED, Counts

DEPARTMENT_LENGTH = 16


def new_theme_number() -> str:
    """A public number of eight characters, not to be guessed."""
    return random_number(8)


class Alarm(models.Model):
    """An urgent incident that somebody on duty has to take by `take_by`; whoever is first has it.

    `division` is the district whose command post hears it; one that nobody took in time is heard by the city's as well
    (`passed_on_at`).
    """

    incident = models.OneToOneField("incidents.Incident", on_delete=models.CASCADE, related_name="alarm")
    division = models.CharField(max_length=6)
    raised_at = models.DateTimeField()
    take_by = models.DateTimeField()
    passed_on_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager["Alarm"]] = models.Manager()

    class Meta:
        verbose_name = _("警报")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="an_alarm_is_taken_by_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["take_by"], condition=Q(taken_at=None, passed_on_at=None), name="alarm_to_pass_on"),
            models.Index(fields=["division", "raised_at"], condition=Q(taken_at=None), name="alarm_sounding"),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"


class DutyTurn(models.Model):
    """Somebody is on duty at a command post from an instant until another (exclusive), reachable by the office's telephone."""

    post = models.CharField(max_length=48, help_text="code of the post")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    leads = models.BooleanField(default=False, help_text="the leader on duty of this turn")
    telephone = models.CharField(max_length=24, blank=True, help_text="the duty office's, no private one")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects: ClassVar[models.Manager["DutyTurn"]] = models.Manager()

    class Meta:
        verbose_name = _("值班")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_turn_of_duty_ends_after_it_began"),
            models.UniqueConstraint(fields=["post", "who", "starts_at"], name="a_turn_of_duty_is_written_once"),
        ]
        indexes = [models.Index(fields=["post", "starts_at"], name="duty_by_post")]

    def __str__(self) -> str:
        return f"{self.post} {self.starts_at:%m-%d %H:%M}"


class CheckIn(models.Model):
    """吹哨报到: a department that was called to an incident's joint room, when it came in, and how it was scored by who called.

    `score` is 1 (did not help) to 5 (settled it).
    """

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="check_ins")
    department = models.CharField(max_length=DEPARTMENT_LENGTH)
    called_at = models.DateTimeField()
    come_by = models.DateTimeField()
    came_at = models.DateTimeField(null=True, blank=True)
    came_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["CheckIn"]] = models.Manager()

    class Meta:
        verbose_name = _("部门报到")
        constraints = [
            models.UniqueConstraint(fields=["incident", "department"], name="a_department_is_called_once"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="a_score_of_five"),
        ]
        indexes = [models.Index(fields=["department", "called_at"], name="called_by_department")]

    def __str__(self) -> str:
        return f"{self.department} {self.called_at:%m-%d %H:%M}"


class RoomNote(models.Model):
    """What was said in an incident's joint room; nothing in it is changed or taken away."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="room_notes")
    post = models.CharField(max_length=48, help_text="in which post it was said")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    words = models.CharField(max_length=1000)

    objects: ClassVar[models.Manager["RoomNote"]] = models.Manager()

    class Meta:
        verbose_name = _("会商记录")
        indexes = [models.Index(fields=["incident", "id"], name="room_in_order")]

    def __str__(self) -> str:
        return f"{self.post} {self.said_at:%m-%d %H:%M}"


class Theme(models.Model):
    """每周一题: what comes up again and again at a place is taken up as a whole, with what is to be reached, and closed on evidence.

    `division` is empty for the whole city. `before` is how many incidents of the topic the place had in the week that it was chosen for,
    `after` in the week before it was closed: both counted, never typed.
    """

    number = models.CharField(max_length=8, unique=True, default=new_theme_number)
    week_on = models.DateField(help_text="the Monday of the week it was chosen for")
    place = models.CharField(max_length=15, help_text="a code that begins with the district's, or empty", blank=True)
    topic = models.CharField(max_length=6, help_text="a class or the beginning of one")
    goal = models.CharField(max_length=500)
    department = models.CharField(max_length=DEPARTMENT_LENGTH, help_text="who leads")
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    before = models.PositiveIntegerField()
    evidence = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    after = models.PositiveIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager["Theme"]] = models.Manager()

    class Meta:
        verbose_name = _("每周一题")
        constraints = [
            models.UniqueConstraint(fields=["week_on", "place", "topic"], name="a_theme_is_chosen_once_a_week"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | (Q(after__isnull=False) & ~Q(evidence="")),
                name="a_theme_is_closed_on_evidence",
            ),
        ]
        indexes = [models.Index(fields=["-week_on", "-id"], name="theme_newest")]

    def __str__(self) -> str:
        return self.number


class IncidentTally(models.Model):
    """What a month of reports came to for one street, leading department and large class: `rules.evaluation.Counts`.

    A cache of what the incidents say, counted again at any time; evaluation reads it in place of a million incidents.
    """

    month = models.DateField(help_text="its first day; incidents belong to the month in which they were reported")
    division = models.CharField(max_length=6, blank=True)
    street = models.CharField(max_length=9, blank=True)
    department = models.CharField(max_length=DEPARTMENT_LENGTH, blank=True)
    topic = models.CharField(max_length=3, blank=True, help_text="the large class")
    reported = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    filed = models.PositiveIntegerField(default=0)
    dispatched = models.PositiveIntegerField(default=0)
    dispatched_right = models.PositiveIntegerField(default=0)
    due_disposal = models.PositiveIntegerField(default=0)
    disposed = models.PositiveIntegerField(default=0)
    disposed_on_time = models.PositiveIntegerField(default=0)
    due_check = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    due_close = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    closed_on_time = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    reworked = models.PositiveIntegerField(default=0)
    minutes_to_file = models.PositiveBigIntegerField(default=0)
    minutes_to_dispatch = models.PositiveBigIntegerField(default=0)
    minutes_to_dispose = models.PositiveBigIntegerField(default=0)
    minutes_to_close = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[models.Manager["IncidentTally"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "division", "street", "department", "topic"], name="a_month_of_incidents_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.street} {self.department} {self.topic}"

    @property
    def counts(self) -> Counts:
        """The row as the rules take it."""
        return Counts(**{name: getattr(self, name) for name in COUNTED})
