"""The tiny networks and the empty store of the tests of generation."""

from tests.generation.conftest import checkpoint_store, tiny_llama, tiny_tokenizer

__all__ = ["checkpoint_store", "tiny_llama", "tiny_tokenizer"]
