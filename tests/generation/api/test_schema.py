"""The API against its own description: whatever is sent to it, it never breaks."""

from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from rest_framework.authtoken.models import Token
from schemathesis.checks import not_a_server_error


@pytest.fixture
def described_api(transactional_db, dataset, base, system, settings, upload_folder, live_server) -> Any:
    """The API as an admin's script sees it, with a corpus, a checkpoint and a system there."""
    settings.API_RATE = "1000000/min"
    token = Token.objects.create(user=User.objects.create_superuser("grace"))
    headers = {"Authorization": f"Token {token.key}", "Accept": "application/json"}
    return schemathesis.openapi.from_url(live_server.url + reverse("api_schema"), headers=headers)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_sent_breaks_it(described_api) -> None:
    operations = [result.ok() for result in described_api.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        _send_anything(operation)


def _send_anything(operation: Any) -> None:
    headers = {"Authorization": f"Token {Token.objects.get().key}", "Accept": "application/json"}

    @given(case=operation.as_strategy())
    @trials(
        max_examples=12,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def send(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=[not_a_server_error])

    send()
