"""Download a base from a model hub: the listed files of it and no others. Imports no torch.

python -m generation.finetuning.hub_base REPOSITORY FOLDER
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from huggingface_hub import snapshot_download

WANTED_FILES = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "model.safetensors.index.json",
    "model-*-of-*.safetensors",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
)


def download(repository: str, folder: Path) -> None:
    """Put the wanted files of `repository` into the new folder `folder`; its client's errors pass through."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        snapshot_download(repository, local_dir=scratch, allow_patterns=list(WANTED_FILES))
        for path in Path(scratch).iterdir():
            # The client keeps its own records beside the files, in a folder.
            if path.is_file():
                shutil.move(path, folder / path.name)


def main() -> None:
    """Download as the command line says."""
    parser = argparse.ArgumentParser(description="Download a base from a model hub.")
    parser.add_argument("repository")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    download(arguments.repository, arguments.folder)


if __name__ == "__main__":
    main()
