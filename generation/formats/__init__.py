"""Corpora, prompts and outputs as they lie in files: pure reading, without the database."""
