from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0004_classification"),
    ]

    operations = [
        migrations.AddField(
            model_name="chunk",
            name="device",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="chunk",
            name="worker",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="finetunejob",
            name="worker",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
