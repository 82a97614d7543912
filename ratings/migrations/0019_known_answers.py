"""A part with stars may have texts of the researcher's own as checks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0018_planned_looks"),
    ]

    operations = [
        migrations.AddField(
            model_name="part",
            name="gold",
            field=models.JSONField(blank=True, default=list, verbose_name="known answers"),
        ),
    ]
