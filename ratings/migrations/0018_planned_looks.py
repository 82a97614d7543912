"""A study plans looks at its results before the end; each is taken once and recorded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0017_places_are_handed_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="study",
            name="looks",
            field=models.JSONField(blank=True, default=dict, verbose_name="planned looks"),
        ),
        migrations.AddField(
            model_name="studyevent",
            name="look",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="studyevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("amended", "amended"),
                    ("paused", "paused"),
                    ("resumed", "resumed"),
                    ("extended", "extended"),
                    ("unblinded", "unblinded"),
                    ("looked", "planned look"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="studyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "looked"), ("look__gte", 1)),
                    models.Q(models.Q(("kind", "looked"), _negated=True), ("look__isnull", True)),
                    _connector="OR",
                ),
                name="a_look_has_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="studyevent",
            constraint=models.UniqueConstraint(fields=("study", "look"), name="each_look_is_taken_once"),
        ),
    ]
