"""The one door to a study's pages for researchers."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from ratings.models import Study
from ratings.selectors import studies_of


def own_study(request: HttpRequest, slug: str) -> Study:
    """The study, for its owner and for admins; for everyone else there is none (404)."""
    return get_object_or_404(studies_of(cast("User", request.user)), slug=slug)
