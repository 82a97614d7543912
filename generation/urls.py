"""The addresses of the corpora, checkpoints and runs pages."""

from django.urls import URLPattern, path

from generation.api import tus
from generation.views import uploads

app_name = "generation"

upload_urls: list[URLPattern] = [
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<int:upload>/", uploads.upload, name="upload"),
    path("uploads/<int:upload>/findings/", uploads.findings, name="upload_findings"),
    path("uploads/<int:upload>/submit/", uploads.submit, name="upload_submit"),
    path("uploads/<int:upload>/cancel/", uploads.cancel, name="upload_cancel"),
    path("uploads/<int:upload>/files/", tus.UploadFiles.as_view(), name="upload_files"),
    path("uploads/files/<str:token>/", tus.UploadedFileView.as_view(), name="uploaded_file"),
]

urlpatterns: list[URLPattern] = [*upload_urls]
