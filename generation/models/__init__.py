"""What systems said, in tables: corpora, checkpoints, systems and runs."""

from generation.models.checkpoints import Checkpoint, CheckpointFile, FinetuneJob
from generation.models.corpora import Dataset, Example, Reference
from generation.models.runs import Chunk, DecodingConfig, Output, Run, System, WorkerBeat
from generation.models.scores import MetricScore, MetricStatistics
from generation.models.uploads import Upload, UploadedFile

__all__ = [
    "Checkpoint",
    "CheckpointFile",
    "Chunk",
    "Dataset",
    "DecodingConfig",
    "Example",
    "FinetuneJob",
    "MetricScore",
    "MetricStatistics",
    "Output",
    "Reference",
    "Run",
    "System",
    "Upload",
    "UploadedFile",
    "WorkerBeat",
]
