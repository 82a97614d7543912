"""Who may use the API: people signed in to the pages, and scripts with a token; each within their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from evalsite.roles import ADMIN, RESEARCHER, roles_of

if TYPE_CHECKING:  # the framework loads this module while it loads its own views
    from rest_framework.request import Request
    from rest_framework.views import APIView


class IsResearcher(BasePermission):
    """Lets researchers in, and so admins."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return RESEARCHER in roles_of(request.user)


class IsAdmin(BasePermission):
    """Lets admins in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return ADMIN in roles_of(request.user)
