"""METEOR against its program's own scores, the challenge's published one, and machines that lack it."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from generation.metrics import meteor
from generation.metrics.meteor import MeteorUnavailable, meteor_from_sums, meteor_statistics
from tests.conftest import skip_unless_ci
from tests.generation.metrics.conftest import Challenge


@pytest.fixture
def java() -> str:
    found = shutil.which("java")
    if found is None:
        skip_unless_ci("no Java on this machine")
    return found


def test_tgen_scores_its_published_meteor(java: str, challenge: Challenge) -> None:
    statistics = meteor_statistics(challenge.outputs["tgen"], challenge.references)
    assert f"{statistics.corpus_score:.2f}" == "44.83"
    assert statistics.values.shape == (630, 23)


def test_the_program_scores_the_statistics_alike(java: str) -> None:
    # An exact match, stems, synonyms, paraphrases, words apart, nothing at all.
    outputs = ["A pub by the river.", "It serves pubs.", "An inexpensive tavern, near water", "x", "", "y"]
    references = [
        ["a pub by the river"],
        ["it served a pub"],
        ["a cheap pub close to the river"],
        ["a"],
        ["b"],
        ["|||"],
    ]
    values = meteor_statistics(outputs, references).values
    asked = " ||| ".join(" ".join(map(str, row)) for row in values)
    answer = subprocess.run(
        [java, "-jar", str(meteor._program()), "-", "-", "-stdio", "-l", "en", "-norm"],
        input=f"EVAL ||| {asked}\n",
        capture_output=True,
        check=True,
        text=True,
    )
    *each, whole = (100 * float(line) for line in answer.stdout.split())
    assert meteor_from_sums(values) == pytest.approx(np.array(each), nan_ok=True)
    assert meteor_from_sums(values.sum(axis=0)) == pytest.approx(whole)
    assert each[0] == pytest.approx(100)


def test_without_java_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MeteorUnavailable, match=r"^not computed: needs Java$"):
        meteor_statistics(["a"], [["a"]])


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo no memory >&2; exit 1", r"not computed: Java failed \(no memory\)"),
        ("exit 3", r"not computed: Java failed \(exit status 3\)"),
        ("echo 1 2 3", "not computed: METEOR answered 1 lines for 2 outputs"),
        ("sleep 5", r"not computed: Java took more than 0\.2 s"),
    ],
)
def test_a_java_that_fails_gives_no_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, message: str
) -> None:
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\ncat >/dev/null\n{script.replace('sleep', 'exec /bin/sleep')}\n")
    java.chmod(0o755)
    monkeypatch.setattr(meteor, "_TIMEOUT_SECONDS", 0.2 if "sleep" in script else 60)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(MeteorUnavailable, match=message):
        meteor_statistics(["a", "b"], [["a"], ["b"]])


def test_a_java_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("no program")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        MeteorUnavailable, match=r"not computed: Java cannot be started \(Exec format error\)"
    ):
        meteor_statistics(["a"], [["a"]])


def test_without_its_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for found in (None, type("Spec", (), {"submodule_search_locations": ["/nowhere"]})):
        monkeypatch.setattr(meteor, "find_spec", lambda name, found=found: found)
        with pytest.raises(MeteorUnavailable, match="pip install pycocoevalcap"):
            meteor._program()
