"""Studies by script: plan, open and close them, take their reports; one's own, all for an admin."""

from typing import cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from evalsite.api_access import IsResearcher
from generation.models.leases import WorkState
from ratings.api.serializers import (
    LookSerializer,
    LookTakenSerializer,
    StudySerializer,
    UnblindSerializer,
)
from ratings.design.study_toml import study_plan_of
from ratings.models import Report, Study
from ratings.reports.exports import FORMATS
from ratings.reports.json_export import report_from_json
from ratings.selectors import studies_of
from ratings.selectors.results import require_unlocked
from ratings.services.completion import close_study
from ratings.services.drafting import create_study
from ratings.services.exporting import export_report
from ratings.services.looks import take_look, unblind_study
from ratings.services.opening import open_study
from ratings.services.report_jobs import request_report
from ratings.tasks import build_soon


class StudyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Study]):
    """Studies with their parts and claims."""

    queryset = Study.objects.none()
    serializer_class = StudySerializer
    permission_classes = [IsResearcher]
    lookup_field = "slug"
    filterset_fields = ["state", "is_simulated"]

    def get_queryset(self) -> QuerySet[Study]:
        return (
            studies_of(cast("User", self.request.user))
            .order_by("-pk")
            .prefetch_related(
                "parts__target", "parts__foil", "claims__criterion", "claims__system_a", "claims__system_b"
            )
        )

    @extend_schema(request=OpenApiTypes.OBJECT, responses={201: StudySerializer})
    def create(self, request: Request) -> Response:
        """Make a draft from the same fields that a study's TOML file has."""
        if not isinstance(request.data, dict):
            raise ParseError("A study is an object with the fields of a study's file.")
        study = create_study(owner=cast("User", request.user), plan=study_plan_of(dict(request.data)))
        return Response(self.get_serializer(study).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=StudySerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, slug: str) -> Response:
        """Freeze a draft and open it."""
        open_study(study=self.get_object(), actor=cast("User", request.user))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=StudySerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, slug: str) -> Response:
        """Close a study for good; its results unlock."""
        close_study(study=self.get_object(), actor=cast("User", request.user))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=LookSerializer, responses=LookTakenSerializer)
    @action(detail=True, methods=["post"])
    def look(self, request: Request, slug: str) -> Response:
        """Take a planned look that is due: what it says of each claim, and nothing else; each look once."""
        study, asked = self.get_object(), LookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        taken = take_look(
            study=study, number=asked.validated_data["number"], actor=cast("User", request.user)
        )
        return Response(LookTakenSerializer(taken).data)

    @extend_schema(request=UnblindSerializer, responses=StudySerializer)
    @action(detail=True, methods=["post"])
    def unblind(self, request: Request, slug: str) -> Response:
        """Open the results of an open study for a reason; its verdicts are exploratory from then on."""
        study, asked = self.get_object(), UnblindSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        unblind_study(study=study, reason=asked.validated_data["reason"], actor=cast("User", request.user))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"], url_path="report")
    def build_report(self, request: Request, slug: str) -> Response:
        """Ask for the report of a closed study; a worker builds it."""
        asked = request_report(study=self.get_object())
        build_soon(asked.pk)
        return Response({"state": WorkState(asked.state)}, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], url_path="report/(?P<form>[a-z]+)")
    def take_report(self, request: Request, slug: str, form: str) -> HttpResponse:
        """The report of a closed study in one of its formats, once it is built."""
        study = self.get_object()
        require_unlocked(study)
        stored = Report.objects.filter(study=study).exclude(document="").first()
        if form not in FORMATS or stored is None:
            raise NotFound(
                "This report is not built yet: ask for it by POST."
                if form in FORMATS
                else f"There is no format {form!r}: choose of {', '.join(FORMATS)}."
            )
        report, actor = report_from_json(stored.document), cast("User", request.user)
        file = export_report(report=report, study=study, form=form, actor=actor)
        return HttpResponse(file.content, content_type=file.media_type, headers=file.headers)
