from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0005_who_holds_work")]

    operations = [
        migrations.AlterField(
            model_name="dataset",
            name="task",
            field=models.CharField(
                choices=[
                    ("e2e", "E2E: restaurant descriptions from meaning representations"),
                    ("sst2", "SST-2: is a sentence of a film review positive or negative?"),
                    ("mrpc", "MRPC: do two sentences say the same?"),
                    ("rte", "RTE: does a text entail a sentence?"),
                    ("mnli", "MNLI: does a text entail a sentence, contradict it, or neither?"),
                    ("generation", "texts for inputs of one's own, as JSON lines"),
                    ("classification", "classification with labels of one's own, as JSON lines"),
                ],
                max_length=16,
            ),
        ),
    ]
