"""The Django project: settings, URLs, roles, the Celery application and the launcher."""

from evalsite.celery import app as celery_app

__all__ = ["celery_app"]
