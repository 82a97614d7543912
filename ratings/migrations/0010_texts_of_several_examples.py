"""Let the texts of an item be of several examples; those there are become texts of their item's own."""

import django.db.models.deletion
from django.db import migrations, models


def name_examples(apps, schema_editor):
    """Each text and origin so far was of its item's example."""
    item = apps.get_model("ratings", "Item")
    own = item.objects.filter(pk=models.OuterRef("item")).values("example")[:1]
    for name in ("PresentedText", "TextOrigin"):
        apps.get_model("ratings", name).objects.update(example=models.Subquery(own))


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0004_classification"),
        ("ratings", "0009_conduct_events_archive"),
    ]

    operations = [
        migrations.AddField(
            model_name="presentedtext",
            name="example",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presented_texts",
                to="generation.example",
            ),
        ),
        migrations.AddField(
            model_name="textorigin",
            name="example",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="origins",
                to="generation.example",
            ),
        ),
        migrations.RunPython(name_examples, migrations.RunPython.noop),
    ]
