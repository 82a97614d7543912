"""What people judged: studies, ratings, judgements, and the verdicts that follow from them."""

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "ratings"
