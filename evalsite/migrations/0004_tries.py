from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evalsite", "0003_append_only_audit"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("who", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("tries", models.PositiveIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name_plural": "tries",
            },
        ),
    ]
