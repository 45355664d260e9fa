"""What people want to be told of, how far they have read, and the note that data left the house."""

from datetime import datetime

from django.db import transaction

from huimin.platform.identity.queries import get_account
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.events import NoticesChosen, OwnDataDownloaded
from huimin.platform.registries.models import NoticeChoice
from huimin.platform.registries.queries.own import Own


def choose_notices(*, looks: bool, changes: bool, actor: Actor, at: datetime) -> None:
    """Choose what to be told of from now on."""
    account = get_account(actor.ref)
    with transaction.atomic():
        NoticeChoice.objects.update_or_create(account=account, defaults={"looks": looks, "changes": changes})
        publish(NoticesChosen(subject=account.reference, looks=looks, changes=changes), actor=actor, at=at)


def read_messages(*, actor: Actor, at: datetime) -> None:
    """Note that everything until now has been read. Nothing is announced: nobody else is concerned."""
    NoticeChoice.objects.update_or_create(account=get_account(actor.ref), defaults={"read_at": at})


def note_download(*, own: Own, form: str, actor: Actor, at: datetime) -> None:
    """Note that a person's data leave the house as a file; before they do."""
    with transaction.atomic():
        publish(OwnDataDownloaded(subject=own.row.reference, form=form), actor=actor, at=at)
