"""Scores without intervals and statistics go, so that the next sweep scores their runs anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("generation", "MetricScore").objects.filter(statistics=None).delete()


class Migration(migrations.Migration):
    dependencies = [("generation", "0007_metric_intervals")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
