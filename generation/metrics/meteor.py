"""METEOR 1.5 (Denkowski & Lavie 2014): its Java program aligns the words, the score is computed here."""

import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from generation.metrics.caption_tokens import SIGNATURE as TOKENS
from generation.metrics.caption_tokens import caption_tokens
from generation.metrics.example_statistics import ExampleStatistics, Floats, require_references

VERSION = "1.5"
SIGNATURE = f"meteor|version:{VERSION}|lang:en|task:rank|norm:yes|{TOKENS}"
# The English parameters of version 1.5 for ranking systems; four stages: exact, stem, synonym, paraphrase.
_ALPHA, _BETA, _GAMMA, _DELTA = 0.85, 0.2, 0.6, 0.75
_STAGES = np.array([1.0, 0.6, 0.8, 0.6])
_TIMEOUT_SECONDS = 900
_WIDTH = 23


class MeteorUnavailable(Exception):  # noqa: N818 - names the cause
    """METEOR cannot be computed on this machine; the message says what it needs."""


def meteor_statistics(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> ExampleStatistics:
    """Statistics of METEOR, from 0 to 100: of an output's references the one counts that scores best.

    Starts Java once for all outputs; loading its tables takes some seconds. Raises MeteorUnavailable without
    Java or the program's files, or where it fails, and ValueError where an output has no reference.
    """
    require_references(outputs, references)
    java = shutil.which("java")
    if java is None:
        raise MeteorUnavailable("not computed: needs Java")
    lines = "".join(
        f"SCORE ||| {' ||| '.join(_plain(text) for text in texts)} ||| {_plain(output)}\n"
        for output, texts in zip(outputs, references, strict=True)
    )
    values = _counted(_answers(java, _program(), lines), len(outputs))
    return ExampleStatistics(name="METEOR", signature=SIGNATURE, values=values, score=meteor_from_sums)


def meteor_from_sums(sums: Floats) -> Floats:
    """METEOR (0 to 100) from summed statistics, equations 1 to 6 of Denkowski & Lavie (2014)."""
    said, told, said_function, told_function = np.moveaxis(sums[..., :4], -1, 0)
    stages = sums[..., 4:20].reshape(*sums.shape[:-1], len(_STAGES), 4)
    said_content, told_content, said_words, told_words = np.moveaxis(stages, -1, 0)
    chunks, said_matches, told_matches = np.moveaxis(sums[..., 20:], -1, 0)
    precision = _share(said_content, said_words, said, said_function)
    recall = _share(told_content, told_words, told, told_function)
    mixed = (1 - _ALPHA) * recall + _ALPHA * precision
    mean = np.where(mixed > 0, precision * recall / np.where(mixed > 0, mixed, 1), 0.0)
    matches = (said_matches + told_matches) / 2
    scattered = np.where(matches > 0, chunks / np.where(matches > 0, matches, 1), 0.0)
    return np.asarray(100 * mean * (1 - _GAMMA * scattered**_BETA))


def _share(content: Floats, function: Floats, words: Floats, function_words: Floats) -> Floats:
    """Matched share of the words, content words and better stages counting more."""
    matched = ((_DELTA * content + (1 - _DELTA) * function) * _STAGES).sum(axis=-1)
    length = _DELTA * (words - function_words) + (1 - _DELTA) * function_words
    return np.asarray(np.where(length > 0, matched / np.where(length > 0, length, 1), 0.0))


def _plain(text: str) -> str:
    """The text's tokens, without the bar that parts the program's fields."""
    return " ".join(word for word in caption_tokens(text) if word != "|")


def _program() -> Path:
    """Where pycocoevalcap keeps the program; its own wrapper is not used."""
    package = find_spec("pycocoevalcap")
    folders = (package.submodule_search_locations or ()) if package else ()
    for folder in folders:
        program = Path(folder) / "meteor" / f"meteor-{VERSION}.jar"
        if program.is_file():
            return program
    raise MeteorUnavailable("not computed: needs METEOR's program (pip install pycocoevalcap)")


def _answers(java: str, program: Path, lines: str) -> list[str]:
    command = [java, "-Xmx2G", "-Dfile.encoding=UTF-8", "-jar", str(program)]
    options = ["-", "-", "-stdio", "-l", "en", "-norm"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, the texts go through its input
            [*command, *options],
            input=lines.encode(),
            capture_output=True,
            check=True,
            cwd=program.parent,
            timeout=_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise MeteorUnavailable(f"not computed: Java took more than {_TIMEOUT_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip() or f"exit status {error.returncode}"
        raise MeteorUnavailable(f"not computed: Java failed ({said.splitlines()[0][:200]})") from error
    except OSError as error:
        raise MeteorUnavailable(f"not computed: Java cannot be started ({error.strerror})") from error
    return done.stdout.decode().splitlines()


def _counted(answers: Sequence[str], outputs: int) -> Floats:
    rows = [[float(number) for number in answer.split()] for answer in answers]
    if len(rows) != outputs or any(len(row) != _WIDTH for row in rows):
        raise MeteorUnavailable(f"not computed: METEOR answered {len(rows)} lines for {outputs} outputs")
    values = np.array(rows)
    words, chunks, matches = values[:, :2], values[:, 20], values[:, 21:]
    # One unbroken match of everything is not scattered: the program, too, adds no chunk for it.
    chunks[(matches == words).all(axis=1) & (chunks == 1)] = 0
    return values
