"""A study's consent texts stand in their own table alone. On the way back the column is there first, empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0021_consent_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="study",
            name="consent_text",
            field=models.TextField(default="", verbose_name="consent text"),
        ),
        migrations.RemoveField(model_name="study", name="consent_text"),
    ]
