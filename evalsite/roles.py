"""The three roles (Django groups) and the decorator by which a view names who may enter."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

RATER = "rater"
RESEARCHER = "researcher"
ADMIN = "admin"
ROLES = (RATER, RESEARCHER, ADMIN)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The roles `user` acts in. An admin is a researcher too; a superuser is an admin."""
    if not user.is_authenticated:
        return frozenset()
    names = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    if user.is_superuser:
        names.add(ADMIN)
    if ADMIN in names:
        names.add(RESEARCHER)
    return frozenset(names)


def role_required(role: str) -> Callable[[View[P]], View[P]]:
    """Let only users who have `role` into the view; others get a 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if role not in roles_of(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
