import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

SQLITE = """
CREATE TRIGGER {table}_keep_{what} BEFORE {what} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_REFUSAL = """
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_keep_{what} BEFORE {what} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()
"""
APPEND_ONLY = ("journal_entry", "journal_anchor")


def refuse_changes(apps, schema_editor):
    """The database itself refuses to change or remove entries and anchors, whoever asks."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        schema_editor.execute(POSTGRESQL_REFUSAL, params=None)
        # A head is rewritten with every entry: leave its page room, so that the new version stays beside the old one.
        schema_editor.execute("ALTER TABLE journal_head SET (fillfactor = 20)")
    for table in APPEND_ONLY:
        for what in ("update", "delete", "truncate") if on_postgresql else ("update", "delete"):
            schema_editor.execute((POSTGRESQL if on_postgresql else SQLITE).format(table=table, what=what))


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("fingerprint", models.CharField(max_length=72)),
            ],
            options={
                "verbose_name": "锚",
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("shard", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.CharField(blank=True, max_length=72)),
            ],
            options={
                "verbose_name": "链头",
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("shard", models.PositiveSmallIntegerField()),
                ("seq", models.BigIntegerField()),
                ("kind", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=200)),
                ("actor_kind", models.CharField(max_length=8)),
                ("actor_ref", models.CharField(max_length=200)),
                ("actor_post", models.CharField(blank=True, max_length=200)),
                ("on_behalf_of", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                ("restricted_until", models.DateField(blank=True, null=True)),
                ("body", models.TextField()),
                ("previous", models.CharField(blank=True, max_length=72)),
                ("hash", models.CharField(max_length=72)),
            ],
            options={
                "verbose_name": "存证",
                "indexes": [
                    models.Index(fields=["subject", "at", "id"], name="journal_entry_subject"),
                    models.Index(fields=["actor_ref", "at", "id"], name="journal_entry_actor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "id",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("shard"), "*", models.Value(281474976710656)
                                    ),
                                    "+",
                                    models.F("seq"),
                                ),
                            ),
                            ("seq__gte", 1),
                        ),
                        name="journal_entry_place",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("receiver", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "done"), ("parked", "parked")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="journal.entry"
                    ),
                ),
            ],
            options={
                "verbose_name": "待办通知",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="journal_outbox_due"
                    ),
                    models.Index(condition=models.Q(("state", "parked")), fields=["id"], name="journal_outbox_parked"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "receiver"), name="journal_outbox_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "parked"])), name="journal_outbox_state"
                    ),
                ],
            },
        ),
        migrations.RunPython(refuse_changes, elidable=False),
    ]
