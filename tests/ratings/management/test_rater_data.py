import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse


def test_it_writes_what_the_rater_s_own_page_gives(client, consented, tmp_path, capsys):
    own = client.get(reverse("ratings:rater_data", args=[consented.link])).json()
    who = (consented.rater.study.slug, consented.rater.pseudonym)
    call_command("rater_data", *who)
    assert json.loads(capsys.readouterr().out) == own
    call_command("rater_data", *who, "--out", str(tmp_path / "data.json"))
    assert json.loads((tmp_path / "data.json").read_text(encoding="utf-8")) == own


def test_a_file_that_is_there_is_kept(consented, tmp_path):
    there = tmp_path / "data.json"
    there.write_text("of somebody else", encoding="utf-8")
    with pytest.raises(CommandError, match=r"data.json cannot be written .*: name a new file"):
        call_command("rater_data", consented.rater.study.slug, consented.rater.pseudonym, "--out", str(there))
    assert there.read_text(encoding="utf-8") == "of somebody else"


def test_an_unknown_rater_is_answered_with_those_there_are(study):
    with pytest.raises(CommandError, match=r"has no rater 'R99': choose of R01, "):
        call_command("rater_data", study.slug, "R99")
