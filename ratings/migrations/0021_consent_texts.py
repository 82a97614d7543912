"""Consent texts by language and version; each study's one text becomes the first version of its language."""

import hashlib

import django.db.models.deletion
from django.db import migrations, models


def _texts_out(apps, schema_editor):
    ConsentText = apps.get_model("ratings", "ConsentText")
    for study in apps.get_model("ratings", "Study").objects.exclude(consent_text=""):
        sha256 = hashlib.sha256(study.consent_text.encode()).hexdigest()
        ConsentText.objects.create(
            study=study, language=study.language, version=1, text=study.consent_text, sha256=sha256
        )
        study.raters.exclude(consented_at=None).filter(consent_sha256=sha256).update(
            consent_language=study.language, consent_version=1
        )


def _texts_back(apps, schema_editor):
    for study in apps.get_model("ratings", "Study").objects.all():
        text = study.consent_texts.filter(language=study.language).order_by("-version").first()
        study.consent_text = text.text if text else ""
        study.save(update_fields=["consent_text"])


class Migration(migrations.Migration):
    dependencies = [
        ("ratings", "0020_texts_one_at_a_time"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=16)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consent_texts",
                        to="ratings.study",
                    ),
                ),
            ],
            options={
                "ordering": ["study", "language", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "language", "version"), name="one_consent_text_a_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1), models.Q(("text", ""), _negated=True)),
                        name="a_consent_text_says_something",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="rater",
            name="consent_language",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="rater",
            name="consent_version",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="openlink",
            name="declined_code",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="openlink",
            name="screened_out_code",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.RunPython(_texts_out, _texts_back),
    ]
