"""Parts of every kind, with what they may ask besides and labelled examples before practice."""

from django.db import migrations, models

KINDS = [
    ("stars", "stars"),
    ("identify", "identify one among all"),
    ("two_afc", "which of two"),
    ("abx", "is X as A or as B?"),
    ("triangle", "odd one out of three"),
    ("preference", "which of two is better"),
    ("label_check", "is the label right?"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0011_each_text_has_its_example"),
    ]

    operations = [
        migrations.AlterField(
            model_name="part",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        migrations.AddField(
            model_name="part",
            name="confidence_steps",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="part",
            name="asks_comment",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="part",
            name="n_training",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="item",
            name="is_training",
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveConstraint(model_name="part", name="target_and_foil_fit_the_kind"),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("foil__isnull", True),
                    ("kind__in", ["stars", "label_check"]),
                    ("target__isnull", True),
                )
                | models.Q(("foil__isnull", True), ("kind", "identify"), ("target__isnull", False))
                | models.Q(
                    ("foil__isnull", False),
                    ("kind__in", ["two_afc", "abx", "triangle", "preference"]),
                    ("target__isnull", False),
                    models.Q(("target", models.F("foil")), _negated=True),
                ),
                name="target_and_foil_fit_the_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence_steps__in", [0, 3, 5])), name="confidence_has_3_or_5_steps"
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(("n_training", 0)) | models.Q(("kind__in", ["identify", "two_afc"])),
                name="training_is_for_a_target_to_find",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_training", False)) | models.Q(("is_practice", True)),
                name="training_comes_with_practice",
            ),
        ),
    ]
