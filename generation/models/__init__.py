"""What systems said, in tables: corpora, checkpoints, systems and runs."""

from generation.models.checkpoints import Checkpoint, CheckpointFile, FinetuneJob
from generation.models.corpora import Dataset, Example, Reference
from generation.models.runs import Chunk, DecodingConfig, MetricScore, Output, Run, System, WorkerBeat

__all__ = [
    "Checkpoint",
    "CheckpointFile",
    "Chunk",
    "Dataset",
    "DecodingConfig",
    "Example",
    "FinetuneJob",
    "MetricScore",
    "Output",
    "Reference",
    "Run",
    "System",
    "WorkerBeat",
]
