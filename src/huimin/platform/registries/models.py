"""The serving registries: a cache of what `reconcile` computes, one row a person or organisation, rebuilt at will."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import Refusal


class Build(models.Model):
    """One run of reconcile: the state of the lake it saw, and the folder of files it wrote (links, golden values)."""

    number = models.BigAutoField(primary_key=True)
    built_at = models.DateTimeField()
    reference_on = models.DateField()
    standing = models.CharField(
        max_length=64, help_text="digest of the deliveries that stood; when it differs, the registries are behind"
    )
    model_version = models.CharField(max_length=32)
    folder = models.CharField(max_length=64)
    people = models.PositiveIntegerField()
    organisations = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    unresolved = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["-number"], name="build_latest")]

    def __str__(self) -> str:
        return f"build {self.number}"


class RecentLink(models.Model):
    """A record linked since the last build, until the next build takes it up."""

    id = models.BigAutoField(primary_key=True)
    resource = models.CharField(max_length=64)
    record_id = models.CharField(max_length=500, help_text="as long as a record number may be")
    key = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "record_id"], name="recent_link_once")]
        indexes = [models.Index(fields=["key"], name="recent_link_by_key")]

    def __str__(self) -> str:
        return f"{self.resource} {self.key}"


class AwaitedRefresh(models.Model):
    """A small delivery whose records have not been brought into the serving registries yet."""

    delivery = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"delivery {self.delivery}"


class Entity(models.Model):
    """What both registries have in common: a key minted once, the golden values with their sources, where a merged key leads."""

    key = models.CharField(max_length=16, primary_key=True)
    number = models.CharField(max_length=18, help_text="citizen identity number or credit code")
    name_key = models.CharField(max_length=200, blank=True, help_text="the name in its comparable form")
    division = models.CharField(
        max_length=6, blank=True, help_text="the district of residence or registration, GB/T 2260"
    )
    merged_into = models.CharField(
        max_length=16, blank=True, help_text="the key that stands for this one since a merge"
    )
    disputed = models.PositiveSmallIntegerField(default=0, help_text="how many fields are disputed")
    digest = models.BigIntegerField(
        default=0, help_text="tells rows that differ apart, as the engine made them; 0 of one that nothing speaks of"
    )
    values = models.TextField(
        help_text="field → value, source, day, who confirms, who disputes; JSON as registries.rules reads it"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class Person(Entity):
    """A person whom the departments' records speak of."""

    birth_date = models.DateField(null=True)
    household = models.CharField(max_length=64, blank=True, help_text="police household number")

    class Meta:
        indexes = [
            models.Index(fields=["number"], name="person_by_number"),
            models.Index(fields=["name_key", "birth_date"], name="person_by_name_and_birth"),
            models.Index(fields=["household"], name="person_by_household", condition=~models.Q(household="")),
            models.Index(fields=["division", "key"], name="person_by_division"),
            models.Index(fields=["key"], name="person_disputed", condition=models.Q(disputed__gt=0)),
        ]


class Organisation(Entity):
    """A market entity or public institution."""

    class Meta:
        indexes = [
            models.Index(fields=["number"], name="organisation_by_number"),
            models.Index(fields=["name_key"], name="organisation_by_name"),
            models.Index(fields=["division", "key"], name="organisation_by_division"),
        ]


class PlacesBuild(models.Model):
    """One run of `settle_places`: the build whose golden addresses it took; its files lie in that build's folder."""

    number = models.BigAutoField(primary_key=True)
    build = models.ForeignKey(Build, on_delete=models.PROTECT, related_name="+")
    built_at = models.DateTimeField()
    houses = models.PositiveIntegerField()
    in_cells = models.PositiveIntegerField(help_text="houses whose grid cell is known")
    addresses = models.PositiveIntegerField(help_text="addresses that current records state")
    placed = models.PositiveIntegerField(help_text="of these, those that name a house")

    def __str__(self) -> str:
        return f"places {self.number}"


class Place(models.Model):
    """A house: a dwelling or a firm's door with its address in standard form, the grid cell that it lies in, and how many belong to it."""

    key = models.CharField(max_length=16, primary_key=True)
    number = models.CharField(max_length=200, help_text="what identifies the house: its parts in one text")
    door = models.CharField(max_length=160, blank=True, help_text="the same without district and town")
    building_number = models.CharField(
        max_length=160, blank=True, help_text="what identifies its building or village group"
    )
    address = models.CharField(max_length=250, blank=True, help_text="in standard form")
    division = models.CharField(max_length=6, blank=True, help_text="the district, GB/T 2260")
    cell = models.CharField(max_length=15, blank=True, help_text="grid cell, GB/T 30428.1; blank: not known")
    cell_source = models.CharField(
        max_length=64, blank=True, help_text="the resource that says so, `building`, or why the cell is not known"
    )
    cell_as_of = models.DateField(null=True)
    cell_records = models.PositiveIntegerField(default=0, help_text="records that name this cell")
    cell_voices = models.PositiveIntegerField(
        default=0, help_text="records that name any cell of the house or building"
    )
    residents = models.PositiveIntegerField(default=0)
    registered = models.PositiveIntegerField(default=0)
    organisations = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["number"], name="place_by_number"),
            models.Index(fields=["door"], name="place_by_door"),
            models.Index(fields=["building_number", "number"], name="place_by_building"),
            models.Index(fields=["cell"], name="place_by_cell"),
        ]

    def __str__(self) -> str:
        return self.key


