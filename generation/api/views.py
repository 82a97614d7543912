"""Read corpora, checkpoints, systems, runs and outputs; start, cancel and resume runs; begin uploads."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from evalsite.api_access import IsAdmin, IsResearcher
from generation.api import serializers
from generation.models import (
    Checkpoint,
    Dataset,
    DecodingConfig,
    Example,
    MetricScore,
    Output,
    Run,
    System,
    Upload,
)
from generation.services.runs import cancel_run, resume_run, start_run
from generation.services.systems import create_system
from generation.services.training_facts import StatedTraining, state_training
from generation.services.uploads import cancel_upload, start_upload, submit_upload
from generation.tasks import wake_checkers, wake_workers


class ReadOnly(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Lists and single rows, for researchers."""

    permission_classes: list[type[BasePermission]] = [IsResearcher]


class DatasetViewSet(ReadOnly):
    """Corpora."""

    queryset = Dataset.objects.annotate(n_examples=Count("examples"))
    serializer_class = serializers.DatasetSerializer
    filterset_fields = ["name", "task"]


class ExampleViewSet(ReadOnly):
    """Examples of corpora with their references."""

    queryset = Example.objects.prefetch_related("references")
    serializer_class = serializers.ExampleSerializer
    filterset_fields = ["dataset", "position"]


class CheckpointViewSet(ReadOnly):
    """Checkpoints with their files and what training them cost."""

    queryset = Checkpoint.objects.select_related("base").prefetch_related("files")
    serializer_class = serializers.CheckpointSerializer
    filterset_fields = ["name", "adaptation", "architecture"]

    @extend_schema(request=serializers.TrainingFactsSerializer, responses=serializers.CheckpointSerializer)
    @action(detail=True, methods=["post"], permission_classes=[IsAdmin])
    def training(self, request: Request, pk: str | None = None) -> Response:
        """State what training cost that was done elsewhere; for admins."""
        stated = serializers.TrainingFactsSerializer(data=request.data)
        stated.is_valid(raise_exception=True)
        state_training(
            checkpoint=self.get_object(),
            stated=StatedTraining(**stated.validated_data),
            actor=cast("User", request.user),
        )
        return Response(self.get_serializer(self.get_object()).data)


class DecodingViewSet(ReadOnly):
    """Decoding configurations."""

    queryset = DecodingConfig.objects.all()
    serializer_class = serializers.DecodingSerializer
    filterset_fields = ["name"]


class SystemViewSet(mixins.CreateModelMixin, ReadOnly):
    """Systems: a checkpoint under a decoding configuration."""

    queryset = System.objects.select_related("checkpoint", "decoding")
    serializer_class = serializers.SystemSerializer
    filterset_fields = ["name", "checkpoint", "decoding"]

    def perform_create(self, serializer: BaseSerializer[System]) -> None:
        serializer.instance = create_system(**serializer.validated_data)


class RunViewSet(mixins.CreateModelMixin, ReadOnly):
    """Runs of systems over corpora, with their scores."""

    queryset = (
        Run.objects.select_related("system", "dataset")
        .prefetch_related("scores")
        .annotate(n_outputs=Count("outputs"))
    )
    serializer_class = serializers.RunSerializer
    filterset_fields = ["system", "dataset", "state"]

    def perform_create(self, serializer: BaseSerializer[Run]) -> None:
        serializer.instance = start_run(**serializer.validated_data)
        wake_workers()

    @extend_schema(request=None, responses=serializers.RunSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """Cancel what is not done; outputs that are there stay."""
        cancel_run(run=self.get_object())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=serializers.RunSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str | None = None) -> Response:
        """Go on with a run that was cancelled or failed."""
        resume_run(run=self.get_object())
        wake_workers()
        return Response(self.get_serializer(self.get_object()).data)


class MetricViewSet(ReadOnly):
    """Scores of finished runs, with the signatures that reproduce them."""

    queryset = MetricScore.objects.select_related("run__system", "run__dataset")
    serializer_class = serializers.RunMetricSerializer
    filterset_fields = ["run", "metric", "run__system", "run__dataset"]


class OutputViewSet(ReadOnly):
    """What runs said for examples."""

    queryset = Output.objects.select_related("example").order_by("run", "example__position")
    serializer_class = serializers.OutputSerializer
    filterset_fields = ["run", "example", "finished"]


class UploadViewSet(ReadOnly):
    """One's own uploads of checkpoints; their files go to `files/` by the tus protocol. For admins."""

    queryset = Upload.objects.none()
    serializer_class = serializers.UploadSerializer
    permission_classes = [IsAdmin]
    filterset_fields = ["state"]

    def get_queryset(self) -> QuerySet[Upload]:
        own = Upload.objects.filter(owner=cast("User", self.request.user))
        return own.select_related("base", "checkpoint").prefetch_related("files")

    @extend_schema(request=serializers.NewUploadSerializer, responses={201: serializers.UploadSerializer})
    def create(self, request: Request) -> Response:
        """Begin an upload."""
        asked = serializers.NewUploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        upload = start_upload(
            owner=cast("User", request.user),
            name=asked.validated_data["name"],
            adaptation=asked.validated_data["adaptation"],
            base_name=asked.validated_data.get("base"),
        )
        return Response(self.get_serializer(upload).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=serializers.UploadSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str | None = None) -> Response:
        """Hand the files in for checking."""
        upload = submit_upload(upload=self.get_object())
        wake_checkers()
        return Response(self.get_serializer(upload).data)

    def destroy(self, request: Request, pk: str) -> Response:
        """Drop an upload that is not over."""
        cancel_upload(upload=get_object_or_404(self.get_queryset(), pk=pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
