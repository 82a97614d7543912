"""The project's own app: roles, login links, the home page."""

from django.apps import AppConfig


class EvalsiteConfig(AppConfig):
    name = "evalsite"
    label = "evalsite"
