"""Who may use the API: people signed in to the pages, and scripts with a token; each within their roles."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from evalsite.roles import ADMIN, RESEARCHER, roles_of


class IsResearcher(BasePermission):
    """Lets researchers in, and so admins."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return RESEARCHER in roles_of(request.user)


class IsAdmin(BasePermission):
    """Lets admins in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return ADMIN in roles_of(request.user)
