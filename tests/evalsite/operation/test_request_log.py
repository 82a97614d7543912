import json
import logging
import logging.config

import pytest
from django.conf import settings
from django.urls import reverse

from evalsite.operation.request_log import current

pytestmark = pytest.mark.django_db


def test_a_request_is_one_line_that_tells_no_secret_address(client, caplog):
    with caplog.at_level(logging.INFO, logger="evalsite.requests"):
        client.get(reverse("ratings:rater_landing", args=["a-secret-link"]))
    (record,) = [record for record in caplog.records if record.name == "evalsite.requests"]
    assert record.getMessage() == "GET ratings:rater_landing 404"
    assert record.milliseconds >= 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [("from-the-proxy-1", True), ("short", False), ("a b\ninjected line", False), ("", False)],
)
def test_the_proxys_id_is_kept_where_it_is_one(client, given, kept):
    response = client.get(reverse("health"), headers={"X-Request-ID": given})
    assert (response.headers["X-Request-ID"] == given) is kept
    assert len(response.headers["X-Request-ID"]) >= 8
    assert current.get() == "-"


def test_every_line_of_a_request_has_its_id_also_as_json(capsys, monkeypatch):
    monkeypatch.setenv("EVALSITE_LOG_JSON", "1")
    made = logging.config.DictConfigurator(settings.LOGGING)
    handler = logging.StreamHandler()
    handler.setFormatter(made.configure_formatter(settings.LOGGING["formatters"]["json"]))
    handler.addFilter(made.configure_filter(settings.LOGGING["filters"]["request_id"]))
    logger = logging.getLogger("a.test")
    logger.addHandler(handler)
    token = current.set("the-request")
    try:
        logger.warning("something of %s", "note", extra={"run": 7})
    finally:
        current.reset(token)
        logger.removeHandler(handler)
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert line["message"] == "something of note"
    assert (line["request_id"], line["run"], line["levelname"]) == ("the-request", 7, "WARNING")
