"""`audit_blinding` prints a row for each leak, and its exit status says whether one failed."""

import json

import pytest
from django.core.management import CommandError, call_command

from ratings.models import Study


def test_rows_and_exit_status(study, capsys):
    call_command("audit_blinding", study.slug)
    said = capsys.readouterr().out
    assert "pass      Names and keys" in said
    Study.objects.update(instructions="This is CANARY-label-full.")
    with pytest.raises(SystemExit) as ended:
        call_command("audit_blinding", study.name, "--json")
    assert ended.value.code == 1
    rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["words"]["state"] == "fail"
    assert rows["words"]["figure"] == "1 found: 'CANARY-label-full' in the instructions"


def test_refusals_are_one_sentence(study):
    with pytest.raises(CommandError, match="There is no study 'none'"):
        call_command("audit_blinding", "none")
    Study.objects.get().raters.all().delete()
    with pytest.raises(CommandError, match="shows nobody anything"):
        call_command("audit_blinding", study.slug)
