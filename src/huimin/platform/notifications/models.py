"""Tables of notifications: notices, what goes out of them, the addresses people gave, and what they do not want."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number
from huimin.platform.notifications.rules import PAGES, Channel, Stand, may_move

REFERENCE_LENGTH: Final = 200
LONGEST_ADDRESS: Final = 254
WAYS: Final = [(PAGES, _("消息")), (Channel.EMAIL.value, _("电子邮件")), (Channel.SMS.value, _("短信"))]
CHANNELS: Final = [(Channel.EMAIL.value, _("电子邮件")), (Channel.SMS.value, _("短信"))]


class IllegalMove(RuntimeError):
    """A message was moved to where it may not go: a fault of the program."""


def new_public_id() -> str:
    """Twelve characters of base 32: not to be guessed, and telling nothing."""
    return random_number(12)


class Contact(models.Model):
    """An address at which somebody is reached, once the code that was sent there has come back. Personal data: it goes when he says so.

    `problem` is the code of what went wrong with the last message to it; blank while all is well.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contacts")
    channel = models.CharField(max_length=8, choices=CHANNELS)
    value = models.CharField(max_length=LONGEST_ADDRESS)
    confirmed_at = models.DateTimeField()
    problem = models.CharField(max_length=40, blank=True, default="")

    objects: ClassVar[models.Manager["Contact"]] = models.Manager()

    class Meta:
        verbose_name = _("联系方式")
        constraints = [models.UniqueConstraint(fields=["account", "channel"], name="one_address_of_a_way")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.channel}"


class Asking(models.Model):
    """A code on its way to an address that is not known to be its account's: the address, a digest of the code, the tries."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=CHANNELS)
    value = models.CharField(max_length=LONGEST_ADDRESS)
    code_digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    over = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["Asking"]] = models.Manager()

    class Meta:
        verbose_name = _("待验证的联系方式")
        indexes = [models.Index(fields=["account", "asked_at"], name="asking_by_account")]

    def __str__(self) -> str:
        return self.public_id


class Unwanted(models.Model):
    """Something that somebody does not want: a topic by a way. Who has said nothing is told of everything by every way he has given."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=40)
    channel = models.CharField(max_length=8, choices=WAYS)

    objects: ClassVar[models.Manager["Unwanted"]] = models.Manager()

    class Meta:
        verbose_name = _("不要的通知")
        constraints = [models.UniqueConstraint(fields=["account", "topic", "channel"], name="unwanted_once")]

    def __str__(self) -> str:
        return f"{self.topic}/{self.channel}"


class Notice(models.Model):
    """Something that somebody was told, in both languages as it was said then; `page` is the path it leads to.

    `principal` is the person or firm on whose behalf its reader has to act to see that page; blank when it is his own matter.
    `key` is what it comes of (a delivery of a fact, or what a job tells of): the same thing is told to the same reader once.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    code = models.CharField(max_length=40)
    topic = models.CharField(max_length=40)
    about = models.CharField(max_length=REFERENCE_LENGTH)
    page = models.CharField(max_length=REFERENCE_LENGTH)
    principal = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    subject_zh = models.CharField(max_length=200)
    subject_en = models.CharField(max_length=200)
    text_zh = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    sms_zh = models.CharField(max_length=200, blank=True, default="")
    sms_en = models.CharField(max_length=200, blank=True, default="")
    key = models.CharField(max_length=REFERENCE_LENGTH)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Notice"]] = models.Manager()

    class Meta:
        verbose_name = _("通知")
        indexes = [
            models.Index(fields=["account", "told_at", "id"], name="notice_by_account"),
            models.Index(fields=["account", "topic", "told_at", "id"], name="notice_by_topic"),
            models.Index(fields=["account"], condition=Q(read_at=None), name="notice_unread"),
        ]
        constraints = [models.UniqueConstraint(fields=["key", "account", "code"], name="notice_told_once")]

    def __str__(self) -> str:
        return self.public_id

    def subject(self, language: str) -> str:
        """What it is about, in a line."""
        return self.subject_en if language.startswith("en") else self.subject_zh

    def text(self, language: str) -> str:
        """What it says."""
        return self.text_en if language.startswith("en") else self.text_zh

    def sms(self, language: str) -> str:
        """What its text message says; blank where it has none."""
        return self.sms_en if language.startswith("en") else self.sms_zh


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages."""

    def waiting(self) -> "MessageQuerySet":
        """Those that are still to go."""
        return self.filter(state=Stand.WAITING.value)

    def locked(self) -> "MessageQuerySet":
        """Rows that nobody else holds, locked to the end of the transaction; the embedded store has one writer anyway."""
        if connection.features.has_select_for_update_skip_locked:
            return self.select_for_update(skip_locked=True, of=("self",))
        return self


class Message(models.Model):
    """One e-mail or text message that goes out: the notices of one reader that it tells of. The address is looked up when it goes.

    Until its first attempt it takes in more notices, so a reader has at most one such row a way (the database keeps that).
    From then on it stays as it is, with one identity at every attempt.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=CHANNELS)
    notices = models.ManyToManyField(Notice, related_name="messages")
    urgent = models.BooleanField(default=False)
    state = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in Stand], default=Stand.WAITING.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    written_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True, default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("待发消息")
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="message_due"),
            models.Index(fields=["account", "channel", "over_at"], name="message_by_account"),
            models.Index(fields=["over_at"], condition=Q(state="given_up"), name="message_given_up"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "channel"], condition=Q(state="waiting", attempts=0), name="one_message_gathers"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reference(self) -> str:
        """How facts speak of it."""
        return f"message:{self.public_id}"

    def move(self, to: Stand) -> None:
        """Go to another stand by the table of moves; raises IllegalMove. Does not save."""
        if not may_move(Stand(self.state), to):
            raise IllegalMove(f"{self.public_id}: {self.state} → {to}")
        self.state = to.value
