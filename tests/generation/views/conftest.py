"""People of each role, signed in, and a small comparison for their pages."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from evalsite.roles import ADMIN, RATER, RESEARCHER
from generation.models import Checkpoint, Dataset
from tests.generation.comparisons import make_checkpoint, make_corpus


def signed_in(role: str) -> Client:
    """A client of a user who has `role`."""
    user = User.objects.create_user(f"a-{role}")
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def rater(db: None) -> Client:
    return signed_in(RATER)


@pytest.fixture
def researcher(db: None) -> Client:
    return signed_in(RESEARCHER)


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in(ADMIN)


@pytest.fixture
def corpus(db: None) -> Dataset:
    """Thirty examples with two references each."""
    return make_corpus(30)


@pytest.fixture
def base(db: None) -> Checkpoint:
    return make_checkpoint("base")
