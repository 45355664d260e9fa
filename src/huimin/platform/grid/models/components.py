"""Components 部件: what stands in the city, whose it is, in which state."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huimin.kernel.refusals import Refusal


class ComponentBound(Refusal):
    """The component cannot go from its state to the other one."""

    zh = "部件 {code} 现在的状态不能这样变更。"
    en = "Component {code} cannot go from its state to that one."


class Component(models.Model):
    """A component with the 18 attributes of GB/T 30428.2: its code, class, cell, place, owners, state, days, source and note.

    Street and community stand in the cell's code. Names of departments are those of the departments.
    """

    class State(models.TextChoices):
        """What became of it: the five states of the standard."""

        INTACT = "intact", _("完好")
        BROKEN = "broken", _("破损")
        LOST = "lost", _("丢失")
        ABANDONED = "abandoned", _("废弃")
        REMOVED = "removed", _("移除")

    MOVES: Final = {
        State.INTACT: {State.BROKEN, State.LOST, State.ABANDONED, State.REMOVED},
        State.BROKEN: {State.INTACT, State.LOST, State.ABANDONED, State.REMOVED},
        State.LOST: {State.INTACT, State.REMOVED},
        State.ABANDONED: {State.INTACT, State.REMOVED},
        State.REMOVED: set(),
    }

    code = models.CharField(max_length=17, unique=True, help_text="16 characters by GB/T 30428.2, 17 by GB/T 47678.5")
    standard_ref = models.CharField(max_length=24)
    class_code = models.CharField(max_length=5, help_text="major and minor class, as the standard writes them")
    name = models.CharField(max_length=100)
    cell = models.CharField(max_length=15, help_text="GB/T 30428.1")
    division = models.CharField(max_length=6, help_text="the district, GB/T 2260")
    longitude = models.FloatField(help_text="degrees, 2000 national system")
    latitude = models.FloatField(help_text="degrees, 2000 national system")
    authority = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("identity.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    maintainer = models.ForeignKey(
        "identity.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=9, choices=State, default=State.INTACT)
    installed_on = models.DateField(null=True, blank=True)
    changed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, help_text="who says so: a survey, a department")
    note = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[models.Manager["Component"]] = models.Manager()

    class Meta:
        verbose_name = _("部件")
        constraints = [
            models.CheckConstraint(
                condition=Q(longitude__range=(-180, 180), latitude__range=(-90, 90)), name="a_component_is_on_earth"
            ),
        ]
        indexes = [
            models.Index(fields=["cell", "code"], name="component_by_cell"),
            models.Index(fields=["division", "code"], name="component_by_division"),
            models.Index(fields=["latitude", "longitude"], name="component_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def reference(self) -> str:
        """How facts and relations speak of it: `component:<code>`."""
        return f"component:{self.code}"

    def move(self, state: "Component.State") -> None:
        """Go to another state, if that is a legal move; raises ComponentBound. Does not save."""
        if state not in self.MOVES[Component.State(self.state)]:
            raise ComponentBound(code=self.code)
        self.state = state
