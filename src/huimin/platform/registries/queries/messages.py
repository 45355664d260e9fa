"""What somebody is told: looks at his data and what becomes of corrections, read from the journal; and what he wants to be told of."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from huimin.platform.journal.queries import entries_about
from huimin.platform.registries.models import NoticeChoice, Person
from huimin.platform.registries.queries.own import CHANGES, LOOKS, PERSON

if TYPE_CHECKING:
    from huimin.platform.identity.models import Account
    from huimin.platform.journal.models import EntryQuerySet

COUNTED_AT_MOST: Final = 99


@dataclass(frozen=True)
class Choice:
    """What somebody wants to be told of, and until when he has read."""

    looks: bool = True
    changes: bool = True
    read_at: datetime | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fact that he is told of."""
        return (*(LOOKS if self.looks else ()), *(CHANGES if self.changes else ()))


def notice_choice_of(account: "Account") -> Choice:
    """What an account wants to be told of: everything, until it has chosen."""
    chosen = NoticeChoice.objects.filter(account=account).values_list("looks", "changes", "read_at").first()
    return Choice(*chosen) if chosen else Choice()


def messages_of(account: "Account", *, at: datetime) -> "EntryQuerySet":
    """What the journal tells about this account's person, as far as he wants to be told, newest first; his own acts are no news to him.

    Looks kept from him on the day of `at` are left out.
    """
    merged = Person.objects.filter(pk=account.person_key).exclude(merged_into="").values_list("merged_into", flat=True)
    subjects = [f"{PERSON}{key}" for key in (account.person_key, *merged) if key]
    kinds = notice_choice_of(account).kinds
    return entries_about(subjects, kinds=kinds, at=at).exclude(actor_ref=account.public_id)


def unread_count(account: "Account", *, at: datetime) -> int:
    """How many messages are newer than what he has read, none higher than COUNTED_AT_MOST + 1."""
    read_at = notice_choice_of(account).read_at
    told = messages_of(account, at=at)
    return (told.filter(at__gt=read_at) if read_at else told).order_by()[: COUNTED_AT_MOST + 1].count()
