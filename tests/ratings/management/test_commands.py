import pytest
from django.core.management import CommandError, call_command

from ratings.models import Study

PLAN = """
name = "From a file"
public_title = "Texts"
dataset = "CANARY-corpus"
raters = 2
seed = 1
[[systems]]
system = "CANARY-system-full"
label = "full"
[[systems]]
system = "CANARY-system-lora"
label = "lora"
[[parts]]
kind = "stars"
items = 4
ratings_per_item = 2
"""


@pytest.fixture
def plan_file(tmp_path, comparison, researcher):
    researcher.is_superuser = True
    researcher.save()
    path = tmp_path / "study.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_a_draft_by_the_first_admin(plan_file, researcher, capsys):
    call_command("create_study", plan_file)
    study = Study.objects.get()
    assert (study.owner, study.state) == (researcher, "draft")
    assert "Made study 'From a file' (from-a-file)." in capsys.readouterr().out


def test_links_are_printed_and_work(plan_file, client, capsys):
    call_command("create_study", plan_file, "--invite", "2", "--owner", "ada")
    printed = capsys.readouterr().out
    addresses = [line.split()[-1] for line in printed.splitlines() if "/rate/" in line]
    assert len(addresses) == 2
    path = addresses[0].removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200


def test_open_simulate_and_close(plan_file, capsys):
    call_command("create_study", plan_file)
    call_command("simulate_raters", "from-a-file", "--open", "--close", "--raters", "2", "--seed", "5")
    study = Study.objects.get()
    assert (study.is_simulated, study.state) == (True, "closed")
    assert "2 simulated raters and no real ones" in capsys.readouterr().out


def test_mistakes_are_one_sentence(plan_file, researcher):
    with pytest.raises(CommandError, match="--owner is 'nobody'"):
        call_command("create_study", plan_file, "--owner", "nobody")
    plan_file.write_text(PLAN.replace("CANARY-corpus", "absent"), encoding="utf-8")
    with pytest.raises(CommandError, match="'dataset' is 'absent'"):
        call_command("create_study", plan_file, "--open")
    with pytest.raises(CommandError, match="There is no study 'x': choose of none yet"):
        call_command("simulate_raters", "x")
    researcher.is_superuser = False
    researcher.save()
    with pytest.raises(CommandError, match="no admin yet"):
        call_command("create_study", plan_file)
    plan_file.write_text(PLAN, encoding="utf-8")
    call_command("create_study", plan_file, "--owner", "ada")
    with pytest.raises(CommandError, match="has not been opened"):
        call_command("simulate_raters", "From a file")
