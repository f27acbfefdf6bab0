"""Celery's queue in this database, used when CELERY_BROKER_URL names no other broker."""

from django.db import migrations

from tracker import queues


def create_queue(apps, schema_editor):
    queues.install(schema_editor.connection.connection)
    queues.create(schema_editor.connection.connection, "celery")


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunPython(create_queue, migrations.RunPython.noop)]
