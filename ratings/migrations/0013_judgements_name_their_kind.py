"""Judgements say their kind, which decides what they hold; those there are chose a text in a trial."""

import django.db.models.deletion
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


def name_kinds(apps, schema_editor):
    """Each judgement so far is of its part's kind."""
    assignment = apps.get_model("ratings", "Assignment")
    kind = assignment.objects.filter(pk=models.OuterRef("assignment")).values("part__kind")[:1]
    apps.get_model("ratings", "Judgement").objects.update(kind=models.Subquery(kind))


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0012_kinds_of_part"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="kind",
            field=models.CharField(choices=KINDS, default="two_afc", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="judgement",
            name="strength",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="judgement",
            name="own_label",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="judgement",
            name="accepts",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="judgement",
            name="chosen",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="judgements",
                to="ratings.showntext",
            ),
        ),
        migrations.AlterField(
            model_name="judgement",
            name="correct",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.RunPython(name_kinds, migrations.RunPython.noop),
    ]
