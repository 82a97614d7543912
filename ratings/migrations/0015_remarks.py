"""Remarks hold confidence and comment of an item of any kind; no page or file had asked for either."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0014_a_judgement_fits_its_kind"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="judgement", name="confidence_is_1_to_5"),
        migrations.RemoveField(model_name="judgement", name="confidence"),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField()),
                ("live", models.BooleanField(default=True)),
                ("key", models.CharField(max_length=64)),
                ("client_ms", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("confidence", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("comment", models.TextField(blank=True)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="ratings.assignment",
                    ),
                ),
            ],
            options={
                "ordering": ["assignment", "revision"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("confidence__isnull", True))
                        | models.Q(("confidence__range", (1, 5))),
                        name="confidence_is_1_to_5",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("live", True)), fields=("assignment",), name="one_live_remark"
                    ),
                    models.UniqueConstraint(fields=("assignment", "revision"), name="one_remark_a_revision"),
                    models.UniqueConstraint(fields=("assignment", "key"), name="a_remark_sent_twice_is_one"),
                ],
            },
        ),
    ]
