"""The addresses of the corpora, checkpoints and runs pages."""

from django.urls import URLPattern, path

from generation.api import tus
from generation.views import checkpoints, datasets, outputs, runs, uploads

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

dataset_urls: list[URLPattern] = [
    path("corpora/", datasets.datasets, name="datasets"),
    path("corpora/import/", datasets.dataset_import, name="dataset_import"),
    path("corpora/<int:dataset>/", datasets.dataset, name="dataset"),
    path("corpora/<int:dataset>/outputs/", outputs.outputs, name="outputs"),
]

checkpoint_urls: list[URLPattern] = [
    path("checkpoints/", checkpoints.checkpoints, name="checkpoints"),
    path("checkpoints/live/", checkpoints.checkpoints_live, name="checkpoints_live"),
    path("checkpoints/fine-tune/", checkpoints.finetune, name="finetune"),
    path("checkpoints/<int:checkpoint>/", checkpoints.checkpoint, name="checkpoint"),
    path(
        "checkpoints/<int:checkpoint>/training/", checkpoints.checkpoint_training, name="checkpoint_training"
    ),
    path("checkpoints/<int:checkpoint>/delete/", checkpoints.checkpoint_delete, name="checkpoint_delete"),
    path("fine-tunings/<int:job>/cancel/", checkpoints.finetune_cancel, name="finetune_cancel"),
    path("fine-tunings/<int:job>/again/", checkpoints.finetune_again, name="finetune_again"),
]

run_urls: list[URLPattern] = [
    path("runs/", runs.runs, name="runs"),
    path("runs/live/", runs.runs_live, name="runs_live"),
    path("runs/start/", runs.run_start, name="run_start"),
    path("runs/<int:run>/", runs.run, name="run"),
    path("runs/<int:run>/live/", runs.run_live, name="run_live"),
    path("runs/<int:run>/cancel/", runs.run_cancel, name="run_cancel"),
    path("runs/<int:run>/resume/", runs.run_resume, name="run_resume"),
]

urlpatterns: list[URLPattern] = [*dataset_urls, *checkpoint_urls, *run_urls, *upload_urls]
