"""What the API shows of corpora, checkpoints, systems, runs and outputs, and what starting them needs."""

from typing import Any

from rest_framework import serializers

from generation.models import (
    Checkpoint,
    CheckpointFile,
    Dataset,
    DecodingConfig,
    Example,
    MetricScore,
    Output,
    Run,
    System,
    Upload,
    UploadedFile,
)
from generation.models.checkpoints import Adaptation


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    examples = serializers.IntegerField(source="n_examples", read_only=True)

    class Meta:
        model = Dataset
        fields = ["id", "name", "task", "labels", "file_name", "sha256", "imported_at", "examples"]


class ExampleSerializer(serializers.ModelSerializer[Example]):
    references = serializers.SlugRelatedField(many=True, read_only=True, slug_field="text")  # type: ignore[var-annotated]

    class Meta:
        model = Example
        fields = ["id", "dataset", "position", "source", "text_pair", "slots", "label", "references"]


class CheckpointFileSerializer(serializers.ModelSerializer[CheckpointFile]):
    class Meta:
        model = CheckpointFile
        fields = ["name", "sha256", "size"]


class CheckpointSerializer(serializers.ModelSerializer[Checkpoint]):
    base = serializers.SlugRelatedField(slug_field="name", read_only=True)  # type: ignore[var-annotated]
    files = CheckpointFileSerializer(many=True, read_only=True)
    training_device = serializers.CharField(source="training_record.device", read_only=True, default="")
    training_price = serializers.CharField(source="training_record.price", read_only=True, default="")
    training_stated_by = serializers.CharField(read_only=True)

    class Meta:
        model = Checkpoint
        fields = [
            "id",
            "name",
            "adaptation",
            "base",
            "architecture",
            "parameters",
            "trainable",
            "bytes",
            "digest",
            "registered_at",
            "training_seconds",
            "training_memory",
            "training_steps",
            "training_device",
            "training_price",
            "training_stated_by",
            "files",
        ]


class TrainingFactsSerializer(serializers.Serializer[Any]):
    """What training cost that was done elsewhere; seconds, bytes, steps, parameters."""

    seconds = serializers.FloatField(required=False, allow_null=True, min_value=0.001, max_value=1e10)
    memory = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**60)
    steps = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    trainable = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    device = serializers.CharField(required=False, allow_blank=True, max_length=100)
    price = serializers.CharField(required=False, allow_blank=True, max_length=100)


class DecodingSerializer(serializers.ModelSerializer[DecodingConfig]):
    class Meta:
        model = DecodingConfig
        fields = ["id", "name", "num_beams", "length_penalty", "no_repeat_ngram_size", "max_new_tokens"]


class SystemSerializer(serializers.ModelSerializer[System]):
    checkpoint = serializers.SlugRelatedField(slug_field="name", queryset=Checkpoint.objects.all())
    decoding = serializers.SlugRelatedField(slug_field="name", queryset=DecodingConfig.objects.all())

    class Meta:
        model = System
        fields = ["id", "name", "checkpoint", "decoding", "created_at"]
        validators: list[Any] = []  # asking for a condition that is there gives it


class MetricScoreSerializer(serializers.ModelSerializer[MetricScore]):
    class Meta:
        model = MetricScore
        fields = [
            "metric",
            "value",
            "ci_low",
            "ci_high",
            "reason",
            "signature",
            "interval",
            "examples",
            "computed_at",
        ]


class RunMetricSerializer(serializers.ModelSerializer[MetricScore]):
    """A score with the run that it belongs to."""

    system = serializers.CharField(source="run.system.name", read_only=True)
    dataset = serializers.CharField(source="run.dataset.name", read_only=True)

    class Meta:
        model = MetricScore
        fields = ["id", "run", "system", "dataset", *MetricScoreSerializer.Meta.fields]


class RunSerializer(serializers.ModelSerializer[Run]):
    system = serializers.SlugRelatedField(slug_field="name", queryset=System.objects.all())
    dataset = serializers.SlugRelatedField(slug_field="name", queryset=Dataset.objects.all())
    outputs = serializers.IntegerField(source="n_outputs", read_only=True, default=0)
    scores = MetricScoreSerializer(many=True, read_only=True)
    limit = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10_000_000)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    class Meta:
        model = Run
        fields = [
            "id",
            "system",
            "dataset",
            "limit",
            "seed",
            "state",
            "examples",
            "outputs",
            "new_tokens",
            "seconds",
            "environment",
            "error",
            "created_at",
            "started_at",
            "finished_at",
            "scores",
        ]
        read_only_fields = ["state", "examples", "new_tokens", "seconds", "environment", "error"]
        validators: list[Any] = []  # the service says in its own words what is under way already


class OutputSerializer(serializers.ModelSerializer[Output]):
    position = serializers.IntegerField(source="example.position", read_only=True)
    mr = serializers.CharField(source="example.source", read_only=True)

    class Meta:
        model = Output
        fields = [
            "id",
            "run",
            "example",
            "position",
            "mr",
            "text",
            "raw",
            "label_scores",
            "new_tokens",
            "finished",
        ]


class UploadedFileSerializer(serializers.ModelSerializer[UploadedFile]):
    class Meta:
        model = UploadedFile
        fields = ["name", "token", "length", "offset"]


class UploadSerializer(serializers.ModelSerializer[Upload]):
    files = UploadedFileSerializer(many=True, read_only=True)
    checkpoint = serializers.SlugRelatedField(slug_field="name", read_only=True)  # type: ignore[var-annotated]
    base = serializers.SlugRelatedField(slug_field="name", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Upload
        fields = [
            "id",
            "name",
            "adaptation",
            "base",
            "state",
            "error",
            "findings",
            "created_at",
            "expires_at",
            "submitted_at",
            "checkpoint",
            "files",
        ]


class NewUploadSerializer(serializers.Serializer[Any]):
    """What beginning an upload needs."""

    name = serializers.CharField(max_length=100)
    adaptation = serializers.ChoiceField(choices=Adaptation.choices)
    base = serializers.CharField(max_length=100, required=False, allow_null=True)
