"""What is fuzzed: readers of what others wrote, with good files to break and the one way each may refuse."""

import dataclasses
import gzip
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from evalsite.plain_text import storable
from generation.api import tus
from generation.checkpoints.allowlist import CheckpointRefused
from generation.checkpoints.configs import read_adapter_config, read_config
from generation.checkpoints.safetensors_header import read_header
from generation.errors import UploadRefused
from generation.formats.corpus import CorpusError
from generation.formats.outputs import read_outputs
from generation.formats.readers import read_corpus
from generation.services.upload_writing import Checksum
from ratings.design import study_toml
from ratings.design.long_ratings import read_long_ratings
from ratings.errors import StudyPlanInvalid

LONGEST_SENTENCE = 20_000
E2E_MRS = ("name[The Mill], eatType[pub]", "name[The Mill], near[Café Rouge], area[city centre]")


@dataclass(frozen=True)
class Target:
    """A reader of a file: what it raises for a bad one, and files that it takes."""

    read: Callable[[Path], Any]
    refusal: type[Exception]
    seeds: Sequence[bytes]

    def run(self, path: Path, content: bytes) -> bool:
        """Read `content` from `path`; whether it was taken. AssertionError for what may not be."""
        path.write_bytes(content)
        try:
            found = self.read(path)
        except self.refusal as error:
            sentence = str(error)
        else:
            for value in _values(found):
                _check_storable(value)
            return True
        assert 10 < len(sentence) < LONGEST_SENTENCE, f"no sentence: {sentence[:200]!r}"
        return False


