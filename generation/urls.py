"""The addresses of the corpora, checkpoints and runs pages."""

from django.urls import URLPattern

app_name = "generation"
urlpatterns: list[URLPattern] = []
