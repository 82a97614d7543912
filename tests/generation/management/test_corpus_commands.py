"""Commands over corpora and outputs: the real files give the published counts and scores."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from generation.models import Dataset, MetricScore

pytestmark = pytest.mark.django_db
PUBLISHED = {
    "bleu": 62.13,
    "bleu_lowercased": 65.93,
    "nist": 8.6094,
    "meteor": 44.83,
    "rouge_l": 68.50,
    "cider": 2.2338,
}


def said(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_the_challenge_s_outputs_have_their_published_scores(real_data: Path) -> None:
    said("import_dataset", "e2e", real_data / "e2e" / "test_with_references.csv", name="E2E test")
    path = real_data / "e2e_challenge" / "outputs" / "tgen.tsv"
    line = said("import_outputs", path, dataset="E2E test", system="tgen")
    assert line == "Imported 630 outputs of 'tgen' for 'E2E test'.\n"
    (run,) = json.loads(said("score", "--json", dataset="E2E test"))["runs"]
    found = {metric: run["scores"][metric]["value"] for metric in PUBLISHED}
    assert found == pytest.approx(PUBLISHED, abs=0.005)
    for score in run["scores"].values():
        assert score["ci_low"] < score["value"] < score["ci_high"]
    assert MetricScore.objects.count() == len(run["scores"]) == 8


def test_scores_come_as_a_table_too(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    said("import_dataset", "e2e", write_corpus(2), name="places")
    outputs = tmp_path / "outputs.txt"
    outputs.write_text("A pub.\nPlace 1 is Chinese.\n")
    said("import_outputs", outputs, dataset="places", system="A")
    table = said("score", dataset="places")
    assert table.splitlines()[0].split()[:3] == ["run", "system", "examples"]
    assert "BLEU: nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:" in table
    assert "With intervals (95 %) over examples." in table


def test_scores_come_as_json_with_their_signatures(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    said("import_dataset", "e2e", write_corpus(2), name="places")
    outputs = tmp_path / "outputs.jsonl"
    outputs.write_text(
        "".join(
            json.dumps(
                {"mr": f"name[Place {number}], food[Chinese]", "output": f"Place {number} is Chinese."}
            )
            + "\n"
            for number in (1, 0)
        )
    )
    said("import_outputs", outputs, dataset="places", system="A")
    document = json.loads(said("score", "--json", dataset="places"))
    (run,) = document["runs"]
    assert (document["dataset"], run["system"], run["examples"], run["limit"]) == ("places", "A", 2, None)
    assert set(run["scores"]) == {
        "bleu",
        "bleu_lowercased",
        "nist",
        "meteor",
        "rouge_l",
        "cider",
        "chrf",
        "slot_error_rate",
    }
    assert run["scores"]["slot_error_rate"]["value"] == 0
    assert run["scores"]["bleu"]["signature"].startswith("nrefs:2|case:mixed|")


def test_an_import_says_how_much_came_in(write_corpus: Callable[..., Path]) -> None:
    line = said("import_dataset", "e2e", write_corpus(3), name="places")
    assert line == "Imported 'places': 3 examples with 6 references.\n"


def test_what_is_wrong_is_one_sentence(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("mr,ref\nname[A]\n")
    with pytest.raises(CommandError, match=r"^broken.csv, line 2: the row has 1 columns, not 2; .*\.$"):
        said("import_dataset", "e2e", broken, name="places")
    assert not Dataset.objects.exists()
    with pytest.raises(CommandError, match="no dataset named 'places'; there is none yet"):
        said("score", dataset="places")
    said("import_dataset", "e2e", write_corpus(2), name="places")
    with pytest.raises(CommandError, match="No run over 'places' is finished"):
        said("score", dataset="places")
    with pytest.raises(CommandError, match=r"^broken\.csv, line 2: the row has 1 columns"):
        said("import_outputs", broken, dataset="places", system="A")
    with pytest.raises(CommandError, match="no dataset named 'elsewhere'; choose one of 'places'"):
        said("import_outputs", broken, dataset="elsewhere", system="A")
