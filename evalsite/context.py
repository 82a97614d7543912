"""What every template may ask: the roles of the person who looks at the page."""

from typing import cast

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from evalsite.roles import roles_of


def roles(request: HttpRequest) -> dict[str, object]:
    """`roles`, read from the database only if a template asks."""
    user = cast("User | AnonymousUser", getattr(request, "user", AnonymousUser()))
    return {"roles": SimpleLazyObject(lambda: roles_of(user))}
