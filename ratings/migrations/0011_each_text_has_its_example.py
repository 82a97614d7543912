"""Require the example of each text, and let a system have one text of each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0010_texts_of_several_examples"),
    ]

    operations = [
        migrations.AlterField(
            model_name="presentedtext",
            name="example",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presented_texts",
                to="generation.example",
            ),
        ),
        migrations.AlterField(
            model_name="textorigin",
            name="example",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="origins",
                to="generation.example",
            ),
        ),
        migrations.RemoveConstraint(model_name="presentedtext", name="one_row_a_distinct_text"),
        migrations.AddConstraint(
            model_name="presentedtext",
            constraint=models.UniqueConstraint(
                fields=("item", "example", "sha256"), name="one_row_a_distinct_text"
            ),
        ),
        migrations.RemoveConstraint(model_name="textorigin", name="one_text_a_system_and_item"),
        migrations.AddConstraint(
            model_name="textorigin",
            constraint=models.UniqueConstraint(
                fields=("item", "example", "system"), name="one_text_a_system_and_example_of_an_item"
            ),
        ),
    ]
