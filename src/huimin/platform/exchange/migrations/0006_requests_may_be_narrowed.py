from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_data_requests")]

    operations = [
        migrations.AddField(
            model_name="datarequest",
            name="asked_for",
            field=models.JSONField(
                blank=True,
                help_text="of one that was narrowed: the items, plain, rows and until that were asked for",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="datarequest",
            name="narrowed_because",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
