"""Let the groups that are there already mark claims in texts; new groups are made with the permission."""

from django.db import migrations

WANTED = ["add_claimanchor", "change_claimanchor"]


def allow(apps, schema_editor):
    using = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    wanted = permissions.filter(content_type__app_label="claims", codename__in=WANTED)
    for group in apps.get_model("auth", "Group").objects.using(using).filter(name__in=["reviewer", "editor"]):
        group.permissions.add(*wanted)


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0010_several_anchors_a_snapshot"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
