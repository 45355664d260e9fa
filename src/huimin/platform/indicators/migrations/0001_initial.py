from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(help_text="the release's code in statistics.yaml", max_length=48)),
                (
                    "build",
                    models.PositiveBigIntegerField(help_text="number of the build of the registries that was counted"),
                ),
                ("reference_on", models.DateField(help_text="the day that the figures speak of; ages are of this day")),
                ("released_at", models.DateTimeField()),
                ("published", models.PositiveIntegerField(help_text="figures shown")),
                ("withheld", models.PositiveIntegerField(help_text="figures not shown")),
                ("content", models.TextField(help_text="the table as indicators.tables reads it, JSON")),
            ],
            options={
                "indexes": [models.Index(fields=["code", "-build"], name="release_latest")],
                "constraints": [models.UniqueConstraint(fields=("build", "code"), name="a_build_is_released_once")],
            },
        ),
    ]
