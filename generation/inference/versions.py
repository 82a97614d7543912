"""The versions of the libraries that decide what a network says."""

import peft
import safetensors
import tokenizers
import torch
import transformers


def library_versions() -> dict[str, str]:
    """Version by library name, for the record of a run or a fine-tune."""
    libraries = (torch, transformers, tokenizers, safetensors, peft)
    return {library.__name__: str(library.__version__) for library in libraries}
