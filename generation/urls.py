"""The addresses of the corpora, checkpoints and runs pages."""

from django.urls import URLPattern, path

from generation.api import tus

app_name = "generation"

upload_urls: list[URLPattern] = [
    path("uploads/<int:upload>/files/", tus.UploadFiles.as_view(), name="upload_files"),
    path("uploads/files/<str:token>/", tus.UploadedFileView.as_view(), name="uploaded_file"),
]

urlpatterns: list[URLPattern] = [*upload_urls]
