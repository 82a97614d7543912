"""Hold each judgement to the fields of its kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0013_judgements_name_their_kind"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("identify", "two_afc", "abx", "triangle")), _negated=True)
                | models.Q(
                    ("accepts__isnull", True),
                    ("chosen__isnull", False),
                    ("correct__isnull", False),
                    ("own_label", ""),
                    ("strength__isnull", True),
                ),
                name="a_choice_is_right_or_wrong",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "preference"), _negated=True)
                | models.Q(
                    ("accepts__isnull", True),
                    ("correct__isnull", True),
                    ("own_label", ""),
                    models.Q(("chosen__isnull", True), ("strength", 0))
                    | models.Q(("chosen__isnull", False), ("strength__range", (1, 2))),
                ),
                name="a_preference_has_a_strength_or_is_a_tie",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "label_check"), _negated=True)
                | models.Q(
                    ("chosen__isnull", True),
                    ("strength__isnull", True),
                    models.Q(("own_label", ""), _negated=True),
                ),
                name="a_label_check_has_a_label",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "stars"), _negated=True), name="stars_are_no_judgement"
            ),
        ),
    ]
