"""A digest of each serving row, so that a reconcile tells what changed without reading all that is stored."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registries", "0003_longer_record_numbers")]
    operations = [
        migrations.AddField(
            model_name=model,
            name="digest",
            field=models.BigIntegerField(
                default=0,
                help_text="tells rows that differ apart, as the engine made them; 0 of one that nothing speaks of",
            ),
        )
        for model in ("organisation", "person")
    ]
