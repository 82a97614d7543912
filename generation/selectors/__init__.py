"""Reads of corpora, checkpoints, systems and runs that more than one place needs."""
