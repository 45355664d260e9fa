"""Corrections may come of a household visit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registries", "0005_notices_have_an_app")]

    operations = [
        migrations.AlterField(
            model_name="correction",
            name="cause",
            field=models.CharField(
                choices=[
                    ("asked", "本人提出"),
                    ("dispute", "部门之间不一致"),
                    ("appeal", "对未予更正提出异议"),
                    ("visit", "入户走访发现"),
                ],
                max_length=8,
            ),
        ),
    ]
