"""Processes and their work items: one row for each step that somebody has to take."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.refusals import Refusal
from huimin.platform.process.models.definitions import Definition
from huimin.platform.process.rules.clocks import NO_TURN
from huimin.platform.process.rules.graph import Node, Token
from huimin.platform.process.rules.rounds import Round
from huimin.platform.process.rules.states import (
    AT_A_POST,
    ITEM_MOVES,
    LIVE,
    PROCESS_MOVES,
    TOKENS,
    ItemKind,
    ItemState,
    ProcessState,
)

REFERENCE_LENGTH: Final = 200


class ProcessOver(Refusal):
    """The process has ended, so nothing more can happen in it."""

    zh = "{number} 已经结束，不能再办理。"
    en = "{number} has ended; nothing more can be done in it."


class NotOpen(Refusal):
    """The work item is not in a state that allows this."""

    zh = "{number} 现在不能这样办理：它已办结、已退回，或还没有领取。"
    en = "This cannot be done with {number} now: it is finished, was returned, or has not been claimed yet."


class Serial(models.Model):
    """A serial number drawn: its key, given by the database's own sequence, so that two processes that start never
    wait for each other.
    """

    objects: ClassVar[models.Manager["Serial"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.pk:07d}"


class Process(models.Model):
    """One running of a definition. The row of the `root` of its family is the lock of everything in it: whoever changes
    an item, clock or token of it or of a process that it called holds that row.

    `subject` is a reference in text to what it is about (another app's). `data` are codes, counts and truths, never
    personal values. `runs` and `items_opened` count block runs and work items, so that each gets a number of its
    own. `rounds` are the running rounds of steps done by several (`rules.rounds`). `due_on`, `turn_on` and `clock_stopped`
    show the clock of the whole, as those of a work item show its own. `end_node` is the end event that was reached.
    """

    MOVES = PROCESS_MOVES

    number = models.CharField(max_length=24, unique=True)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="processes")
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=REFERENCE_LENGTH, db_index=True)
    data = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ProcessState], default=ProcessState.RUNNING.value
    )
    runs = models.PositiveIntegerField(default=0)
    items_opened = models.PositiveIntegerField(default=0)
    rounds = models.JSONField(default=dict)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    root = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="family")
    caller = models.OneToOneField(
        "process.WorkItem", null=True, blank=True, on_delete=models.PROTECT, related_name="called"
    )
    department = models.ForeignKey(
        "identity.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    turn_on = models.DateField(default=NO_TURN)
    clock_stopped = models.BooleanField(default=False)
    end_node = models.CharField(max_length=64, blank=True, default="")
    started_by = models.CharField(max_length=REFERENCE_LENGTH)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Process"]] = models.Manager()

    class Meta:
        verbose_name = _("流程")
        indexes = [models.Index(fields=["kind", "started_at"], name="process_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProcessState.RUNNING, ended_at=None)
                | (~Q(state=ProcessState.RUNNING) & Q(ended_at__isnull=False)),
                name="process_is_over_when_it_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="process_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How facts speak of it: `process:HM-2026-0000123H`."""
        return f"process:{self.number}"

    @property
    def running_rounds(self) -> dict[str, Round]:
        """The rounds as values, by the scope of their run."""
        return {scope: Round.of_json(stored) for scope, stored in self.rounds.items()}

    def move(self, state: ProcessState, at: datetime) -> None:
        """Go to another state, if that is a legal move; raises ProcessOver. Does not save."""
        if state not in self.MOVES[ProcessState(self.state)]:
            raise ProcessOver(number=self.number)
        self.state, self.ended_at = state, at


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Reads of work items."""

    def live(self) -> "WorkItemQuerySet":
        """Those that still have to be done."""
        return self.filter(closed_at=None)

    def to_do_for(self, accounts: Collection[int], posts: Collection[int]) -> "WorkItemQuerySet":
        """What somebody may do for himself and those whom he stands in for: at one of these posts, and not in a colleague's hands."""
        return self.at_posts(posts).filter(Q(holder=None) | Q(holder__in=accounts))

    def with_tokens(self) -> "WorkItemQuerySet":
        """Those in which a token rests, not those that stand beside one."""
        return self.filter(kind__in=sorted(TOKENS))

    def at_posts(self, posts: Collection[int]) -> "WorkItemQuerySet":
        """Live ones that wait or are being done at these posts."""
        return self.live().filter(post__in=posts)


class WorkItem(models.Model):
    """One step that somebody takes. Live until `closed_at`; at most one with a token is live at one place.

    `kind` says who acts; what stands beside a step (delegated, countersigned, copied) has it as `parent`. `due_on` is the
    last day of its limit (None without limit or while the clock stands), `turn_on` the day on which it turns yellow and
    by which lists are ordered; both are kept equal to the `Deadline` by the one function that writes it. A step without a
    limit (`own_clock` False) shows the clock of the whole. `previous` is the item whose completion led here.
    """

    MOVES = ITEM_MOVES

    number = models.CharField(max_length=32, unique=True)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="items")
    node = models.CharField(max_length=64)
    scope = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in ItemKind], default=ItemKind.STEP.value)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="beside")
    post = models.ForeignKey("identity.Post", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in ItemState], default=ItemState.OPEN.value
    )
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=64, blank=True, default="")
    urgent = models.BooleanField(default=False)
    own_clock = models.BooleanField(default=False)
    due_on = models.DateField(null=True, blank=True)
    turn_on = models.DateField(default=NO_TURN)
    clock_stopped = models.BooleanField(default=False)
    unattended = models.BooleanField(default=False, help_text="it ended by itself when its limit ran out")
    awaiting = models.PositiveIntegerField(default=0, help_text="opinions that its holder waits for")
    urged = models.PositiveIntegerField(default=0)
    urged_on = models.DateField(null=True, blank=True)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("工作项")
        indexes = [
            models.Index(
                fields=["post", "turn_on", "number"], condition=Q(closed_at=None), name="workitem_live_at_post"
            ),
            models.Index(
                fields=["holder", "turn_on", "number"], condition=Q(closed_at=None), name="workitem_live_in_hand"
            ),
            models.Index(
                fields=["post", "closed_at"],
                condition=Q(closed_at__isnull=False, post__isnull=False),
                name="workitem_done_at_post",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "node", "scope"],
                condition=Q(closed_at=None, parent=None),
                name="workitem_one_live_per_token",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(TOKENS), parent=None)
                | (~Q(kind__in=sorted(TOKENS)) & Q(parent__isnull=False)),
                name="workitem_beside_a_step_or_one",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(AT_A_POST), post__isnull=False)
                | (~Q(kind__in=sorted(AT_A_POST)) & Q(post=None)),
                name="workitem_of_an_official_has_a_post",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(LIVE), closed_at=None)
                | (~Q(state__in=sorted(LIVE)) & Q(closed_at__isnull=False)),
                name="workitem_is_live_or_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.OPEN) | Q(holder=None), name="workitem_open_has_no_holder"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ItemState.HELD, ItemState.RETURNED])
                | Q(holder__isnull=False, claimed_at__isnull=False),
                name="workitem_held_has_a_holder",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.DONE)
                | Q(holder__isnull=False)
                | Q(unattended=True)
                | Q(kind__in=sorted(set(ItemKind) - AT_A_POST)),
                name="workitem_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.DONE) | ~Q(outcome=""), name="workitem_done_has_an_outcome"
            ),
            models.CheckConstraint(
                condition=Q(clock_stopped=False) | Q(due_on=None), name="workitem_stopped_clock_has_no_end"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def token(self) -> Token:
        """Where in the process it stands."""
        return Token(self.node, self.scope)

    @property
    def drawn(self) -> Node:
        """The user task of the definition that it is an instance of."""
        return self.process.definition.graph.nodes[self.node]

    def move(self, state: ItemState) -> None:
        """Go to another state, if that is a legal move; raises NotOpen. Does not save."""
        if state not in self.MOVES[ItemState(self.state)]:
            raise NotOpen(number=self.number)
        self.state = state


class Remark(models.Model):
    """What somebody wrote with an act: a reason, a note. Kept here and not in the facts, so that it can be erased
    by retention.
    """

    reference = models.CharField(max_length=48, unique=True, help_text="what facts speak of it by")
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField(max_length=1000)
    written_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Remark"]] = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="remark_says_something")]

    def __str__(self) -> str:
        return self.reference
