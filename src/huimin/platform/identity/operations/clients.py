"""Departments' systems: OAuth 2 client credentials (RFC 6749 4.4); a secret is shown once and kept as a keyed
digest."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from oauth2_provider.models import AccessToken, Application

from huimin.kernel.refusals import Refusal
from huimin.platform.identity.events import ClientClosed, ClientRegistered, ClientSecretReplaced
from huimin.platform.identity.models import ApiClient, Department
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor


class ClientNameTaken(Refusal):
    """The department has a system of this name."""

    zh = "本部门已有同名系统。"
    en = "The department already has a system of this name."


def _new_secret() -> str:
    """256 random bits: too many to guess, so a fast digest is enough to keep."""
    return secrets.token_urlsafe(32)


@transaction.atomic
def register_client(
    *, department: Department, name: str, duty: str, actor: Actor, at: datetime
) -> tuple[ApiClient, str]:
    """Register a department's system; returns it with its secret, which nobody sees again. Raises `ClientNameTaken`."""
    secret = _new_secret()
    application = Application.objects.create(
        name=f"{department.code} {name}",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
    )
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                department=department, name=name, duty=duty, client_id=application.client_id, registered_at=at
            )
    except IntegrityError as clash:
        raise ClientNameTaken() from clash
    publish(ClientRegistered(subject=client.reference, department=department.code), actor=actor, at=at)
    return client, secret


@transaction.atomic
def replace_client_secret(*, client: ApiClient, actor: Actor, at: datetime) -> str:
    """Give the system a new secret and end every token drawn with the old one; returns the secret, shown once."""
    secret = _new_secret()
    application = Application.objects.select_for_update().get(client_id=client.client_id)
    application.client_secret = secret
    application.save(update_fields=["client_secret"])
    AccessToken.objects.filter(application=application).delete()
    publish(ClientSecretReplaced(subject=client.reference), actor=actor, at=at)
    return secret


@transaction.atomic
def close_client(*, client: ApiClient, actor: Actor, at: datetime) -> None:
    """Let the system call no more, with any token; a closed one stays as it is."""
    if ApiClient.objects.filter(pk=client.pk, closed_at=None).update(closed_at=at):
        AccessToken.objects.filter(application__client_id=client.client_id).delete()
        publish(ClientClosed(subject=client.reference), actor=actor, at=at)
