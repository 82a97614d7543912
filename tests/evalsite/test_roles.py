"""An admin is a researcher too, a rater is neither, and nobody is anything without signing in."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from evalsite.roles import ADMIN, RATER, RESEARCHER, role_required, roles_of

pytestmark = pytest.mark.django_db


def person(*groups: str, is_superuser: bool = False) -> User:
    user = User.objects.create_user("ada", is_superuser=is_superuser)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ((), set()),
        ((RATER,), {RATER}),
        ((RESEARCHER,), {RESEARCHER}),
        ((ADMIN,), {ADMIN, RESEARCHER}),
        ((RATER, ADMIN), {RATER, ADMIN, RESEARCHER}),
    ],
)
def test_groups_give_roles(groups: tuple[str, ...], roles: set[str]) -> None:
    assert roles_of(person(*groups)) == roles


def test_a_superuser_is_an_admin() -> None:
    assert roles_of(person(is_superuser=True)) == {ADMIN, RESEARCHER}


def test_a_group_of_another_name_gives_nothing() -> None:
    Group.objects.create(name="guests")
    assert roles_of(person("guests")) == set()


def test_a_view_turns_away_who_lacks_its_role() -> None:
    @role_required(RESEARCHER)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("in")

    request = HttpRequest()
    request.user = person(RESEARCHER)
    assert view(request).status_code == 200
    for stranger in (AnonymousUser(), User.objects.create_user("a rater")):
        request.user = stranger
        with pytest.raises(PermissionDenied):
            view(request)