def _values(found: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            yield from _values(getattr(found, field.name))
    elif isinstance(found, Mapping):
        yield from _values(list(found.items()))
    elif isinstance(found, list | tuple | set | frozenset):
        for value in found:
            yield from _values(value)
    else:
        yield found


def _check_storable(value: Any) -> None:
    """No database keeps a NUL, half a surrogate pair, a number past 64 bits or one that is none."""
    if isinstance(value, str):
        assert storable(value), f"a text that no database holds: {value[:80]!r}"
    elif isinstance(value, int):
        assert abs(value) < 2**63, f"a number that no database holds: {value}"
    elif isinstance(value, float):
        assert math.isfinite(value), f"no number: {value}"


def _corpus(task: str, *texts: str) -> Target:
    seeds = [text.encode() for text in texts]
    seeds.append(gzip.compress(seeds[0], mtime=0))
    return Target(lambda path: read_corpus(task, path), CorpusError, seeds)


def _tensors() -> list[bytes]:
    def entry(start: int, end: int, **changes: Any) -> dict[str, Any]:
        return {"dtype": "F32", "shape": [2], "data_offsets": [start, end], **changes}

    headers = (
        {"wte.weight": entry(0, 8)},
        {"__metadata__": {"format": "pt"}, "a": entry(0, 8), "h.0.attn.bias": entry(8, 12, dtype="F16")},
        {"a": entry(0, 16, shape=[2, 2]), "b": entry(16, 24, dtype="I64", shape=[1])},
    )
    files = []
    for header in headers:
        text = json.dumps(header).encode()
        size = max(row["data_offsets"][1] for row in header.values() if "data_offsets" in row)
        files.append(len(text).to_bytes(8, "little") + text + bytes(size))
    return files


def _tus_headers(path: Path) -> object:
    """Each line is one header, as a web server hands it on: Latin-1."""
    lines = [*path.read_bytes().decode("latin-1").split("\n"), "", "", "", ""][:4]
    request: Any = SimpleNamespace(headers=dict(zip(("Upload-Length", "Upload-Offset"), lines, strict=False)))
    sizes = [tus._whole(request, header) for header in ("Upload-Length", "Upload-Offset")]
    assert all(size >= 0 for size in sizes)
    name = tus._file_name(lines[2])
    return [*sizes, Checksum.parse(lines[3]).digest, len(name)]


def _example_of_a_study() -> bytes:
    lines = (study_toml.__doc__ or "").splitlines()
    return "\n".join(line.removeprefix("    ") for line in lines if line.startswith("    ")).encode()


_STUDY = b"""name = "a"
public_title = "b"
dataset = "c"
raters = 2
seed = 1
[[systems]]
system = "x"
label = "x"
[[systems]]
system = "y"
label = "y"
[[parts]]
kind = "stars"
items = 4
ratings_per_item = 2
[[parts.criteria]]
name = "q"
question = "How good?"
low_anchor = "bad"
high_anchor = "good"
"""
_RATINGS = (
    "item,system,rater,criterion,rating,text\n1,a,r1,quality,5,One text\n1,b,r1,quality,3,Another\n",
    "id\tmodel\tworker\tscore\n1\ta\tr\t2\n2\ta\tr\t1\n",
    (
        '{"item": 1, "system": "a", "rater": "r", "rating": 4}\n'
        '{"item": 2, "system": "a", "rater": "s", "rating": 1}'
    ),
)
_OUTPUTS = (
    f'mr\toutput\n"{E2E_MRS[0]}"\tA pub.\n"{E2E_MRS[1]}"\tThe Mill.\n',
    json.dumps({"mr": E2E_MRS[0], "output": "A"}) + "\n" + json.dumps({"mr": E2E_MRS[1], "text": "B"}) + "\n",
    "A pub.\nThe Mill, near Café Rouge.\n",
)
_CONFIGS = (
    """{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 50, "n_embd": 8,
"n_layer": 2, "n_head": 2, "n_positions": 64}""",
    """{"model_type": "llama", "vocab_size": 50, "hidden_size": 8, "intermediate_size": 16,
"num_hidden_layers": 2, "num_attention_heads": 2, "rope_theta": 10000.0, "torch_dtype": "float32"}""",
)
_ADAPTER = (
    '{"peft_type": "LORA", "r": 8, "lora_alpha": 16, "target_modules": ["c_attn"], "task_type": "CAUSAL_LM",'
    ' "bias": "none", "lora_dropout": 0.1, "base_model_name_or_path": "gpt2", "fan_in_fan_out": true}'
)

TARGETS: Mapping[str, Target] = {
    "e2e": _corpus(
        "e2e",
        'mr,ref\n"name[The Mill], eatType[pub]","The Mill is a pub."\n"name[A], food[B]",A text\n',
        "name : The Mill | Type : pub||The Mill is a pub .\nname : A | food : B||A text .\n",
        '{"context": "name : The Mill | Type : pub||", "completion": " The Mill is a pub ."}\n',
    ),
    "glue": _corpus(
        "sst2", "sentence\tlabel\na fine film\t1\na bad one\t0\n", '{"text": "fine", "label": "positive"}\n'
    ),
    "jsonl": _corpus(
        "generation", '{"source": "a", "references": ["b", "c"]}\n{"source": "d", "references": "e"}\n'
    ),
    "labels": _corpus("classification", '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n'),
    "outputs": Target(
        lambda path: read_outputs(path, E2E_MRS), CorpusError, [text.encode() for text in _OUTPUTS]
    ),
    "ratings": Target(read_long_ratings, CorpusError, [text.encode() for text in _RATINGS]),
    "safetensors": Target(read_header, CheckpointRefused, _tensors()),
    "config": Target(read_config, CheckpointRefused, [text.encode() for text in _CONFIGS]),
    "adapter": Target(read_adapter_config, CheckpointRefused, [_ADAPTER.encode()]),
    "study": Target(study_toml.read_study_toml, StudyPlanInvalid, [_STUDY, _example_of_a_study()]),
    "tus": Target(
        _tus_headers,
        UploadRefused,
        [
            b"12\n0\nfilename Y29uZmlnLmpzb24=,filetype dGV4dA==\nsha256 AAAA\n",
            b"1\n1\nfilename YQ==\nsha1 AA==\n",
        ],
    ),
}
