"""Parts of a life event as cases of their own, and the codes that the registration authority gives."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_findings"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="has_parts",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="case",
            name="whole",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="outcomerecord",
            name="succeeds",
            field=models.JSONField(default=dict),
        ),
        migrations.AddIndex(
            model_name="outcomerecord",
            index=models.Index(
                condition=models.Q(("delivery__isnull", False)), fields=["delivery"], name="outcome_by_delivery"
            ),
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(blank=True, default="", max_length=18)),
                ("simulated", models.BooleanField(default=True)),
                ("issued_at", models.DateTimeField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="registration", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "登记赋码",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True), fields=("code",), name="a_code_is_given_once"
                    )
                ],
            },
        ),
    ]