class PlaceRelation(models.Model):
    """A person or an organisation belongs to a house: by which golden address, whose word, as of which day."""

    class Kind(models.TextChoices):
        """How it belongs there."""

        LIVES_AT = "lives_at", _("居住")
        REGISTERED_AT = "registered_at", _("户籍")
        LOCATED_AT = "located_at", _("住所")

    key = models.CharField(max_length=32, primary_key=True, help_text="kind and subject: one of a kind for each")
    subject = models.CharField(max_length=16, help_text="person or organisation key")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    place = models.CharField(max_length=16, help_text="house key")
    source = models.CharField(max_length=64)
    day = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "key"], name="relation_by_place"),
            models.Index(fields=["subject"], name="relation_by_subject"),
        ]

    def __str__(self) -> str:
        return self.key


class GridEdition(models.Model):
    """The city's grid as it was taken over once: cells that the latest edition does not list are no longer cells."""

    number = models.BigAutoField(primary_key=True)
    taken_at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    cells = models.PositiveIntegerField()
    is_synthetic = models.BooleanField()

    def __str__(self) -> str:
        return f"grid {self.number}"


class GridCell(models.Model):
    """A unit grid cell of the community grid, in one edition."""

    id = models.BigAutoField(primary_key=True)
    edition = models.ForeignKey(GridEdition, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=15, help_text="GB/T 30428.1")
    name = models.CharField(max_length=100)
    outline = models.TextField(help_text="GeoJSON geometry, degrees in the 2000 national system")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="cell_once_in_an_edition")]

    def __str__(self) -> str:
        return self.code


def new_number() -> str:
    """A public number of ten characters: 50 random bits, not to be guessed and not to be counted."""
    return random_number(10)


class CorrectionDecided(Refusal):
    """The correction has been answered already, so this can no longer be done with it."""

    zh = "{number} 已经答复，不能再这样办理。"
    en = "{number} has been answered; this can no longer be done with it."


class Correction(models.Model):
    """A value that somebody says is wrong: who says so, what it should be, and what became of it.

    The clock, the hands it goes through and the reasons given are those of its process. Personal values stand here, and in no fact.
    """

    class Cause(models.TextChoices):
        """Why it was opened."""

        ASKED = "asked", _("本人提出")
        DISPUTE = "dispute", _("部门之间不一致")
        APPEAL = "appeal", _("对未予更正提出异议")
        VISIT = "visit", _("入户走访发现")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("核实中")
        GRANTED = "granted", _("同意更正，正在更新")
        AWAITED = "awaited", _("同意更正，等部门重新交付")
        LANDED = "landed", _("已更正")
        REFUSED = "refused", _("未予更正")

    MOVES: Final = {
        State.OPEN: {State.GRANTED, State.REFUSED},
        State.GRANTED: {State.LANDED, State.AWAITED},
        State.AWAITED: {State.LANDED},
        State.LANDED: set(),
        State.REFUSED: set(),
    }

    number = models.CharField(max_length=16, unique=True)
    cause = models.CharField(max_length=8, choices=Cause)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    person_key = models.CharField(max_length=16)
    field = models.CharField(max_length=32)
    resource = models.CharField(max_length=64, help_text="whose value it is about")
    before = models.TextField(help_text="the golden value when it was opened")
    proposed = models.TextField(
        blank=True, help_text="what it should be; blank for a dispute until the official chooses"
    )
    reason = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    dispute = models.CharField(
        max_length=72, blank=True, help_text="keyed digest of the disputing claims: one ticket for one dispute"
    )
    appeal_of = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="appeal")
    process = models.CharField(max_length=24, blank=True, help_text="the number of its process")
    asked_by = models.CharField(max_length=64, help_text="the account that asked")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    landed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Correction"]] = models.Manager()

    class Meta:
        verbose_name = _("更正")
        indexes = [
            models.Index(fields=["person_key", "-asked_at", "-id"], name="correction_by_person"),
            models.Index(fields=["id"], name="correction_to_land", condition=Q(state__in=["granted", "awaited"])),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person_key", "field"],
                condition=Q(state="open") & ~Q(cause="dispute"),
                name="one_open_correction_of_a_value",
            ),
            models.UniqueConstraint(
                fields=["person_key", "field", "dispute"], condition=~Q(dispute=""), name="one_ticket_for_one_dispute"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | (~Q(state="open") & Q(answered_at__gte=F("asked_at"))),
                name="correction_is_open_or_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "awaited", "landed"]) | ~Q(proposed=""),
                name="a_granted_correction_has_a_value",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        """How processes speak of it: `correction:7Q…`."""
        return f"correction:{self.number}"

    def move(self, state: "Correction.State") -> None:
        """Go to another state, if that is a legal move; raises CorrectionDecided. Does not save."""
        if state not in self.MOVES[Correction.State(self.state)]:
            raise CorrectionDecided(number=self.number)
        self.state = state
