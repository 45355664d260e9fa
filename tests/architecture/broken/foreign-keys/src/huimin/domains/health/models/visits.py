"""Relations of a domain."""

from django.db import models

from huimin.domains.education.models import School


class Visit(models.Model):
    """Allowed: down to the platform. Forbidden: into another domain, by import or by name."""

    item = models.ForeignKey("process.WorkItem", models.PROTECT)
    school = models.ManyToManyField(School)
    pupil = models.ForeignKey(to="education.Pupil", on_delete=models.PROTECT)
