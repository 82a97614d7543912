"""A part with stars may show an item's texts one after another instead of together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0019_known_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="part",
            name="one_at_a_time",
            field=models.BooleanField(default=False, verbose_name="one text at a time"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(("one_at_a_time", False), ("kind", "stars"), _connector="OR"),
                name="texts_one_at_a_time_have_stars",
            ),
        ),
    ]
