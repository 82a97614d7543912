"""The addresses of the raters' and the researchers' pages."""

from django.urls import URLPattern

app_name = "ratings"
urlpatterns: list[URLPattern] = []
