"""What systems said: corpora, checkpoints, systems, runs, outputs and their metrics."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"
