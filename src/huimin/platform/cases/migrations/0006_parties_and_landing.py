import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import huimin.platform.cases.models.applications


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_fees_and_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="outcomerecord", name="a_case_gives_a_record_once"),
        migrations.RemoveIndex(model_name="outcomerecord", name="outcome_to_be_landed"),
        migrations.AddField(
            model_name="outcomerecord", name="again_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="outcomerecord", name="place", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(model_name="outcomerecord", name="problem", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="outcomerecord", name="tries", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddIndex(
            model_name="outcomerecord",
            index=models.Index(
                condition=models.Q(("delivery", None)), fields=["again_at", "id"], name="outcome_to_be_landed"
            ),
        ),
        migrations.AddConstraint(
            model_name="outcomerecord",
            constraint=models.UniqueConstraint(fields=("case", "resource", "place"), name="a_case_gives_a_record_once"),
        ),
        migrations.CreateModel(
            name="PartySearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("searched_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "searched_at"], name="party_search_by_account")],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=huimin.platform.cases.models.applications.new_public_id, max_length=12, unique=True
                    ),
                ),
                ("party", models.CharField(max_length=64)),
                ("reference", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "等待签署"), ("signed", "已签署"), ("declined", "不同意签署")],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("digest", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by", models.CharField(blank=True, default="", max_length=200)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="cases.case",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signatures", to="cases.draft"
                    ),
                ),
            ],
            options={
                "verbose_name": "共同签署",
                "indexes": [models.Index(fields=["reference", "asked_at", "id"], name="signature_by_reference")],
                "constraints": [
                    models.UniqueConstraint(fields=("draft", "party"), name="a_party_signs_a_draft_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state", "asked"), ("answered_at__isnull", False), _connector="OR"),
                        name="an_answered_signature_has_its_moment",
                    ),
                ],
            },
        ),
    ]
