from django.db import migrations, models

from evalsite import append_only


def protect(apps, schema_editor):
    append_only.protect(schema_editor.connection)


def unprotect(apps, schema_editor):
    append_only.unprotect(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("evalsite", "0002_audit_log"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["action"], name="audit_by_action"),
        ),
        # SQLite remakes a table whose fields are altered, without its triggers: such a migration ends with this.
        migrations.RunPython(protect, unprotect),
    ]
