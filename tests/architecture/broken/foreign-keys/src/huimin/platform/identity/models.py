"""Relations down, up, sideways and to nowhere."""

from django.conf import settings
from django.db import models


class Post(models.Model):
    """Allowed: to itself, to its own app, down to Django's."""

    above = models.ForeignKey("self", models.PROTECT)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    kind = models.ForeignKey("contenttypes.ContentType", models.PROTECT)


class Seat(models.Model):
    """Forbidden: up the stack; to what cannot be read."""

    case = models.OneToOneField("cases.Case", models.PROTECT)
    other = models.ForeignKey(settings.SEAT_MODEL, models.PROTECT)
